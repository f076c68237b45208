from qiskit import QuantumCircuit, transpile
from qiskit.providers.fake_provider import FakeLima, FakeManilaV2

for backend in (FakeLima(), FakeManilaV2()):
    qc = QuantumCircuit(2, 2)
    qc.h(0)
    qc.cx(0, 1)
    qc.measure([0, 1], [0, 1])
    counts = backend.run(transpile(qc, backend), shots=128).result().get_counts()
    print(sum(counts.values()))
