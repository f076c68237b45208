"""Gates: rotations, controlled rotations, Toffoli and its relatives, exponentials of Paulis."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong, angle, pick
from qspark.data.tiny.families.states import CIRCUIT

BODY = "qc = QuantumCircuit({n})\nqc.{gate}\nreturn qc"

PLAIN = ("h", "x", "y", "z", "s", "t", "sx")

UNITARY_TEST = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
got = candidate()
assert isinstance(got, QuantumCircuit)
assert got.num_qubits == {n}
expected = QuantumCircuit({n})
{build}
assert Operator(got).equiv(Operator(expected))
"""


def unitary_test(n: int, *build: str) -> str:
    """A test that compares a circuit's unitary, up to global phase, with that of `build`."""
    return UNITARY_TEST.format(n=n, build="\n".join(f"expected.{line}" for line in build))


def rotation(rng: random.Random) -> Instance:
    """One rotation about x, y or z."""
    n = rng.randint(2, 6)
    q = rng.randrange(n)
    a, axis = angle(rng), rng.choice("xyz")
    return Instance(
        entry_point="rotation",
        asks=(
            f"On {n} qubits, apply r{axis} of angle {a} to qubit {q}.",
            f"Return a circuit of {n} qubits with an r{axis} gate of {a} on qubit {q}.",
            f"With {n} qubits, rotate about {axis} by {a} on qubit {q}.",
            f"Out of {n} qubits, turn around {axis} by {a} qubit {q}.",
            f"Make a {n} qubit circuit with a rotation about {axis} by {a} of qubit {q}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"r{axis}({a}, {q})"),
        test=unitary_test(n, f"r{axis}({a}, {q})"),
        wrong=(Wrong("B44", BODY.format(n=n, gate=f"r{axis}({q}, {a})"), 0.5),),
        params={"n": n, "qubit": q, "angle": a, "axis": axis},
    )


def pauli_exponential(rng: random.Random) -> Instance:
    """exp(-i a P): the rotation gate takes twice the angle."""
    n = rng.randint(2, 6)
    q = rng.randrange(n)
    a, axis = angle(rng), rng.choice("xyz")
    pauli = axis.upper()
    return Instance(
        entry_point="pauli_exponential",
        asks=(
            f"On {n} qubits, apply exp(-i {a} {pauli}) to qubit {q}.",
            f"Return a circuit of {n} qubits that evolves for time {a} under {pauli} qubit {q}.",
            f"With {n} qubits, implement exp(-i {a} {pauli}) on qubit {q}.",
            f"Out of {n} qubits, do time evolution for {a} under {pauli} of qubit {q}.",
            f"Make a {n} qubit circuit with exp(-i {a} {pauli}) acting on qubit {q}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"r{axis}(2 * {a}, {q})"),
        test=unitary_test(n, f"r{axis}(2 * {a}, {q})"),
        wrong=(Wrong("S17", BODY.format(n=n, gate=f"r{axis}({a}, {q})"), 1.5),),
        params={"n": n, "qubit": q, "angle": a, "axis": axis},
    )


def controlled_rotation(rng: random.Random) -> Instance:
    """A rotation with one control."""
    n = rng.randint(2, 6)
    c, t = pick(rng, n, 2)
    a, axis = angle(rng), rng.choice("xyz")
    return Instance(
        entry_point="controlled_rotation",
        asks=(
            f"On {n} qubits, apply cr{axis} of angle {a}, control {c}, target {t}.",
            f"Return a circuit of {n} qubits: cr{axis} of {a}, control {c}, target {t}.",
            f"With {n} qubits, do a controlled rotation about {axis} by {a}, control {c}, target {t}.",
            f"Out of {n} qubits, turn around {axis} by {a}, if qubit {c} is 1, qubit {t}.",
            f"Make a {n} qubit circuit with a cr{axis} gate of {a} from qubit {c} to qubit {t}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"cr{axis}({a}, {c}, {t})"),
        test=unitary_test(n, f"cr{axis}({a}, {c}, {t})"),
        wrong=(
            Wrong("B45", BODY.format(n=n, gate=f"cr{axis}({c}, {t}, {a})"), 0.9),
            Wrong("S15", BODY.format(n=n, gate=f"cr{axis}({a}, {t}, {c})"), 0.4),
        ),
        params={"n": n, "control": c, "target": t, "angle": a, "axis": axis},
    )


def toffoli(rng: random.Random) -> Instance:
    """A Toffoli gate on named qubits."""
    n = rng.randint(3, 7)
    a, b, t = pick(rng, n, 3)
    return Instance(
        entry_point="toffoli",
        asks=(
            f"On {n} qubits, apply a Toffoli with controls {a} and {b} and target {t}.",
            f"Return a circuit of {n} qubits with a Toffoli, controls {a} and {b}, target {t}.",
            f"With {n} qubits, if qubits {a} and {b} are 1, flip qubit {t}.",
            f"Put on {n} qubits a doubly controlled X: controls {a} and {b}, target {t}.",
            f"Make a {n} qubit circuit with a Toffoli gate from {a} and {b} to {t}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"ccx({a}, {b}, {t})"),
        test=unitary_test(n, f"ccx({a}, {b}, {t})"),
        wrong=(
            Wrong("B02", BODY.format(n=n, gate=f"toffoli({a}, {b}, {t})"), 0.8),
            Wrong("S15", BODY.format(n=n, gate=f"ccx({t}, {a}, {b})"), 0.2),
        ),
        params={"n": n, "controls": [a, b], "target": t},
    )


def multi_controlled_x(rng: random.Random) -> Instance:
    """An X gate with three controls."""
    n = rng.randint(4, 7)
    *controls, t = pick(rng, n, 4)
    controls = sorted(controls)
    return Instance(
        entry_point="multi_controlled_x",
        asks=(
            f"On {n} qubits, if qubits {controls} are all 1, flip qubit {t}.",
            f"Return a circuit of {n} qubits with controls {controls} for an X on {t}.",
            f"With {n} qubits, apply a multi controlled X, controls {controls}, target {t}.",
            f"Out of {n} qubits, let qubits {controls} control an X on qubit {t}.",
            f"Make a {n} qubit circuit in which {controls} control an X gate on qubit {t}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"mcx({controls}, {t})"),
        test=unitary_test(n, f"mcx({controls}, {t})"),
        wrong=(Wrong("B04", BODY.format(n=n, gate=f"mct({controls}, {t})"), 0.7),),
        params={"n": n, "controls": controls, "target": t},
    )


def general_gate(rng: random.Random) -> Instance:
    """The three-angle single-qubit gate."""
    n = rng.randint(2, 6)
    q = rng.randrange(n)
    a, b, c = angle(rng), angle(rng), angle(rng)
    return Instance(
        entry_point="general_gate",
        asks=(
            f"On {n} qubits, apply the U gate with angles {a}, {b}, {c} to qubit {q}.",
            f"Return a circuit of {n} qubits with U({a}, {b}, {c}) on qubit {q}.",
            f"With {n} qubits, apply a general gate of angles {a}, {b}, {c} to qubit {q}.",
            f"Put on {n} qubits a generic rotation U({a}, {b}, {c}) at qubit {q}.",
            f"Make a {n} qubit circuit with the angles {a}, {b}, {c} in a U on qubit {q}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"u({a}, {b}, {c}, {q})"),
        test=unitary_test(n, f"u({a}, {b}, {c}, {q})"),
        wrong=(Wrong("B07", BODY.format(n=n, gate=f"u3({a}, {b}, {c}, {q})"), 0.8),),
        params={"n": n, "qubit": q, "angles": [a, b, c]},
    )


def controlled_phase(rng: random.Random) -> Instance:
    """A phase with one control."""
    n = rng.randint(2, 6)
    c, t = pick(rng, n, 2)
    a = angle(rng)
    return Instance(
        entry_point="controlled_phase",
        asks=(
            f"On {n} qubits, apply a phase of {a}, control {c}, target {t}.",
            f"Return a circuit of {n} qubits: cp of {a}, control {c}, target {t}.",
            f"With {n} qubits, do a controlled phase of {a}, control {c}, target {t}.",
            f"Out of {n} qubits, add a phase {a}, if qubit {c} is 1, to qubit {t}.",
            f"Make a {n} qubit circuit with a phase {a} controlled by qubit {c} on qubit {t}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"cp({a}, {c}, {t})"),
        test=unitary_test(n, f"cp({a}, {c}, {t})"),
        wrong=(Wrong("B10", BODY.format(n=n, gate=f"cu1({a}, {c}, {t})"), 1.0),),
        params={"n": n, "control": c, "target": t, "angle": a},
    )


def gate_and_rotation(rng: random.Random) -> Instance:
    """A plain gate and a rotation, in either order."""
    n = rng.randint(2, 6)
    p, q = pick(rng, n, 2)
    a, axis = angle(rng), rng.choice("xyz")
    gate = rng.choice(PLAIN)
    plain = (f"{gate} to qubit {p}", f"{gate}({p})", f"{gate}({p})")
    turn = (f"r{axis} of angle {a} to qubit {q}", f"r{axis}({a}, {q})", f"r{axis}({q}, {a})")
    one, two = (plain, turn) if rng.random() < 0.5 else (turn, plain)
    body = "qc = QuantumCircuit({n})\nqc.{one}\nqc.{two}\nreturn qc"
    return Instance(
        entry_point="gate_and_rotation",
        asks=(
            f"On {n} qubits, apply {one[0]} and {two[0]}.",
            f"Return a circuit of {n} qubits that applies {one[0]} and {two[0]}.",
            f"With {n} qubits, apply {one[0]}, then {two[0]}.",
            f"Out of {n} qubits, apply first {one[0]}, second {two[0]}.",
            f"Make a {n} qubit circuit: {one[0]}, then {two[0]}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, one=one[1], two=two[1]),
        test=unitary_test(n, one[1], two[1]),
        wrong=(Wrong("B44", body.format(n=n, one=one[2], two=two[2]), 0.5),),
        params={"n": n, "steps": [one[1], two[1]]},
    )


def gate_layer(rng: random.Random) -> Instance:
    """The same plain gate on every qubit."""
    n = rng.randint(2, 9)
    gate = rng.choice(PLAIN)
    body = "qc = QuantumCircuit({n})\nfor i in range({stop}):\n    qc.{gate}(i)\nreturn qc"
    return Instance(
        entry_point="gate_layer",
        asks=(
            f"On each of {n} qubits, apply {gate}.",
            f"Return a circuit of {n} qubits with {gate} on every qubit.",
            f"With {n} qubits, put {gate} on all.",
            f"Act on all of {n} qubits with {gate}.",
            f"Make a {n} qubit circuit that applies {gate} everywhere.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, stop=n, gate=gate),
        test=unitary_test(n, f"{gate}(range({n}))"),
        wrong=(Wrong("D08", body.format(n=n, stop=f"{n} - 1", gate=gate), 1.3),),
        params={"n": n, "gate": gate},
    )


def two_rotations(rng: random.Random) -> Instance:
    """Two rotations, one after the other."""
    n = rng.randint(2, 6)
    p, q = pick(rng, n, 2)
    a, b = angle(rng), angle(rng)
    first, second = rng.sample("xyz", 2)
    one = f"r{first} of angle {a} to qubit {p}"
    two = f"r{second} of angle {b} to qubit {q}"
    body = "qc = QuantumCircuit({n})\nqc.{one}\nqc.{two}\nreturn qc"
    return Instance(
        entry_point="two_rotations",
        asks=(
            f"On {n} qubits, apply {one} and {two}.",
            f"Return a circuit of {n} qubits that applies {one} and {two}.",
            f"With {n} qubits, apply {one}, then {two}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, one=f"r{first}({a}, {p})", two=f"r{second}({b}, {q})"),
        test=unitary_test(n, f"r{first}({a}, {p})", f"r{second}({b}, {q})"),
        wrong=(
            Wrong(
                "B44",
                body.format(n=n, one=f"r{first}({p}, {a})", two=f"r{second}({q}, {b})"),
                0.5,
            ),
        ),
        params={"n": n, "qubits": [p, q], "angles": [a, b], "axes": [first, second]},
    )


def gate_pair(rng: random.Random) -> Instance:
    """Two plain gates, one after the other."""
    n = rng.randint(2, 6)
    p, q = pick(rng, n, 2)
    first, second = rng.sample(PLAIN, 2)
    body = "qc = QuantumCircuit({n})\nqc.{one}\nqc.{two}\nreturn qc"
    return Instance(
        entry_point="gate_pair",
        asks=(
            f"On {n} qubits, apply {first} to qubit {p} and {second} to qubit {q}.",
            f"Return a circuit of {n} qubits with {first} on qubit {p} and {second} on qubit {q}.",
            f"With {n} qubits, put {first} on qubit {p} and {second} on qubit {q}.",
            f"Out of {n} qubits, act with {first} on qubit {p} and with {second} on qubit {q}.",
            f"Make a {n} qubit circuit: {first} on qubit {p}, then {second} on qubit {q}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, one=f"{first}({p})", two=f"{second}({q})"),
        test=unitary_test(n, f"{first}({p})", f"{second}({q})"),
        wrong=(Wrong("S15", body.format(n=n, one=f"{first}({q})", two=f"{second}({p})"), 1.3),),
        params={"n": n, "qubits": [p, q], "gates": [first, second]},
    )


def rotation_layer(rng: random.Random) -> Instance:
    """The same rotation on every qubit."""
    n = rng.randint(2, 8)
    a, axis = angle(rng), rng.choice("xyz")
    body = "qc = QuantumCircuit({n})\nfor i in range({n}):\n    qc.r{axis}({args})\nreturn qc"
    return Instance(
        entry_point="rotation_layer",
        asks=(
            f"On each of {n} qubits, apply r{axis} of angle {a}.",
            f"Return a circuit of {n} qubits with r{axis} of {a} on every qubit.",
            f"With {n} qubits, rotate about {axis} by {a} on all.",
            f"Turn all of {n} qubits around {axis} by {a}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, axis=axis, args=f"{a}, i"),
        test=unitary_test(n, f"r{axis}({a}, range({n}))"),
        wrong=(Wrong("B44", body.format(n=n, axis=axis, args=f"i, {a}"), 0.5),),
        params={"n": n, "angle": a, "axis": axis},
    )


FAMILIES = (
    Family("rotation", "gates", "basic", rotation),
    Family("pauli_exponential", "gates", "intermediate", pauli_exponential),
    Family("controlled_rotation", "gates", "basic", controlled_rotation),
    Family("toffoli", "gates", "basic", toffoli),
    Family("multi_controlled_x", "gates", "basic", multi_controlled_x),
    Family("general_gate", "gates", "basic", general_gate),
    Family("controlled_phase", "gates", "basic", controlled_phase),
    Family("gate_pair", "gates", "basic", gate_pair),
    Family("gate_and_rotation", "gates", "basic", gate_and_rotation),
    Family("gate_layer", "gates", "basic", gate_layer),
    Family("two_rotations", "gates", "basic", two_rotations),
    Family("rotation_layer", "gates", "basic", rotation_layer),
)
