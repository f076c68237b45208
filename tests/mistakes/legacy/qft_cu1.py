from qiskit import QuantumCircuit, execute, Aer
from math import pi


def qft(circuit, n):
    for j in range(n):
        for k in range(j):
            circuit.cu1(pi / float(2 ** (j - k)), j, k)
        circuit.h(j)


qc = QuantumCircuit(3)
qc.x(0)
qft(qc, 3)
state = execute(qc, Aer.get_backend('statevector_simulator')).result().get_statevector()
print(state)
