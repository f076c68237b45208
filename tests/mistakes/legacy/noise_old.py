from qiskit import QuantumCircuit, execute, Aer
from qiskit.providers.aer.noise import NoiseModel
from qiskit.providers.aer.noise import depolarizing_error, ReadoutError

model = NoiseModel()
model.add_all_qubit_quantum_error(depolarizing_error(0.02, 1), ['h', 'x'])
model.add_all_qubit_quantum_error(depolarizing_error(0.05, 2), ['cx'])
model.add_all_qubit_readout_error(ReadoutError([[0.97, 0.03], [0.05, 0.95]]))
qc = QuantumCircuit(2, 2)
qc.h(0)
qc.cx(0, 1)
qc.measure([0, 1], [0, 1])
result = execute(qc, Aer.get_backend('qasm_simulator'), noise_model=model,
                 basis_gates=model.basis_gates).result()
print(result.get_counts())
