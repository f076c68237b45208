"""The gate classes of the library: construction, modification, matrices, names."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

# What the tests know about gates: plain numpy, first qubit = lowest index = last tensor factor.
MATRICES = """
import numpy as np
I2, X, Y, Z = np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])
SX = np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2
H = (X + Z) / np.sqrt(2)
SWAP = np.eye(4)[[0, 2, 1, 3]]

def diag(*angles):
    return np.diag(np.exp(1j * np.array(angles)))

def rot(p, t):
    return np.cos(t / 2) * np.eye(len(p)) - 1j * np.sin(t / 2) * p

def u3(t, p, l):
    c, s = np.cos(t / 2), np.sin(t / 2)
    return np.array([[c, -np.exp(1j * l) * s], [np.exp(1j * p) * s, np.exp(1j * (p + l)) * c]])

def ctrl(m, k=1):
    ones = np.diag([0] * (2**k - 1) + [1])
    return np.kron(m, ones) + np.kron(np.eye(len(m)), np.eye(2**k) - ones)

def xy(t, b, minus):
    c, s = np.cos(t / 2), -1j * np.sin(t / 2)
    i, j = (0, 3) if minus else (1, 2)
    m = np.eye(4, dtype=complex)
    m[i, i] = m[j, j] = c
    m[i, j], m[j, i] = s * np.exp(-1j * b), s * np.exp(1j * b)
    return m
"""
# The candidate against the product of ROWS: pairs of a matrix and its qubits.
_COMPOSED = """    want = Operator(np.eye(16))
    for matrix, qargs in [ROWS]:
        want = want.compose(Operator(matrix), qargs=qargs)
    got = candidate(theta)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 4
    assert Operator(got).equiv(want, atol=1e-8, rtol=0)
"""

# Class, what it is called in words, parameters, qubits, matrix in terms of the above.
GATES = (
    ("HGate", "Hadamard", "", 1, "H"),
    ("XGate", "X", "", 1, "X"),
    ("YGate", "Y", "", 1, "Y"),
    ("ZGate", "Z", "", 1, "Z"),
    ("SGate", "S", "", 1, "diag(0, np.pi / 2)"),
    ("SdgGate", "S-dagger", "", 1, "diag(0, -np.pi / 2)"),
    ("TGate", "T", "", 1, "diag(0, np.pi / 4)"),
    ("TdgGate", "T-dagger", "", 1, "diag(0, -np.pi / 4)"),
    ("SXGate", "square root of X", "", 1, "SX"),
    ("SXdgGate", "inverse square root of X", "", 1, "SX.conj().T"),
    ("RXGate", "RX", "a", 1, "rot(X, {0})"),
    ("RYGate", "RY", "a", 1, "rot(Y, {0})"),
    ("RZGate", "RZ", "a", 1, "rot(Z, {0})"),
    ("PhaseGate", "phase gate", "a", 1, "diag(0, {0})"),
    ("U1Gate", "U1", "a", 1, "diag(0, {0})"),
    ("RGate", "R", "ab", 1, "rot(np.cos({1}) * X + np.sin({1}) * Y, {0})"),
    ("U2Gate", "U2", "ab", 1, "u3(np.pi / 2, {0}, {1})"),
    ("UGate", "U", "abc", 1, "u3({0}, {1}, {2})"),
    ("U3Gate", "U3", "abc", 1, "u3({0}, {1}, {2})"),
    ("CXGate", "CX", "", 2, "ctrl(X)"),
    ("CYGate", "controlled-Y", "", 2, "ctrl(Y)"),
    ("CZGate", "controlled-Z", "", 2, "ctrl(Z)"),
    ("CHGate", "controlled-Hadamard", "", 2, "ctrl(H)"),
    ("CSGate", "controlled-S", "", 2, "ctrl(diag(0, np.pi / 2))"),
    ("CSdgGate", "controlled-S-dagger", "", 2, "ctrl(diag(0, -np.pi / 2))"),
    ("CSXGate", "controlled-SX", "", 2, "ctrl(SX)"),
    ("CRXGate", "controlled RX", "a", 2, "ctrl(rot(X, {0}))"),
    ("CRYGate", "controlled RY", "a", 2, "ctrl(rot(Y, {0}))"),
    ("CRZGate", "controlled RZ", "a", 2, "ctrl(rot(Z, {0}))"),
    ("CPhaseGate", "controlled phase", "a", 2, "ctrl(diag(0, {0}))"),
    ("CU1Gate", "CU1", "a", 2, "ctrl(diag(0, {0}))"),
    ("CU3Gate", "CU3", "abc", 2, "ctrl(u3({0}, {1}, {2}))"),
    ("CUGate", "CU", "abcd", 2, "ctrl(np.exp(1j * ({3})) * u3({0}, {1}, {2}))"),
    ("SwapGate", "SWAP", "", 2, "SWAP"),
    ("iSwapGate", "iSWAP", "", 2, "SWAP @ diag(0, np.pi / 2, np.pi / 2, 0)"),
    ("DCXGate", "double CX", "", 2, "SWAP @ ctrl(X) @ SWAP @ ctrl(X)"),
    ("ECRGate", "echoed cross-resonance (ECR)", "", 2, "(np.kron(I2, X) - np.kron(X, Y)) / np.sqrt(2)"),
    ("RXXGate", "RXX", "a", 2, "rot(np.kron(X, X), {0})"),
    ("RYYGate", "RYY", "a", 2, "rot(np.kron(Y, Y), {0})"),
    ("RZZGate", "RZZ", "a", 2, "rot(np.kron(Z, Z), {0})"),
    ("RZXGate", "RZX", "a", 2, "rot(np.kron(X, Z), {0})"),
    ("XXPlusYYGate", "XX+YY interaction", "ab", 2, "xy({0}, {1}, False)"),
    ("XXMinusYYGate", "XX-YY interaction", "ab", 2, "xy({0}, {1}, True)"),
    ("CCXGate", "Toffoli", "", 3, "ctrl(X, 2)"),
    ("CCZGate", "doubly controlled Z", "", 3, "ctrl(Z, 2)"),
    ("CSwapGate", "Fredkin", "", 3, "ctrl(SWAP)"),
    ("C3XGate", "triply controlled X", "", 4, "ctrl(X, 3)"),
    ("C3SXGate", "triply controlled SX", "", 4, "ctrl(SX, 3)"),
)  # fmt: skip
_SYMMETRIC = {"SwapGate", "iSwapGate", "CSGate", "CSdgGate", "CZGate", "CPhaseGate", "CU1Gate", "RXXGate",
              "RYYGate", "RZZGate", "CCZGate", "CSwapGate"}  # fmt: skip


def values(rng: Random, count: int) -> list[str]:
    """Expressions for angles, many of them in `theta`."""
    forms = ["theta", "-theta", "2 * theta", "theta / 2", "theta + {}", "{} * theta", "{}"]
    return [rng.choice(forms).format(angle(rng)) for _ in range(count)]


def spoken(gate: tuple, args: list[str]) -> str:
    """A gate in words, with its parameters."""
    count = len(gate[2])
    return f"{gate[1]}({', '.join(args[:count])})" if count else gate[1]


def placed(wires: list[int]) -> str:
    """Qubits in words."""
    return f"qubit {wires[0]}" if len(wires) == 1 else f"qubits {wires}"


@family(
    "standard_gates",
    "basic",
    oracle="unitary",
    skills=("gate-classes", "argument-order"),
    why="A gate class takes its angles when it is made and its qubits when it is appended.",
    tolerance=1e-8,
)
def appended_classes(rng: Random) -> Instance:
    """Gate objects appended in a given order on four qubits."""
    chosen = [rng.choice([g for g in GATES if g[3] == size]) for size in (1, 2, 2)]
    chosen += [rng.choice([g for g in GATES if g[3] >= 3]), rng.choice([g for g in GATES if g[2]])]
    if sum(g[0] in _SYMMETRIC for g in chosen) > 1:
        chosen = [g for g in chosen if g[0] not in _SYMMETRIC]
    rng.shuffle(chosen)
    steps, used = [], set()
    for gate in chosen:
        args, wires = values(rng, 4), rng.sample(range(4), gate[3])
        made = f"{gate[0]}({', '.join(args[: len(gate[2])])})"
        used.add(gate[0])
        steps.append(
            (f"{spoken(gate, args)} on {placed(wires)}", made, wires, gate[4].format(*args))
        )
    if not any("theta" in made for _, made, _, _ in steps):
        steps.append(("RY(theta) on qubit 2", "RYGate(theta)", [2], "rot(Y, theta)"))
        used.add("RYGate")
    by_table = rng.random() < 0.3
    if by_table:
        rows = "\n".join(f"    ({made}, {wires})," for _, made, wires, _ in steps)
        body = f"steps = [\n{rows}\n]\nqc = QuantumCircuit(4)\nfor gate, qubits in steps:\n"
        body += "    qc.append(gate, qubits)\nreturn qc"
    else:
        lines = [f"qc.append({made}, {wires})" for _, made, wires, _ in steps]
        body = "\n".join(["qc = QuantumCircuit(4)", *lines, "return qc"])
    words = [text for text, *_ in steps]
    listed = "; ".join(words)
    rows = ", ".join(f"({matrix}, {wires})" for *_, wires, matrix in steps)
    return Instance(
        entry_point=rng.choice(["append_gates", "gate_sequence", "from_classes"]),
        signature="(theta: float) -> QuantumCircuit",
        asks=(
            "Build a 4-qubit circuit from gate objects of `qiskit.circuit.library`, in this "
            f"order: {listed}. "
            "`theta` is the argument; controls come first in a list of qubits.",
            f"On four qubits, append {', then '.join(words)}. Lists of qubits are in Qiskit's "
            "argument order "
            "(controls before targets), angles depend on the argument `theta`.",
            "Four qubits, an angle `theta`, and these standard gates one after the other:\n"
            + "\n".join(f"- {text}" for text in words) + "\nQubits are listed the way `append` takes them.",
            f"How do I append library gates by class? With `theta` given, I need on 4 qubits: {listed} "
            "(qubits as in `QuantumCircuit.append`, controls first).",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.circuit.library import {', '.join(sorted(used))}",
        body=body,
        test=f"""
{MATRICES}
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
for theta in (0.61, -1.37):
{_COMPOSED.replace("ROWS", rows)}""",
        params={"gates": sorted(used), "steps": words},
    )  # fmt: skip


_CHANGES = (
    ("the inverse of {g}", "{m}.inverse()", "({x}).conj().T", 0),
    ("{g} to the power {k}", "{m}.power({k})", "np.linalg.matrix_power({x}, {k})", 0),
    ("{g} controlled by one more qubit (listed first)", "{m}.control()", "ctrl({x})", 1),
    ("{g} controlled by one more qubit (listed first) being 0", "{m}.control(ctrl_state=0)",
     "openc({x})", 1),
    ("the inverse of {g}, controlled by one more qubit (listed first)", "{m}.inverse().control()",
     "ctrl(({x}).conj().T)", 1),
    ("{g} controlled by two more qubits (listed first)", "{m}.control(2)", "ctrl({x}, 2)", 2),
    ("{g}, repeated {k} times as one instruction", "{m}.repeat({k})", "np.linalg.matrix_power({x}, {k})", 0),
    ("the inverse of {g}, to the power {k}", "{m}.inverse().power({k})",
     "np.linalg.matrix_power(({x}).conj().T, {k})", 0),
)  # fmt: skip


@family(
    "standard_gates",
    "intermediate",
    oracle="unitary",
    skills=("gate-classes", "inverse", "controlled-gates"),
    why="inverse, power and control return new gates; control qubits go in front of the others.",
    tolerance=1e-8,
)
def modified_classes(rng: Random) -> Instance:
    """Inverses, powers, repetitions and controlled versions of library gates."""
    steps, used = [], set()
    while len(steps) < 4:
        gate, change = rng.choice(GATES), rng.choice(_CHANGES)
        # A self-inverse or diagonal gate would hide mistakes.
        if (
            gate[3] + change[3] > 4
            or gate[0] in (*_SYMMETRIC, "DCXGate")
            or (not gate[2] and gate[3] > 2)
        ):
            continue
        if "inverse" in change[0] and gate[0] in (
            "HGate", "XGate", "YGate", "ZGate", "CXGate", "CYGate", "CHGate", "ECRGate",
        ):  # fmt: skip
            continue
        args, k = values(rng, 4), rng.choice([2, 3])
        if "{k}" in change[0] and not gate[2]:
            k = 3
        wires = rng.sample(range(4), gate[3] + change[3])
        fill = dict(k=k, m=f"{gate[0]}({', '.join(args[: len(gate[2])])})", x=gate[4].format(*args))
        words = change[0].format(g=spoken(gate, args), **fill)
        steps.append(
            (
                f"{words}, on {placed(wires)}",
                change[1].format(**fill),
                wires,
                change[2].format(**fill),
            )
        )
        used.add(gate[0])
    if not any("theta" in made for _, made, _, _ in steps):
        steps.append(("RY(theta), on qubit 2", "RYGate(theta)", [2], "rot(Y, theta)"))
        used.add("RYGate")
    lines = [f"qc.append({made}, {wires})" for _, made, wires, _ in steps]
    words = [text for text, *_ in steps]
    rows = ", ".join(f"({matrix}, {wires})" for *_, wires, matrix in steps)
    return Instance(
        entry_point=rng.choice(["variants", "modified", "gate_variants", "altered_gates"]),
        signature="(theta: float) -> QuantumCircuit",
        asks=(
            f"A circuit on 4 qubits with, in order: {'; '.join(words)}. Angles may use the "
            "argument `theta`.",
            f"From standard gates make these operations on four qubits: {', then '.join(words)}. "
            "`theta` is "
            "given.",
            "Four qubits. Time order:\n" + "\n".join(f"{i}. {text}" for i, text in enumerate(words, 1))
            + "\n`theta` is an argument. Controls stand first in the lists of qubits.",
            f"Given `theta`, how do I build a 4-qubit circuit out of {'; '.join(words)}? The "
            "lists give the "
            "qubits in the order for `append`.",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.circuit.library import {', '.join(sorted(used))}",
        body="\n".join(["qc = QuantumCircuit(4)", *lines, "return qc"]),
        test=f"""
{MATRICES}
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

def openc(m):
    return np.kron(m, np.diag([1, 0])) + np.kron(np.eye(len(m)), np.diag([0, 1]))

for theta in (0.83, -1.19):
{_COMPOSED.replace("ROWS", rows)}""",
        params={"gates": sorted(used), "steps": words},
    )  # fmt: skip


_FORMS = (
    ("the matrix of {g}", "{m}.to_matrix()", "{x}"),
    ("the matrix of the inverse of {g}", "{m}.inverse().to_matrix()", "({x}).conj().T"),
    ("the matrix of {g} to the power {k}", "np.linalg.matrix_power({m}.to_matrix(), {k})",
     "np.linalg.matrix_power({x}, {k})"),
    ("the transposed matrix of {g}", "{m}.to_matrix().T", "({x}).T"),
    ("the complex conjugate of the matrix of {g}", "{m}.to_matrix().conj()", "({x}).conj()"),
    ("the matrix of {g} with its {n} qubits in the opposite order",
     "Operator({m}).reverse_qargs().data", "flip({x})"),
)  # fmt: skip


@family(
    "standard_gates",
    "intermediate",
    oracle="value",
    skills=("matrices", "endianness"),
    why="to_matrix uses Qiskit's order, with the first qubit as the last tensor factor.",
    tolerance=1e-9,
)
def matrix_arithmetic(rng: Random) -> Instance:
    """Matrices of two library gates, combined by a product, commutator, or tensor product."""
    while True:
        one, two = rng.sample(GATES, 2)
        if one[3] == two[3] and len(one[2]) + len(two[2]) and one[3] < 3:
            break
    parts = []
    for gate in (one, two):
        form = rng.choice(_FORMS if gate[3] > 1 and gate[0] not in _SYMMETRIC else _FORMS[:5])
        # The inverses of these are plain gates without a matrix of their own.
        if gate[0] in ("CSXGate", "iSwapGate", "DCXGate") and "inverse" in form[0]:
            form = _FORMS[3]
        args = values(rng, 4)
        fill = dict(k=rng.choice([2, 3]), m=f"{gate[0]}({', '.join(args[: len(gate[2])])})", n=gate[3],
                    x=gate[4].format(*args), g=spoken(gate, args))  # fmt: skip
        parts.append([text.format(**fill) for text in form])
    text, code, want = rng.choice(
        [
            ("the product A B", "a @ b", "A @ B"),
            ("the commutator A B - B A", "a @ b - b @ a", "A @ B - B @ A"),
            ("the anticommutator A B + B A", "a @ b + b @ a", "A @ B + B @ A"),
            ("the Kronecker product of A (left) and B (right)", "np.kron(a, b)", "np.kron(A, B)"),
            ("A B A^dagger", "a @ b @ a.conj().T", "A @ B @ A.conj().T"),
            ("the sum A + 2 B", "a + 2 * b", "A + 2 * B"),
        ]
    )
    body = f"a = {parts[0][1]}\nb = {parts[1][1]}\nreturn {code}"
    needs = "\nfrom qiskit.quantum_info import Operator" if "Operator" in body else ""
    a, b = parts[0][0], parts[1][0]
    return Instance(
        entry_point=rng.choice(["combine_matrices", "matrix_of_gates", "gate_algebra"]),
        signature="(theta: float) -> np.ndarray",
        asks=(
            f"For an angle `theta`, let A be {a} and B {b}. Return {text}.",
            f"I need {text} as numbers (dense, Qiskit's basis order), where A is {a} and B is "
            f"{b}. The angle "
            "`theta` is the argument.",
            f"A: {a}.\nB: {b}.\nResult: {text}. `theta` is a float; qubit 0 is the last tensor factor.",
            f"How do I get {text} with numpy from Qiskit's gates, if A is {a} and B is {b}, `theta` given?",
        ),
        imports="import numpy as np\n"
        f"from qiskit.circuit.library import {', '.join(sorted({one[0], two[0]}))}{needs}",
        body=body,
        test=f"""
{MATRICES}
def flip(m):
    return SWAP @ m @ SWAP

for theta in (0.71, -1.43, 2.2):
    A, B = {parts[0][2]}, {parts[1][2]}
    got = np.asarray(candidate(theta))
    want = {want}
    assert got.shape == np.shape(want)
    assert np.allclose(got, want, atol=1e-9, rtol=0)
""",
        params={"a": a, "b": b, "what": text},
        wrong=(Wrong("S05", body.replace("np.kron(a, b)", "np.kron(b, a)")),)
        if "kron" in code
        else (),
    )
