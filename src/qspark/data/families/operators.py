"""Operators: composition on qubits, tensor products, permutations, blocks and scalars."""

from random import Random
from typing import Any

from qspark.data.families.base import Instance, Wrong, angle, bits, family
from qspark.data.families.states import HELP

MATRICES = """
from qiskit.quantum_info import ScalarOp
def generic(n):
    return rng.normal(size=(2**n, 2**n)) + 1j * rng.normal(size=(2**n, 2**n))
def unitary(n):
    q, r = np.linalg.qr(generic(n))
    return q * (np.diag(r) / np.abs(np.diag(r)))
"""
GATES = {
    "SXGate()": "a square-root-of-X gate",
    "TGate()": "a T gate",
    "SdgGate()": "an inverse S gate",
}


def _gate(rng: Random, n: int) -> tuple[str, str, str, str]:
    """(gate, qubits, words, class) of a gate on one or two of `n` qubits."""
    a, b = rng.sample(range(n), 2)
    t = angle(rng)
    if rng.random() < 0.5:
        table = dict(GATES)
        table[f"RYGate({t})"] = f"an RY({t}) gate"
        table[f"RXGate({t})"] = f"an RX({t}) gate"
        gate = rng.choice(sorted(table))
        return gate, f"[{a}]", f"{table[gate]} on qubit {a}", gate.partition("(")[0]
    gate, words = rng.choice(
        [
            ("CXGate()", f"a CNOT with control {a} and target {b}"),
            (f"CRYGate({t})", f"a controlled RY({t}) with control {a} and target {b}"),
            ("CHGate()", f"a controlled Hadamard with control {a} and target {b}"),
            ("CSXGate()", f"a controlled square root of X with control {a} and target {b}"),
        ]
    )
    return gate, f"[{a}, {b}]", words, gate.partition("(")[0]


def _step(rng: Random, n: int) -> tuple[str, str, str, str, int]:
    """(code, words, oracle, gate class, qubits after) of a change of the operator `op`."""
    kinds = ["after", "before", "tensor", "expand", "reverse", "permute", "adjoint", "transpose"]
    kind = rng.choice([*kinds, "conjugate", "power", "scale", "add", "dot", "sandwich"])
    gate, qubits, words, cls = _gate(rng, n)
    if kind == "permute" and n != 3:
        kind = "dot"
    if kind == "sandwich" and cls in ("CXGate", "CHGate"):  # their own inverses
        kind = "after"
    g = f"full(library.{gate}.to_matrix(), {qubits}, {n})"
    label = rng.choice(["X", "Y", "Z", "+", "0", "1", "r", "H", "S", "T"])
    small = f'Operator.from_label("{label}")'
    what = {"+": "|+><+|", "0": "|0><0|", "1": "|1><1|", "r": "|r><r|"}.get(label, f"{label}")
    if kind == "after":
        code = f"op = op.compose({gate}, qargs={qubits})"
        return code, f"let it be followed in time by {words}", f"m = {g} @ m", cls, n
    if kind == "before":
        code = f"op = op.compose({gate}, qargs={qubits}, front=True)"
        return code, f"let it be preceded in time by {words}", f"m = m @ {g}", cls, n
    if kind == "dot":
        code = f"op = op.dot({gate}, qargs={qubits})"
        told = f"multiply its matrix from the right by that of {words}"
        return code, told, f"m = m @ {g}", cls, n
    if kind == "sandwich":
        code = f"gate = Operator({gate})\nop = op.compose(gate, {qubits}).dot(gate.adjoint(), {qubits})"
        told = f"conjugate it as G A G^dagger with G = {words}"
        return code, told, f"m = {g} @ m @ {g}.conj().T", cls, n
    if kind == "tensor":
        told = f"take the tensor product with {what} on one new qubit that becomes qubit 0"
        mat = f"Operator.from_label('{label}').data"
        return f"op = op.tensor({small})", told, f"m = np.kron(m, {mat})", "", n + 1
    if kind == "expand":
        told = f"take the tensor product with {what} on one new qubit that becomes the highest"
        mat = f"Operator.from_label('{label}').data"
        return f"op = op.expand({small})", told, f"m = np.kron({mat}, m)", "", n + 1
    if kind == "reverse":
        oracle = f"i = np.arange({2**n}).reshape([2] * {n}).T.reshape(-1)\n    m = m[np.ix_(i, i)]"
        return "op = op.reverse_qargs()", "reverse the order of its qubits", oracle, "", n
    if kind == "permute" and n == 3:
        shift = rng.choice([1, 2])
        told = (
            "let it be followed by the permutation gate that moves qubit p[k] to position k for "
            f"p[k] = (k + {shift}) mod 3"
        )
        order = [(k + shift) % 3 for k in range(3)]
        gate = f"full(library.PermutationGate({order}).to_matrix(), [0, 1, 2], 3)"
        code = f"op = op.apply_permutation([(k + {shift}) % 3 for k in range(3)])"
        return code, told, f"m = {gate} @ m", "", n
    if kind == "power":
        k = rng.choice([2, 3])
        told = f"raise it to the power {k}"
        return f"op = op.power({k})", told, f"m = np.linalg.matrix_power(m, {k})", "", n
    if kind == "scale":
        c = f"{rng.randint(3, 18) / 10}{rng.choice(['', 'j'])}"
        return f"op = {c} * op", f"multiply it by {c}", f"m = {c} * m", "", n
    if kind == "add":
        c = f"{rng.randint(2, 15) / 10}{rng.choice(['', 'j'])}"
        code = f"op = op + ScalarOp(op.input_dims(), {c})"
        return code, f"add {c} times the identity", f"m = m + {c} * np.eye(len(m))", "", n
    told = {
        "adjoint": "take its Hermitian adjoint",
        "transpose": "transpose its matrix",
        "conjugate": "take the complex conjugate of its matrix",
    }[kind]
    oracle = {"adjoint": "m = m.conj().T", "transpose": "m = m.T", "conjugate": "m = m.conj()"}[
        kind
    ]
    return f"op = op.{kind}()", told, oracle, "", n


def _reader(rng: Random, n: int) -> tuple[str, str, str]:
    i = bits(rng, n, n)
    return rng.choice(
        [
            ("return op", "the resulting Operator", "m"),
            ("return op", "the resulting Operator", "m"),
            ("return op.data", "the matrix of the result as a NumPy array", "m"),
            (
                f"return op.data[:, {int(i, 2)}]",
                f"the column of the matrix of the result that belongs to the input |{i}>",
                f"m[:, {int(i, 2)}]",
            ),
            (
                f"return op.data[{int(i, 2)}]",
                f"the row of the matrix of the result that belongs to <{i}|",
                f"m[{int(i, 2)}]",
            ),
            (
                "return float(np.linalg.norm(op.data - op.adjoint().data))",
                "the Frobenius norm of the difference between the result and its adjoint",
                "np.linalg.norm(m - m.conj().T)",
            ),
        ]
    )


def matters(setup: str, start: str, steps: list[str], want: str) -> bool:
    """Whether every step of an oracle shows in its result."""
    space: dict[str, Any] = {}
    exec(setup, space)
    results = []
    for left_out in (None, *range(len(steps))):
        space["rng"] = space["np"].random.default_rng(3)
        lines = [start, *(s for k, s in enumerate(steps) if k != left_out), f"want = {want}"]
        try:
            exec("\n".join(lines).replace("\n    ", "\n"), space)
        except (ValueError, IndexError):
            continue
        results.append(space["np"].asarray(space["want"]))
    first, *others = results
    return abs(first).max() > 0.01 and all(
        x.shape != first.shape or abs(x - first).max() > 0.01 for x in others
    )


@family(
    "operators",
    "intermediate",
    oracle="unitary",
    skills=("endianness", "qargs", "composition"),
    why="compose puts its argument after the operator in time, dot and front=True before it.",
    tolerance=1e-8,
)
def operator_pipeline(rng: Random) -> Instance:
    """Two or three changes of an operator."""
    while True:
        n = rng.choice([2, 2, 3])
        m, chosen = n, []
        for _ in range(rng.choice([2, 2, 3])):
            *step, m = _step(rng, m)
            chosen.append(step)
        read, out, want = _reader(rng, m)
        heads = [step[0].partition("(")[0] for step in chosen]
        alive = matters(HELP + MATRICES, f"m = unitary({n})", [s[2] for s in chosen], want)
        if m < 5 and len(set(heads)) == len(heads) and alive:
            break
    body = "\n".join([step[0] for step in chosen] + [read])
    gates = sorted({step[3] for step in chosen} - {""})
    imports = ["import numpy as np"] if "np." in body else []
    if gates:
        imports.append(f"from qiskit.circuit.library import {', '.join(gates)}")
    names = ["Operator"] + (["ScalarOp"] if "ScalarOp" in body else [])
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    words = [step[1] for step in chosen]
    told = "; then ".join(words)
    listed = " ".join(f"({k}) {text}." for k, text in enumerate(words, 1))
    size = {2: "two", 3: "three"}[n]
    oracle = "\n    ".join(step[2] for step in chosen)
    check = "assert isinstance(got, Operator)\n    " if read == "return op" else ""
    given = "unitary" if rng.random() < 0.5 else "generic"
    return Instance(
        entry_point=rng.choice(["transform", "modify_operator", "rework", "change_operator"]),
        signature="(op: Operator)",
        asks=(
            f"`op` is an Operator on {size} qubits. In this order: {told}. Return {out}.",
            f"Write a function for a {size}-qubit Operator that makes these changes one after the other. "
            f"{listed} It returns {out}.",
            f"Starting from an Operator of {size} qubits I have to {told}. What is the code that gives "
            f"{out}?",
            f"Input: Operator, {size} qubits. Changes: {listed} Output: {out}. Qubit numbers are those of "
            "the operator at that moment.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{MATRICES}
for _ in range(3):
    m = {given}({n})
    got = candidate(Operator(m))
    {oracle}
    {check}assert np.allclose(np.asarray(got), {want}, atol=1e-8)
""",
        params={"steps": words, "out": out},
    )


@family(
    "operators",
    "intermediate",
    oracle="unitary",
    skills=("endianness", "control", "projectors"),
    why="Projectors come from Operator.from_label, and the left factor of a tensor is the high qubit.",
    tolerance=1e-8,
)
def selected_operator(rng: Random) -> Instance:
    """One of two operators, chosen by the state of a control qubit in some basis."""
    basis = rng.choice(["01", "10", "+-", "rl", "-+", "lr"])
    axis = {"0": "computational", "1": "computational"}.get(basis[0], "")
    axis = axis or ("X" if basis[0] in "+-" else "Y") + " basis"
    where = rng.choice(["high", "low"])
    phase = rng.randint(3, 28) / 10
    variant = rng.choice(
        ["plain", "phase", "power", "inverse", "identity", "sum", "swap", "cube", "echo", "turned"]
    )
    first, second, told, want1, want2 = {
        "plain": ("a", "b", "`a` is applied to the targets if it is in |X>, `b` if in |Y>", "m", "k"),
        "phase": (
            "a",
            f"np.exp(1j * {phase}) * b",
            f"`a` is applied if it is in |X>, and `b` times the phase factor exp({phase} i) if in |Y>",
            "m",
            f"np.exp(1j * {phase}) * k",
        ),
        "cube": ("b.power(3)", "a", "`b` is applied three times if it is in |X>, `a` once if in |Y>",
                 "k @ k @ k", "m"),
        "echo": ("a.adjoint()", "b.compose(a)", "the inverse of `a` is applied if it is in |X>, and `b` "
                 "followed by `a` if in |Y>", "m.conj().T", "m @ k"),
        "turned": ("a.transpose()", "b.conjugate()", "the transpose of `a` is applied if it is in |X>, "
                   "and the complex conjugate of `b` if in |Y>", "m.T", "k.conj()"),
        "power": ("a.power(2)", "b", "`a` is applied twice if it is in |X>, `b` once if in |Y>",
                  "m @ m", "k"),
        "inverse": ("a", "a.adjoint() @ b", "`a` is applied if it is in |X>; if in |Y>, `b` is applied "
                    "first and the inverse of `a` after it", "m", "m.conj().T @ k"),
        "identity": ("a.compose(b)", "ScalarOp(a.input_dims())", "`a` and then `b` are applied if it is "
                     "in |X>, and nothing if in |Y>", "k @ m", "np.eye(len(m))"),
        "sum": ("a", "a.dot(b)", "`a` is applied if it is in |X>; if in |Y>, `b` and after it `a`",
                "m", "m @ k"),
        "swap": ("a", "b.reverse_qargs()", "`a` is applied if it is in |X>, and `b` with the order of its "
                 "qubits reversed if in |Y>", "m", "k[np.ix_([0, 2, 1, 3], [0, 2, 1, 3])]"),
    }[variant]  # fmt: skip
    n = 2 if variant == "swap" else rng.choice([1, 2])
    told = told.replace("|X>", f"|{basis[0]}>").replace("|Y>", f"|{basis[1]}>")
    method = "tensor" if where == "high" else "expand"
    body = f"""
on_first = Operator.from_label("{basis[0]}").{method}({first})
on_second = Operator.from_label("{basis[1]}").{method}({second})
return on_first + on_second
"""
    names = "Operator" + (", ScalarOp" if "ScalarOp" in body else "")
    spot = (
        f"qubit {n} (the highest)" if where == "high" else "qubit 0 (the targets start at qubit 1)"
    )
    kind = "one-qubit" if n == 1 else "two-qubit"
    order = "np.kron(PROJECTOR, {})" if where == "high" else "np.kron({}, PROJECTOR)"
    want = " + ".join(
        order.replace("PROJECTOR", f"p['{char}']").format(mat)
        for char, mat in ((basis[0], want1), (basis[1], want2))
    )
    wrong = (Wrong("S04", body.replace(method, "expand" if method == "tensor" else "tensor")),)
    return Instance(
        entry_point=rng.choice(["select_operator", "multiplexer", "conditional_operator"]),
        signature="(a: Operator, b: Operator) -> Operator",
        asks=(
            f"`a` and `b` are {kind} unitary Operators. Return the Operator on {n + 1} qubits whose "
            f"control is {spot}: {told} (control states in the {axis}).",
            f"Build a quantum multiplexer from two {kind} Operators: the control is {spot}, and {told}. "
            "Return it as an Operator.",
            f"I need a block operator on {n + 1} qubits. Control qubit: {spot}. Rule: {told}. Arguments "
            f"are the {kind} Operators `a` and `b`.",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + f"from qiskit.quantum_info import {names}",
        body=body,
        test=f"""{HELP}{MATRICES}
kets = dict(zip("01+-rl", np.array([[1, 0], [0, 1], [1, 1], [1, -1], [1, 1j], [1, -1j]], complex)))
p = {{c: np.outer(v, v.conj()) / np.vdot(v, v) for c, v in kets.items()}}
for _ in range(3):
    m, k = unitary({n}), unitary({n})
    got = candidate(Operator(m), Operator(k))
    assert isinstance(got, Operator)
    assert np.allclose(got.data, {want}, atol=1e-8)
""",
        params={"basis": basis, "where": where, "told": told},
        wrong=wrong,
    )  # fmt: skip
