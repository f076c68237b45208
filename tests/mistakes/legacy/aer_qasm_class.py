from qiskit import QuantumCircuit, transpile
from qiskit.providers.aer import Aer, AerError

sim = Aer.get_backend('aer_simulator')
qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
qc.measure_all()
try:
    print(sim.run(transpile(qc, sim)).result().get_counts())
except AerError as error:
    print(error)
