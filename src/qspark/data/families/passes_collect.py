"""Passes: those that collect, consolidate, split or flatten blocks; the unitary must be kept."""

from random import Random

from qspark.data.families._passes import Rewrite, rewriting
from qspark.data.families.base import Instance, family


def _collections(rng: Random) -> list[Rewrite]:
    least, width = rng.choice([2, 3, 4]), rng.choice([2, 3])
    basis, two = rng.choice(
        [("rz, sx, cx", "cx"), ("u, cz", "cz"), ("rx, rz, cz", "cz"), ("u, ecr", "ecr")]
    )
    names = basis.split(", ")
    kept = rng.choice([["cx", "h"], ["cz", "rz"], ["cx", "t", "sx"], ["cz", "h", "s"]])
    label = rng.choice(["block", "chunk", "part"])
    low = rng.choice([2, 3])
    divided = """
for sizes in ((1, 2, 3), (4, 2, 5), (3, 1, 4)):
    start, want = QuantumCircuit(3), {{{first}: 9}}
    for size in sizes:
        for step in range(size):
            {gate}
        start.{wall}(range(3))
        big = size >= {least}
        key = {name!r} if big else {small!r}
        want[key] = want.get(key, 0) + (1 if big else size)
    cases.append((start, lambda got, want=want: counts(got) == want))
"""
    return [
        Rewrite(f"CollectLinearFunctions(min_block_size={least})",
                f"has every connected block of at least {least} CX gates in one `linear_function` "
                f"and smaller "
                "blocks unchanged",
                f"stretches of {least} or more CX gates should become linear functions, shorter ones stay",
                divided.format(first='"h"', gate="start.cx(step % 2, step % 2 + 1)", wall="h", least=least,
                               name="linear_function", small="cx")),
        Rewrite(f"CollectCliffords(min_block_size={least})",
                f"has every connected block of at least {least} Clifford gates in one `clifford` "
                f"and smaller "
                "blocks unchanged",
                f"Clifford stretches of {least} or more gates are to be stored as one Clifford each",
                divided.format(first='"t"', gate="start.cz(step % 2, step % 2 + 1)", wall="t", least=least,
                               name="clifford", small="cz")),
        Rewrite("CollectCliffords(do_commutative_analysis=True)",
                "has all Clifford gates that can be brought together by commuting them past other "
                "gates in one "
                "`clifford`",
                "T gates stand between CZ gates that commute with them; collect the Clifford gates in one "
                "`clifford` regardless of that", """
for a in range(3):
    start = QuantumCircuit(3)
    start.cz(0, 1)
    start.t(a)
    start.cz(a, (a + 1) % 3)
    start.rz(0.3, 0)
    start.s(0)
    start.cz(1, 2)
    cases.append((start, lambda got: counts(got) == {"clifford": 1, "t": 1, "rz": 1}))
"""),
        Rewrite("OptimizeCliffords()",
                "has consecutive `clifford` operations on the same qubits, in the same order, "
                "merged into one",
                "several Clifford objects follow each other on the same qubits and should become one", """
from qiskit.quantum_info import random_clifford
for order in ([0, 1, 2], [2, 0, 1]):
    start = QuantumCircuit(3)
    for _ in range(3):
        start.append(random_clifford(3, seed=rng), order)
    start.t(order[0])
    for _ in range(2):
        start.append(random_clifford(3, seed=rng), order)
    start.append(random_clifford(2, seed=rng), order[:2])
    cases.append((start, lambda got: counts(got) == {"clifford": 3, "t": 1}))
"""),
        Rewrite(f"CollectMultiQBlocks(max_block_size={width}), ConsolidateBlocks(force_consolidate=True)",
                f"consists of nothing but `unitary` gates, none on more than {width} qubits and the "
                f"widest on "
                f"{width}",
                f"neighbouring gates should be gathered into unitaries on at most {width} qubits", f"""
for a, b, c in ((0, 1, 2), (3, 1, 0)):
    start = QuantumCircuit(4)
    for pair in ((a, b), (b, c), (a, c), (c, 6 - a - b - c), (a, b)):
        start.cx(*pair)
        start.ry(0.3 + pair[0], pair[1])
    def judge(got):
        return set(counts(got)) == {{"unitary"}} and max(len(i.qubits) for i in got.data) == {width}
    cases.append((start, judge))
""", styles=("manager", "append")),
        Rewrite(f"Collect2qBlocks(), ConsolidateBlocks(), UnitarySynthesis(basis_gates={names})",
                f"uses only {basis}, and at most three `{two}`, whatever the two-qubit circuit was",
                f"long two-qubit circuits have to be resynthesized in {basis} with three `{two}` or "
                f"fewer", f"""
for _ in range(2):
    start = QuantumCircuit(2)
    for step in range(6):
        start.cx(step % 2, 1 - step % 2)
        start.ry(rng.uniform(0.2, 1), 0)
        start.rx(rng.uniform(0.2, 1), 1)
    cases.append((start, lambda got: set(counts(got)) <= set({names}) and counts(got)[{two!r}] <= 3))
""", styles=("manager", "append")),
        Rewrite("CollectLinearFunctions(), LinearFunctionsToPermutations()",
                "has each block of swaps in one `permutation` and each block of CX gates in one "
                "`linear_function`",
                "blocks of swaps are permutations and blocks of CX gates are linear functions; "
                "collect them as "
                "such", """
for a, b, c in ((0, 1, 2), (3, 1, 0)):
    start = QuantumCircuit(4)
    start.swap(a, b)
    start.swap(b, c)
    start.h(range(4))
    start.cx(a, c)
    start.cx(c, b)
    cases.append((start, lambda got: counts(got) == {"h": 4, "permutation": 1, "linear_function": 1}))
""", styles=("manager", "append")),
        Rewrite("Split2QUnitaries()",
                "has no two-qubit `unitary` left that is a tensor product of one-qubit unitaries",
                "some two-qubit unitaries are really products of two one-qubit ones and should be "
                "split", """
from qiskit.quantum_info import random_unitary
for a, b in ((0, 1), (2, 1)):
    start = QuantumCircuit(3)
    start.unitary(np.kron(random_unitary(2, seed=rng), random_unitary(2, seed=rng)), [a, b])
    start.unitary(random_unitary(4, seed=rng), [b, a])
    start.unitary(np.kron(random_unitary(2, seed=rng), random_unitary(2, seed=rng)), [b, 0 + 2 * (a == 0)])
    cases.append((start, lambda got: sorted(len(i.qubits) for i in got.data) == [1, 1, 1, 1, 2]))
""", styles=("manager", "append")),
        Rewrite("ElidePermutations()",
                "has no swap and no permutation gate left; they live on in the circuit's layout, so that "
                "Operator.from_circuit gives the original unitary",
                "swaps and permutations cost nothing when qubits are renamed instead: elide them "
                "and record "
                "it in the layout (Operator.from_circuit must reproduce the unitary)", """
from qiskit.circuit.library import PermutationGate
for a, b, c in ((0, 1, 2), (2, 0, 1)):
    start = QuantumCircuit(3)
    start.ry(0.4, a)
    start.swap(a, b)
    start.cx(b, c)
    start.append(PermutationGate([2, 0, 1]), [a, b, c])
    start.rz(0.3, c)
    start.cx(c, b)
    cases.append((start, lambda got: counts(got) == {"ry": 1, "cx": 2, "rz": 1}))
""", styles=("manager", "append")),
        Rewrite("OptimizeAnnotated()",
                "has nested annotated operations flattened to one level with a single inverse, power and "
                "control modifier at most",
                "annotated operations are nested in each other; flatten them and merge the modifiers", """
from qiskit.circuit import AnnotatedOperation, ControlModifier, InverseModifier, PowerModifier
from qiskit.circuit.library import RZGate
for power in (2, 3):
    start = QuantumCircuit(3)
    inner = AnnotatedOperation(RZGate(0.3), [InverseModifier(), ControlModifier(1)])
    modifiers = [ControlModifier(1), PowerModifier(power), InverseModifier()]
    start.append(AnnotatedOperation(inner, modifiers), [2, 0, 1])
    def judge(got):
        op = got.data[0].operation
        kinds = [type(m).__name__ for m in getattr(op, "modifiers", [])]
        flat = not isinstance(getattr(op, "base_op", None), AnnotatedOperation)
        return flat and len(set(kinds)) == len(kinds)
    cases.append((start, judge))
"""),
        Rewrite(f"CollectAndCollapse(\n    lambda dag: BlockCollector(dag).collect_all_matching_blocks(\n"
                f"        lambda node: node.name in {kept}, min_block_size={low}\n    ),\n"
                "    lambda dag, blocks: BlockCollapser(dag).collapse_to_operation(\n"
                f"        blocks, lambda block: block.to_gate(label={label!r})\n    ),\n)",
                f"has each connected block of at least {low} gates of the kinds {', '.join(kept)} "
                f"wrapped in one "
                f"gate with the label `{label}`, everything else as before",
                f"blocks made of {', '.join(kept)} only ({low} gates or more) are to be folded into gates "
                f"labelled `{label}`, by means of your own collect and collapse functions", f"""
kept = {kept}
for sizes in ((1, 2, 3), (4, 2), (3, 1)):
    start = QuantumCircuit(2)
    for size in sizes:
        for step in range(size):
            name = kept[step % len(kept)]
            getattr(start, name)(*([0.2] if name == "rz" else []), *((0, 1) if name[0] == "c" else (0,)))
        start.ry(0.3, range(2))
    folded = [size for size in sizes if size >= {low}]
    left = sum(size for size in sizes if size < {low})
    def judge(got, folded=folded, left=left):
        marked = [i.operation for i in got.data if i.operation.label == {label!r}]
        return sorted(o.definition.size() for o in marked) == sorted(folded) and (
            sum(i.operation.name in kept for i in got.data) == left)
    cases.append((start, judge))
""", imports="from qiskit.dagcircuit import BlockCollapser, BlockCollector"),
    ]  # fmt: skip


@family(
    "passes",
    "advanced",
    oracle="unitary",
    skills=("block-collection", "pass-manager"),
    why="Collecting passes gather neighbouring gates of one kind into one operation with the same action.",
    tolerance=1e-7,
)
def collecting_pass(rng: Random) -> Instance:
    """Passes that collect, consolidate, split or flatten blocks; the result's shape is known."""
    return rewriting(rng, rng.choice(_collections(rng)), "gather")
