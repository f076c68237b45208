from qiskit.result import LocalReadoutMitigator

mitigator = LocalReadoutMitigator(assignment_matrices=None, qubits=[0])
print(mitigator)
