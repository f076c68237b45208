"""State preparation: circuits whose output state is asked for."""

from random import Random

from qspark.data.families.base import Instance, Wrong, bits, family


@family(
    "state_preparation",
    "basic",
    oracle="state",
    skills=("endianness",),
    why="The rightmost character of a label is qubit 0.",
    tolerance=1e-8,
)
def basis_state_from_label(rng: Random) -> Instance:
    """A circuit that flips the qubits which a label names."""
    mark = rng.choice(["1", "x", "#"])
    body = """
qc = QuantumCircuit(len(label))
for qubit, char in enumerate(reversed(label)):
    if char == "{mark}":
        qc.x(qubit)
return qc
"""
    label = bits(rng, 4, 6).replace("1", mark)
    return Instance(
        entry_point="prepare_label",
        signature="(label: str) -> QuantumCircuit",
        asks=(
            f"Return a circuit that prepares the computational basis state written in `label`, where "
            f"`{mark}` stands for one and the last character belongs to qubit 0.",
            f"Given a string such as `{label}`, build a circuit with one qubit per character and flip "
            f"every qubit whose character is `{mark}`. The rightmost character is qubit 0.",
            f"`label` is a ket in Qiskit's bit order (qubit 0 is on the right); `{mark}` marks the "
            "excited qubits. Give the circuit that prepares it from all zeros.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body.format(mark=mark),
        test=f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
for label in ("{label}", "{mark}000", "00{mark}"):
    got = candidate(label)
    assert isinstance(got, QuantumCircuit)
    want = Statevector.from_label(label.replace("{mark}", "1"))
    assert got.num_qubits == len(label)
    assert Statevector(got).equiv(want, atol=1e-8, rtol=0)
""",
        params={"label": label, "mark": mark},
        wrong=(Wrong("S02", body.format(mark=mark).replace("reversed(label)", "label")),),
    )
