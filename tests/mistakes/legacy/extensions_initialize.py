from qiskit import QuantumCircuit, execute, Aer
from qiskit.extensions import Initialize
import math

desired = [1 / math.sqrt(2), 0, 0, 1 / math.sqrt(2)]
qc = QuantumCircuit(2, 2)
qc.append(Initialize(desired), [0, 1])
qc.measure([0, 1], [0, 1])
print(execute(qc, Aer.get_backend('qasm_simulator'), shots=100).result().get_counts())
