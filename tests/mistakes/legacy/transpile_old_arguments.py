from qiskit import QuantumCircuit, transpile
from qiskit.providers.fake_provider import GenericBackendV2

backend = GenericBackendV2(3, seed=2)
qc = QuantumCircuit(3)
qc.h(0)
qc.cx(0, 1)
qc.cx(1, 2)
out = transpile(qc, basis_gates=['u', 'cx'], coupling_map=backend.coupling_map,
                backend_properties=None, seed_transpiler=7)
print(out.count_ops())
