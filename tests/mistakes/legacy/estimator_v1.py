from qiskit import QuantumCircuit
from qiskit.primitives import Estimator
from qiskit.quantum_info import SparsePauliOp

qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
observable = SparsePauliOp.from_list([("ZZ", 1.0), ("XX", 1.0)])
estimator = Estimator()
job = estimator.run(qc, observable)
energy = job.result().values[0]
print(energy)
