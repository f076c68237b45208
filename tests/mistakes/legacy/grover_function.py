from qiskit import *


def diffuser(nqubits):
    qc = QuantumCircuit(nqubits)
    for qubit in range(nqubits):
        qc.h(qubit)
        qc.x(qubit)
    qc.h(nqubits - 1)
    qc.mct(list(range(nqubits - 1)), nqubits - 1)
    qc.h(nqubits - 1)
    for qubit in range(nqubits):
        qc.x(qubit)
        qc.h(qubit)
    gate = qc.to_gate()
    gate.name = "U$_s$"
    return gate


grover = QuantumCircuit(3)
grover.h([0, 1, 2])
grover.append(diffuser(3), [0, 1, 2])
grover.measure_all()
simulator = Aer.get_backend('aer_simulator')
print(simulator.run(transpile(grover, simulator)).result().get_counts())
