"""DAGs: what a DAGCircuit and its nodes tell about a circuit."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented

# Key: words, code of the value on `dag`, and the oracle on `items` (name, qubits, clbits) and helpers.
_FACTS = {
    "two_qubit": ("the names of the two-qubit gates in topological order of the circuit",
                  "[node.name for node in dag.topological_op_nodes() if node in dag.two_qubit_ops()]",
                  "[n for n, q, c in items if len(q) == 2]"),
    "wide": ("the number of gates on three or more qubits", "len(dag.multi_qubit_ops())",
             "sum(len(q) > 2 for n, q, c in items)"),
    "front": ("the sorted names of the operations that have no predecessor",
              "sorted(node.name for node in dag.front_layer())",
              "sorted(items[k][0] for k in range(len(items)) if not parents[k])"),
    "layers": ("the list of the number of operations in each (greedy) layer",
               '[layer["graph"].size() for layer in dag.layers()]',
               "[sum(level[k] == v for k in range(len(items))) for v in range(max(level) + 1)]"),
    "serial": ("the number of serial layers", "sum(1 for _ in dag.serial_layers())", "len(items)"),
    "depth": ("the depth", "dag.depth()", "max(level) + 1"),
    "ops": ("a dict from operation name to count", "dict(dag.count_ops())",
            "{n: sum(m == n for m, _, _ in items) for n, _, _ in items}"),
    "edges": ("the number of edges", "len(list(dag.edges()))",
              "sum(len(q) + len(c) for n, q, c in items) + start.num_qubits + start.num_clbits"),
    "nodes": ("the number of nodes, input and output nodes included", "len(list(dag.nodes()))",
              "len(items) + 2 * (start.num_qubits + start.num_clbits)"),
    "idle": ("the sorted indices of the idle qubits",
             "sorted(dag.find_bit(wire).index for wire in dag.idle_wires() if wire in dag.qubits)",
             "[k for k in range(start.num_qubits) if not any(k in q for n, q, c in items)]"),
    "wire": ("the names of the operations on qubit {k}, in order",
             "[node.name for node in dag.nodes_on_wire(dag.qubits[{k}], only_ops=True)]",
             "[n for n, q, c in items if {k} in q]"),
    "cone": ("the sorted indices of the qubits in the causal cone of qubit {k}",
             "sorted(dag.find_bit(qubit).index for qubit in dag.quantum_causal_cone(dag.qubits[{k}]))",
             "cone({k})"),
    "runs": ("the sorted lengths of the maximal runs of one-qubit gates",
             "sorted(len(run) for run in dag.collect_1q_runs())", "sorted(single_runs())"),
    "picked": ("the sorted lengths of the maximal runs made of `{a}` and `{b}` on a qubit",
               'sorted(len(run) for run in dag.collect_runs(["{a}", "{b}"]))',
               'sorted(single_runs(("{a}", "{b}")))'),
    "named": ("how many operations are called `{a}` or `{b}`", 'len(dag.named_nodes("{a}", "{b}"))',
              'sum(n in ("{a}", "{b}") for n, q, c in items)'),
    "gates": ("the number of gates (measurements are none)", "len(dag.gate_nodes())",
              "sum(n != 'measure' for n, q, c in items)"),
    "class": ("the number of CXGate operations", "len(dag.op_nodes(CXGate))",
              "sum(n == 'cx' for n, q, c in items)"),
    "parts": ("the number of independent parts (wires that nothing connects count)",
              "dag.num_tensor_factors()",
              "parts()"),
    "size": ("the number of operations and the width (all wires), as a tuple", "(dag.size(), dag.width())",
             "(len(items), start.num_qubits + start.num_clbits)"),
    "wires": ("the number of wires", "len(dag.wires)", "start.num_qubits + start.num_clbits"),
    "bits": ("the tuple (number of qubits, number of classical bits)",
             "(dag.num_qubits(), dag.num_clbits())",
             "(start.num_qubits, start.num_clbits)"),
    "path": ("the number of operations on a longest path",
             "sum(isinstance(node, DAGOpNode) for node in dag.longest_path())", "max(level) + 1"),
    "path_ops": ("the total of the counts of operations on a longest path",
                 "sum(dag.count_ops_longest_path().values())", "max(level) + 1"),
    "registers": ("the list of the names of the quantum registers", "list(dag.qregs)", "['{q}', 'z']"),
    "cregisters": ("a dict from name to size of the classical registers",
                   "{name: len(register) for name, register in dag.cregs.items()}", "{'{c}': 2}"),
    "summary": ("the sum of the entries `width` and `depth` of the DAG's properties",
                'dag.properties()["width"] + dag.properties()["depth"]',
                "start.num_qubits + start.num_clbits + max(level) + 1"),
    "ins": ("the number of input nodes", "len(dag.input_map)", "start.num_qubits + start.num_clbits"),
    "last": ("the sorted names of the operations right before the end of a qubit",
             "sorted(\n        node.name\n        for qubit in dag.qubits\n        for node in "
             "dag.predecessors(dag."
             "output_map[qubit])\n        if isinstance(node, DAGOpNode)\n    )",
             "sorted([n for n, q, c in items if k in q][-1] for k in range(start.num_qubits) "
             "if any(k in q for n, q, c in items))"),
    "phase": ("the name and the global phase of the DAG, as a tuple", "(dag.name, dag.global_phase)",
              "(start.name, start.global_phase)"),
    "number": ("the number of operations and of control-flow blocks, as a tuple",
               "(dag.num_ops(), dag.num_blocks())", "(len(items), 0)"),
    "sub": ("the sorted sizes (numbers of qubits) of the separate circuits in it, without idle qubits",
            "sorted(part.num_qubits() for part in dag.separable_circuits(remove_idle_qubits=True)"
            " if part.size())", "groups()"),
}  # fmt: skip
DRAWN = """
import numpy as np
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
rng = np.random.default_rng(np.random.randint(2**31))

def drawn(gates, names, register="q", clbits="c", measured=True):
    registers = QuantumRegister(3, register), QuantumRegister(2, "z"), ClassicalRegister(2, clbits)
    circuit = QuantumCircuit(*registers)
    circuit.global_phase = float(rng.uniform(0.1, 3))
    wires = [int(w) for w in rng.permutation(5)[: int(rng.integers(3, 6))]]
    for _ in range(gates):
        a, b, c = (wires[i] for i in rng.permutation(len(wires))[:3])
        name = str(rng.choice(names))
        if name in ("cx", "cz", "swap"):
            getattr(circuit, name)(a, b)
        elif name in ("rz", "rx"):
            getattr(circuit, name)(float(rng.uniform(0.2, 2)), a)
        elif name == "ccx":
            circuit.ccx(a, b, c)
        else:
            getattr(circuit, name)(a)
    if measured and rng.random() < 0.7:
        circuit.measure(wires[0], 1)
    return circuit

def listed(circuit):
    return [(i.operation.name, [circuit.find_bit(q).index for q in i.qubits],
             [circuit.find_bit(c).index for c in i.clbits]) for i in circuit.data]

def parents_of(items):
    last, found = {}, []
    for k, (_, q, c) in enumerate(items):
        wires = [("q", v) for v in q] + [("c", v) for v in c]
        found.append({last[w] for w in wires if w in last})
        last.update({w: k for w in wires})
    return found
"""


@family(
    "dag",
    "intermediate",
    oracle="value",
    skills=("dag", "converters"),
    why="A DAGCircuit has a node for each operation and for both ends of each wire.",
)
def dag_facts(rng: Random) -> Instance:
    """Three facts about a circuit, read from its DAG."""
    keys = rng.sample(list(_FACTS), 3)
    register, classical = rng.choice(["q", "data", "work"]), rng.choice(["c", "out", "bits"])
    a, b = rng.sample(["h", "t", "rz", "sx"], 2)
    fill = {"{k}": str(rng.randint(0, 4)), "{a}": a, "{b}": b, "{q}": register, "{c}": classical}

    def filled(text: str) -> str:
        for key, value in fill.items():
            text = text.replace(key, value)
        return text

    facts = {key: [filled(text) for text in _FACTS[key]] for key in keys}
    shape = rng.choice(["dict", "tuple"])
    if shape == "dict":
        inner = "".join(f'    "{key}": {facts[key][1]},\n' for key in keys)
        body = f"dag = circuit_to_dag(circuit)\nreturn {{\n{inner}}}"
        said = "a dict: " + "; ".join(f"`{key}`: {facts[key][0]}" for key in keys)
    else:
        inner = "".join(f"    {facts[key][1]},\n" for key in keys)
        body = f"dag = circuit_to_dag(circuit)\nreturn (\n{inner})"
        said = "a tuple of: " + "; ".join(f"({n}) {facts[key][0]}" for n, key in enumerate(keys, 1))
    imports = ["from qiskit import QuantumCircuit"]
    imports += ["from qiskit.circuit.library import CXGate"] * ("CXGate" in body)
    imports += ["from qiskit.converters import circuit_to_dag"]
    imports += ["from qiskit.dagcircuit import DAGOpNode"] * ("DAGOpNode" in body)
    wanted = ", ".join(facts[key][2] for key in keys)
    return Instance(
        entry_point="describe_dag",
        signature=f"(circuit: QuantumCircuit) -> {shape}",
        asks=(
            f"Convert a circuit into a DAGCircuit and return {said}.",
            f"For a compiler study I need some numbers from the DAG of a circuit. Return {said}. "
            f"The circuits hold "
            "gates on one to three qubits and measurements.",
            f"Write a function that uses `circuit_to_dag` and the methods of DAGCircuit; its result "
            f"is {said}.",
            f"Which DAGCircuit methods give me the following? I want {said}. The argument is a "
            f"QuantumCircuit.",
        ),
        imports="\n".join(imports),
        body=body,
        test=DRAWN
        + f"""
for turn in range(8):
    start = drawn(4 + 3 * turn, ["h", "t", "rz", "cx", "sx", "ccx", "cz"][: 7 - turn % 2], "{
            register
        }",
    "{classical}")
    items = listed(start)
    parents = parents_of(items)
    level = []
    for k in range(len(items)):
        level.append(max((level[p] + 1 for p in parents[k]), default=0))

    def cone(k):
        inside = {{k}}
        for n, q, c in items[::-1]:
            if inside & set(q) and (len(q) > 1):
                inside |= set(q)
        return sorted(inside)

    def single_runs(names=None):
        found = []
        for k in range(5):
            run = 0
            for n, q, c in items:
                if k not in q:
                    continue
                if len(q) == 1 and n != "measure" and (names is None or n in names):
                    run += 1
                else:
                    found.append(run)
                    run = 0
            found.append(run)
        return [run for run in found if run]

    def blocks():
        group = {{("q", k): k for k in range(5)}} | {{("c", k): 5 + k for k in range(2)}}
        for n, q, c in items:
            wires = [("q", v) for v in q] + [("c", v) for v in c]
            for w in wires[1:]:
                old, new = group[w], group[wires[0]]
                group = {{key: new if g == old else g for key, g in group.items()}}
        return group

    def parts():
        return len(set(blocks().values()))

    def groups():
        group, used = blocks(), {{("q", v) for n, q, c in items for v in q}}
        names = {{group[w] for w in used}}
        return sorted(sum(group[w] == g for w in used) for g in names)

    want = ({wanted})
    got = candidate(start)
    assert {f"set(got) == set({sorted(keys)}) and " if shape == "dict" else ""}{
            f"[got[key] for key in {keys}] == list(want)"
            if shape == "dict"
            else "tuple(got) == want"
        }
""",
        params={"facts": keys, "shape": shape, "k": fill["{k}"], "names": [a, b]},
    )


_NEAR = {
    "after": ("the sorted names of all operations that depend on it, directly or not",
              "sorted(node.name for node in dag.descendants(chosen) if isinstance(node, DAGOpNode))",
              "sorted(names[j] for j in below)"),
    "before": ("the sorted names of all operations that it depends on, directly or not",
               "sorted(node.name for node in dag.ancestors(chosen) if isinstance(node, DAGOpNode))",
               "sorted(names[j] for j in above)"),
    "next": ("the sorted names of its direct successors among the operations",
             "sorted(node.name for node in dag.op_successors(chosen))",
             "sorted(names[j] for j in range(n) if k in parents[j])"),
    "previous": ("the sorted names of its direct predecessors among the operations",
                 "sorted(node.name for node in dag.op_predecessors(chosen))",
                 "sorted(names[j] for j in parents[k])"),
    "ends": ("the number of its direct successors that are output nodes",
             "sum(isinstance(node, DAGOutNode) for node in dag.successors(chosen))",
             "sum(not any(v in q for _, q, c in items[k + 1:]) for v in items[k][1])"),
    "starts": ("the number of its direct predecessors that are input nodes",
               "sum(isinstance(node, DAGInNode) for node in dag.predecessors(chosen))",
               "sum(not any(v in q for _, q, c in items[:k]) for v in items[k][1])"),
    "wires": ("the sorted indices of the qubits whose input node precedes it directly",
              "sorted(\n        dag.find_bit(node.wire).index\n        for node in "
              "dag.quantum_predecessors(chosen)\n"
              "        if isinstance(node, DAGInNode)\n    )",
              "sorted(v for v in items[k][1] if not any(v in q for _, q, c in items[:k]))"),
    "outs": ("the sorted indices of the qubits whose output node follows it directly",
             "sorted(\n        dag.find_bit(node.wire).index\n        for node in "
             "dag.quantum_successors(chosen)\n"
             "        if isinstance(node, DAGOutNode)\n    )",
             "sorted(v for v in items[k][1] if not any(v in q for _, q, c in items[k + 1:]))"),
    "follows": ("whether it follows the first operation of the circuit directly",
                "dag.is_successor(nodes[0], chosen)", "0 in parents[k]"),
    "precedes": ("whether it directly precedes the last operation of the circuit",
                 "dag.is_predecessor(nodes[-1], chosen)", "k in parents[n - 1]"),
    "breadth": ("the number of operations that something follows, among it and all that depends on it",
                "sum(\n        isinstance(node, DAGOpNode) and any(isinstance(s, DAGOpNode) for s "
                "in after)\n"
                "        for node, after in dag.bfs_successors(chosen)\n    )",
                "sum(any(i in parents[j] for j in range(n)) for i in [k, *below])"),
    "cleared": ("the sorted names of the operations that are left when all that depends on it is removed",
                "names_without(circuit, index, DAGCircuit.remove_descendants_of)",
                "counted(j for j in range(n) if j not in below)"),
    "headless": ("the sorted names of the operations that are left when all that it depends on is removed",
                 "names_without(circuit, index, DAGCircuit.remove_ancestors_of)",
                 "counted(j for j in range(n) if j not in above)"),
    "light": ("the sorted names of the operations when only what it depends on is kept, not it itself",
              "names_without(circuit, index, DAGCircuit.remove_nonancestors_of)",
              "counted(above)"),
    "shadow": ("the sorted names of the operations when only what depends on it is kept, not it itself",
               "names_without(circuit, index, DAGCircuit.remove_nondescendants_of)",
               "counted(below)"),
}  # fmt: skip
_HELPER = """
def dag_of(circuit: QuantumCircuit) -> tuple[DAGCircuit, list[DAGOpNode]]:
    dag = DAGCircuit()
    for register in circuit.qregs:
        dag.add_qreg(register)
    return dag, [dag.apply_operation_back(item.operation, item.qubits) for item in circuit.data]


def names_without(circuit: QuantumCircuit, index: int, remove: Callable) -> list[str]:
    dag, nodes = dag_of(circuit)
    remove(dag, nodes[index])
    return sorted(node.name for node in dag.topological_op_nodes())
"""


@family(
    "dag",
    "advanced",
    oracle="value",
    skills=("dag", "dependencies"),
    why="Successors are direct, descendants are not, and the ends of the wires are nodes too.",
)
def node_relations(rng: Random) -> Instance:
    """How one operation of a circuit is related to the others."""
    keys = rng.sample(list(_NEAR), 3)
    rule, pick, where = rng.choice([
        ("the operation with the given position in `circuit.data`", "position", "p"),
        ("the operation that is `position` places before the last one in `circuit.data`",
         "len(circuit.data) - 1 - position", "n - 1 - p"),
        ("the operation right behind the given position in `circuit.data` (after the last, the first)",
         "(position + 1) % len(circuit.data)", "(p + 1) % n"),
    ])  # fmt: skip
    facts = {key: _NEAR[key] for key in keys}
    helper = any("names_without" in facts[key][1] for key in keys)
    inner = "".join(f'    "{key}": {facts[key][1]},\n' for key in keys)
    if helper:
        body = f"dag, nodes = dag_of(circuit)\nindex = {pick}\nchosen = nodes[index]\nreturn {{\n{inner}}}"
    else:
        body = (
            "dag = DAGCircuit()\nfor register in circuit.qregs:\n    dag.add_qreg(register)\n"
            "nodes = [\n    dag.apply_operation_back(item.operation, item.qubits)\n    for item in "
            "circuit.data\n]\n"
            f"chosen = nodes[{pick}]\nreturn {{\n{inner}}}"
        )
    signature = "(circuit: QuantumCircuit, position: int) -> dict"
    if helper:
        body = f"{_HELPER.strip()}\n\n\ndef relate{signature}:\n" + indented(body)
    said = "; ".join(f"`{key}`: {facts[key][0]}" for key in keys)
    imports = ["from collections.abc import Callable\n"] * helper + [
        "from qiskit import QuantumCircuit"
    ]
    nodes = [c for c in ("DAGInNode", "DAGOpNode", "DAGOutNode") if c in body]
    imports += [f"from qiskit.dagcircuit import {', '.join(['DAGCircuit', *nodes])}"]
    return Instance(
        entry_point="relate",
        signature="" if helper else signature,
        asks=(
            f"Take {rule} of a circuit without measurements and find out from the DAG how it "
            f"depends on the rest. "
            f"Function of (circuit, position), returns a dict: {said}.",
            f"Given a gate-only circuit and a position, look at {rule} in the circuit's DAG and "
            f"return a dict. {said}.",
            f"Dependency query: arguments are a circuit (gates only) and an integer `position`. "
            f"Consider {rule}. "
            f"The returned dict has these entries. {said}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=DRAWN
        + f"""
for turn in range(10):
    start = drawn(6 + turn, ["h", "t", "cx", "sx", "cx", "cz", "swap"], measured=False)
    items = listed(start)
    parents = parents_of(items)
    n, names = len(items), [item[0] for item in items]
    spots = [p for p in range(n) if turn > 3 or {where} in parents[n - 1] or 0 in parents[{where}]]
    p = position = int(rng.choice(spots or [0]))
    k = {where}
    above, below = set(parents[k]), set()
    for j in range(k - 1, -1, -1):
        if j in above:
            above |= parents[j]
    for j in range(k + 1, n):
        if parents[j] & (below | {{k}}):
            below.add(j)

    def counted(kept):
        return sorted(names[j] for j in kept)

    got = candidate(start, position)
    assert got == {{{", ".join(f'"{key}": {facts[key][2]}' for key in keys)}}}
""",
        params={"facts": keys, "rule": pick},
    )
