from qiskit import QuantumCircuit, transpile
from qiskit.test.mock import FakeMontreal

backend = FakeMontreal()
print(backend.name(), backend.configuration().n_qubits)
qc = QuantumCircuit(2)
qc.h(0)
print(transpile(qc, backend).num_qubits)
