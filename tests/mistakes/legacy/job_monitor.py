from qiskit import QuantumCircuit, transpile
from qiskit import Aer
from qiskit.tools.monitor import job_monitor

backend = Aer.get_backend('aer_simulator')
qc = QuantumCircuit(1, 1)
qc.h(0)
qc.measure(0, 0)
job = backend.run(transpile(qc, backend))
job_monitor(job)
print(job.result().get_counts())
