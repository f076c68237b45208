from qiskit import QuantumCircuit, transpile
from qiskit_ibm_runtime import EstimatorV2 as Estimator
from qiskit_ibm_runtime.fake_provider import FakeNairobi
from qiskit.quantum_info import SparsePauliOp

backend = FakeNairobi()
qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
isa = transpile(qc, backend)
observable = SparsePauliOp("ZZ").apply_layout(isa.layout)
estimator = Estimator(backend=backend)
print(estimator.run([(isa, observable)]).result()[0].data.evs)
