"""Gates of the generalized kind: permutations, diagonals, Pauli products and others."""

from random import Random

from qspark.data.families.base import Instance, angle, family, pauli


def _diagonal(rng: Random) -> tuple[str, str, int]:
    phases = [angle(rng) for _ in range(4)]
    return (
        f"the diagonal gate with entries exp(i*a) for a = {', '.join(map(str, phases))}",
        f"DiagonalGate([cmath.exp(1j * a) for a in {phases}])",
        2,
    )


def _permutation(rng: Random) -> tuple[str, str, int]:
    pattern = rng.choice([[1, 2, 0], [2, 0, 1]])
    return f"the PermutationGate with pattern {pattern} (the state of qubit pattern[i] moves to i)", (
        f"PermutationGate({pattern})"
    ), 3  # fmt: skip


def _mcmt(rng: Random) -> tuple[str, str, int]:
    a, name = angle(rng), rng.choice(["RY", "RX"])
    controls = rng.choice([1, 2])
    state = f", ctrl_state={rng.randrange(2**controls - 1)}" if rng.random() < 0.5 else ""
    said = f" with control state {state[-1]}" if state else ""
    return (
        f"{name}({a}) on two targets with {controls} common control(s){said}, as MCMTGate (controls first)",
        f"MCMTGate({name}Gate({a}), {controls}, 2{state})",
        controls + 2,
    )


def _ms(rng: Random) -> tuple[str, str, int]:
    a, n = angle(rng), rng.choice([2, 3])
    return f"the {n}-qubit MSGate with angle {a}", f"MSGate({n}, {a})", n


def _pauli_gate(rng: Random) -> tuple[str, str, int]:
    label = pauli(rng, 2, 3)
    return (
        f"the PauliGate `{label}` (last letter on the first qubit)",
        f'PauliGate("{label}")',
        len(label),
    )


def _rotation(rng: Random) -> tuple[str, str, int]:
    label, a = pauli(rng, 2, 3).replace("I", "Z"), angle(rng)
    label = "XZ" if label == label[::-1] else label
    return (
        f"the Pauli product rotation exp(-i*{a}/2*{label}) as one PauliProductRotationGate",
        f'PauliProductRotationGate(Pauli("{label}"), {a})',
        len(label),
    )


def _rv(rng: Random) -> tuple[str, str, int]:
    x, y, z = angle(rng), angle(rng), -angle(rng)
    return f"the rotation RVGate with vector ({x}, {y}, {z})", f"RVGate({x}, {y}, {z})", 1


def _linear(rng: Random) -> tuple[str, str, int]:
    rows = rng.choice(
        [
            [[1, 1, 0], [0, 1, 0], [1, 0, 1]],
            [[0, 1, 0], [1, 0, 0], [1, 0, 1]],
            [[1, 0, 1], [1, 1, 0], [0, 0, 1]],
        ]
    )
    return f"the LinearFunction x -> A x (mod 2) with A = {rows}", f"LinearFunction({rows})", 3


def _unitary(rng: Random) -> tuple[str, str, int]:
    a = angle(rng)
    c, s = f"math.cos({a})", f"math.sin({a})"
    return (
        f"the UnitaryGate of the real matrix [[c, -s], [s, c]] with c = cos({a}), s = sin({a})",
        f"UnitaryGate([[{c}, -{s}], [{s}, {c}]])",
        1,
    )


def _hamiltonian(rng: Random) -> tuple[str, str, int]:
    a, b, t = angle(rng), angle(rng), angle(rng)
    return (
        f"the HamiltonianGate exp(-i*H*{t}) for H = [[{a}, {b}], [{b}, -{a}]]",
        f"HamiltonianGate(np.array([[{a}, {b}], [{b}, -{a}]]), {t})",
        1,
    )


def _phase(rng: Random) -> tuple[str, str, int]:
    a = angle(rng)
    return f"a GlobalPhaseGate of {a}", f"GlobalPhaseGate({a})", 0


def _mcx(rng: Random) -> tuple[str, str, int]:
    state = rng.choice([1, 2, 3, 4, 5, 6])
    return (
        f"the MCXGate with 3 controls and control state {state} (lowest bit: first control)",
        f"MCXGate(3, ctrl_state={state})",
        4,
    )


def _controlled(rng: Random) -> tuple[str, str, int]:
    name = rng.choice(["C3XGate", "C3SXGate", "RC3XGate", "C4XGate"])
    return f"the gate {name} (controls first)", f"{name}()", 5 if name == "C4XGate" else 4


_MAKERS = (
    _diagonal, _permutation, _mcmt, _ms, _pauli_gate, _rotation, _rv, _linear, _unitary, _hamiltonian, _phase,
    _mcx,
    _controlled,
)  # fmt: skip


@family(
    "controlled_gates",
    "intermediate",
    oracle="unitary",
    skills=("structured-gates", "phase"),
    why="Structured gates keep their definition abstract until they are synthesized.",
    tolerance=1e-8,
)
def structured_gates(rng: Random) -> Instance:
    """Three gates of the generalized kind on given qubits, exact with the global phase."""
    steps, names = [], set()
    for make in rng.sample(_MAKERS, 3):
        text, gate, size = make(rng)
        steps.append((text, gate, rng.sample(range(5), size)))
        names |= {
            word
            for word in gate.replace("(", " ").split()
            if word.endswith("Gate") or word == "LinearFunction"
        }
    code = ["qc = QuantumCircuit(5)", *(f"qc.append({gate}, {wires})" for _, gate, wires in steps)]
    turn = rng.choice(["", "", "inverse", "control"])
    extra = ""
    if turn == "inverse" and all("MCMT" not in gate for _, gate, _ in steps):
        code.append("return qc.inverse()")
        extra = " In the end the whole circuit is inverted."
    else:
        code.append("return qc")
        turn = ""
    text = "\n".join(code)
    plain = text.replace("cmath.", "")
    maths = ["import cmath"] * ("cmath." in text) + ["import math"] * ("math." in plain)
    imports = "\n".join(maths) + ("\n\n" if maths else "")
    imports += "import numpy as np\n" if "np." in text else ""
    imports += "from qiskit import QuantumCircuit\n"
    imports += f"from qiskit.circuit.library import {', '.join(sorted(names))}"
    imports += "\nfrom qiskit.quantum_info import Pauli" if "Pauli(" in text else ""
    words = [f"{said} on {f'qubits {wires}' if wires else 'no qubit'}" for said, _, wires in steps]
    listed = "; ".join(words)
    rows = ", ".join(f"({gate!r}, {wires})" for _, gate, wires in steps)
    return Instance(
        entry_point=rng.choice(["structured", "gate_objects", "special_gates"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Build a 5-qubit circuit of these gate objects, in order: {listed}.{extra} The "
            f"matrix must be exact, with "
            "its global phase.",
            f"On five qubits, append {', then '.join(words)}.{extra} The global phase counts.",
            "5 qubits, exact up to nothing (global phase included):\n" + "\n".join(f"- "
            f"{word}" for word in words)
            + ("\n" + extra.strip() if extra else ""),
            f"Which classes do I use for {', '.join(words)}? Give the circuit on 5 qubits, in "
            f"this order.{extra} "
            "Keep the global phase right.",
        ),
        imports=imports,
        body=text,
        test=f"""
import cmath, math, re
import numpy as np
import scipy.linalg
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
P = {{"I": np.eye(2), "X": np.array([[0, 1], [1, 0]]), "Z": np.diag([1, -1])}}
P["Y"] = 1j * P["X"] @ P["Z"]

def kron(label):
    m = np.eye(1)
    for letter in label:
        m = np.kron(m, P[letter])
    return m

def exp(m):
    return scipy.linalg.expm(-1j * m)

def ctrl(m, k, state):
    d = len(m)
    full = np.eye(d * 2**k, dtype=complex)
    rows = [i * 2**k + state for i in range(d)]
    full[np.ix_(rows, rows)] = m
    return full

def mapped(n, f):
    m = np.zeros((2**n, 2**n))
    for x in range(2**n):
        y = f([x >> q & 1 for q in range(n)])
        m[sum(b << q for q, b in enumerate(y)), x] = 1
    return m

def RYGate(a):
    return exp(a / 2 * P["Y"])

def RXGate(a):
    return exp(a / 2 * P["X"])

def MCMTGate(m, k, count, ctrl_state=None):
    return ctrl(np.kron(m, m), k, 2**k - 1 if ctrl_state is None else ctrl_state)

def MSGate(n, a):
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    return exp(a / 2 * sum(kron("".join("X" if q in p else "I" for q in range(n))) for p in pairs))

def RC3XGate():
    qc = QuantumCircuit(4)
    qc.rcccx(0, 1, 2, 3)
    return Operator(qc).data

sx = np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2
scope = dict(
    math=math, cmath=cmath, np=np, MCMTGate=MCMTGate, MSGate=MSGate, RC3XGate=RC3XGate,
    RXGate=RXGate, RYGate=RYGate,
    DiagonalGate=np.diag, PermutationGate=lambda p: mapped(len(p), lambda x: [x[i] for i in p]),
    PauliGate=kron, Pauli=kron, PauliProductRotationGate=lambda m, a: exp(a / 2 * m),
    RVGate=lambda x, y, z: exp((x * P["X"] + y * P["Y"] + z * P["Z"]) / 2),
    LinearFunction=lambda a: mapped(len(a), lambda x: np.array(a) @ x % 2),
    UnitaryGate=np.array, HamiltonianGate=lambda h, t: exp(t * h),
    GlobalPhaseGate=lambda a: np.array([[np.exp(1j * a)]]),
    MCXGate=lambda k, ctrl_state: ctrl(P["X"], k, ctrl_state),
    C3XGate=lambda: ctrl(P["X"], 3, 7), C4XGate=lambda: ctrl(P["X"], 4, 15), C3SXGate=lambda: ctrl(sx, 3, 7),
)
want = np.eye(32)
for gate, wires in [{rows}]:
    m = eval(gate, scope)
    want = Operator(want).compose(Operator(m), wires).data if wires else m[0, 0] * want
{"want = want.conj().T" if turn == "inverse" else ""}
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == 5
assert np.allclose(Operator(got).data, want, atol=1e-8, rtol=0)
""",
        params={"steps": words, "inverse": turn == "inverse"},
    )  # fmt: skip


_BASE = (
    ("RY(theta)", "RYGate(theta)", "rot('Y', theta)"),
    ("RX(theta)", "RXGate(theta)", "rot('X', theta)"),
    ("RZ(theta)", "RZGate(theta)", "rot('Z', theta)"),
    ("the U gate U(theta, 0.4, -0.9)", "UGate(theta, 0.4, -0.9)",
     "rot('Z', 0.4) @ rot('Y', theta) @ rot('Z', -0.9)"),
)  # fmt: skip
_REPORTS = (
    ("the operation itself", "op", "AnnotatedOperation", "matches(got)"),
    ("a tuple of the operation and its number of qubits", "op, op.num_qubits",
     "tuple[AnnotatedOperation, int]",
     "matches(got[0]) and got[1] == n"),
    ("a tuple of the operation and the name of the gate under its modifiers", "op, op.base_op.name",
     "tuple[AnnotatedOperation, str]", "matches(got[0]) and got[1] == base"),
    ("a tuple of a copy of the operation and the number of its modifiers", "op.copy(), len(op.modifiers)",
     "tuple[AnnotatedOperation, int]", "matches(got[0]) and got[1] == count"),
    ("its matrix as a numpy array", "np.asarray(op.to_matrix())", "np.ndarray",
     "np.allclose(got, up, atol=1e-8, rtol=0)"),
    ("a tuple of the operation and the parameters of the gate under its modifiers", "op, list(op.params)",
     "tuple[AnnotatedOperation, list]", "matches(got[0]) and got[1][0] == theta"),
)  # fmt: skip


@family(
    "controlled_gates",
    "advanced",
    oracle="unitary",
    skills=("annotated-operations", "modifiers"),
    why="With annotated=True a gate is wrapped instead of synthesized; later controls go in front.",
    tolerance=1e-8,
)
def annotated_methods(rng: Random) -> Instance:
    """An annotated operation made by the control, inverse and power methods of a gate."""
    text, gate, matrix = rng.choice(_BASE)
    first, state = 2, rng.randint(0, 2)
    said, result, sort, check = rng.choice(_REPORTS)
    code = [f"op = {gate}.control({first}, ctrl_state={state}, annotated=True)"]
    words = [f"control it by {first} qubit(s) with control state {state}"]
    effect, count, wires = [f"up = ctrl(up, {first}, {state})"], 1, first + 1
    for kind in rng.sample(["inverse", "power", "control"], 2):
        k, bit = rng.choice([2, 3]), rng.randint(0, 1)
        count += 1
        if kind == "inverse":
            code.append("op = op.inverse(annotated=True)")
            words.append("invert it")
            effect.append("up = up.conj().T")
        elif kind == "power":
            code.append(f"op = op.power({k}, annotated=True)")
            words.append(f"raise it to the power {k}")
            effect.append(f"up = np.linalg.matrix_power(up, {k})")
        else:
            code.append(f"op = op.control(1, ctrl_state={bit}, annotated=True)")
            words.append(f"control it by one more qubit being {bit}")
            effect.append(f"up = ctrl(up, 1, {bit})")
            wires += 1
    code.append(f"return {result}")
    array = "import numpy as np\n" if "np." in result or "np." in sort else ""
    note = "every step is kept as a modifier of one AnnotatedOperation; new controls become its first qubits"
    steps = ", then ".join(words)
    return Instance(
        entry_point=rng.choice(["wrapped", "lazy_operation", "annotate"]),
        signature=f"(theta: float) -> {sort}",
        asks=(
            f"Start from {text}: {steps}; {note}. Return {said}.",
            f"Without synthesizing anything: take {text}, {steps}. In this way, {note}. I need {said}.",
            f"Gate: {text}.\nSteps: {steps}.\nForm: {note}.\nReturn {said}.",
            f"How do I use the methods of gates with annotations? For {text}: {steps}, where "
            f"{note}. The function "
            f"returns {said}.",
        ),
        imports=f"{array}from qiskit.circuit import AnnotatedOperation\n"
        f"from qiskit.circuit.library import {gate.split('(')[0]}"
        if "AnnotatedOperation" in sort
        else f"{array}from qiskit.circuit.library import {gate.split('(')[0]}",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit.circuit import AnnotatedOperation
from qiskit.quantum_info import Operator
P = {{"X": np.array([[0, 1], [1, 0]]), "Y": np.array([[0, -1j], [1j, 0]]), "Z": np.diag([1, -1])}}

def rot(p, t):
    return np.cos(t / 2) * np.eye(2) - 1j * np.sin(t / 2) * P[p]

def ctrl(m, k, state):
    full = np.eye(len(m) * 2**k, dtype=complex)
    rows = [i * 2**k + state for i in range(len(m))]
    full[np.ix_(rows, rows)] = m
    return full

for theta in (0.52, -1.4):
    up = {matrix}
    if "{gate[:5]}" == "UGate":
        up = np.exp(-0.25j) * up
    {(chr(10) + "    ").join(effect)}
    n, count, base = {wires}, {count}, "{gate.split("Gate")[0].lower()}"

    def matches(op):
        assert isinstance(op, AnnotatedOperation)
        assert op.base_op.name == base and len(op.modifiers) == count
        return np.allclose(Operator(op).data, up, atol=1e-8, rtol=0)

    got = candidate(theta)
    assert {check}
""",
        params={"gate": text, "steps": words, "result": said},
    )
