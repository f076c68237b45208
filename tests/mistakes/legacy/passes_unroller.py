from qiskit import QuantumCircuit
from qiskit.transpiler import PassManager
from qiskit.transpiler.passes import Unroller

qc = QuantumCircuit(3)
qc.ccx(0, 1, 2)
pm = PassManager()
pm.append(Unroller(['u', 'cx']))
print(sorted(pm.run(qc).count_ops()))
