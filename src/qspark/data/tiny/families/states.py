"""State preparation: basis states, superpositions, GHZ states, phases."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong, angle, bits, pick

CIRCUIT = "from qiskit import QuantumCircuit"

STATE_TEST = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
got = candidate()
assert isinstance(got, QuantumCircuit)
assert got.num_qubits == {n}
expected = QuantumCircuit({n})
{build}
assert Statevector(got).equiv(Statevector(expected))
"""


def state_test(n: int, *build: str) -> str:
    """A test that compares the state a circuit prepares with that of the statements in `build`."""
    return STATE_TEST.format(n=n, build="\n".join(f"expected.{line}" for line in build))


def basis_state(rng: random.Random) -> Instance:
    """A computational basis state given by its label, qubit 0 on the right."""
    label = bits(rng, 3, 6)
    n = len(label)
    body = """
qc = QuantumCircuit({n})
for i, bit in enumerate({order}):
    if bit == "1":
        qc.x(i)
return qc
"""
    ones = [i for i, bit in enumerate(reversed(label)) if bit == "1"]
    return Instance(
        entry_point="basis_state",
        asks=(
            f"On {n} qubits, prepare the basis state {label}.",
            f"Return a circuit of {n} qubits in the state {label}.",
            f"Build on {n} qubits the computational basis state {label}.",
            f"Set {n} qubits to the label {label}, qubit 0 on the right.",
            f"Make a {n} qubit circuit that gives the basis state {label}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, order=f'reversed("{label}")'),
        test=state_test(n, f"x({ones})"),
        wrong=(Wrong("S02", body.format(n=n, order=f'"{label}"'), 1.4),),
        params={"label": label},
    )


def superposition(rng: random.Random) -> Instance:
    """Hadamard gates on some of the qubits."""
    n = rng.randint(4, 8)
    qubits = sorted(pick(rng, n - 1, rng.randint(2, 3)))
    body = "qc = QuantumCircuit({n})\nqc.h({qubits})\nreturn qc"
    return Instance(
        entry_point="superposition",
        asks=(
            f"On {n} qubits, put qubits {qubits} into an equal superposition.",
            f"Return a circuit of {n} qubits with Hadamard gates on qubits {qubits}.",
            f"With {n} qubits, apply H to the qubits {qubits}.",
            f"Out of {n} qubits, bring qubits {qubits} into the plus state.",
            f"Make a {n} qubit circuit with an equal superposition of qubits {qubits}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, qubits=qubits),
        test=state_test(n, f"h({qubits})"),
        wrong=(Wrong("D08", body.format(n=n, qubits=[q + 1 for q in qubits]), 0.4),),
        params={"n": n, "qubits": qubits},
    )


def ghz_state(rng: random.Random) -> Instance:
    """A GHZ state grown from a chosen qubit."""
    n = rng.randint(3, 8)
    root = rng.randrange(n)
    body = """
qc = QuantumCircuit({n})
qc.h({root})
for i in range({n}):
    if i != {root}:
        qc.{gate}
return qc
"""
    return Instance(
        entry_point="ghz_state",
        asks=(
            f"Prepare a GHZ state of {n} qubits from qubit {root}.",
            f"Return a GHZ circuit on {n} qubits that starts at qubit {root}.",
            f"Entangle {n} qubits into a GHZ state with the Hadamard on qubit {root}.",
            f"Build the {n} qubit GHZ state with qubit {root} as control.",
            f"Make a GHZ state: {n} qubits, controlled by qubit {root}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, root=root, gate=f"cx({root}, i)"),
        test=state_test(n, f"h({root})", f"cx({root}, [q for q in range({n}) if q != {root}])"),
        wrong=(
            Wrong("B01", body.format(n=n, root=root, gate=f"cnot({root}, i)"), 1.0),
            Wrong("S15", body.format(n=n, root=root, gate=f"cx(i, {root})"), 0.3),
        ),
        params={"n": n, "root": root},
    )


def phase_state(rng: random.Random) -> Instance:
    """One qubit on the equator of the Bloch sphere."""
    n = rng.randint(2, 6)
    q = rng.randrange(n)
    a = angle(rng)
    body = "qc = QuantumCircuit({n})\nqc.h({q})\nqc.{gate}\nreturn qc"
    return Instance(
        entry_point="phase_state",
        asks=(
            f"On {n} qubits, put qubit {q} into an equal superposition with phase {a}.",
            f"Return a circuit of {n} qubits: H on qubit {q}, then a phase of {a}.",
            f"With {n} qubits, give qubit {q} an H and a phase of {a}.",
            f"Out of {n} qubits, bring qubit {q} into the plus state with phase {a}.",
            f"Make a {n} qubit circuit with H on qubit {q}, followed by the phase {a}.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, q=q, gate=f"p({a}, {q})"),
        test=state_test(n, f"h({q})", f"p({a}, {q})"),
        wrong=(
            Wrong("B09", body.format(n=n, q=q, gate=f"u1({a}, {q})"), 0.8),
            Wrong("B44", body.format(n=n, q=q, gate=f"p({q}, {a})"), 0.2),
        ),
        params={"n": n, "qubit": q, "angle": a},
    )


def cluster_state(rng: random.Random) -> Instance:
    """A linear cluster state on part of a register."""
    n = rng.randint(3, 8)
    first = rng.randint(0, n - 3)
    body = """
qc = QuantumCircuit({n})
for i in range({first}, {n}):
    qc.h(i)
for i in range({first}, {stop}):
    qc.cz(i, i + 1)
return qc
"""
    return Instance(
        entry_point="cluster_state",
        asks=(
            f"On {n} qubits, prepare a linear cluster state from qubit {first} on.",
            f"Return a circuit of {n} qubits with a cluster state that starts at qubit {first}.",
            f"With {n} qubits, apply H from qubit {first} on, then CZ between neighbours.",
            f"Build on {n} qubits a chain of CZ gates on plus states from qubit {first}.",
            f"Make a {n} qubit circuit with a cluster state of qubit {first} and all above.",
        ),
        imports=CIRCUIT,
        body=body.format(n=n, first=first, stop=f"{n} - 1"),
        test=state_test(
            n,
            f"h(range({first}, {n}))",
            f"cz(list(range({first}, {n - 1})), list(range({first + 1}, {n})))",
        ),
        wrong=(Wrong("D08", body.format(n=n, first=first, stop=n), 1.3),),
        params={"n": n, "first": first},
    )


FAMILIES = (
    Family("basis_state", "states", "basic", basis_state),
    Family("superposition", "states", "basic", superposition),
    Family("ghz_state", "states", "basic", ghz_state),
    Family("phase_state", "states", "basic", phase_state),
    Family("cluster_state", "states", "intermediate", cluster_state),
)
