"""Small families for the tests of the builder: two that are sound, and three that are not."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, bits, family


@family("rotations", "basic", "unitary", skills=("angles",), why="rz is not p.", tolerance=1e-8)
def two_rotations(rng: Random) -> Instance:
    """Two rotations on two qubits."""
    one, two = rng.sample("xyz", 2)
    a, b = angle(rng), angle(rng)
    return Instance(
        entry_point="two_rotations",
        asks=(
            f"Rotate qubit 0 about {one} by {a}, qubit 1 about {two} by {b}, then CX from 0 to 1.",
            f"Build a circuit of two qubits: r{one}({a}) on the first, r{two}({b}) on the second one, "
            "and a CX that the first controls.",
            f"Two qubits, turned around {one} ({a}, qubit 0) and {two} ({b}, qubit 1), then CX(0, 1).",
        ),
        imports="from qiskit import QuantumCircuit",
        signature="() -> QuantumCircuit",
        body=f"qc = QuantumCircuit(2)\nqc.r{one}({a}, 0)\nqc.r{two}({b}, 1)\nqc.cx(0, 1)\nreturn qc",
        test=f"""
import numpy as np
from qiskit.circuit.library import CXGate, R{one.upper()}Gate, R{two.upper()}Gate
from qiskit.quantum_info import Operator
want = np.kron(R{two.upper()}Gate({b}).to_matrix(), R{one.upper()}Gate({a}).to_matrix())
want = CXGate().to_matrix() @ want
assert Operator(candidate()).equiv(Operator(want))
""",
        params={"axes": one + two, "angles": [a, b]},
        wrong=(Wrong("B44", f"qc = QuantumCircuit(2)\nqc.r{one}(0, {a})\nreturn qc"),),
    )


@family("labels", "advanced", "state", skills=("endianness",), why="Qubit 0 is on the right.")
def flipped_label(rng: Random) -> Instance:
    """A basis state with some qubits flipped."""
    mask = bits(rng, 3, 6)
    return Instance(
        entry_point="flip_label",
        asks=(
            f"Prepare the basis state of `label`, flipped where {mask} has a 1 (qubit 0 right).",
            f"From a label of {len(mask)} bits make the state label XOR {mask}, rightmost bit qubit 0.",
            f"XOR the given bits with {mask} and prepare that basis state; the last character is qubit 0.",
        ),
        imports="from qiskit import QuantumCircuit",
        signature="(label: str) -> QuantumCircuit",
        body=f"""
qc = QuantumCircuit({len(mask)})
for qubit, (bit, flip) in enumerate(zip(reversed(label), reversed("{mask}"))):
    if bit != flip:
        qc.x(qubit)
return qc
""",
        test=f"""
import numpy as np
from qiskit.quantum_info import Statevector
for _ in range(4):
    number = np.random.randint(2 ** {len(mask)})
    got = candidate(format(number, "0{len(mask)}b"))
    want = np.zeros(2 ** {len(mask)})
    want[number ^ {int(mask, 2)}] = 1
    assert Statevector(got).equiv(Statevector(want))
""",
        params={"mask": mask},
    )


@family("sloppy", "basic", "value")
def loose_test(rng: Random) -> Instance:
    """A test that looks at the type only."""
    a, b = rng.randint(2, 900), rng.randint(2, 900)
    return Instance(
        entry_point="scaled",
        asks=(f"Multiply by {a} and add {b}.", f"Return {a} x + {b}.", f"x times {a}, plus {b}."),
        imports="",
        signature="(x: int) -> int",
        body=f"return {a} * x + {b}",
        test="assert isinstance(candidate(3), int)",
        params={"a": a, "b": b},
    )


@family("wrong", "basic", "value")
def wrong_reference(rng: Random) -> Instance:
    """A reference that its own test turns down."""
    a = rng.randint(2, 900)
    return Instance(
        entry_point="constant",
        asks=(f"Return {a}.", f"Give {a} back.", f"The number {a}, please."),
        imports="",
        signature="() -> int",
        body=f"return {a} + 1",
        test=f"assert candidate() == {a}",
        params={"a": a},
    )


@family("chance", "basic", "value")
def flaky_reference(rng: Random) -> Instance:
    """A reference that passes by chance."""
    a = rng.randint(2, 900)
    return Instance(
        entry_point="coin",
        asks=(f"Toss a coin ({a}).", f"A random bit, number {a}.", f"Bit {a} at random."),
        imports="import numpy as np",
        signature="() -> int",
        body=f"return int(np.random.randint(2 ** 20) % 2 == 0) * {a}",
        test=f"assert candidate() == {a}",
        params={"a": a},
    )


SOUND = (two_rotations, flipped_label)


@family("classes", "basic", "value", skills=("classes",), why="Its class exists in one process.")
def gives_an_own_object(rng: Random) -> Instance:
    """A sound task whose value cannot be sent to another process."""
    start, step = rng.randint(2, 30), rng.randint(2, 30)
    return Instance(
        entry_point="counter",
        asks=(f"Return an object whose `start` is {start} and whose `step` is {step}.",),
        imports="",
        signature="()",
        body=f"class Counter:\n    start = {start}\n    step = {step}\nreturn Counter()",
        test=f"assert (candidate().start, candidate().step) == ({start}, {step})",
        params={"start": start, "step": step},
    )
