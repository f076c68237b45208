from qiskit.quantum_info.synthesis import OneQubitEulerDecomposer, TwoQubitBasisDecomposer
from qiskit.quantum_info import Operator, random_unitary
from qiskit.circuit.library import CXGate

one = OneQubitEulerDecomposer('ZYZ')
print(one(random_unitary(2, seed=1)).count_ops())
two = TwoQubitBasisDecomposer(CXGate())
circuit = two(random_unitary(4, seed=2))
assert circuit.num_qubits == 2
