"""Editing circuits, last part: commutation, twirling, random circuits."""

from random import Random

from qspark.data.families.base import Instance, family

_CANCEL = (
    ("gates called {names}", "item.operation.name in {names}", "name in {names}"),
    ("one-qubit gates", "len(item.qubits) == 1", "len(wires) == 1"),
    ("two-qubit gates", "len(item.qubits) == 2", "len(wires) == 2"),
    ("gates that touch qubit {q}", "circuit.qubits[{q}] in item.qubits", "{q} in wires"),
    ("gates without parameters", "not item.params", "not params"),
)
_ASKS = (
    ("the list of index pairs (i, j), i < j, of instructions with at least one qubit in common that commute",
     "list[tuple[int, int]]", "pairs",
     ["pairs = []", "for i, one in enumerate(items):", "    for j in range(i + 1, len(items)):",
      "        if set(one.qubits) & set(items[j].qubits) and commutes([one, items[j]]):",
      "            pairs.append((i, j))", "return pairs"],
     "[(i, j) for i in range(n) for j in range(i + 1, n) if shared(i, j) and free(i, j)]"),
    ("for each instruction the number of instructions directly before it that it could be moved "
     "past (stop at the "
     "first that does not commute with it), as a list", "list[int]", "moves",
     ["moves = []", "for i, item in enumerate(items):", "    steps = 0",
      "    while steps < i and commutes([items[i - steps - 1], item]):", "        steps += 1",
      "    moves.append(steps)", "return moves"],
     "[next((k for k in range(i) if not free(i - k - 1, i)), i) for i in range(n)]"),
    ("the indices of the instructions that commute with every other one", "list[int]", "central",
     ["found = []", "for i, item in enumerate(items):",
      "    if all(commutes([item, other]) for j, other in enumerate(items) if j != i):",
      "        found.append(i)",
      "return found"],
     "[i for i in range(n) if all(free(i, j) for j in range(n) if j != i)]"),
    ("the number of pairs of neighbours in the list of instructions that may be exchanged", "int",
     "neighbours",
     ["return sum(commutes(items[i : i + 2]) for i in range(len(items) - 1))"],
     "sum(free(i, i + 1) for i in range(n - 1))"),
    ("a list of groups (lists of indices): go through the instructions and start a new group "
     "whenever one fails to "
     "commute with some member of the current group", "list[list[int]]", "groups",
     ["groups = [[]]", "for i, item in enumerate(items):",
      "    if not all(commutes([items[j], item]) for j in groups[-1]):", "        groups.append([])",
      "    groups[-1].append(i)", "return groups"],
     "grouped()"),
)  # fmt: skip


@family(
    "editing",
    "advanced",
    oracle="value",
    skills=("commutation", "circuit-inspection"),
    why="Whether two instructions commute depends on the gates and on how their qubits overlap.",
)
def commuting_instructions(rng: Random) -> Instance:
    """Questions about which instructions of a circuit commute."""
    said, sort, kind, lines, want = rng.choice(_ASKS)
    some, condition, test = rng.choice(_CANCEL + _CANCEL[:1] * 4)
    names = tuple(sorted(rng.sample(["h", "cx", "z", "rz", "cz", "x", "rx"], 4)))
    q = rng.randrange(3)
    some = some.format(names=", ".join(names), q=q)
    condition, test = condition.format(names=names, q=q), test.format(names=names, q=q)
    rest = rng.choice(["all", *["some"] * 6])
    picked = (
        "list(circuit.data)" if rest == "all" else f"[item for item in circuit.data if {condition}]"
    )
    scope = "" if rest == "all" else f" Consider only the {some}; indices count within these."
    entry = rng.choice(["commuting", "exchange_report", "commutation_facts"])
    inner = "\n".join("    " + line for line in lines)
    body = f"""
checker = CommutationChecker()


def commutes(pair: list[CircuitInstruction]) -> bool:
    one, two = pair
    return checker.commute(
        one.operation, one.qubits, one.clbits, two.operation, two.qubits, two.clbits
    )


def {entry}(circuit: QuantumCircuit) -> {sort}:
    items = {picked}
{inner}
"""
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            f"For a circuit of gates, determine {said}.{scope} Commuting means that the operators "
            f"commute exactly.",
            f"I want to know which instructions of a circuit may change places: {said}. The "
            f"argument is the circuit "
            f"(no measurements).{scope}",
            f"Input: a unitary circuit. Output: {said}.{scope} Use Qiskit's own commutation analysis.",
            f"How do I find {said}?{scope} The function gets a QuantumCircuit with gates only.",
        ),
        imports="from qiskit import QuantumCircuit\n"
        "from qiskit.circuit import CircuitInstruction, CommutationChecker",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
one = QuantumCircuit(3)
one.rz(0.4, 0)
one.cx(0, 1)
one.z(0)
one.x(1)
one.cz(1, 2)
one.h(2)
one.rx(0.3, 1)
one.cx(2, 1)
one.cx(0, 1)
one.rz(1.1, 2)
two = QuantumCircuit(3)
two.x(0)
two.z(2)
two.cz(0, 2)
two.cz(1, 2)
two.rz(0.7, 1)
two.rx(0.2, 0)
two.cx(1, 0)
two.h(1)
two.rz(0.9, 2)
two.x(1)
for circuit in (one, two):
    rows = []
    for item in circuit.data:
        name, params = item.operation.name, item.operation.params
        wires = [circuit.find_bit(x).index for x in item.qubits]
        if {test if rest != "all" else True}:
            rows.append((set(wires), Operator(np.eye(8)).compose(item.operation, wires).data))
    n = len(rows)

    def shared(i, j):
        return bool(rows[i][0] & rows[j][0])

    def free(i, j):
        return bool(np.allclose(rows[i][1] @ rows[j][1], rows[j][1] @ rows[i][1], atol=1e-9))

    def grouped():
        groups = [[]]
        for i in range(n):
            if not all(free(i, j) for j in groups[-1]):
                groups.append([])
            groups[-1].append(i)
        return groups

    got = candidate(circuit)
    assert got == {want}, got
""",
        params={"what": kind, "scope": some if rest != "all" else "all"},
    )


@family(
    "editing",
    "advanced",
    oracle="unitary",
    skills=("twirling", "random-circuits", "seeds"),
    why="A twirled circuit has random Paulis around each two-qubit gate and the same action.",
    tolerance=1e-8,
)
def twirled_and_random(rng: Random) -> Instance:
    """Pauli twirls of a circuit, and mirror circuits from seeded random ones."""
    seed, count, depth = rng.randint(1, 900), rng.randint(2, 5), rng.randint(2, 5)
    if rng.random() < 0.5:
        gate, shown = rng.choice(
            [
                ('"cx"', "CX gates"),
                ('"cz"', "CZ gates"),
                ("", "two-qubit gates"),
                ('["cx", "ecr"]', "CX and ECR gates"),
            ]
        )
        options = f"{gate + ', ' if gate else ''}seed={seed}, num_twirls={count}"
        made = f"pauli_twirl_2q_gates(circuit, {options})"
        result, said, sort, want = rng.choice(
            [
                ("return {m}", "the list of these", "list[QuantumCircuit]", "circuits"),
                ("return [twirled.count_ops() for twirled in {m}]", "their operation counts as a list",
                 "list[dict[str, int]]", "counts"),
                ("return [twirled.depth() for twirled in {m}]", "the list of their depths", "list[int]",
                 "depths"),
                ("return max({m}, key=lambda twirled: twirled.size())",
                 "the one with the most operations (the first of several)", "QuantumCircuit", "largest"),
                ("return {m}[::-1]", "the list of these, the last one first", "list[QuantumCircuit]",
                 "turned"),
                ("first, *rest = {m}\nreturn [first, *(twirled.inverse() for twirled in rest)]",
                 "a list of these in which all but the first are replaced by their inverses",
                 "list[QuantumCircuit]",
                 "inverted"),
            ]
        )  # fmt: skip
        task = f"Pauli-twirl the {shown} of a circuit, {count} times from the one seed {seed}"
        return Instance(
            entry_point=rng.choice(["twirled", "twirl_set", "randomized_copies"]),
            signature=f"(circuit: QuantumCircuit) -> {sort}",
            asks=(
                f"{task}, with Qiskit's own function in one call. Return {said}.",
                f"{task}: I want {said}. Use the function that Qiskit has for it, called once.",
                f"Goal: {said}, where the circuits come from this: {task[0].lower()}{task[1:]} "
                f"(one call of Qiskit's "
                "twirling function, no target).",
                f"How do I {task[0].lower()}{task[1:]}, and get {said}? One call of the function "
                f"in `qiskit.circuit`.",
            ),
            imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import pauli_twirl_2q_gates",
            body=result.format(m=made),
            test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import pauli_twirl_2q_gates
from qiskit.quantum_info import Operator
qc = QuantumCircuit(3)
qc.h(0)
qc.cx(0, 1)
qc.cz(1, 2)
qc.t(1)
qc.ecr(2, 0)
qc.ry(0.4, 2)
qc.cx(2, 1)
want = pauli_twirl_2q_gates(qc, {gate or None}, {seed}, {count})
assert all(Operator(one).equiv(Operator(qc), atol=1e-8, rtol=0) for one in want)
got, kind = candidate(qc), "{want}"
if kind == "counts":
    assert [dict(one) for one in got] == [dict(one.count_ops()) for one in want]
elif kind == "depths":
    assert got == [one.depth() for one in want]
elif kind == "largest":
    assert got == max(want, key=lambda one: one.size())
elif kind == "inverted":
    assert list(got) == want[:1] + [one.inverse() for one in want[1:]]
else:
    assert list(got) == (want[::-1] if kind == "turned" else want)
""",
            params={"seed": seed, "count": count, "gate": gate},
        )
    call, words, check = rng.choice(
        [
            (f"random_circuit(n, {depth}, max_operands=2, seed={{s}})",
             f"`random_circuit` of n qubits, depth {depth} and gates on at most 2 qubits",
             f"random_circuit(n, {depth}, max_operands=2, seed=s)"),
            (f"random_clifford_circuit(n, {depth * 4}, seed={{s}})",
             f"`random_clifford_circuit` of n qubits with {depth * 4} gates",
             f"random_clifford_circuit(n, {depth * 4}, seed=s)"),
            (f'random_clifford_circuit(n, {depth * 3}, gates=["h", "s", "cx"], seed={{s}})',
             f"`random_clifford_circuit` of n qubits with {depth * 3} gates from h, s and cx",
             f'random_clifford_circuit(n, {depth * 3}, gates=["h", "s", "cx"], seed=s)'),
        ]
    )  # fmt: skip
    twist, line, want = rng.choice(
        [
            ("followed by its inverse (a mirror circuit)", "half.compose(half.inverse())",
             "half.compose(half.inverse())"),
            ("as it is", "half", "half"),
            ("with X on qubit 0 between it and its inverse", "half.compose(flip).compose(half.inverse())",
             "half.compose(flip).compose(half.inverse())"),
            ("run twice", "half.repeat(2)", "half.compose(half)"),
            ("with its qubits in reverse order", "half.reverse_bits()", "half.reverse_bits()"),
        ]
    )  # fmt: skip
    flip = ["flip = QuantumCircuit(n)", "flip.x(0)"] if "flip" in line else []
    function = call.split("(")[0]
    body = "\n".join(
        [
            *flip,
            "circuits = []",
            f"for seed in range({seed}, {seed + count}):",
            f"    half = {call.format(s='seed')}",
            f"    circuits.append({line})",
            "return circuits",
        ]
    )
    return Instance(
        entry_point=rng.choice(["random_set", "benchmark_circuits", "seeded_circuits"]),
        signature="(n: int) -> list[QuantumCircuit]",
        asks=(
            f"Return {count} circuits: each is Qiskit's {words}, {twist}. The seeds are {seed}, "
            f"{seed + 1} and so on.",
            f"For benchmarks on n qubits I need a list of {count} circuits, made from {words} "
            f"with the seeds {seed} to "
            f"{seed + count - 1} in this order, each {twist}.",
            f"Circuits: {words}.\nSeeds: {seed} to {seed + count - 1}, one circuit each.\nForm: "
            f"{twist}.\nReturn the "
            "list in the order of seeds.",
            f"How do I generate {count} reproducible circuits from {words}, each {twist}, with "
            f"seeds from {seed} "
            "upwards?",
        ),
        imports=f"from qiskit import QuantumCircuit\nfrom qiskit.circuit.random import {function}",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit.random import {function}
from qiskit.quantum_info import Operator
for n in (2, 3):
    flip = QuantumCircuit(n)
    flip.x(0)
    got = candidate(n)
    assert len(got) == {count}
    for s, circuit in zip(range({seed}, {seed + count}), got):
        half = {check}
        want = {want}
        assert circuit.num_qubits == n
        assert abs(circuit.size() - want.size()) <= want.size()
        assert Operator(circuit).equiv(Operator(want), atol=1e-8, rtol=0)
        if "{line}" == "half.compose(half.inverse())":
            assert circuit.size() == 2 * half.size()
""",
        params={"seed": seed, "count": count, "function": function, "form": twist},
    )
