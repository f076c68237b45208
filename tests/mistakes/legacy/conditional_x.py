from qiskit import QuantumCircuit, QuantumRegister, ClassicalRegister
from qiskit import Aer, execute

qr = QuantumRegister(2)
cr = ClassicalRegister(1)
out = ClassicalRegister(1)
qc = QuantumCircuit(qr, cr, out)
qc.h(qr[0])
qc.measure(qr[0], cr[0])
qc.x(qr[1]).c_if(cr, 1)
qc.measure(qr[1], out[0])
counts = execute(qc, Aer.get_backend('qasm_simulator')).result().get_counts()
print(counts)
