"""Random Boolean formulas and their truth tables, and how tests check an oracle of a function."""

from itertools import product
from random import Random

# Applies a circuit to a random superposition of all basis states and compares with a relabelling.
TABLE = """
def check_phase(circuit, sign_of, rng, exact=False):
    size = 2**circuit.num_qubits
    start = rng.normal(size=size) + 1j * rng.normal(size=size)
    start /= np.linalg.norm(start)
    want = start * np.array([sign_of(x) for x in range(size)])
    got = Statevector(start).evolve(circuit)
    if exact:
        assert np.allclose(got.data, want, atol=1e-8)
    assert got.equiv(Statevector(want), atol=1e-8, rtol=0)

def check_flip(circuit, image_of, rng):
    size = 2**circuit.num_qubits
    start = rng.normal(size=size) + 1j * rng.normal(size=size)
    start /= np.linalg.norm(start)
    want = np.zeros(size, dtype=complex)
    for x in range(size):
        want[image_of(x)] += start[x]
    assert Statevector(start).evolve(circuit).equiv(Statevector(want), atol=1e-8, rtol=0)
"""


def truth(expression: str, names: list[str]) -> list[bool]:
    """The values of an expression for all inputs; the first name is the lowest bit."""
    inputs = product((0, 1), repeat=len(names))
    return [
        bool(eval(expression, {}, dict(zip(reversed(names), bits, strict=True))) & 1)
        for bits in inputs
    ]


def expression_of(rng: Random, names: list[str]) -> str:
    """A formula that depends on every name, and that no exchange of two names leaves alone."""
    while True:
        words = [rng.choice(["", "", "~"]) + name for name in rng.sample(names, len(names))]
        text = f"({words[0]} {rng.choice('&|^')} {words[1]})"
        for word in words[2:]:
            text = f"({text} {rng.choice('&|^')} {word})"
        text = text[1:-1]
        table = truth(text, names)
        n = len(names)
        swapped = []
        for i in range(n):
            for j in range(i):
                order = [x ^ ((x >> i ^ x >> j) & 1) * (1 << i | 1 << j) for x in range(2**n)]
                swapped.append([table[x] for x in order] == table)
        needs = all(any(table[x] != table[x ^ 1 << i] for x in range(2**n)) for i in range(n))
        if needs and sum(swapped) <= (n > 2) and 1 < sum(table) < 2**n - 1:
            return text
