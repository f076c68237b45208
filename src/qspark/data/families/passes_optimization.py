"""Passes: optimization passes; the unitary must be kept."""

from random import Random

from qspark.data.families._passes import Rewrite, rewriting
from qspark.data.families.base import Instance, family

_PAIRS = {
    "H": ("HGate()", "h", "h"), "CX": ("CXGate()", "cx", "cx"), "CZ": ("CZGate()", "cz", "cz"),
    "Y": ("YGate()", "y", "y"), "swap": ("SwapGate()", "swap", "swap"),
    "T/Tdg": ("(TGate(), TdgGate())", "t", "tdg"), "S/Sdg": ("(SGate(), SdgGate())", "s", "sdg"),
    "SX/SXdg": ("(SXGate(), SXdgGate())", "sx", "sxdg"), "ECR": ("ECRGate()", "ecr", "ecr"),
}  # fmt: skip
_BASES = {
    "rz, sx": 5, "rz, sx, x": 5, "u": 1, "rx, rz": 3, "ry, rz": 3, "p, sx": 5, "r": 2, "u3": 1,
}  # fmt: skip


def _optimizations(rng: Random) -> list[Rewrite]:
    picked = sorted(rng.sample(sorted(_PAIRS), 2))
    gates = [_PAIRS[name] for name in picked]
    both = " and ".join(picked)
    gone = sorted({name for _, *names in gates for name in names})
    classes = sorted(
        {c.strip("()") for g in gates for c in g[0].replace(" ", "").strip("()").split("(),")}
    )
    basis = rng.choice(list(_BASES))
    names = basis.split(", ")
    wires = rng.choice([2, 3])
    zbasis = rng.choice([["rz", "cx", "sx"], ["h", "rz", "cx"], ["x", "cx", "rz"]])
    old = rng.choice([["u1", "u2", "u3"], ["p", "u2", "u"], ["u3"], ["u"]])
    limit = rng.choice([4, 6])
    template = rng.choice(
        [
            (
                "template.cx(0, 1)\ntemplate.h(1)\ntemplate.cz(0, 1)\ntemplate.h(1)",
                "H, CZ, H",
                "CX",
                "c.h(b); c.cz(a, b); c.h(b)",
                "cx",
            ),
            (
                "template.h(0)\ntemplate.z(0)\ntemplate.h(0)\ntemplate.x(0)",
                "H, Z, H",
                "X",
                "c.h(a); c.z(a); c.h(a)",
                "x",
            ),
            (
                "template.s(0)\ntemplate.s(0)\ntemplate.z(0)",
                "two S gates",
                "Z",
                "c.s(a); c.s(a)",
                "z",
            ),
            (
                "template.h(0)\ntemplate.x(0)\ntemplate.h(0)\ntemplate.z(0)",
                "H, X, H",
                "Z",
                "c.h(a); c.x(a); c.h(a)",
                "z",
            ),
        ]
    )
    return [
        Rewrite(f"InverseCancellation([{gates[0][0]}, {gates[1][0]}])",
                f"has adjacent inverse pairs of {both} cancelled and no other pair touched",
                f"only {both} pairs that stand back to back are to vanish, while inverse pairs of "
                f"any other "
                "gate have to survive", f"""
pool = {[v[1:] for v in _PAIRS.values()]}
for _ in range(3):
    start, want = QuantumCircuit(3), {{}}
    for index in rng.permutation(len(pool)):
        first, second = pool[index]
        width = 2 if first in ("cx", "cz", "swap", "ecr") else 1
        qubits = [int(v) for v in rng.permutation(3)[:width]]
        for name in (first, second):
            getattr(start, name)(*qubits)
            if name not in {gone}:
                want[name] = want.get(name, 0) + 1
        start.ry(0.2, range(3))
    want["ry"] = 3 * len(pool)
    cases.append((start, lambda got, want=want: counts(got) == want))
""", imports=f"from qiskit.circuit.library import {', '.join(classes)}"),
        Rewrite("CommutativeInverseCancellation()",
                "has pairs of inverse gates cancelled that are separated only by gates which "
                "commute with them",
                "two CX gates with a Z rotation on the control or an X rotation on the target between them "
                "(and the like) should cancel", """
for a, b in ((0, 1), (2, 0)):
    start = QuantumCircuit(3)
    start.cx(a, b)
    start.rz(0.3, a)
    start.rx(0.4, b)
    start.cx(a, b)
    start.ry(0.5, b)
    start.t(a)
    start.cz(b, a)
    start.tdg(a)
    cases.append((start, lambda got: counts(got) == {"rz": 1, "rx": 1, "ry": 1, "cz": 1}))
"""),
        Rewrite(f"CommutativeInverseCancellation(matrix_based=True, max_qubits={wires})",
                f"has pairs of inverse gates on up to {wires} qubits cancelled across commuting "
                f"gates, where "
                "inverses are recognized by their matrices up to a phase",
                "an RX by pi/2 and an SXdg, or an RZ by pi and a Z, cancel when only commuting gates stand "
                f"between them, which only the matrices (of gates on up to {wires} qubits) can tell", f"""
start = QuantumCircuit(4)
start.rx(np.pi / 2, 1)
start.cx(0, 1)
start.rz(np.pi, 0)
start.sxdg(1)
start.cx(0, 2)
start.z(0)
start.ccz(0, 1, 2)
start.t(2)
start.ccz(0, 1, 2)
start.mcx([0, 1, 2], 3)
start.t(0)
start.mcx([0, 1, 2], 3)
want = {{"cx": 2, "t": 2, "mcx": 2, **({{"ccz": 2}} if {wires} == 2 else {{}})}}
cases.append((start, lambda got: counts(got) == want))
"""),
        Rewrite(f"CommutativeCancellation(basis_gates={zbasis})",
                "has the Z rotations of each wire that commute past the CX controls merged into a single "
                "`rz` gate, and self-inverse gates cancelled",
                "rotations about Z sit on both sides of CX controls; merge them into one "
                "`rz` each",
                """
for a, b in ((0, 1), (2, 1)):
    start = QuantumCircuit(3)
    start.rz(0.3, a)
    start.cx(a, b)
    start.t(a)
    start.cx(a, 3 - a - b)
    start.s(a)
    start.x(b)
    start.x(b)
    cases.append((start, lambda got: counts(got) == {"rz": 1, "cx": 2}))
"""),
        Rewrite("CommutativeOptimization()",
                "has rotations merged and inverse gates cancelled wherever commuting gates allow it",
                "rotations about one axis that are separated by commuting gates should be merged, also "
                "multi-qubit ones such as RZZ", """
for a, b in ((0, 1), (2, 1)):
    start = QuantumCircuit(3)
    start.rzz(0.3, a, b)
    start.rz(0.2, a)
    start.rzz(0.4, b, a)
    start.cz(a, b)
    start.cx(a, 3 - a - b)
    start.rz(0.5, a)
    start.cz(b, a)
    cases.append((start, lambda got: counts(got) == {"rzz": 1, "rz": 1, "cx": 1}))
"""),
        Rewrite(f"Optimize1qGates(basis={old})",
                f"has each chain of u1/u2/u3 (or p/u) gates merged into at most one gate out of "
                f"{', '.join(old)}",
                f"chains of the old gates u1, u2, u3 should become one gate of {', '.join(old)} each", f"""
from qiskit.circuit.library import U1Gate, U2Gate, U3Gate
for a, b in ((0, 1), (2, 1)):
    start = QuantumCircuit(3)
    start.append(U1Gate(0.3), [a])
    start.append(U2Gate(0.1, 0.7), [a])
    start.append(U3Gate(0.5, 0.2, 0.9), [a])
    start.cx(a, b)
    start.append(U1Gate(0.2), [b])
    start.append(U3Gate(0.4, 0.2, 0.1), [b])
    def judge(got):
        found = counts(got)
        return found.pop("cx") == 1 and sum(found.values()) == 2 and set(found) <= set({old})
    cases.append((start, judge))
"""),
        Rewrite(f"Optimize1qGatesDecomposition(basis={names})",
                f"has each run of one-qubit gates rewritten in {basis} with at most {_BASES[basis]} "
                f"gate{'s' * (_BASES[basis] > 1)}",
                f"long runs of one-qubit gates must be merged into the Euler basis {basis} (at most "
                f"{_BASES[basis]} per run)", f"""
for size in (2, 3):
    start = QuantumCircuit(size)
    for qubit in range(size):
        for angle in rng.uniform(0.2, 1.2, 4):
            start.rx(angle, qubit)
            start.rz(angle, qubit)
            start.h(qubit)
    start.cx(0, size - 1)
    for angle in rng.uniform(0.2, 1.2, 3):
        start.ry(angle, 0)
        start.t(0)
    def judge(got, size=size):
        found = counts(got)
        return found.pop("cx") == 1 and set(found) <= set({names}) and (
            sum(found.values()) <= {_BASES[basis]} * (size + 1))
    cases.append((start, judge))
"""),
        Rewrite("Optimize1qGatesSimpleCommutation(basis=['rz', 'sx', 'x'])",
                "has fewer one-qubit gates, in the basis rz, sx, x, because gates commute through CX",
                "one-qubit gates stand on both sides of a CX and could be merged by commuting them "
                "through it "
                "(basis rz, sx, x); the number of one-qubit gates has to fall", """
for a, b in ((0, 1), (2, 1)):
    start = QuantumCircuit(3)
    for qubit in (a, b):
        start.sx(qubit)
    start.rz(0.3, a)
    start.cx(a, b)
    start.rz(0.4, a)
    start.sx(a)
    start.sx(b)
    start.rz(0.6, b)
    start.cx(b, a)
    def judge(got, start=start):
        return set(counts(got)) <= {"rz", "sx", "x", "cx"} and got.size() < start.size()
    cases.append((start, judge))
"""),
        Rewrite("TemplateOptimization([template])",
                f"has {template[1]} sequences replaced by one {template[2]} gate",
                f"{template[1]} in a row equals {template[2]}; give the pass a template circuit "
                f"that is the "
                f"identity, so that it puts {template[2]} in", f"""
a, b = (int(v) for v in rng.permutation(2))
c = QuantumCircuit(2)
c.t(a)
{template[3]}
c.sx(b)
cases.append((c, lambda got: counts(got) == {{"t": 1, "sx": 1, {template[4]!r}: 1}}))
""", setup=f"template = QuantumCircuit(2)\n{template[0]}\n",
                styles=("manager", "append")),
        Rewrite("ConsolidateBlocks(force_consolidate=True)",
                "consists of `unitary` gates on two qubits only, one for each block of neighbouring gates",
                "every block of gates on the same two qubits has to become one `unitary` gate", """
for first in ((0, 1), (2, 1)):
    start = QuantumCircuit(3)
    for pair in (first, first[::-1], (0, 2)):
        start.cx(*pair)
        start.ry(0.3, pair[0])
        start.rz(0.7, pair[1])
        start.cx(*pair)
    cases.append((start, lambda got: counts(got) == {"unitary": 2}))
""", styles=("manager", "append")),
        Rewrite("OptimizeCliffordT()",
                "has runs of Clifford+T gates on a qubit shortened, so that no T or Tdg gate is "
                "left where the "
                "run is a Clifford",
                "one-qubit runs of h, s, t gates are wasteful: a run that amounts to a Clifford "
                "must lose all its "
                "T gates", f"""
for word in ("t t s h", "t h h t sdg", "h t s t h", "tdg z tdg x x h")[:{limit}]:
    start = QuantumCircuit(2)
    for qubit in (0, 1):
        for name in word.split():
            getattr(start, name)(qubit)
    start.cx(0, 1)
    cases.append((start, lambda got: not {{"t", "tdg"}} & set(counts(got)) and counts(got)["cx"] == 1))
"""),
    ]  # fmt: skip


@family(
    "passes",
    "intermediate",
    oracle="unitary",
    skills=("optimization-passes", "pass-manager"),
    why="An optimization pass keeps the unitary up to a global phase while it lowers a count.",
    tolerance=1e-7,
)
def optimization_pass(rng: Random) -> Instance:
    """One optimization pass with its options; equivalence and the gate counts are checked."""
    return rewriting(rng, rng.choice(_optimizations(rng)), "optimize")
