"""DAGs: editing them, and the DAG in which commuting gates are independent."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

# An edit: code on `dag`, words, the same on `want` (a list of (name, qubits)) in the test, imports.
_EDITS = {
    "back": ("dag.apply_operation_back(SXGate(), [dag.qubits[{a}]])", "append an SX on qubit {a}",
             "ops.append(('sx', [{a}]))", "SXGate"),
    "back2": ("dag.apply_operation_back(CYGate(), [dag.qubits[{a}], dag.qubits[{b}]])",
              "append a CY with control {a} and target {b}", "ops.append(('cy', [{a}, {b}]))", "CYGate"),
    "front": ("dag.apply_operation_front(SdgGate(), [dag.qubits[{a}]])", "put an Sdg on qubit {a} in front",
              "ops.insert(0, ('sdg', [{a}]))", "SdgGate"),
    "front2": ("dag.apply_operation_front(CHGate(), [dag.qubits[{a}], dag.qubits[{b}]])",
               "put a controlled H with control {a} and target {b} in front",
               "ops.insert(0, ('ch', [{a}, {b}]))",
               "CHGate"),
    "strip": ("dag.remove_all_ops_named('{n}')", "remove every `{n}`",
              "ops = [o for o in ops if o[0] != '{n}']", ""),
    "first": ("dag.remove_op_node(next(node for node in dag.nodes_on_wire(dag.qubits[{a}], only_ops=True)))",
              "remove the first operation on qubit {a}",
              "del ops[next(i for i, o in enumerate(ops) if {a} in o[1])]", ""),
    "rename": ("for node in dag.named_nodes('{n}'):\n    dag.substitute_node(node, {G}())",
               "turn every `{n}` into a `{g}` on the same qubits",
               "ops = [('{g}', q) if n == '{n}' else (n, q) for n, q in ops]", "{G}"),
    "expand": ("pair = QuantumCircuit(2)\npair.cx(0, 1)\npair.cx(1, 0)\npair.cx(0, 1)\n"
               "for node in dag.op_nodes(SwapGate):\n    dag.substitute_node_with_dag(node, "
               "circuit_to_dag(pair))",
               "write every swap of (first, second) as CX(first, second), CX(second, first), "
               "CX(first, second)",
               "ops = [o for n, q in ops for o in ([('cx', q), ('cx', q[::-1]), ('cx', q)] if n == 'swap' "
               "else [(n, q)])]", "SwapGate"),
    "compose": ("tail = QuantumCircuit(2)\ntail.iswap(0, 1)\ntail.y(0)\n"
                "dag.compose(circuit_to_dag(tail), qubits=[dag.qubits[{a}], dag.qubits[{b}]])",
                "compose behind it an iSWAP on ({a}, {b}) followed by Y on qubit {a}",
                "ops += [('iswap', [{a}, {b}]), ('y', [{a}])]", ""),
    "reverse": ("dag = dag.reverse_ops()", "reverse the order of all operations", "ops = ops[::-1]", ""),
    "wrap": ("run = [node for node in dag.nodes_on_wire(dag.qubits[{a}], only_ops=True)][:1]\n"
             "dag.replace_block_with_op(\n    run, Gate('boxed', run[0].num_qubits, []),\n"
             "    {qubit: i for i, qubit in enumerate(run[0].qargs)}\n)",
             "replace the first operation on qubit {a} by an opaque gate `boxed` on the same qubits",
             "k = next(i for i, o in enumerate(ops) if {a} in o[1])\n    ops[k] = ('boxed', ops[k][1])",
             "Gate"),
    "wide": ("dag.add_qubits([Qubit()])\ndag.apply_operation_back(ZGate(), [dag.qubits[-1]])",
             "add one loose qubit behind the others and put a Z on it",
             "ops.append(('z', [size]))\n    size += 1",
             "ZGate"),
    "register": ("dag.add_qreg(QuantumRegister(2, 'extra'))\n"
                 "dag.apply_operation_back(DCXGate(), dag.qregs['extra'])",
                 "add a quantum register `extra` of two qubits and put a DCX on its qubits in order",
                 "ops.append(('dcx', [size, size + 1]))\n    size += 2", "DCXGate"),
    "idle": ("dag.remove_qubits(*[wire for wire in dag.idle_wires() if wire in dag.qubits])",
             "remove the idle qubits (the others move up)",
             "used = sorted({v for _, q in ops for v in q})\n"
             "    ops = [(n, [used.index(v) for v in q]) for n, q in ops]\n    size = len(used)", ""),
}  # fmt: skip
_RENAMES = [
    ("h", "y", "YGate"),
    ("t", "tdg", "TdgGate"),
    ("cx", "cz", "CZGate"),
    ("cz", "cy", "CYGate"),
]


@family(
    "dag",
    "advanced",
    oracle="structure",
    skills=("dag", "substitution", "converters"),
    why="Edits of a DAG act at once, in order, and keep the wires of a replaced node.",
)
def dag_edit(rng: Random) -> Instance:
    """Two or three edits of a DAG, one after the other, and back to a circuit."""
    kinds = rng.sample(
        [k for k in _EDITS if k not in ("wide", "register", "idle")], rng.choice([2, 2, 3])
    )
    if rng.random() < 0.4:
        kinds.append(rng.choice(["wide", "register", "idle"]))
    lines, told, model, classes = [], [], [], set()
    for kind in kinds:
        a, b = rng.sample(range(4), 2)
        n, g, cls = rng.choice(_RENAMES)
        fill = {"{a}": str(a), "{b}": str(b), "{n}": n, "{g}": g, "{G}": cls}
        code, words, same, named = _EDITS[kind]
        for key, value in fill.items():
            code, words = code.replace(key, value), words.replace(key, value)
            same, named = same.replace(key, value), named.replace(key, value)
        lines.append(code)
        told.append(words)
        model.append(same)
        classes |= {named} - {""}
    body = "dag = circuit_to_dag(circuit)\n" + "\n".join(lines) + "\n"
    report = rng.choice(["circuit", "circuit", "names", "depth"])
    body += {
        "circuit": "return dag_to_circuit(dag)",
        "names": "return dag_to_circuit(dag), dict(dag.count_ops())",
        "depth": "return dag_to_circuit(dag), dag.depth()",
    }[report]
    extra = {"circuit": "", "names": ", together with a dict of the DAG's operation counts",
             "depth": ", together with the DAG's depth"}[report]  # fmt: skip
    steps = "; ".join(f"({i}) {w}" for i, w in enumerate(told, 1))
    own = sorted(c for c in classes if c != "Gate")
    imports = (
        f"from qiskit import QuantumCircuit{', QuantumRegister' * ('QuantumRegister' in body)}\n"
    )
    circuit_names = [*["Gate"] * ("Gate('boxed'" in body), *["Qubit"] * ("Qubit()" in body)]
    imports += f"from qiskit.circuit import {', '.join(circuit_names)}\n" * bool(circuit_names)
    imports += f"from qiskit.circuit.library import {', '.join(own)}\n" * bool(own)
    imports += "from qiskit.converters import circuit_to_dag, dag_to_circuit"
    returned = "QuantumCircuit" if report == "circuit" else "tuple"
    inner = "\n    ".join(model)
    return Instance(
        entry_point="edit_dag",
        signature=f"(circuit: QuantumCircuit) -> {returned}",
        asks=(
            f"Convert a circuit of at least four qubits to a DAGCircuit, edit the DAG in this "
            f"order, and convert "
            f"it back: {steps}. "
            f"Return the circuit{extra}.",
            f"With DAGCircuit methods I want to do the following to a circuit on 4 qubits, one "
            f"after the other. "
            f"{steps}. The result is the edited circuit{extra}.",
            f"Edits on the DAG of `circuit` (four qubits or more, no measurements): {steps}. Give back "
            f"the circuit that the "
            f"edited DAG stands for{extra}. All other operations stay as they are.",
        ),
        imports=imports,
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
rng = np.random.default_rng(np.random.randint(2**31))

def wires(ops, size):
    return [[(n, q) for n, q in ops if k in q] for k in range(size)]

for turn in range(6):
    size = {5 if "idle" in kinds else 4}
    start = QuantumCircuit(size)
    for k in rng.permutation(4):
        start.s(int(k)) if turn % 2 or k < 3 else None
    for step in range(8):
        a, b = (int(v) for v in rng.permutation(4 if turn % 2 else 3)[:2])
        name = ("cx", "swap", "h", "cz", "t", "cx", "swap", "t")[step]
        getattr(start, name)(*((a, b) if name in ("cx", "cz", "swap") else (a,)))
    if turn % 2 == 0 and not {("idle" in kinds)}:
        start.h(3)
    ops = [(i.operation.name, [start.find_bit(q).index for q in i.qubits]) for i in start.data]
    {inner}
    got = candidate(start.copy())
    if {report != "circuit"}:
        got, more = got
        names = [n for n, _ in ops]
        level = [0] * size
        for n, q in ops:
            top = 1 + max(level[v] for v in q)
            for v in q:
                level[v] = top
        assert more == ({{n: names.count(n) for n in names}} if {report == "names"} else max(level))
    assert isinstance(got, QuantumCircuit) and got.num_qubits == size
    found = [(i.operation.name, [got.find_bit(q).index for q in i.qubits]) for i in got.data]
    assert wires(found, size) == wires(ops, size)
""",
        params={"edits": told, "report": report},
        wrong=(Wrong("S11", body.replace("return dag_to_circuit(dag)", "return circuit")),)
        if report == "circuit"
        else (),
    )


_DEPENDENCIES = {
    "size": ("the number of nodes", "graph.size()", "n"),
    "depth": ("the depth of the dependency graph (edges on a longest path)", "graph.depth()",
              "max(level)"),
    "edges": ("the number of edges", "len(list(graph.get_all_edges()))",
              "sum(len(p) for p in direct)"),
    "direct": ("the sorted list of the direct successors of node {k}",
               "sorted(graph.direct_successors({k}))",
               "[j for j in range(n) if {k} in direct[j]]"),
    "parents": ("the sorted list of the direct predecessors of the last node",
                "sorted(graph.direct_predecessors(graph.size() - 1))", "sorted(direct[n - 1])"),
    "after": ("the sorted list of all nodes that depend on node {k}", "sorted(graph.successors({k}))",
              "[j for j in range(n) if {k} in all_of[j]]"),
    "before": ("the sorted list of all nodes on which the last node depends",
               "sorted(graph.predecessors(graph.size() - 1))", "sorted(all_of[n - 1])"),
    "names": ("the list of the operation names of the nodes, by node number",
              "[node.name for node in graph.get_nodes()]", "[name for name, _ in items]"),
    "where": ("the list of the qubit indices of node {k}", "list(graph.get_node({k}).qindices)",
              "items[{k}][1]"),
    "incoming": ("the number of edges that end at the last node",
                 "len(graph.get_in_edges(graph.size() - 1))", "len(direct[n - 1])"),
    "outgoing": ("the number of edges that start at node {k}", "len(graph.get_out_edges({k}))",
                 "sum({k} in p for p in direct)"),
    "gate": ("the name and the number of node {k}, as a tuple",
             "(graph.get_node({k}).op.name, graph.get_node({k}).node_id)", "(items[{k}][0], {k})"),
    "free": ("the list of the numbers of the nodes that depend on nothing",
             "[node.node_id for node in graph.get_nodes() if not graph.predecessors(node.node_id)]",
             "[j for j in range(n) if not direct[j]]"),
}  # fmt: skip


@family(
    "dag",
    "advanced",
    oracle="value",
    skills=("dag-dependency", "commutation"),
    why="DAGDependency orders only operations that do not commute, with edges between nearest ones.",
)
def commutation_dag(rng: Random) -> Instance:
    """Facts about the dependency graph in which commuting gates are independent."""
    k = rng.randint(0, 3)
    route, build = rng.choice([
        ("from the circuit", "graph = circuit_to_dagdependency(circuit)"),
        ("node by node with add_op_node", "graph = DAGDependency()\nfor register in circuit.qregs:\n"
         "    graph.add_qreg(register)\nfor item in circuit.data:\n"
         "    graph.add_op_node(item.operation, item.qubits, item.clbits)"),
    ])  # fmt: skip
    # Nodes that are added one by one do not know their indirect relatives.
    known = [
        key
        for key in _DEPENDENCIES
        if route == "from the circuit" or key not in ("after", "before", "free")
    ]
    keys = rng.sample(known, 3)
    facts = {key: [t.replace("{k}", str(k)) for t in _DEPENDENCIES[key]] for key in keys}
    back = rng.choice(["", "", "circuit", "dag"])
    inner = "".join(f'    "{key}": {facts[key][1]},\n' for key in keys)
    lines, listed = "", "; ".join(f"`{key}`: {facts[key][0]}" for key in keys)
    if back == "circuit":
        inner += '    "ops": dict(dagdependency_to_circuit(graph).count_ops()),\n'
        listed += "; `ops`: a dict of the operation counts of the circuit to which it converts back"
    elif back == "dag":
        inner += '    "width": dagdependency_to_dag(graph).width(),\n'
        listed += "; `width`: the width of the DAGCircuit to which it converts"
    body = f"{build}\n{lines}return {{\n{inner}}}"
    used = sorted(n for n in ("circuit_to_dagdependency",
                              "dagdependency_to_circuit",
                              "dagdependency_to_dag") if f"{n}(" in body)  # fmt: skip
    imports = "from qiskit import QuantumCircuit\n"
    imports += f"from qiskit.converters import {', '.join(used)}\n" * bool(used)
    imports += "from qiskit.dagcircuit import DAGDependency\n" * ("DAGDependency()" in body)
    more = {
        "": "",
        "circuit": ', "ops": {m: names.count(m) for m in names}',
        "dag": ', "width": 3',
    }[back]
    return Instance(
        entry_point="dependencies",
        signature="(circuit: QuantumCircuit) -> dict",
        asks=(
            f"Build the DAGDependency of a circuit {route} (edges join operations that do not "
            f"commute) and return a "
            f"dict. {listed}. Nodes are numbered from 0 in the circuit's order.",
            f"I want to know which gates of a circuit cannot be exchanged. Make its DAGDependency "
            f"{route} and report "
            f"as a dict: {listed}. Node numbers follow the order of the circuit, starting at 0.",
            f"Analyse the commutation structure of `circuit` with DAGDependency, created {route}. "
            f"Entries of the "
            f"returned dict: {listed}. (Node 0 is the first operation.)",
        ),
        imports=imports.rstrip(),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
for turn in range(6):
    start = QuantumCircuit(3)
    for step in range(6 + turn):
        a, b = (int(v) for v in rng.permutation(3)[:2])
        name = ("cx", "t", "x", "cz", "h", "cx", "s")[rng.integers(7)] if step % 5 else "cx"
        getattr(start, name)(*((a, b) if name in ("cx", "cz") else (a,)))
    items = [(i.operation.name, [start.find_bit(q).index for q in i.qubits]) for i in start.data]
    n, names = len(items), [name for name, _ in items]
    full = []
    for item in start.data:
        single = QuantumCircuit(3)
        single.append(item.operation, item.qubits)
        full.append(Operator(single).data)
    clash = [[not np.allclose(full[i] @ full[j], full[j] @ full[i]) for i in range(n)] for j in range(n)]
    direct, all_of, level = [], [], []
    for j in range(n):
        found, reach = set(), set()
        for i in range(j - 1, -1, -1):
            if clash[j][i] and i not in reach:
                found.add(i)
                reach |= {{i}} | all_of[i]
        direct.append(found)
        all_of.append(reach)
        level.append(max((level[i] + 1 for i in found), default=0))
    got = candidate(start)
    assert got == {{{", ".join(f'"{key}": {facts[key][2]}' for key in keys)}{more}}}
""",
        params={"facts": keys, "route": route, "back": back, "k": k},
    )
