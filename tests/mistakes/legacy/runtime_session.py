from qiskit import QuantumCircuit, transpile
from qiskit_ibm_runtime import SamplerV2, Session
from qiskit_ibm_runtime.fake_provider import FakeLimaV2

backend = FakeLimaV2()
qc = QuantumCircuit(1, 1)
qc.x(0)
qc.measure(0, 0)
with Session(backend=backend) as session:
    sampler = SamplerV2(session=session)
    job = sampler.run([transpile(qc, backend)], shots=64)
    print(job.result()[0].data.c.get_counts())
