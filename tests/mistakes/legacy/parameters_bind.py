from qiskit import QuantumCircuit, execute, Aer
from qiskit.circuit import Parameter
import numpy as np

theta = Parameter('θ')
qc = QuantumCircuit(1, 1)
qc.ry(theta, 0)
qc.measure(0, 0)
backend = Aer.get_backend('qasm_simulator')
values = np.linspace(0, np.pi, 5)
circuits = [qc.bind_parameters({theta: v}) for v in values]
job = execute(circuits, backend, shots=200)
for i, value in enumerate(values):
    print(f"{value:.2f}", job.result().get_counts(i))
