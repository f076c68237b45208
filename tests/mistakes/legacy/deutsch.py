from qiskit import QuantumCircuit, IBMQ, Aer, transpile, assemble
from qiskit.visualization import plot_histogram

n = 3
dj = QuantumCircuit(n + 1, n)
dj.h(range(n))
dj.x(n)
dj.h(n)
for qubit in range(n):
    dj.cx(qubit, n)
dj.h(range(n))
for i in range(n):
    dj.measure(i, i)
aer_sim = Aer.get_backend('aer_simulator')
qobj = assemble(dj, aer_sim)
answer = aer_sim.run(qobj).result().get_counts()
assert answer == {'111': 1024}
