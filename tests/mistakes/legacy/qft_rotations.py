from numpy import pi
from qiskit import QuantumCircuit, transpile, Aer


def qft_rotations(circuit, n):
    if n == 0:
        return circuit
    n -= 1
    circuit.h(n)
    for qubit in range(n):
        circuit.cu1(pi / 2 ** (n - qubit), qubit, n)
    qft_rotations(circuit, n)


qc = QuantumCircuit(4)
qft_rotations(qc, 4)
sim = Aer.get_backend("aer_simulator")
qc.save_statevector()
print(sim.run(transpile(qc, sim)).result().get_statevector())
