"""What the families of the IBM runtime share: the device in their tests."""

# The device, and the beginning of a check that a circuit fits it.
_LINE = """
rng = np.random.default_rng(np.random.randint(2**31))
line = [[0, 1], [1, 0], [1, 2], [2, 1], [2, 3], [3, 2], [3, 4], [4, 3]]
device = GenericBackendV2(5, basis_gates=["cz", "rz", "sx", "x"], coupling_map=line, seed=4, noise_info=False)
def on_device(isa):
    assert isa.num_qubits == 5
"""
# For samplers: barriers may stand anywhere.
SAMPLED_DEVICE = f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.providers import JobStatus
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.quantum_info import SparsePauliOp, Statevector
{_LINE.strip()}
    for item in isa.data:
        if item.operation.name != "barrier":
            qubits = tuple(isa.find_bit(q).index for q in item.qubits)
            assert device.target.instruction_supported(item.operation.name, qubits)
"""
# For estimators: circuits without barriers.
ESTIMATED_DEVICE = f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector
{_LINE.strip()}
    for item in isa.data:
        qubits = tuple(isa.find_bit(q).index for q in item.qubits)
        assert device.target.instruction_supported(item.operation.name, qubits)
"""
