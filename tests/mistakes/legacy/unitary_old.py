from qiskit import *
from math import pi
import numpy as np

circuit = QuantumCircuit(2)
circuit.h(0)
circuit.crz(pi / 2, 0, 1)
circuit.swap(0, 1)
backend = Aer.get_backend('unitary_simulator')
job = execute(circuit, backend)
print(np.round(job.result().get_unitary(circuit), 2))
