from qiskit import QuantumCircuit
from qiskit.converters import circuit_to_dag, dag_to_circuit
from qiskit.tools.visualization import dag_drawer

qc = QuantumCircuit(2, 1)
qc.h(0)
qc.cnot(0, 1)
qc.measure(0, 0)
dag = circuit_to_dag(qc)
for node in dag.op_nodes():
    print(node.name)
print(dag_to_circuit(dag).size())
