from qiskit import QuantumCircuit, transpile
from qiskit.providers.aer import QasmSimulator, AerSimulator
import qiskit.providers.aer.noise as noise

err = noise.depolarizing_error(0.01, 1)
nm = noise.NoiseModel()
nm.add_all_qubit_quantum_error(err, ['x'])
sim = AerSimulator(noise_model=nm)
qc = QuantumCircuit(1)
qc.x(0)
qc.measure_all()
print(sim.run(transpile(qc, sim), shots=100).result().get_counts())
