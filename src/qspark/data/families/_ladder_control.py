"""What the composites of control flow share: their requests, and branches to compare with."""

from qspark.data.families._exact import EXACT

# Behind EXACT. Branches are pairs of an unnormalised state and a tuple of bits; `same` compares what
# they mean.
BRANCHES = (
    EXACT
    + """
from qiskit import QuantumCircuit
from qiskit.circuit import library as lib
from qiskit.quantum_info import random_statevector
rng = np.random.default_rng(np.random.randint(2**31))
def act(branches, gate, *qubits):
    return [(v.evolve(Operator(gate), list(qubits)), bits) for v, bits in branches]
def look(branches, q, b):
    out = []
    for v, bits in branches:
        for value in (0, 1):
            keep = (np.arange(len(v.data)) >> q & 1) == value
            out.append((Statevector(np.where(keep, v.data, 0)), (*bits[:b], value, *bits[b + 1:])))
    return [x for x in out if np.linalg.norm(x[0].data) > 1e-7]
def same(found, branches, upto=None):
    one, two = {}, {}
    for w, bits, _, s in found:
        key = tuple(map(int, bits[:upto]))
        one[key] = one.get(key, 0) + w * np.outer(s.data, s.data.conj())
    for v, bits in branches:
        key = bits[:upto]
        two[key] = two.get(key, 0) + np.outer(v.data, v.data.conj())
    keys = set(one) | set(two)
    zero = np.zeros((1, 1))
    return all(np.allclose(one.get(k, zero), two.get(k, zero), atol=1e-7) for k in keys)
def kinds(qc):
    found = []
    for inst in qc.data:
        found.append(inst.operation.name)
        for block in getattr(inst.operation, "blocks", ()):
            found += kinds(block)
    return found
"""
)


def asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{openers[1]}\n\n" + "\n".join(f"{i}. {fact}" for i, fact in enumerate(facts, 1)),
        f"{text} {openers[2]}",
        f"{openers[3]} {text}",
    )
