"""Generalised gates of the circuit library and what their methods make of them."""

from random import Random

from qspark.data.families.base import Instance, angle, family, pauli
from qspark.data.families.wording import fill


def _gates(rng: Random) -> tuple[str, str, str, int, tuple[str, ...], tuple[str, ...]]:
    """A gate: its code, words, its matrix as code with I, X, Y, Z, op and expm, its width, imports, extras.

    The extras are methods that the gate itself defines and that keep the sense of the words.
    """
    a, b = angle(rng), angle(rng)
    label = pauli(rng, 2, 3)
    while "I" in label or len(set(label)) < 2:
        label = pauli(rng, 2, 3)
    n = len(label)
    axis = rng.choice("XYZ")
    values = [rng.randint(20, 290) / 100 for _ in range(4)]
    t = rng.choice([1, -1])
    sign = "-" if t < 0 else ""
    total = {"X": "op(['XXI', 'XIX', 'IXX'])", "sum": f"op(['{axis}II', 'I{axis}I', 'II{axis}'])"}
    table: list[tuple[str, str, str, int, tuple[str, ...], tuple[str, ...]]] = [
        (f'PauliGate("{label}")', f"the Pauli operator {label} (rightmost letter on qubit 0)",
         f"op(['{label}'])", n, ("PauliGate",), ("control",)),
        (f"PauliEvolutionGate(SparsePauliOp(\"{label}\", {values[0]}), {a})",
         f"exp(-i {a} H) for H = {values[0]} {label} (rightmost letter on qubit 0)",
         f"expm(-1j * {a} * {values[0]} * op(['{label}']))", n, ("PauliEvolutionGate",),
         ("inverse", "power", "control", "to_matrix")),
        (f"PauliProductRotationGate(Pauli(\"{sign}{label}\"), {a})",
         f"exp(-i {a}/2 P) for P = {sign}{label} (rightmost letter on qubit 0)",
         f"expm(-0.5j * {a} * {t} * op(['{label}']))", n,
         ("PauliProductRotationGate",), ("inverse", "control", "to_matrix")),
        ((f"HamiltonianGate(SparsePauliOp([\"{label}\", \"{'Z' * n}\"], [{values[0]}, "
          f"{values[1]}]).to_matrix(), {a})"),
         f"exp(-i {a} H) for the matrix H of {values[0]} {label} + {values[1]} {'Z' * n}",
         f"expm(-1j * {a} * op(['{label}', '{'Z' * n}'], [{values[0]}, {values[1]}]))", n,
         ("HamiltonianGate",),
         ("inverse", "adjoint", "conjugate", "transpose", "power")),
        (f"UnitaryGate(Operator.from_label(\"{label[:2]}\") @ Operator(CRYGate({a})))",
         (f"the 2-qubit unitary that applies CRY({a}) with control 0 and target 1 and then {label[:2]} "
         "(rightmost letter on qubit 0)"),
         (f"op(['{label[:2]}']) @ (np.kron(I, np.diag([1, 0])) + np.kron(expm(-0.5j * {a} * Y), "
         "np.diag([0, 1])))"), 2,
         ("CRYGate", "UnitaryGate"), ("inverse", "adjoint", "conjugate", "transpose", "control")),
        (f"MSGate(3, {a})",
         (f"the global Molmer-Sorensen gate exp(-i {a}/2 sum of X_i X_j over the three pairs) on "
          "3 qubits"),
         f"expm(-0.5j * {a} * {total['X']})", 3, ("MSGate",), ("inverse", "power")),
        (f"RVGate({a}, {b}, {values[0]})",
         f"the rotation exp(-i (v . sigma)/2) with v = ({a}, {b}, {values[0]})",
         f"expm(-0.5j * ({a} * X + {b} * Y + {values[0]} * Z))", 1, ("RVGate",),
         ("inverse", "to_matrix", "control")),
        (f"UCR{axis}Gate({values})",
         f"the uniformly controlled R{axis.lower()} with target qubit 0, whose angle is {values}[k] "
         "when the qubits 1, 2 hold k (qubit 1 is the low bit)",
         f"block([expm(-0.5j * v * {axis}) for v in {values}])", 3, (f"UCR{axis}Gate",),
         ("inverse", "control")),
        (f"UCPauliRotGate({values[:2]}, \"{axis}\")",
         (f"the multiplexed {axis} rotation on qubit 0 whose angle is {values[0]} if qubit 1 is 0 and "
         f"{values[1]} if it is 1"),
         f"block([expm(-0.5j * v * {axis}) for v in {values[:2]}])", 2, ("UCPauliRotGate",), ("inverse",)),
        (f"UCGate([RXGate({a}).to_matrix(), RZGate({b}).to_matrix()])",
         f"the multiplexed gate on target qubit 0 that is RX({a}) if qubit 1 is 0 and RZ({b}) if it is 1",
         f"block([expm(-0.5j * {a} * X), expm(-0.5j * {b} * Z)])", 2,
         ("RXGate", "RZGate", "UCGate"), ("inverse",)),
        (f"MCMTGate(R{axis}Gate({a}), 2, 1)",
         f"R{axis.lower()}({a}) on qubit 2, controlled by the qubits 0 and 1 (MCMT gate)",
         f"controlled(expm(-0.5j * {a} * {axis}), 3)", 3,
         ("MCMTGate", f"R{axis}Gate"), ("inverse", "control")),
        (f"MCMTGate(R{axis}Gate({a}), 1, 2, ctrl_state=0)",
         f"R{axis.lower()}({a}) on the qubits 1 and 2 if the control qubit 0 is 0 (MCMT gate)",
         f"controlled(np.kron(expm(-0.5j * {a} * {axis}), expm(-0.5j * {a} * {axis})), 0)", 3,
         ("MCMTGate", f"R{axis}Gate"), ("inverse",)),
        (f"DiagonalGate([1, 1j, -1, np.exp({a}j)])",
         f"the diagonal gate with the entries 1, i, -1, exp({a} i)",
         f"np.diag([1, 1j, -1, np.exp({a}j)])", 2, ("DiagonalGate",), ("inverse", "control", "power")),
        ("PermutationGate([2, 0, 1])",
         "the permutation that moves qubit 2 to place 0, qubit 0 to place 1 and qubit 1 to place 2",
         "moved([2, 0, 1])", 3, ("PermutationGate",), ("inverse",)),
        ('LinearFunction(np.array([list(row) for row in ("110", "010", "101")]) == "1")',
         "the linear reversible gate with new bits (x0 + x1, x1, x0 + x2) modulo 2",
         "linear([[1, 1, 0], [0, 1, 0], [1, 0, 1]])", 3,
         ("LinearFunction",), ()),
    ]  # fmt: skip
    return rng.choice(table)


# Names that the matrices above may use.
MATRICES = """
I, X, Y, Z = (SparsePauliOp(p).to_matrix() for p in "IXYZ")
def op(labels, coefficients=None):
    return SparsePauliOp(labels, coefficients).to_matrix()
def block(items):
    return block_diag(*items)
def controlled(small, pattern):
    # controls are the lowest qubits: they are the last factor of a Kronecker product
    size = 4 if pattern == 3 else 2
    on = np.zeros((size, size))
    on[pattern, pattern] = 1
    return np.kron(np.eye(len(small)), np.eye(size) - on) + np.kron(small, on)
def moved(pattern):
    matrix = np.zeros((8, 8))
    for x in range(8):
        matrix[sum((x >> m & 1) << k for k, m in enumerate(pattern)), x] = 1
    return matrix
def linear(rows):
    matrix = np.zeros((8, 8))
    for x in range(8):
        bits = np.array(rows) @ np.array([x >> k & 1 for k in range(3)]) % 2
        matrix[int(bits @ np.array([1, 2, 4])), x] = 1
    return matrix
"""


@family(
    "library_misc",
    "intermediate",
    oracle="unitary",
    skills=("library-gates", "gate-methods"),
    why="Gate classes carry their own inverse, control, power, adjoint; controls come first.",
    tolerance=1e-7,
)
def generalised_gates(rng: Random) -> Instance:
    """A gate of the library and what its methods make of it."""
    code, told, matrix, n, library, extras = _gates(rng)
    method = rng.choice(["plain", "plain", *extras])
    exponent = rng.choice([2, 3])
    suffix, changed, want = {
        "plain": ("", "", "M"), "inverse": (".inverse()", "the inverse of ", "M.conj().T"),
        "adjoint": (".adjoint()", "the adjoint of ", "M.conj().T"),
        "conjugate": (".conjugate()", "the complex conjugate of ", "M.conj()"),
        "transpose": (".transpose()", "the transpose of ", "M.T"),
        "power": (f".power({exponent})", f"the {exponent}. power of ",
                  f"np.linalg.matrix_power(M, {exponent})"),
        "control": (
            ".control(1)",
            ("the version controlled by one more qubit, which comes first (the others move up by "
             "one), of "),
            "np.kron(np.eye(len(M)), np.diag([1, 0])) + np.kron(M, np.diag([0, 1]))",
        ),
        "to_matrix": (".to_matrix()", "", "M"),
    }[method]  # fmt: skip
    width = n + (method == "control")
    form = (
        rng.choice(["circuit", "circuit", "reversed", "twice", "gate"])
        if method != "to_matrix"
        else "matrix"
    )
    order = list(range(width))[::-1]
    made = f"gate = {code}"
    lines = {
        "circuit": [made, f"circuit = QuantumCircuit({width})",
                    f"circuit.append(gate{suffix}, circuit.qubits)", "return circuit"],
        "reversed": [made, f"circuit = QuantumCircuit({width})", f"circuit.append(gate{suffix}, {order})",
                     "return circuit"],
        "twice": [
            made, f"circuit = QuantumCircuit({width + 1})", f"circuit.append(gate{suffix}, range({width}))",
            f"circuit.append(gate{suffix}, range(1, {width + 1}))", "return circuit",
        ],
        "gate": [f"return {code}{suffix}"],
        "matrix": [made, "return gate.to_matrix()"],
    }[form]  # fmt: skip
    body = "\n".join(lines)
    out = {"gate": "Instruction", "matrix": "np.ndarray"}.get(form, "QuantumCircuit")
    where = {
        "circuit": (
            f"Return a {width}-qubit circuit with nothing but this operation, its k-th qubit on "
            "circuit qubit k"
        ),
        "reversed": (
            f"Return a {width}-qubit circuit with this operation, its k-th qubit on circuit qubit "
            f"{width - 1} - k"
        ),
        "twice": (
            f"Return a circuit on {width + 1} qubits that applies it first on the qubits "
            f"0..{width - 1} and then on the qubits 1..{width}"
        ),
        "gate": "Return the instruction itself",
        "matrix": "Return its matrix as a numpy array (global phase included)",
    }[form]
    name = next(item for item in library if item in code.partition("(")[0])
    asks = (
        f"Make {changed}{told} with {name}. {where}.",
        (
            f"{where}. The operation is {changed}{told}; take it from Qiskit's circuit library"
            f" ({name})."
        ),
        f"I need {changed}{told}. Use {name}. {where}; qubits count from 0.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import block_diag, expm
from qiskit import QuantumCircuit
from qiskit.circuit import Instruction
from qiskit.quantum_info import Operator, SparsePauliOp
$matrices
M = $matrix
want, form, width = $want, "$form", $width
got = candidate()
if form == "matrix":
    assert np.allclose(got, want, atol=1e-7)
else:
    if form == "gate":
        assert isinstance(got, Instruction) and got.num_qubits == width
        gate, got = got, QuantumCircuit(width)
        got.append(gate, range(width))
    assert isinstance(got, QuantumCircuit)
    if form == "twice":
        whole = QuantumCircuit(width + 1)
        whole.unitary(want, range(width))
        whole.unitary(want, range(1, width + 1))
        want = Operator(whole)
    elif form == "reversed":
        want = Operator(want).reverse_qargs()
    assert got.num_qubits == width + (form == "twice")
    assert Operator(got).equiv(Operator(want), atol=1e-7, rtol=0)
""",
        matrices=MATRICES, matrix=matrix, want=want, form=form, width=width,
    )  # fmt: skip
    imports = ["import numpy as np"] if "np." in body + out else []
    imports += ["from qiskit import QuantumCircuit"] if out == "QuantumCircuit" else []
    imports += ["from qiskit.circuit import Instruction"] if out == "Instruction" else []
    imports += [f"from qiskit.circuit.library import {', '.join(sorted(library))}"]
    info = [
        kind
        for kind in ("Operator", "Pauli", "SparsePauliOp")
        if f"{kind}(" in body.replace("SparsePauliOp(" if kind == "Pauli" else "#", "")
        or f"{kind}." in body
    ]
    imports += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    return Instance(
        "library_gate", asks, "\n".join(imports), f"() -> {out}", body, test,
        {"code": code, "method": method, "form": form},
    )  # fmt: skip
