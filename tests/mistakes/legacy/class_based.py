from qiskit import QuantumCircuit, Aer, execute


class CoinFlip:
    """A fair coin."""

    def __init__(self, shots=100):
        self.backend = Aer.get_backend('qasm_simulator')
        self.shots = shots

    def circuit(self):
        qc = QuantumCircuit(1, 1)
        qc.u2(0, 3.141592653589793, 0)
        qc.measure(0, 0)
        return qc

    def flip(self):
        job = execute(self.circuit(), self.backend, shots=self.shots)
        return job.result().get_counts()


print(CoinFlip(50).flip())
