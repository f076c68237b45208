from qiskit import QuantumRegister, ClassicalRegister, QuantumCircuit
from qiskit import execute, Aer

q = QuantumRegister(3, 'q')
c = ClassicalRegister(3, 'c')
ghz = QuantumCircuit(q, c)
ghz.h(q[0])
ghz.cnot(q[0], q[1])
ghz.cnot(q[1], q[2])
ghz.barrier()
ghz.measure(q, c)
job = execute(ghz, Aer.get_backend('qasm_simulator'), shots=500)
print(job.result().get_counts(ghz))
