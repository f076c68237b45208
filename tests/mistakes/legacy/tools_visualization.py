from qiskit import QuantumCircuit, Aer, execute
from qiskit.tools.visualization import plot_histogram, plot_bloch_multivector

qc = QuantumCircuit(1)
qc.h(0)
state = execute(qc, Aer.get_backend('statevector_simulator')).result().get_statevector()
plot_bloch_multivector(state)
qc.measure_all()
counts = execute(qc, Aer.get_backend('qasm_simulator')).result().get_counts()
figure = plot_histogram(counts)
