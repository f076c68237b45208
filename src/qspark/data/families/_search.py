"""What the families of search share: their requests, prepared states, and markings of good states."""

START = """
rng = np.random.default_rng(np.random.randint(2**31))
def start(n):
    qc = QuantumCircuit(n)
    for q in range(n):
        qc.ry(rng.uniform(0.4, 1.3), q)
        qc.rz(rng.uniform(0.3, 2.5), q)
    for q in range(n - 1):
        qc.cry(rng.uniform(0.5, 1.5), q, q + 1)
    return qc
"""
# name: argument, import, lines that put PHI on the good states, projector on them, calls
GOOD = {
    "one": ("flag: int", "", "step.p(PHI, flag)\n", "x >> flag & 1", "(2, 1), (3, 0), (3, 2)",
            "in which qubit `flag` is 1"),
    "zero": ("flag: int", "", "step.x(flag)\nstep.p(PHI, flag)\nstep.x(flag)\n",
             "not x >> flag & 1", "(2, 1), (3, 0), (3, 2)", "in which qubit `flag` is 0"),
    "all": ("flags: list[int]", "", "step.mcp(PHI, flags[:-1], flags[-1])\n",
            "all(x >> q & 1 for q in flags)", "(2, [1, 0]), (3, [0, 2]), (3, [2, 0, 1])",
            "in which every qubit of `flags` (two qubits or more) is 1"),
    "none": ("flags: list[int]", "GlobalPhaseGate",
             "step.append(GlobalPhaseGate(PHI).control(len(flags), ctrl_state=0), flags)\n",
             "not any(x >> q & 1 for q in flags)", "(2, [1]), (3, [0, 2]), (3, [2])",
             "in which every qubit of the non-empty list `flags` is 0"),
    "odd": ("flags: list[int]", "",
            "for flag in flags[1:]:\n    step.cx(flag, flags[0])\nstep.p(PHI, flags[0])\n"
            "for flag in flags[1:]:\n    step.cx(flag, flags[0])\n",
            "sum(x >> q & 1 for q in flags) % 2", "(2, [1, 0]), (3, [0, 2]), (3, [2, 0, 1])",
            "with an odd number of ones on the qubits of the non-empty list `flags`"),
    "index": ("good: list[int]", "DiagonalGate",
              "factors = [np.exp(1j * PHI) if x in good else 1 for x in range(2**n)]\n"
              "step.append(DiagonalGate(factors), range(n))\n",
              "x in good", "(2, [1]), (3, [3, 6]), (3, [4])",
              "whose integer (bit q is qubit q) is in `good`"),
}  # fmt: skip


def asks(requests: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    return (
        f"{requests[0]} {text}",
        f"{requests[1]}\n\n" + "\n".join(f"- {fact}" for fact in facts),
        f"{text} {requests[2]}",
        f"{requests[3]} Details: {text}",
    )


def library_import(*names: str) -> str:
    """The import line of these names of the circuit library; nothing where all are empty."""
    used = sorted(set(names) - {""})
    return f"from qiskit.circuit.library import {', '.join(used)}\n" if used else ""
