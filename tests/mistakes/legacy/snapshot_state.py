from qiskit import QuantumCircuit, Aer, execute

qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
qc.snapshot_statevector('half')
print(execute(qc, Aer.get_backend('qasm_simulator')).result())
