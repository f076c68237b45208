from qiskit import IBMQ, QuantumCircuit, execute
from qiskit.providers.ibmq import least_busy

IBMQ.load_account()
provider = IBMQ.get_provider(hub='ibm-q')
backend = least_busy(provider.backends(simulator=False))
qc = QuantumCircuit(1, 1)
qc.h(0)
qc.measure(0, 0)
print(execute(qc, backend).result().get_counts())
