from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector, state_fidelity

a = QuantumCircuit(1)
a.h(0)
b = QuantumCircuit(1)
b.u1(0.3, 0)
both = a.tensor(b)
ideal = Statevector.from_instruction(both)
print(state_fidelity(ideal, ideal), both.n_qubits)
