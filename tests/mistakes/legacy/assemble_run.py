from qiskit import QuantumCircuit, Aer, transpile, assemble

sim = Aer.get_backend('aer_simulator')
qc = QuantumCircuit(3)
qc.x(0)
qc.toffoli(0, 1, 2)
qc.measure_all()
t_qc = transpile(qc, sim)
qobj = assemble(t_qc, shots=100)
print(sim.run(qobj).result().get_counts())
