from qiskit import QuantumCircuit, QuantumRegister, ClassicalRegister, Aer, execute
import numpy as np

qr = QuantumRegister(3, name="q")
crz = ClassicalRegister(1, name="crz")
crx = ClassicalRegister(1, name="crx")
final = ClassicalRegister(1, name="final")
teleportation = QuantumCircuit(qr, crz, crx, final)
teleportation.u3(0.3, 0.2, 0.1, 0)
teleportation.h(1)
teleportation.cx(1, 2)
teleportation.barrier()
teleportation.cx(0, 1)
teleportation.h(0)
teleportation.measure(0, 0)
teleportation.measure(1, 1)
teleportation.x(2).c_if(crx, 1)
teleportation.z(2).c_if(crz, 1)
teleportation.u3(-0.3, -0.1, -0.2, 2)
teleportation.measure(2, 2)
result = execute(teleportation, Aer.get_backend('qasm_simulator'), shots=256).result()
for key in result.get_counts():
    assert key[0] == '0', key
