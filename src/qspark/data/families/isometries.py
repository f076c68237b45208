"""Isometries, multiplexed preparations, and putting qubits that are in use into a state."""

from random import Random

from qspark.data.families._state_goals import imports_for
from qspark.data.families.base import Instance, angle, family
from qspark.data.families.wording import fill


@family(
    "state_preparation",
    "advanced",
    oracle="channel",
    skills=("isometries", "reset"),
    why="initialize resets first and works on used qubits; prepare_state is a unitary for |0...0>.",
    tolerance=1e-7,
)
def isometries_and_reinitialisation(rng: Random) -> Instance:
    """Isometries and multiplexed preparations, and initialising qubits that are in use."""
    kind = rng.choice(
        [
            "encode",
            "encode",
            "encode",
            "columns",
            "reset",
            "reset",
            "reset",
            "conditional",
            "mixture",
            "unload",
        ]
    )
    theta, phi = angle(rng), angle(rng)
    given, out, library = "", "QuantumCircuit", ()
    words = rng.sample(["000", "011", "101", "110", "001", "111", "010", "100"], 4)
    label = rng.choice(["+1", "r0", "1-", "l+", "0r", "-r", "1l"])
    spots = rng.sample(range(3), 2)
    if kind == "encode":
        body = f"""
matrix = np.zeros((8, 2), dtype=complex)
matrix[[0b{words[0]}, 0b{words[1]}], 0] = np.cos({theta}), np.sin({theta})
matrix[[0b{words[2]}, 0b{words[3]}], 1] = np.cos({phi}), 1j * np.sin({phi})
qc = QuantumCircuit(3)
qc.append(Isometry(matrix, 0, 0), qc.qubits)
return qc
"""
        told = (
            "Encode one qubit in three: a circuit that maps |0> on qubit 0 to"
            f" cos({theta})|{words[0]}> + sin({theta})|{words[1]}> and |1> on qubit 0 to"
            f" cos({phi})|{words[2]}> + i sin({phi})|{words[3]}> when qubits 1 and 2 start in 0"
            " (bit strings with qubit 0 rightmost; the common global phase is free, the relative"
            " one is not)"
        )
        library = ("Isometry",)
    elif kind == "columns":
        given = "vectors: list[np.ndarray]"
        style = rng.choice(["Isometry", "unitary"])
        if style == "Isometry":
            body = """
matrix = np.array(vectors).T
qc = QuantumCircuit(len(matrix).bit_length() - 1)
qc.append(Isometry(matrix, 0, 0), qc.qubits)
return qc
"""
            library = ("Isometry",)
        else:
            body = """
matrix = np.array(vectors).T
basis, triangle = np.linalg.qr(matrix, mode="complete")
basis[:, : len(vectors)] = matrix
qc = QuantumCircuit(len(matrix).bit_length() - 1)
qc.unitary(basis, qc.qubits)
return qc
"""
        told = (
            "`vectors` are 2^m orthonormal vectors of length 2^n. Build an n-qubit circuit that"
            " maps "
            "the basis state x < 2^m to vectors[x], the same global phase for all x, using "
            f"{'an Isometry gate' if style == 'Isometry' else 'a unitary completed by a QR decomposition'}"
        )
    elif kind == "reset":
        given = "circuit: QuantumCircuit"
        how = rng.choice(["initialize", "reset", "append"])
        act = {
            "initialize": f'result.initialize("{label}", {spots})',
            "reset": f'result.reset({spots})\nresult.prepare_state("{label}", {spots})',
            "append": f'result.append(Initialize("{label}"), {spots})',
        }[how]
        body = f"result = circuit.copy()\n{act}\nreturn result"
        library = ("Initialize",) if how == "append" else ()
        told = (
            "The three qubits of `circuit` may be in any, also entangled, state. Return a copy of"
            f" it with qubits {spots[1]} and {spots[0]} put into the product state '{label}'"
            f" afterwards, whatever they were in before: left character for qubit {spots[1]}, right"
            f" character for qubit {spots[0]} (0, 1, +, -, r, l as in Statevector.from_label)."
            " Leave `circuit` unchanged"
        )
    elif kind == "conditional":
        given = "vectors: list[np.ndarray]"
        body = """
gates = []
for vector in vectors:
    a, b = vector
    gates.append(np.array([[a, -np.conj(b)], [b, np.conj(a)]]))
controls = len(vectors).bit_length() - 1
qc = QuantumCircuit(controls + 1)
qc.append(UCGate(gates), [TARGET, *CONTROLS])
return qc
"""
        first = rng.random() < 0.5
        body = body.replace("TARGET", "0" if first else "controls").replace(
            "CONTROLS", "range(1, controls + 1)" if first else "range(controls)"
        )
        library = ("UCGate",)
        where = (
            "qubit 0 is the target, the selecting register is qubits 1, 2, ..."
            if first
            else "the selecting register is qubits 0, 1, ..., the target is the last qubit"
        )
        told = (
            "`vectors` are 2^k normalised one-qubit states. Build a circuit on k + 1 qubits that"
            " puts the target (in |0>) into vectors[x] when the selecting register holds x"
            f" (little-endian): {where}. Relative phases between different x count; use a uniformly"
            " controlled gate"
        )
    elif kind == "mixture":
        given = "weights: list[float], vectors: list[np.ndarray]"
        body = """
matrix = np.array([np.sqrt(w) * np.asarray(v) for w, v in zip(weights, vectors)])
qc = QuantumCircuit(matrix.size.bit_length() - 1)
qc.prepare_state(matrix.ravel(), qc.qubits)
return qc
"""
        told = (
            "Purify a mixture: `weights` are 2^k probabilities and `vectors` as many normalised"
            " n-qubit states. Build a circuit of n + k qubits that prepares sum_j sqrt(weights[j])"
            " |j>|vectors[j]>, with the vectors on qubits 0..n-1 and j (little-endian) on the k"
            " qubits above"
        )
        if rng.random() < 0.5:
            body = body.replace(
                "qc.prepare_state(matrix.ravel(), qc.qubits)",
                "qc.append(StatePreparation(matrix.ravel()), qc.qubits)",
            )
            library = ("StatePreparation",)
    else:
        given = "amplitudes: np.ndarray"
        style = rng.choice(["gate", "uncompute"])
        body = {
            "gate": (
                "gate = StatePreparation(amplitudes)\nqc = "
                "QuantumCircuit(gate.num_qubits)\nqc.append(gate.inverse(), qc.qubits)\nreturn qc"
            ),
            "uncompute": (
                "gate = Initialize(amplitudes)\nundo = gate.gates_to_uncompute()\nqc = "
                "QuantumCircuit(undo.num_qubits)\nreturn qc.compose(undo)"
            ),
        }[style]  # fmt: skip
        library = ("StatePreparation",) if style == "gate" else ("Initialize",)
        told = (
            "Build a unitary circuit that takes the normalised state with the given `amplitudes` "
            "(index = little-endian integer) to all zeros"
        )
    asks = (
        f"{told}.",
        f"State engineering with Qiskit. {told}.",
        f"Please write this: {told[0].lower() + told[1:] if not told.startswith('`') else told}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Operator, Statevector, partial_trace, random_statevector, \
random_unitary
rng = np.random.default_rng(np.random.randint(2**31))
kind = "$kind"
def seed():
    return int(rng.integers(2**31))
def same_up_to_phase(got, want):
    overlap = np.vdot(want, got) / np.vdot(want, want)
    assert abs(abs(overlap) - 1) < 1e-7 and np.allclose(got, overlap * want, atol=1e-7)
if kind == "encode":
    got = candidate()
    assert got.num_qubits == 3
    want = np.zeros((8, 2), dtype=complex)
    a, b, c, d = (int(w, 2) for w in $words)
    want[a, 0], want[b, 0], want[c, 1], want[d, 1] = np.cos($theta), np.sin($theta), np.cos($phi), \
1j * np.sin($phi)
    same_up_to_phase(Operator(got).data[:, :2], want)
elif kind == "columns":
    for n, m in ((3, 1), (3, 2), (2, 1)):
        matrix = random_unitary(2**n, seed=seed()).data[:, : 2**m]
        got = candidate([matrix[:, k] for k in range(2**m)])
        assert got.num_qubits == n
        same_up_to_phase(Operator(got).data[:, : 2**m], matrix)
elif kind == "reset":
    for _ in range(2):
        before = QuantumCircuit(3)
        before.unitary(random_unitary(8, seed=seed()), [0, 1, 2])
        size = before.size()
        got = candidate(before)
        assert before.size() == size and isinstance(got, QuantumCircuit)
        spots = $spots
        rest = ({0, 1, 2} - set(spots)).pop()
        state = DensityMatrix(got)
        left = partial_trace(DensityMatrix(before), spots)
        assert np.allclose(partial_trace(state, spots).data, left.data, atol=1e-7)
        for text, spot in zip("$label", spots[::-1]):
            alone = partial_trace(state, [q for q in range(3) if q != spot])
            assert np.allclose(alone.data, DensityMatrix.from_label(text).data, atol=1e-7)
elif kind == "conditional":
    for k in (1, 2):
        vectors = [random_statevector(2, seed=seed()).data for _ in range(2**k)]
        got = candidate(vectors)
        assert got.num_qubits == k + 1
        matrix, first = Operator(got).data, $first
        columns = [x << 1 if first else x for x in range(2**k)]
        want = np.zeros((2 ** (k + 1), 2**k), dtype=complex)
        for x, vector in enumerate(vectors):
            want[[x << 1, x << 1 | 1] if first else [x, x | 1 << k], x] = vector
        same_up_to_phase(matrix[:, columns], want)
elif kind == "mixture":
    for n, k in ((1, 1), (2, 1), (1, 2)):
        vectors = [random_statevector(2**n, seed=seed()).data for _ in range(2**k)]
        weights = rng.uniform(0.2, 1, 2**k)
        weights = [float(w) for w in weights / weights.sum()]
        got = candidate(weights, vectors)
        assert got.num_qubits == n + k
        want = np.concatenate([np.sqrt(w) * v for w, v in zip(weights, vectors)])
        assert Statevector(got).equiv(Statevector(want), atol=1e-7, rtol=0)
else:
    for n in (2, 3):
        state = random_statevector(2**n, seed=seed())
        got = candidate(state.data)
        assert got.num_qubits == n and "reset" not in got.count_ops()
        Operator(got)
        assert abs(abs(state.evolve(got).data[0]) - 1) < 1e-7
""",
        kind=kind, words=words, theta=theta, phi=phi, spots=spots, label=label,
        first=first if kind == "conditional" else False,
    )  # fmt: skip
    return Instance(
        "isometry_circuit", asks, imports_for(body, out, given, *library), f"({given}) -> {out}", body, test,
        {"kind": kind, "theta": theta, "phi": phi, "words": words, "label": label, "spots": spots},
    )  # fmt: skip
