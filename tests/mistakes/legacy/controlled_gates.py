from qiskit import QuantumCircuit, QuantumRegister
from qiskit.circuit.library import MCMT, XGate
from qiskit.extensions import UnitaryGate

sub = QuantumCircuit(2, name='sub')
sub.cu1(0.2, 0, 1)
sub.u3(0.1, 0, 0, 0)
gate = sub.to_gate().control(1)
q = QuantumRegister(3, 'q')
main = QuantumCircuit(q)
main.append(gate, [q[2], q[0], q[1]])
main.mct([q[0], q[1]], q[2])
print(main.decompose(reps=2).count_ops())
