from qiskit import QuantumCircuit
from qiskit.transpiler import CouplingMap, PassManager
from qiskit.transpiler.passes import StochasticSwap

qc = QuantumCircuit(3)
qc.cx(0, 2)
coupling = CouplingMap([[0, 1], [1, 2]])
pm = PassManager(StochasticSwap(coupling, seed=4))
print(pm.run(qc).count_ops())
