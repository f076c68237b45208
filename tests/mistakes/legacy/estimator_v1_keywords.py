from qiskit import QuantumCircuit
from qiskit.primitives import Estimator
from qiskit.quantum_info import SparsePauliOp

qc = QuantumCircuit(1)
qc.x(0)
estimator = Estimator()
result = estimator.run(circuits=[qc], observables=[SparsePauliOp("Z")]).result()
print(result.values)
