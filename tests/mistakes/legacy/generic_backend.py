from qiskit import QuantumCircuit, transpile
from qiskit.providers.fake_provider import Fake5QV1

backend = Fake5QV1()
qc = QuantumCircuit(3)
qc.h(0)
qc.cx(0, 1)
qc.cx(0, 2)
qc.measure_all()
isa = transpile(qc, backend, seed_transpiler=1)
print(isa.depth())
