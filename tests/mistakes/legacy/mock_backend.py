from qiskit import QuantumCircuit, transpile
from qiskit.test.mock import FakeVigo

backend = FakeVigo()
qc = QuantumCircuit(3)
qc.h(0)
qc.cx(0, 2)
qc.measure_all()
mapped = transpile(qc, backend, optimization_level=2, seed_transpiler=3)
print(mapped.depth(), mapped.count_ops())
