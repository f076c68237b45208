"""Passes: translation into a basis, synthesis of high-level objects."""

from random import Random

from qspark.data.families._passes import Rewrite, rewriting
from qspark.data.families.base import Instance, family

_BASES = (
    "rz, sx, cz", "u, ecr", "rx, ry, cx", "rz, rx, rzz", "u3, cx", "r, rxx", "rz, sx, x, cx",
    "u, iswap", "rx, ry, rz, cz", "p, h, cx", "rz, h, cx", "rx, rz, cz", "u, swap, cp",
)  # fmt: skip
_LIBRARY = "from qiskit.circuit.equivalence_library import SessionEquivalenceLibrary"
_MIXED = """
for _ in range(2):
    start = QuantumCircuit(3)
    for step in range(3):
        a, b, c = (int(v) for v in rng.permutation(3))
        start.cp(0.3 + step, a, b)
        start.ry(0.7, b)
        start.swap(b, c)
        start.sdg(a)
        start.iswap(c, a)
        start.crx(0.4, b, a)
        start.h(c)
"""


def _translations(rng: Random) -> list[Rewrite]:
    basis = rng.choice(_BASES)
    names = basis.split(", ")
    known = rng.choice([["cx", "u", "crz"], ["u", "cx", "cry"], ["cz", "rx", "rz", "cx"]])
    loose = rng.choice([["ccx"], ["ccz"], ["cswap"]])
    edges = rng.choice([[[0, 1], [1, 2]], [[1, 0], [1, 2]], [[2, 1], [1, 0]], [[0, 1], [2, 1]]])
    clifford = rng.choice(["greedy", "ag", "bm", "layers"])
    linear, permutation = rng.choice(["kms", "pmh"]), rng.choice(["basic", "acg", "kms"])
    fourier, mcx = (
        rng.choice(["full", "line"]),
        rng.choice(["noaux_v24", "noaux_hp24", "gray_code"]),
    )
    config = rng.choice(
        [
            f"HLSConfig(clifford=[{clifford!r}], linear_function=[{linear!r}])",
            f"HLSConfig(qft=[{fourier!r}], permutation=[{permutation!r}])",
            f"HLSConfig(mcx=[{mcx!r}], clifford=[{clifford!r}])",
            f"HLSConfig(linear_function=[{linear!r}], permutation=[{permutation!r}], qft=[{fourier!r}])",
        ]
    )
    methods = config[10:-1].replace("=[", " by ").replace("]", "").replace("'", "`")
    setter = rng.random() < 0.5
    first = config[10:].split("=")[0]
    method = config.split("[")[1].split("]")[0]
    setup = f"config = {config}\n"
    if setter:
        setup = f"config = HLSConfig()\nconfig.set_methods({first!r}, [{method}])\n"
        methods = f"{first} by `{method[1:-1]}`"
    return [
        Rewrite(f"BasisTranslator(SessionEquivalenceLibrary, {names})",
                f"uses only the gates {basis}",
                f"all gates have to be translated into {basis} with the session's equivalence library",
                _MIXED + f"""
    cases.append((start, lambda got: set(counts(got)) <= set({names})))
""", imports=_LIBRARY),
        Rewrite(f"UnrollCustomDefinitions(SessionEquivalenceLibrary, {names}), "
                f"BasisTranslator(SessionEquivalenceLibrary, {names})",
                f"uses only the gates {basis}, also where gates of my own with a definition occur",
                f"user-defined gates have to be unrolled first, before everything is translated "
                f"into {basis}",
                _MIXED + f"""
    start.append(start.copy().to_gate(label="mine"), [2, 0, 1])
    cases.append((start, lambda got: set(counts(got)) <= set({names})))
""", imports=_LIBRARY, styles=("manager", "append")),
        Rewrite(f"UnrollCustomDefinitions(SessionEquivalenceLibrary, basis_gates={known})",
                "contains no user-defined gate any more, while gates that the equivalence library "
                "knows stay as "
                "they are",
                "gates of my own must be replaced by their definitions, but standard gates stay unexpanded",
                _MIXED + """
    want = counts(start)
    start.append(start.copy().to_gate(label="mine"), [2, 0, 1])
    cases.append((start, lambda got, want=want: counts(got) == {k: 2 * v for k, v in want.items()}))
""", imports=_LIBRARY),
        Rewrite("Unroll3qOrMore()",
                "has no gate on three or more qubits left and keeps the smaller ones",
                "multi-qubit gates such as ccx or cswap should be expanded into one- and two-qubit "
                "gates", """
for a, b, c in ((0, 1, 2), (2, 0, 1)):
    start = QuantumCircuit(4)
    start.ccx(a, b, c)
    start.cp(0.3, a, b)
    start.cswap(c, a, b)
    start.iswap(b, c)
    start.mcx([0, 1, 2], 3)
    def judge(got):
        return counts(got)["cp"] == counts(got)["iswap"] == 1 and max(len(i.qubits) for i in got.data) == 2
    cases.append((start, judge))
"""),
        Rewrite(f"Unroll3qOrMore(basis_gates={loose})",
                f"has no gate on three or more qubits left except {loose[0]}",
                f"only {loose[0]} is allowed to stay among the gates on three or more qubits", f"""
for a, b, c in ((0, 1, 2), (2, 0, 1)):
    start = QuantumCircuit(3)
    for name in ("ccx", "cswap", "ccz"):
        getattr(start, name)(a, b, c)
        start.ry(0.3, c)
    def judge(got):
        wide = [i.operation.name for i in got.data if len(i.qubits) > 2]
        return set(wide) == {{{loose[0]!r}}}
    cases.append((start, judge))
"""),
        Rewrite(f"GateDirection(CouplingMap({edges}))",
                f"has all its two-qubit gates along the directed edges {edges}",
                f"the hardware drives two-qubit gates only along {edges} (first to second qubit), "
                f"so reversed "
                "ones have to be flipped", f"""
edges = {edges}
for flips in ((0, 1), (1, 0), (1, 1)):
    start = QuantumCircuit(3)
    for name in ("cx", "cz", "ecr", "cx"):
        for edge, flip in zip(edges, flips):
            getattr(start, name)(*(edge[::-1] if flip else edge))
            start.ry(0.3, edge[0])
    def judge(got):
        pairs = [[got.find_bit(q).index for q in i.qubits] for i in got.data if len(i.qubits) == 2]
        return len(pairs) == 8 and all(pair in edges for pair in pairs)
    cases.append((start, judge))
"""),
        Rewrite("HighLevelSynthesis(hls_config=config, basis_gates=['u', 'cx'])",
                f"uses only u and cx, with these synthesis methods: {methods}",
                "Clifford, permutation, QFT and similar objects have to be synthesized into u and "
                "cx with methods "
                f"that I choose ({methods})", """
from qiskit.circuit.library import LinearFunction, PermutationGate, QFTGate
from qiskit.quantum_info import random_clifford
for a, b, c in ((0, 1, 2), (2, 0, 1)):
    start = QuantumCircuit(3)
    start.append(random_clifford(3, seed=rng), [a, b, c])
    start.append(LinearFunction([[1, 1, 0], [0, 1, 1], [0, 0, 1]]), [c, b, a])
    start.append(PermutationGate([2, 0, 1]), [b, a, c])
    start.append(QFTGate(3), [a, b, c])
    start.mcx([a, c], b)
    cases.append((start, lambda got: set(counts(got)) <= {"u", "cx"}))
""", setup=setup),
        Rewrite(f"UnitarySynthesis(basis_gates={names})",
                f"has its two-qubit `unitary` gates synthesized in {basis}",
                f"two-qubit unitaries given as matrices have to become gates out of {basis}", f"""
from qiskit.quantum_info import random_unitary
for order in ([0, 1], [1, 0]):
    start = QuantumCircuit(2)
    start.unitary(random_unitary(4, seed=rng), order)
    start.unitary(random_unitary(4, seed=rng), [0, 1])
    cases.append((start, lambda got: set(counts(got)) <= set({names})))
""") if basis not in ("r, rxx", "u, swap, cp", "rz, rx, rzz", "u, iswap") else
        Rewrite("UnitarySynthesis(basis_gates=['h', 's', 'sdg', 'x', 'y', 'z', 'cx'], method='clifford')",
                "consists of Clifford gates only, because its `unitary` gates are Clifford operators",
                "the unitaries in my circuits are Clifford operators and should be synthesized as such", """
from qiskit.quantum_info import random_clifford
for order in ([0, 1], [1, 0]):
    start = QuantumCircuit(2)
    start.unitary(Operator(random_clifford(2, seed=rng)), order)
    names = {"h", "s", "sdg", "x", "y", "z", "sx", "sxdg", "cx", "cz", "swap"}
    cases.append((start, lambda got: set(counts(got)) <= names))
"""),
        Rewrite("SubstitutePi4Rotations()",
                "has no rotation by a multiple of pi/4 left (those become Clifford, T and Tdg "
                "gates), while "
                "rotations by other angles stay",
                "rotations by multiples of pi/4 should be written as Clifford+T gates, other "
                "rotations remain",
                """
for steps in ((1, 3, 2), (5, 6, 7)):
    start = QuantumCircuit(2)
    for qubit in range(2):
        start.rx(steps[0] * np.pi / 4, qubit)
        start.rz(steps[1] * np.pi / 4, qubit)
        start.ry(0.3, qubit)
        start.ry(steps[2] * np.pi / 4, qubit)
    start.rzz(np.pi / 2, 0, 1)
    def judge(got):
        return [i.operation.name for i in got.data if i.operation.params] == ["ry"] * 2
    cases.append((start, judge))
"""),
        Rewrite("ConvertToPauliRotations()",
                "consists of `pauli_product_rotation` gates only",
                "a Pauli-based computer wants nothing but Pauli product rotations", """
for a, b in ((0, 1), (2, 0)):
    start = QuantumCircuit(3)
    start.h(a)
    start.rz(0.3, a)
    start.cx(a, b)
    start.t(b)
    cases.append((start, lambda got: set(counts(got)) == {"pauli_product_rotation"}))
"""),
        Rewrite(f"LitinskiTransformation(use_ppr=True, fix_clifford=True, insert_barrier={setter})",
                "starts with one `pauli_product_rotation` for each T gate or Z rotation, followed "
                f"{'after one barrier ' if setter else ''}by the Clifford gates",
                "all T gates and Z rotations have to move to the front as Pauli product rotations, "
                "all Clifford "
                f"gates to the end{' behind a barrier' if setter else ', without a barrier'}", f"""
for a, b in ((0, 1), (2, 0)):
    start = QuantumCircuit(3)
    start.h(a)
    start.t(a)
    start.cx(a, b)
    start.t(b)
    start.s(a)
    start.h(b)
    start.rz(0.3, b)
    def judge(got):
        names = [i.operation.name for i in got.data]
        return names[:3] == ["pauli_product_rotation"] * 3 and (
            sorted(n for n in names[3:] if n != "barrier") == ["cx", "h", "h", "s"]) and (
            [n for n in names if n == "barrier"] == names[3:4] if {setter} else "barrier" not in names)
    cases.append((start, judge))
"""),
    ]  # fmt: skip


@family(
    "passes",
    "intermediate",
    oracle="unitary",
    skills=("translation", "high-level-synthesis"),
    why="Translation and synthesis passes change the gate set and keep the unitary up to a phase.",
    tolerance=1e-7,
)
def translation_pass(rng: Random) -> Instance:
    """One pass that brings a circuit into another gate set; names and unitary are checked."""
    return rewriting(rng, rng.choice(_translations(rng)), "translate")
