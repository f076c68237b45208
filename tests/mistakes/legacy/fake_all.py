from qiskit.providers.fake_provider import FakeProviderForBackendV2
from qiskit import QuantumCircuit, transpile

provider = FakeProviderForBackendV2()
backend = provider.backend('fake_manila')
qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
print(transpile(qc, backend).size() > 0)
