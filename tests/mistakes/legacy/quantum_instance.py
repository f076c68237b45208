from qiskit import Aer
from qiskit.algorithms import VQE
from qiskit.utils import QuantumInstance
from qiskit.circuit.library import TwoLocal

instance = QuantumInstance(Aer.get_backend('statevector_simulator'))
ansatz = TwoLocal(2, 'ry', 'cz')
vqe = VQE(ansatz, quantum_instance=instance)
print(vqe)
