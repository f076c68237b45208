"""What the families of product formulas share: their requests, Qiskit's formulas and independent ones."""

# Independent product formulas, for the tests: `terms` are (letters, qubits, coefficient).
OWN = """
import numpy as np
from scipy.linalg import expm
from qiskit.quantum_info import Operator, Statevector
M = {"X": np.array([[0, 1], [1, 0]]), "Y": np.array([[0, -1j], [1j, 0]]), "Z": np.diag([1, -1])}
def dense(letters, qubits, n):
    out = np.eye(1)
    for q in range(n):
        out = np.kron(M[letters[qubits.index(q)]] if q in qubits else np.eye(2), out)
    return out
def lie(parts, t):
    u = np.eye(len(parts[0]))
    for part in parts:
        u = expm(-1j * t * part) @ u
    return u
def strang(parts, t):
    return lie(parts[::-1], t / 2) @ lie(parts, t / 2)
def fourth(parts, t):
    p = 1 / (4 - 4 ** (1 / 3))
    s = strang(parts, p * t)
    return s @ s @ strang(parts, (1 - 4 * p) * t) @ s @ s
def steps(formula, parts, t, r):
    return np.linalg.matrix_power(formula(parts, t / r), r)
"""
# Goes behind OWN.
DENSE = """
from qiskit.quantum_info import Pauli, SparsePauliOp
rng = np.random.default_rng(np.random.randint(2**31))
def matrix(op):
    return sum(c * p.to_matrix() for p, c in zip(op.paulis, op.coeffs))
"""
# name: class, formula of OWN, words
FORMULAS = {
    "lie": (
        "LieTrotter(REPS)", "lie", "the first-order (Lie) product formula: exp(-i t h) for all "
        "terms h, the first term of the list acting first"),
    "strang": (
        "SuzukiTrotter(order=2, REPS)", "strang", "the symmetric second-order formula: the terms in "
        "order with half the time, then in the reversed order with half the time"),
    "fourth": (
        "SuzukiTrotter(order=4, REPS)", "fourth", "the fourth-order Suzuki formula S4(t) = S2(pt)^2 "
        "S2((1-4p)t) S2(pt)^2 with p = 1/(4 - 4^(1/3)) and the symmetric second-order S2"),
}  # fmt: skip


def asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{text} {openers[1]}",
        f"{openers[2]}\n\n" + "\n".join(f"* {fact}" for fact in facts),
        f"{openers[3]} {text}",
    )
