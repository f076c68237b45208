"""Passes: analysis passes that report about a circuit."""

from dataclasses import dataclass
from random import Random

from qspark.data.families.base import Instance, family


@dataclass(frozen=True)
class _Fact:
    """An analysis pass: its call, the key of the answer, words, the value and its oracle."""

    call: str
    key: str
    words: str
    value: str
    oracle: str


def _facts(rng: Random) -> list[_Fact]:
    name = rng.choice(["cx", "swap", "rz", "measure", "cz", "h"])
    basis = rng.choice([["h", "cx", "rz", "t", "sx"], ["h", "t", "sx", "cz", "swap", "rz"],
                        ["cx", "cz", "h", "sx", "t"]])  # fmt: skip
    edges = rng.choice([[[0, 1], [1, 2], [2, 3], [3, 4]], [[1, 0], [1, 2], [1, 3], [1, 4]],
                        [[4, 3], [3, 2], [2, 1], [2, 0]], [[0, 2], [2, 4], [4, 1], [1, 3]]])  # fmt: skip
    return [
        _Fact("Depth()", "depth", "the depth", "{p}['depth']", "depth_of(circuit)"),
        _Fact("Size()", "size", "the total number of operations", "{p}['size']", "len(circuit.data)"),
        _Fact("Width()", "width", "the width (number of qubits plus number of classical bits)",
              "{p}['width']", "circuit.num_qubits + circuit.num_clbits"),
        _Fact("NumQubits()", "qubits", "the number of qubits", "{p}['num_qubits']", "circuit.num_qubits"),
        _Fact("NumTensorFactors()", "factors",
              "the number of independent parts (sets of qubits and classical bits that no operation "
              "connects; an idle bit is a part of its own)",
              "{p}['num_tensor_factors']", "factors_of(circuit)"),
        _Fact("CountOps()", "ops", "a dictionary from operation name to how often it occurs",
              "dict({p}['count_ops'])", "dict(Counter(item.operation.name for item in circuit.data))"),
        _Fact("CountOpsLongestPath()", "path_ops",
              "a dictionary from operation name to how often it occurs on the longest path",
              "dict({p}['count_ops_longest_path'])", "dict(Counter(chain))"),
        _Fact("DAGLongestPath()", "path_names",
              "the list of operation names along the longest path, from first to last",
              "[node.name for node in {p}['dag_longest_path'] if isinstance(node, DAGOpNode)]", "chain"),
        _Fact(f"ContainsInstruction({name!r})", f"has_{name}", f"whether any `{name}` occurs",
              "{p}['contains_" + name + "']",
              f"any(item.operation.name == {name!r} for item in circuit.data)"),
        _Fact(f"GatesInBasis(basis_gates={basis})", "in_basis",
              f"whether all its gates are among {', '.join(basis)} (measurements are always allowed)",
              "{p}['all_gates_in_basis']",
              f"all(item.operation.name in {[*basis, 'measure']} for item in circuit.data)"),
        _Fact(f"CheckMap(CouplingMap({edges}))", "mapped",
              f"whether every two-qubit gate acts on a pair of the coupling map {edges}, in either "
              f"direction",
              "{p}['is_swap_mapped']",
              f"all(list(p) in {edges} or list(p)[::-1] in {edges} for p in pairs_of(circuit))"),
        _Fact(f"CheckGateDirection(CouplingMap({edges}))", "directed",
              f"whether every two-qubit gate acts on a directed edge of the coupling map {edges}, "
              "first qubit first",
              "{p}['is_direction_mapped']", f"all(list(p) in {edges} for p in pairs_of(circuit))"),
    ]  # fmt: skip


_ORACLES = """
from collections import Counter
from itertools import permutations
import numpy as np
from qiskit import QuantumCircuit
rng = np.random.default_rng(np.random.randint(2**31))

def pairs_of(circuit):
    for item in circuit.data:
        if len(item.qubits) == 2:
            yield tuple(circuit.find_bit(q).index for q in item.qubits)

def depth_of(circuit):
    levels = {}
    for item in circuit.data:
        bits = [*item.qubits, *item.clbits]
        level = 1 + max(levels.get(bit, 0) for bit in bits)
        levels.update({bit: level for bit in bits})
    return max(levels.values(), default=0)

def factors_of(circuit):
    group = {bit: bit for bit in [*circuit.qubits, *circuit.clbits]}
    for item in circuit.data:
        first, *others = [*item.qubits, *item.clbits]
        for other in others:
            old = group[other]
            group = {bit: group[first] if g == old else g for bit, g in group.items()}
    return len(set(group.values()))

def drawn(length, gates, touch):
    circuit = QuantumCircuit(5, int(rng.integers(1, 4)))
    names = [("t", "sx", "h")[rng.integers(3)] for _ in range(length)]
    for name in names:
        getattr(circuit, name)(0)
    for _ in range(gates):
        a, b = 1 + rng.permutation(4)[:2]
        kind = ("rz", "cx", "cz", "swap", "h")[rng.integers(5)]
        if kind in ("cx", "cz", "swap"):
            getattr(circuit, kind)(int(a), int(b))
        else:
            getattr(circuit, kind)(*([0.3] if kind == "rz" else []), int(a))
    if touch:
        circuit.measure(0, 0)
        names.append("measure")
    return circuit, names

"""


@family(
    "passes",
    "basic",
    oracle="value",
    skills=("property-set", "analysis-passes"),
    why="An analysis pass writes its finding into the property set under the pass's own key.",
)
def analysis_report(rng: Random) -> Instance:
    """A dictionary of findings of three analysis passes, read from the property set."""
    facts = rng.sample(_facts(rng), 3)
    style = rng.choice(["manager", "called", "dag", "given"])
    pairs = [(f'"{f.key}"', f.value) for f in facts]
    calls = ", ".join(f.call for f in facts)
    if style == "manager":
        body = f"manager = PassManager([{calls}])\nmanager.run(circuit)\nfound = manager.property_set\n"
    elif style == "given":
        body = "found = PropertySet()\n" + "".join(f"{f.call}(circuit, found)\n" for f in facts)
    elif style == "called":
        body = "found = {}\n" + "".join(
            f"analysis = {f.call}\nanalysis(circuit)\nfound.update(analysis.property_set)\n"
            for f in facts
        )
    else:
        body = "dag = circuit_to_dag(circuit)\nfound = {}\n" + "".join(
            f"analysis = {f.call}\nanalysis.run(dag)\nfound.update(analysis.property_set)\n"
            for f in facts
        )
    body += "return {" + ", ".join(f"{k}: {v.format(p='found')}" for k, v in pairs) + "}"
    text = body + calls
    names = sorted({f.call.split("(")[0] for f in facts})
    core = [n for n in ("CouplingMap", "PassManager", "PropertySet") if n in text]
    imports = ["from qiskit import QuantumCircuit"]
    imports += ["from qiskit.converters import circuit_to_dag"] * (style == "dag")
    imports += ["from qiskit.dagcircuit import DAGOpNode"] * ("DAGOpNode" in text)
    imports += [f"from qiskit.transpiler import {', '.join(core)}"] * bool(core)
    imports += [f"from qiskit.transpiler.passes import {', '.join(names)}"]
    listed = "; ".join(f'"{f.key}": {f.words}' for f in facts)
    first, second, third = (f"{f.words} under `{f.key}`" for f in facts)
    keys = ", ".join(f"`{f.key}`" for f in facts)
    return Instance(
        entry_point="inspect_circuit",
        signature="(circuit: QuantumCircuit) -> dict",
        asks=(
            f"Use Qiskit's analysis passes to inspect a circuit and return a dictionary with these keys. "
            f"{listed}.",
            f"I want a summary of a circuit before I submit it: {first}, {second}, and {third}. Run the "
            "transpiler's analysis passes for that and give me one dictionary.",
            f"Run the passes {', '.join(f.call.split('(')[0] for f in facts)} on `circuit` and "
            f"collect what "
            f"they find in a dict with the keys {keys}, where the values are: {listed}.",
            f"How do I read what analysis passes found? Please return {{{keys}}} as a dict for the circuit "
            f"that is passed in. Meaning of the entries: {listed}. The circuit is not changed.",
        ),
        imports="\n".join(imports),
        body=body,
        test=_ORACLES
        + "cases = [drawn(14, 7, True), drawn(11, 3, False), drawn(10, 1, True), drawn(9, 0, False)]\n"
        + "\n".join(
            f"""
for edge in permutations(range(5), 2):
    circuit = QuantumCircuit(5, 1)
    circuit.cx(*edge)
    names = ["cx"] + ["t", "h", "sx", "t"][: edge[1] + 1]
    for name in names[1:]:
        getattr(circuit, name)(edge[1])
    cases.append((circuit, names))
for circuit, chain in cases:
    got = candidate(circuit.copy())
    assert isinstance(got, dict) and set(got) == {{{", ".join(k for k, _ in pairs)}}}
    {chr(10).join(f'    assert got["{f.key}"] == {f.oracle}' for f in facts).strip()}
""".splitlines()
        ),
        params={"passes": calls, "style": style},
    )
