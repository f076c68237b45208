"""Gates: rotations, controlled rotations, Toffoli and its relatives, exponentials of Paulis."""

import random

from qspark.data.families.base import Family, Instance, Wrong, angle, pick
from qspark.data.families.states import CIRCUIT

BODY = "qc = QuantumCircuit({n})\nqc.{gate}\nreturn qc"

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
            f"On {n} qubits, rotate qubit {q} about {axis} by {a}.",
            f"Return a circuit of {n} qubits with an r{axis} gate of angle {a} on qubit {q}.",
            f"Apply a rotation by {a} about the {axis} axis to qubit {q} of {n} qubits.",
            f"Turn qubit {q} of {n} qubits by {a} around {axis}.",
            f"Make a {n} qubit circuit that rotates qubit {q} around the {axis} axis by {a}.",
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
            f"Return a circuit of {n} qubits that evolves qubit {q} under {pauli} for time {a}.",
            f"Implement exp(-i {a} {pauli}) on qubit {q} of {n} qubits.",
            f"Time evolution under {pauli} on qubit {q} of {n} qubits, time {a}.",
            f"Build exp(-i {a} {pauli}) acting on qubit {q} in a circuit of {n} qubits.",
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
            f"On {n} qubits, rotate qubit {t} about {axis} by {a} if qubit {c} is 1.",
            f"Return a circuit of {n} qubits: cr{axis} of {a}, control {c}, target {t}.",
            f"Apply a controlled rotation by {a} about {axis}, control {c}, target {t}, "
            f"to {n} qubits.",
            f"Control a rotation of {a} about {axis} on qubit {t} by qubit {c}, with {n} qubits.",
            f"With {n} qubits, let qubit {c} control a rotation about {axis} by {a} of qubit {t}.",
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
            f"On {n} qubits, flip qubit {t} if qubits {a} and {b} are 1.",
            f"Return a circuit of {n} qubits with a Toffoli, controls {a} and {b}, target {t}.",
            f"Apply a Toffoli gate with controls {a}, {b} and target {t} to {n} qubits.",
            f"Put a doubly controlled X on {n} qubits: controls {a} and {b}, target {t}.",
            f"With {n} qubits, use controls {a} and {b} of a Toffoli on target {t}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"ccx({a}, {b}, {t})"),
        test=unitary_test(n, f"ccx({a}, {b}, {t})"),
        wrong=(
            Wrong("B02", BODY.format(n=n, gate=f"toffoli({a}, {b}, {t})"), 1.4),
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
            f"On {n} qubits, flip qubit {t} if qubits {controls} are all 1.",
            f"Return a circuit of {n} qubits with an X on {t} controlled by {controls}.",
            f"Apply a multi controlled X, controls {controls}, target {t}, to {n} qubits.",
            f"Control an X gate on qubit {t} by qubits {controls}, with {n} qubits.",
            f"With {n} qubits, let {controls} control an X gate on qubit {t}.",
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
            f"Apply the general single qubit gate of angles {a}, {b}, {c} "
            f"to qubit {q} of {n} qubits.",
            f"Put a generic rotation U({a}, {b}, {c}) on qubit {q} of {n} qubits.",
            f"With {n} qubits, act on qubit {q} by U with angles {a}, {b}, {c}.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"u({a}, {b}, {c}, {q})"),
        test=unitary_test(n, f"u({a}, {b}, {c}, {q})"),
        wrong=(Wrong("B07", BODY.format(n=n, gate=f"u3({a}, {b}, {c}, {q})"), 1.4),),
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
            f"On {n} qubits, apply a phase of {a} to qubit {t} if qubit {c} is 1.",
            f"Return a circuit of {n} qubits: cp of {a}, control {c}, target {t}.",
            f"Apply a controlled phase of {a}, control {c}, target {t}, to {n} qubits.",
            f"With {n} qubits, let qubit {c} control a phase gate of {a} on qubit {t}.",
            f"Put a phase {a} on qubit {t}, controlled by qubit {c}, in a circuit of {n} qubits.",
        ),
        imports=CIRCUIT,
        body=BODY.format(n=n, gate=f"cp({a}, {c}, {t})"),
        test=unitary_test(n, f"cp({a}, {c}, {t})"),
        wrong=(Wrong("B10", BODY.format(n=n, gate=f"cu1({a}, {c}, {t})"), 1.0),),
        params={"n": n, "control": c, "target": t, "angle": a},
    )


def two_rotations(rng: random.Random) -> Instance:
    """Two rotations, one after the other."""
    n = rng.randint(2, 6)
    p, q = pick(rng, n, 2)
    a, b = angle(rng), angle(rng)
    first, second = rng.sample("xyz", 2)
    body = "qc = QuantumCircuit({n})\nqc.{one}\nqc.{two}\nreturn qc"
    return Instance(
        entry_point="two_rotations",
        asks=(
            f"On {n} qubits, rotate qubit {p} about {first} by {a} "
            f"and qubit {q} about {second} by {b}.",
            f"Return a circuit of {n} qubits with r{first} of {a} on qubit {p} "
            f"and r{second} of {b} on qubit {q}.",
            f"With {n} qubits, turn qubit {p} by {a} around {first}, "
            f"qubit {q} by {b} around {second}.",
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
    first, second = rng.sample(["h", "x", "y", "z", "s", "t", "sx"], 2)
    body = "qc = QuantumCircuit({n})\nqc.{one}\nqc.{two}\nreturn qc"
    return Instance(
        entry_point="gate_pair",
        asks=(
            f"On {n} qubits, apply {first} to qubit {p} and {second} to qubit {q}.",
            f"Return a circuit of {n} qubits with {first} on qubit {p} and {second} on qubit {q}.",
            f"With {n} qubits, put {first} on qubit {p} and {second} on qubit {q}.",
            f"Act with {first} on qubit {p} and with {second} on qubit {q} of {n} qubits.",
            f"Make a {n} qubit circuit: {first} on qubit {p}, then {second} on qubit {q}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, one=f"{first}({p})", two=f"{second}({q})"),
        test=unitary_test(n, f"{first}({p})", f"{second}({q})"),
        wrong=(Wrong("S15", body.format(n=n, one=f"{first}({q})", two=f"{second}({p})"), 0.4),),
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
            f"Rotate each of {n} qubits about {axis} by {a}.",
            f"Return a circuit of {n} qubits with r{axis} of angle {a} on each.",
            f"Apply a rotation by {a} about the {axis} axis to every one of {n} qubits.",
            f"Turn all of {n} qubits by {a} around {axis}.",
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
    Family("two_rotations", "gates", "basic", two_rotations),
    Family("rotation_layer", "gates", "basic", rotation_layer),
)
