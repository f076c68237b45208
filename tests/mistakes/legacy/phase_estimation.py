from qiskit import QuantumCircuit, Aer, transpile
from qiskit.circuit.library import QFT
import math

qpe = QuantumCircuit(4, 3)
qpe.x(3)
for qubit in range(3):
    qpe.h(qubit)
repetitions = 1
for counting in range(3):
    for i in range(repetitions):
        qpe.cp(math.pi / 4, counting, 3)
    repetitions *= 2
qpe = qpe.compose(QFT(3, inverse=True), [0, 1, 2])
for n in range(3):
    qpe.measure(n, n)
sim = Aer.get_backend('aer_simulator')
print(sim.run(transpile(qpe, sim), shots=100).result().get_counts())
