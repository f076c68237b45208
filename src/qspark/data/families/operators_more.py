"""Operators: relations between them, operators in circuits, rotations as quaternions."""

from itertools import combinations
from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.operators import MATRICES
from qspark.data.families.states import HELP

RELATIONS = {
    "a == b": ("whether they are equal", "np.allclose(m, k)"),
    "a.equiv(b)": ("whether they are equal up to a global phase", "same(m, k)"),
    "a.reverse_qargs().equiv(b)": (
        "whether b is a with the order of its qubits reversed, up to a global phase",
        "same(m[np.ix_([0, 2, 1, 3], [0, 2, 1, 3])], k)",
    ),
    "a.adjoint().equiv(b)": (
        "whether b is the inverse of a up to a global phase",
        "same(m.conj().T, k)",
    ),
    "a.compose(b) == b.compose(a)": ("whether they commute", "np.allclose(m @ k, k @ m)"),
    "a.transpose() == b": ("whether b is exactly the transpose of a", "np.allclose(m.T, k)"),
    "a.conjugate().equiv(b)": (
        "whether b is the complex conjugate of a up to a global phase",
        "same(m.conj(), k)",
    ),
    "a.power(2).equiv(b)": (
        "whether b does the same as a applied twice, up to a global phase",
        "same(m @ m, k)",
    ),
    "a.compose(SwapGate()).equiv(b)": (
        "whether b is a followed by a SWAP, up to a global phase",
        "same(m[[0, 2, 1, 3]], k)",
    ),
    "a.compose(b) == -1 * b.compose(a)": (
        "whether they anticommute",
        "np.allclose(m @ k, -k @ m)",
    ),
}


@family(
    "operators",
    "basic",
    oracle="value",
    skills=("equality", "phase"),
    why="== compares matrices, equiv ignores a global phase.",
    tolerance=1e-8,
)
def operator_relations(rng: Random) -> Instance:
    """Whether two operators stand in given relations."""
    one, two = rng.choice(list(combinations(RELATIONS, 2)))
    if rng.random() < 0.5:
        one, two = two, one
    style = rng.choice(["tuple", "dict", "both"])
    keys = ("first", "second")
    body = {
        "tuple": f"return ({one}, {two})",
        "dict": f'return {{"{keys[0]}": {one}, "{keys[1]}": {two}}}',
        "both": f"return [{one}, {two}]",
    }[style]
    kind = {
        "tuple": "a tuple of two booleans",
        "dict": f'a dict of two booleans with the keys "{keys[0]}" and "{keys[1]}"',
        "both": "a list of two booleans",
    }[style]
    (words1, oracle1), (words2, oracle2) = RELATIONS[one], RELATIONS[two]
    return Instance(
        entry_point=rng.choice(["compare_operators", "relations", "check_pair"]),
        signature="(a: Operator, b: Operator)",
        asks=(
            f"For two unitary two-qubit Operators return {kind}: first {words1}, second {words2}.",
            f"`a` and `b` are two-qubit unitaries. I need {kind}; it tells (1) {words1} and (2) {words2}, "
            "within the usual numerical tolerance.",
            f"Compare two Operators on two qubits. Output: {kind}. First entry: {words1}. Second entry: "
            f"{words2}.",
        ),
        imports=("from qiskit.circuit.library import SwapGate\n" if "SwapGate" in body else "")
        + "from qiskit.quantum_info import Operator",
        body=body,
        test=f"""{HELP}{MATRICES}
def same(a, b):
    return bool(abs(abs(np.trace(a.conj().T @ b)) - len(a)) < 1e-7)
x = word("XZ")
for make in (
    lambda m: m, lambda m: np.exp(0.7j) * m, lambda m: m[np.ix_([0, 2, 1, 3], [0, 2, 1, 3])],
    lambda m: -1j * m.conj().T, lambda m: m.T, lambda m: 1j * m.conj(), lambda m: m @ m,
    lambda m: -m @ m, lambda m: m[[0, 2, 1, 3]], lambda m: unitary(2), lambda m: m.conj().T,
    lambda m: m[:, [0, 2, 1, 3]], lambda m: m @ m @ m, lambda m: 1j * m[[0, 2, 1, 3]],
    lambda m: -1 * m[np.ix_([0, 2, 1, 3], [0, 2, 1, 3])],
):
    m = unitary(2)
    k = make(m)
    got = candidate(Operator(m), Operator(k))
    got = [got["first"], got["second"]] if isinstance(got, dict) else list(got)
    assert got == [{oracle1}, {oracle2}]
for m, k in ((word("XZ"), word("ZX")), (word("XZ"), word("ZI")), (word("YI"), word("XI"))):
    got = candidate(Operator(m), Operator(k))
    assert isinstance(got, {({"tuple": "tuple", "dict": "dict", "both": "list"})[style]})
    got = [got["first"], got["second"]] if isinstance(got, dict) else list(got)
    assert got == [{oracle1}, {oracle2}]
""",
        params={"relations": [one, two], "style": style},
        wrong=(Wrong("S19", body.replace(".equiv(b)", " == b")),) if "equiv" in body else (),
    )


@family(
    "operators",
    "intermediate",
    oracle="unitary",
    skills=("circuits", "qargs", "control"),
    why="The first qubit that an operator's instruction is appended to is its least significant one.",
    tolerance=1e-8,
)
def operator_in_circuit(rng: Random) -> Instance:
    """An operator as an instruction of a circuit, plain, controlled, inverted or repeated."""
    n = rng.choice([3, 4])
    order = rng.sample(range(n), n)
    a, b, c = order[:3]
    t = angle(rng)
    kind = rng.choice(["plain", "inverse", "control", "open", "power", "both", "conjugated"])
    first, words1, oracle1 = rng.choice(
        [
            (f"qc.ry({t}, {a})", f"an RY({t}) gate on qubit {a}", f"RYGate({t}),[{a}]"),
            (f"qc.h({c})", f"a Hadamard gate on qubit {c}", f"HGate(),[{c}]"),
            (f"qc.cx({c}, {a})", f"a CNOT with control {c} and target {a}", f"CXGate(),[{c}, {a}]"),
            (f"qc.sx({b})", f"a square-root-of-X gate on qubit {b}", f"SXGate(),[{b}]"),
        ]
    )
    gate, _, qubits = oracle1.rpartition(",[")
    pre = f"full(library.{gate}.to_matrix(), [{qubits}, {n})"
    low = f"qubit {a} is the less significant qubit of `op` and {b} the other"
    code, words, oracle = {
        "plain": (f"qc.append(op.to_instruction(), [{a}, {b}])", f"`op` on qubits {a} and {b} ({low})",
                  f"full(m, [{a}, {b}], {n}) @ {pre}"),
        "inverse": (f"qc.append(op.adjoint().to_instruction(), [{a}, {b}])",
                    f"the inverse of `op` on qubits {a} and {b} ({low})",
                    f"full(m.conj().T, [{a}, {b}], {n}) @ {pre}"),
        "control": (f"qc.append(op.to_instruction().control(), [{c}, {a}, {b}])",
                    f"`op` controlled by qubit {c}, on qubits {a} and {b} ({low})",
                    f"full(cm(1), [{c}, {a}, {b}], {n}) @ {pre}"),
        "open": (f"qc.append(op.to_instruction().control(ctrl_state=0), [{c}, {a}, {b}])",
                 f"`op` on qubits {a} and {b} if qubit {c} is in |0> ({low})",
                 f"full(cm(0), [{c}, {a}, {b}], {n}) @ {pre}"),
        "power": (f"qc.append(op.power(3).to_instruction(), [{a}, {b}])",
                  f"`op` three times on qubits {a} and {b} as a single gate ({low})",
                  f"full(m @ m @ m, [{a}, {b}], {n}) @ {pre}"),
        "both": (f"qc.append(op.to_instruction(), [{a}, {b}])\n"
                 f"qc.append(op.conjugate().to_instruction(), [{b}, {c}])",
                 f"`op` on qubits {a} and {b} ({low}), then its complex conjugate on qubits {b} (less "
                 f"significant) and {c}",
                 f"full(m.conj(), [{b}, {c}], {n}) @ full(m, [{a}, {b}], {n}) @ {pre}"),
        "conjugated": (f"qc.append(op.to_instruction(), [{a}, {b}])\nqc.rz({t}, {b})\n"
                       f"qc.append(op.adjoint().to_instruction(), [{a}, {b}])",
                       f"`op` on qubits {a} and {b} ({low}), an RZ({t}) gate on qubit {b}, and the inverse "
                       f"of `op` on the same qubits",
                       f"full(m.conj().T, [{a}, {b}], {n}) @ full(library.RZGate({t}).to_matrix(), "
                       f"[{b}], {n}) @ full(m, [{a}, {b}], {n}) @ {pre}"),
    }[kind]  # fmt: skip
    return Instance(
        entry_point=rng.choice(["embed_operator", "circuit_with_operator", "append_operator"]),
        signature="(op: Operator) -> QuantumCircuit",
        asks=(
            f"Make a circuit of {n} qubits with {words1} followed by {words}; `op` is a two-qubit "
            "unitary Operator.",
            f"I have a two-qubit unitary as an Operator and want a {n}-qubit circuit: first {words1}, then "
            f"{words}. Return the QuantumCircuit.",
            f"Return a QuantumCircuit on {n} qubits. Content in time order: {words1}; {words}. The "
            "Operator `op` acts on two qubits and is unitary.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.quantum_info import Operator",
        body=f"qc = QuantumCircuit({n})\n{first}\n{code}\nreturn qc\n",
        test=f"""{HELP}{MATRICES}
from qiskit import QuantumCircuit
for _ in range(2):
    m = unitary(2)
    def cm(on):
        p = np.diag([1 - on, on])
        return np.kron(m, p) + np.kron(np.eye(4), np.eye(2) - p)
    qc = candidate(Operator(m))
    assert isinstance(qc, QuantumCircuit) and qc.num_qubits == {n}
    assert Operator(qc).equiv(Operator({oracle}), rtol=0, atol=1e-7)
""",
        params={"kind": kind, "qubits": order, "first": words1},
    )


@family(
    "operators",
    "basic",
    oracle="value",
    skills=("rotations", "conventions"),
    why="A product of quaternions is the product of rotation matrices in the same order.",
    tolerance=1e-8,
)
def quaternion_rotation(rng: Random) -> Instance:
    """Rotations of the Bloch sphere as quaternions."""
    t1, t2 = angle(rng), angle(rng)
    a1, a2 = rng.sample("xyz", 2)
    order = rng.choice(["zyz", "xyx", "zxz", "xyz", "yzy", "zyx"])
    numbers = [rng.choice([-1, 1]) * rng.randint(1, 9) for _ in range(4)]
    starts = [
        (
            f'q = Quaternion.from_axis_rotation(t, "{a1}") * Quaternion.from_axis_rotation({t2}, "{a2}")',
            f"the rotation by {t2} about {a2} followed by the rotation by `t` about {a1}",
            f"r('{a1}', t) @ r('{a2}', {t2})",
        ),
        (
            f'q = Quaternion.from_euler([t, {t1}, {t2}], order="{order}")',
            f"the rotation R_{order[0]}(t) R_{order[1]}({t1}) R_{order[2]}({t2}) (a product of matrices)",
            f"r('{order[0]}', t) @ r('{order[1]}', {t1}) @ r('{order[2]}', {t2})",
        ),
        (
            f"q = Quaternion([t, {numbers[1]}, {numbers[2]}, {numbers[3]}])",
            f"the rotation that the quaternion (w, x, y, z) = (t, {numbers[1]}, {numbers[2]}, "
            f"{numbers[3]}) stands for, which is not normalised",
            f"m([t, {numbers[1]}, {numbers[2]}, {numbers[3]}])",
        ),
        (
            f"q = Quaternion([{numbers[0]}, t, {numbers[2]}, {numbers[3]}])\n"
            f'q = q * Quaternion.from_axis_rotation({t1}, "{a1}")',
            f"the rotation by {t1} about {a1} followed by that of the unnormalised quaternion "
            f"(w, x, y, z) = ({numbers[0]}, t, {numbers[2]}, {numbers[3]})",
            f"m([{numbers[0]}, t, {numbers[2]}, {numbers[3]}]) @ r('{a1}', {t1})",
        ),
    ]
    code, words, matrix = rng.choice(starts)
    vector = [rng.randint(1, 9) / 10 * rng.choice([-1, 1]) for _ in range(3)]
    readers = [
        ("return q.to_matrix()", "the 3 x 3 rotation matrix", "{got} - want"),
        (
            f"return q.to_matrix() @ np.array({vector})",
            f"the image of the vector {vector}",
            f"{{got}} - want @ {vector}",
        ),
        (
            "return q.to_zyz()",
            "Euler angles (a, b, c) with R = R_z(a) R_y(b) R_z(c), as an array",
            "r('z', got[0]) @ r('y', got[1]) @ r('z', got[2]) - want",
        ),
        (
            "return float(2 * np.arccos(abs(q.normalize().data[0])))",
            "the rotation angle between 0 and pi",
            "{got} - np.arccos((np.trace(want) - 1) / 2)",
        ),
    ]
    if "Quaternion([" in code:
        readers[-1] = readers[0]  # the angle would say nothing of the signs
        readers.append(
            (
                "return q.normalize().data",
                "the components (w, x, y, z) of the unit quaternion (with any sign)",
                "np.append((m(got) - want).ravel(), np.linalg.norm(got) - 1)",
            )
        )
    read, out, difference = rng.choice(readers)
    shape = "()" if "arccos" in read else "(4,)" if "normalize" in read else "(3,)"
    shape = "(3, 3)" if "3 x 3" in out else shape
    return Instance(
        entry_point="rotation_figure",
        signature="(t: float)",
        asks=(
            f"With qiskit.quantum_info.Quaternion, take {words} and return {out}.",
            f"Rotations of the Bloch sphere: let R be {words}. I need {out} of R for a given `t`; use "
            "Qiskit's Quaternion class.",
            f"Return {out} that belongs to {words}; angles are in radians, rotations right-handed, and "
            "Qiskit has a Quaternion class for it.",
        ),
        imports=("import numpy as np\n" if "np." in read else "")
        + "from qiskit.quantum_info import Quaternion",
        body=f"{code}\n{read}\n",
        test=f"""
import numpy as np
from scipy.spatial.transform import Rotation
def r(axis, t):
    return Rotation.from_rotvec(t * np.eye(3)["xyz".index(axis)]).as_matrix()
def m(q):
    return Rotation.from_quat([q[1], q[2], q[3], q[0]]).as_matrix()
for t in (0.35, 1.1, 2.3):
    got = candidate(t)
    want = {matrix}
    assert np.shape(got) == {shape}
    assert np.abs({difference.replace("{got}", "got")}).max() < 1e-7
""",
        params={"words": words, "out": out},
    )
