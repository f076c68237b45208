"""Paulis: single strings, what is done to them and what is read off."""

from random import Random
from typing import Any

from qspark.data.families.base import Instance, family

# The oracle holds a Pauli as (coefficient, letters); letters have qubit 0 on the right.
ALGEBRA = """
import numpy as np
from qiskit.quantum_info import Clifford, Pauli, PauliList, SparsePauliOp
rng = np.random.default_rng(np.random.randint(2**31))
ONE = {
    "I": np.eye(2), "X": np.array([[0, 1], [1, 0]]), "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}
def mat(letters, c=1):
    out = np.array([[c]], complex)
    for char in letters:
        out = np.kron(out, ONE[char])
    return out
def one(x, y):
    m = ONE[x] @ ONE[y]
    return next((c, z) for z in "IXYZ" for c in (1, -1, 1j, -1j) if np.allclose(m, c * ONE[z]))
def mul(a, b):
    c, letters = a[0] * b[0], ""
    for x, y in zip(a[1], b[1]):
        d, z = one(x, y)
        c, letters = c * d, letters + z
    return c, letters
def put(letters, qubits, n):
    out = ["I"] * n
    for q, char in zip(qubits, reversed(letters)):
        out[n - 1 - q] = char
    return "".join(out)
def turn(p, u, qubits, back):
    n = len(p[1])
    part = "".join(p[1][n - 1 - q] for q in reversed(qubits))
    u = np.asarray(u)
    m = u.conj().T @ mat(part) @ u if back else u @ mat(part) @ u.conj().T
    rest = list(p[1])
    for k in range(4 ** len(part)):
        found = "".join("IXYZ"[k // 4**j % 4] for j in range(len(part)))
        c = np.trace(mat(found) @ m) / len(m)
        if abs(c) > 0.5:
            for q, char in zip(qubits, reversed(found)):
                rest[n - 1 - q] = char
            return p[0] * complex(np.round(c)), "".join(rest)
def sign(p):
    return {1: "", -1: "-", 1j: "i", -1j: "-i"}[complex(p[0])] + p[1]
def anti(x, y):
    return sum(a != "I" and b != "I" and a != b for a, b in zip(x, y)) % 2 == 1
def draw(n):
    return "".join(rng.choice(list("IXYZ"), n))
"""
FACTORS = ["", "-", "i", "-i"]
VALUE = {"": "1", "-": "-1", "i": "1j", "-i": "-1j"}


def letters(rng: Random, n: int) -> str:
    """A Pauli string without identities that is no palindrome."""
    while True:
        text = "".join(rng.choice("XYZ") for _ in range(n))
        if n == 1 or text != text[::-1]:
            return text


def crossing(one: str, two: str) -> bool:
    """Whether two Pauli labels anticommute."""
    return sum("I" != x != y != "I" for x, y in zip(one, two, strict=True)) % 2 == 1


def _step(rng: Random, n: int) -> tuple[str, str, str, int]:
    """(code, words, oracle, qubits) of a change of the Pauli `p` on `n` qubits."""
    a, b = rng.sample(range(n), 2)
    two = letters(rng, 2)
    factor = rng.choice(FACTORS)
    other = f"({VALUE[factor]}, put('{two}', [{a}, {b}], {n}))"
    kind = rng.choice(
        ["compose", "dot", "tensor", "expand", "delete", "insert", "evolve", "layout", "adjoint",
         "conjugate", "transpose", "scale", "gate"]
    )  # fmt: skip
    where = f"{two[1]} on qubit {a} and {two[0]} on qubit {b}"
    times = f" with the factor {VALUE[factor]}" if factor else ""
    if kind == "compose":
        code = f'p = p.compose(Pauli("{factor}{two}"), qargs=[{a}, {b}])'
        told = f"multiply it from the left by the Pauli with {where}{times}"
        return code, told, f"p = mul({other}, p)", n
    if kind == "dot":
        code = f'p = p.dot(Pauli("{factor}{two}"), qargs=[{a}, {b}])'
        told = f"multiply it from the right by the Pauli with {where}{times}"
        return code, told, f"p = mul(p, {other})", n
    if kind in ("tensor", "expand"):
        order = f"p[1] + '{two}'" if kind == "tensor" else f"'{two}' + p[1]"
        side = (
            "right (the new qubits are 0 and 1)"
            if kind == "tensor"
            else "left (the highest qubits)"
        )
        told = f"append the string {two}{times} on the {side}"
        code = f'p = p.{kind}(Pauli("{factor}{two}"))'
        return code, told, f"p = ({VALUE[factor]} * p[0], {order})", n + 2
    if kind == "delete":
        told = f"delete qubit {a} from it (its factor stays, the other qubits close up)"
        return f"p = p.delete({a})", told, f"p = (p[0], p[1][:{n - 1 - a}] + p[1][{n - a}:])", n - 1
    if kind == "insert":
        letter = rng.choice("XYZ")
        told = (
            f"insert a new qubit with {letter} so that it becomes qubit {a} (higher ones move up)"
        )
        oracle = f"p = (p[0], p[1][:{n - a}] + '{letter}' + p[1][{n - a}:])"
        return f'p = p.insert([{a}], Pauli("{letter}"))', told, oracle, n + 1
    if kind in ("evolve", "gate"):
        gate, matrix, told = rng.choice(
            [
                ("CX", "[[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]]",
                 f"a CNOT with control {a} and target {b}"),
                ("S", "[[1, 0], [0, 1j]]", f"an S gate on qubit {a}"),
                ("H", "np.array([[1, 1], [1, -1]]) / 2**0.5", f"a Hadamard gate on qubit {a}"),
                ("SX", "np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2",
                 f"a square-root-of-X gate on qubit {a}"),
            ]
        )  # fmt: skip
        qargs = f"[{a}, {b}]" if gate == "CX" else f"[{a}]"
        back = rng.random() < 0.5
        frame = "" if back else ', frame="s"'
        form = "U^dagger P U" if back else "U P U^dagger"
        oracle = f"p = turn(p, {matrix}, {qargs}, {back})"
        code = f"p = p.evolve(Clifford({gate}Gate()), qargs={qargs}{frame})"
        return code, f"replace P by {form} where U is {told}", oracle, n
    if kind == "layout":
        size = n + rng.choice([0, 1])
        order = rng.sample(range(size), n)
        told = f"move it to {size} qubits: qubit k goes to qubit {order}[k], the rest is I"
        more = f", num_qubits={size}" if size > n else ""
        oracle = f"p = (p[0], put(p[1], {order}, {size}))"
        return f"p = p.apply_layout({order}{more})", told, oracle, size
    if kind == "scale":
        factor = rng.choice(["-1", "1j", "-1j"])
        told = f"multiply it by {factor}"
        return f"p = {factor} * p", told, f"p = ({factor} * p[0], p[1])", n
    told = {"adjoint": "take its adjoint", "conjugate": "take the complex conjugate of its matrix",
            "transpose": "transpose its matrix"}[kind]  # fmt: skip
    ys = "(-1) ** p[1].count('Y')"
    oracle = {"adjoint": "np.conj(p[0])", "conjugate": f"np.conj(p[0]) * {ys}",
              "transpose": f"p[0] * {ys}"}[kind]  # fmt: skip
    return f"p = p.{kind}()", told, f"p = (complex({oracle}), p[1])", n


def _reader(rng: Random, n: int) -> tuple[str, str, str, bool]:
    """(code, words, oracle, whether the factor shows)."""
    return rng.choice(
        [
            ("return p", "the resulting Pauli", "p", True),
            (
                "return p.to_label()",
                "its label as a string (with its factor in front)",
                "sign(p)",
                True,
            ),
            ("return p.to_matrix()", "its matrix as an array", "mat(p[1], p[0])", True),
            (
                "return {q: str(p[q]) for q in range(p.num_qubits) if p.x[q] or p.z[q]}",
                "a dict from each qubit with a non-identity letter to that letter",
                "{q: x for q, x in enumerate(reversed(p[1])) if x != 'I'}",
                False,
            ),
            (
                "return p.z.tolist(), p.x.tolist(), (p.phase + int(np.sum(p.x & p.z))) % 4",
                "the tuple (z, x, k): two lists of booleans from qubit 0 up, and the exponent k modulo 4 in "
                "(-i)^k Z^z X^x",
                "([x in 'YZ' for x in p[1][::-1]], [x in 'XY' for x in p[1][::-1]], "
                "next(k for k in range(4) if np.isclose((-1j) ** k * 1j ** p[1].count('Y'), p[0])))",
                True,
            ),
        ]
    )


def shows(setup: str, starts: list[str], steps: list[str], want: str) -> bool:
    """Whether every step of the oracle shows in its result for one of the starts at least."""
    space: dict[str, Any] = {}
    exec(setup, space)

    def run(start: str, chosen: list[str]) -> str:
        space["rng"] = space["np"].random.default_rng(5)
        try:
            exec("\n".join([start, *chosen, f"want = {want}"]).replace("\n    ", "\n"), space)
        except (ValueError, IndexError, TypeError, KeyError):
            return "error"
        return str(space["want"])

    for k in range(len(steps)):
        rest = [s for j, s in enumerate(steps) if j != k]
        if all(run(start, steps) == run(start, rest) for start in starts):
            return False
    return True


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("endianness", "phase", "qargs"),
    why="The rightmost letter is qubit 0, and Pauli.evolve gives U^dagger P U unless frame='s'.",
)
def pauli_pipeline(rng: Random) -> Instance:
    """Two or three changes of a Pauli string with its phase."""
    starts = ["p = (1, 'XZY')", "p = (-1j, 'YXI')", "p = (1j, 'IZX')", "p = (-1, 'ZYZ')"]
    while True:
        m, chosen = 3, []
        for _ in range(rng.choice([2, 2, 3])):
            *step, m = _step(rng, m)
            chosen.append(step)
            if not 2 <= m <= 5:
                break
        read, out, want, phased = _reader(rng, m)
        moved = all(step[0][6:12] in ("tensor", "expand", "delete", "insert") for step in chosen)
        heads = [step[0].partition("(")[0].partition(" * ")[0] for step in chosen]
        if not 2 <= m <= 5 or len(set(heads)) < len(heads) or len(chosen) < 2:
            continue
        if not phased and not moved:
            continue
        if shows(ALGEBRA, starts, [s[2] for s in chosen], want):
            break
    body = "\n".join([step[0] for step in chosen] + [read])
    gates = [g for g in ("CXGate", "HGate", "SGate", "SXGate") if f"({g}" in body]
    imports = ["import numpy as np"] if "np." in body else []
    if gates:
        imports.append(f"from qiskit.circuit.library import {', '.join(gates)}")
    imports.append(f"from qiskit.quantum_info import {'Clifford, ' if gates else ''}Pauli")
    words = [step[1] for step in chosen]
    listed = " ".join(f"({k}) {text}." for k, text in enumerate(words, 1))
    oracle = "\n    ".join(step[2] for step in chosen)
    compare = {
        "return p": "assert isinstance(got, Pauli) and got == Pauli(sign(p))",
        "return p.to_matrix()": "assert np.allclose(np.asarray(got), mat(p[1], p[0]))",
    }.get(read, f"assert got == {want}")
    return Instance(
        entry_point=rng.choice(["transform_pauli", "rework", "change_string", "update_pauli"]),
        signature="(p: Pauli)",
        asks=(
            f"`p` is a Pauli on three qubits. In this order: {'; then '.join(words)}. Return {out}.",
            f"Write a function for a three-qubit Pauli (possibly with a factor -1 or +-i). {listed} The "
            f"result is {out}. Qubit 0 is the rightmost letter.",
            f"Take a three-qubit Pauli string and {', afterwards '.join(words)}. How do I get {out}?",
            f"Pauli bookkeeping on a three-qubit string P: {listed} Output: {out}. Indices count from the "
            "right of the string as it is at that moment.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{ALGEBRA}
for turn_ in range(16):
    text = draw(3) if turn_ > 5 else ["XZY", "YXI", "IZX", "ZYZ", "YYX", "XIZ"][turn_]
    front = ["", "-", "i", "-i"][turn_ % 4]
    p = ([1, -1, 1j, -1j][turn_ % 4], text)
    got = candidate(Pauli(front + text))
    {oracle}
    {compare}
""",
        params={"steps": words, "out": out},
    )
