"""Custom passes: analysis passes, and pass managers whose flow depends on what they find."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import moved_right

# What to find: words, code in run(dag) that sets `found`, and the oracle's code.
_FINDINGS = {
    "partners": ("a dict from qubit index to the sorted list of indices that share a two-qubit gate with it "
                 "(only qubits that have one)", """
found = {}
for node in dag.two_qubit_ops():
    a, b = (dag.find_bit(qubit).index for qubit in node.qargs)
    found.setdefault(a, set()).add(b)
    found.setdefault(b, set()).add(a)
found = {qubit: sorted(others) for qubit, others in found.items()}
""", "want = {q: sorted({b for p in pairs for a, b in (p, p[::-1]) if a == q}) for p in pairs for q in p}"),
    "idle": ("the sorted list of the indices of the qubits on which nothing happens", """
found = sorted(dag.find_bit(wire).index for wire in dag.idle_wires() if wire in dag.qubits)
""", "want = [q for q in range(5) if not load[q]]"),
    "busiest": ("the pair of qubit indices (smaller first, as a tuple) with the most two-qubit gates between "
                "them (the smallest such pair if there are several)", """
tally = Counter(
    tuple(sorted(dag.find_bit(qubit).index for qubit in node.qargs)) for node in dag.two_qubit_ops()
)
found = min(tally, key=lambda pair: (-tally[pair], pair))
""", "tally = Counter(tuple(sorted(p)) for p in pairs)\n"
     "want = min(tally, key=lambda p: (-tally[p], p))"),
    "load": ("the list with the number of operations on each qubit", """
found = [sum(1 for _ in dag.nodes_on_wire(qubit, only_ops=True)) for qubit in dag.qubits]
""", "want = load"),
    "turned": ("the sum of the absolute values of the angles of all `rz` gates", """
found = sum(abs(node.op.params[0]) for node in dag.named_nodes("rz"))
""", "want = sum(abs(i.operation.params[0]) for i in circuit.data if i.operation.name == 'rz')"),
    "runs": ("the sorted list of the lengths of the maximal runs of `rz` and `sx` gates on a qubit",
             """
found = sorted(len(run) for run in dag.collect_runs(["rz", "sx"]))
""", "want = sorted(len(r) for q in range(5) for r in ''.join('x' if n in ('rz', 'sx') else ' ' "
     "for n in names[q]).split())"),
    "first": ("the sorted list of the names of the operations that nothing precedes", """
found = sorted(node.name for node in dag.front_layer())
""", "want = firsts(circuit)"),
    "widths": ("the list with the number of operations in each layer of the DAG, layer by layer", """
found = [layer["graph"].size() for layer in dag.layers()]
""", "want = layer_sizes(circuit)"),
    "kinds": ("a dict from number of qubits to the number of gates of that size", """
found = dict(Counter(node.num_qubits for node in dag.gate_nodes()))
""", "want = dict(Counter(len(i.qubits) for i in circuit.data))"),
    "path": ("the number of operations on a longest path through the DAG", """
found = sum(isinstance(node, DAGOpNode) for node in dag.longest_path())
""", "want = len(layer_sizes(circuit))"),
    "parts": ("the number of independent parts of the circuit that act on at least one gate", """
found = sum(part.size() > 0 for part in dag.separable_circuits())
""", "want = parts_of(circuit)"),
}  # fmt: skip


@family(
    "custom_passes",
    "advanced",
    oracle="value",
    skills=("analysis-pass", "property-set", "dag"),
    why="An analysis pass changes nothing in the DAG and leaves its finding in the property set.",
    tolerance=1e-9,
)
def finding_pass(rng: Random) -> Instance:
    """An analysis pass that writes two findings, or a verdict on one, into the property set."""
    one, two = rng.sample(list(_FINDINGS), 2)
    keys = [f"{rng.choice(['my', 'dag', 'circuit', 'stat'])}_{name}" for name in (one, two)]
    shape = rng.choice(["both", "both", "given"])
    cls = rng.choice(["Inspect", "Survey", "Profile", "Measure"]) + one.capitalize()
    code = [_FINDINGS[name][1].strip() for name in (one, two)]
    if shape == "both":
        run = "".join(
            f'{text}\nself.property_set["{key}"] = found\n'
            for text, key in zip(code, keys, strict=True)
        )
        init, takes = "", "The constructor takes no argument."
        told = f"under `{keys[0]}` {_FINDINGS[one][0]}; under `{keys[1]}` {_FINDINGS[two][0]}"
    else:
        run = f"{code[0]}\nself.property_set[self.key] = found\n"
        run += f'{code[1]}\nself.property_set[f"{{self.key}}_{two}"] = found\n'
        init = "    def __init__(self, key: str) -> None:\n"
        init += "        super().__init__()\n        self.key = key\n\n"
        takes = "The constructor takes the string `key`."
        told = (
            f"under `key` {_FINDINGS[one][0]}; under `key` followed by `_{two}` {_FINDINGS[two][0]}"
        )
    body = (
        f"class {cls}(AnalysisPass):\n{init}    def run(self, dag: DAGCircuit) -> None:\n"
        + moved_right(run, 8)
    )
    imports = "from collections import Counter\n\n" * ("Counter" in run)
    imports += f"from qiskit.dagcircuit import DAGCircuit{', DAGOpNode' * ('DAGOpNode' in run)}\n"
    imports += "from qiskit.transpiler import AnalysisPass"
    names = [f'"{k}"' for k in keys] if shape == "both" else ['"report"', f'"report_{two}"']
    return Instance(
        entry_point=cls,
        signature="",
        asks=(
            f"Write an analysis pass, a subclass of AnalysisPass, that stores in the property set: "
            f"{told}. {takes} "
            "Circuits contain only unitary gates.",
            f"I need a custom AnalysisPass for circuits of gates on one and two qubits. Its "
            f"`run(dag)` leaves two "
            f"findings in `self.property_set`: {told}. {takes}",
            f"Define a pass class for the transpiler that only looks: {told}. These are entries of "
            f"the property set "
            f"of the pass manager that runs it. Derive from AnalysisPass. {takes}",
        ),
        imports=imports,
        body=body,
        test=f"""
from collections import Counter
import numpy as np
from qiskit import QuantumCircuit
from qiskit.transpiler import AnalysisPass, PassManager
rng = np.random.default_rng(np.random.randint(2**31))

def where(circuit, item):
    return [circuit.find_bit(q).index for q in item.qubits]

def firsts(circuit):
    seen, found = set(), []
    for item in circuit.data:
        if not seen & set(where(circuit, item)):
            found.append(item.operation.name)
        seen |= set(where(circuit, item))
    return sorted(found)

def layer_sizes(circuit):
    level, sizes = [0] * 5, Counter()
    for item in circuit.data:
        top = 1 + max(level[q] for q in where(circuit, item))
        sizes[top] += 1
        for q in where(circuit, item):
            level[q] = top
    return [sizes[k] for k in sorted(sizes)]

def parts_of(circuit):
    group = list(range(5))
    for item in circuit.data:
        for q in where(circuit, item)[1:]:
            old, new = group[q], group[where(circuit, item)[0]]
            group = [new if g == old else g for g in group]
    return len({{group[q] for item in circuit.data for q in where(circuit, item)}})

assert issubclass(candidate, AnalysisPass)
for turn in range(6):
    circuit = QuantumCircuit(5)
    used = [int(q) for q in rng.permutation(5)[: 3 + turn % 3]]
    for step in range(6 + 3 * turn):
        a, b = (used[i] for i in rng.permutation(len(used))[:2])
        if turn % 2 and rng.random() < 0.5:
            a, b = used[:2] if rng.random() < 0.5 else used[1:3]
        kind = ("rz", "sx", "cx", "cz", "h", "rz")[rng.integers(6)] if step else "cx"
        if kind[0] == "c":
            getattr(circuit, kind)(a, b)
        else:
            getattr(circuit, kind)(*([float(rng.uniform(-2, 2))] if kind == "rz" else []), a)
    for q in range(5):
        if q not in used and turn < 3:
            circuit.h(q)
            break
    pairs = [tuple(where(circuit, i)) for i in circuit.data if len(i.qubits) == 2]
    names = [[i.operation.name for i in circuit.data if q in where(circuit, i)] for q in range(5)]
    load = [len(names[q]) for q in range(5)]
    manager = PassManager([candidate({'"report"' if shape == "given" else ""})])
    assert manager.run(circuit) == circuit
    {_FINDINGS[one][2].replace(chr(10), chr(10) + "    ")}
    got = manager.property_set[{names[0]}]
    assert abs(got - want) < 1e-9 if isinstance(want, float) else got == want
    {_FINDINGS[two][2].replace(chr(10), chr(10) + "    ")}
    got = manager.property_set[{names[1]}]
    assert abs(got - want) < 1e-9 if isinstance(want, float) else got == want
""",
        params={"findings": [one, two], "shape": shape, "keys": keys},
    )


_LOOPS = {
    "fixed depth": ("[Depth(), FixedPoint('depth')]", "not properties['depth_fixed_point']",
                    "until the depth has not changed from one round to the next", "Depth FixedPoint"),
    "fixed size": ("[Size(), FixedPoint('size')]", "not properties['size_fixed_point']",
                   "until the size has not changed from one round to the next", "Size FixedPoint"),
    "fixed dag": ("[DAGFixedPoint()]", "not properties['dag_fixed_point']",
                  "until a round has left the DAG as it was", "DAGFixedPoint"),
    "minimum": ("[Depth(), Size(), MinimumPoint(['size', 'depth'], 'best')]",
                "not properties['best_minimum_point']",
                "until the minimum point of size and depth (in that order, with prefix `best`) is reached",
                "Depth Size MinimumPoint"),
}  # fmt: skip
_WORKERS = {
    "InverseCancellation([HGate(), CXGate()])": ("cancel adjacent pairs of H and of CX", "HGate CXGate"),
    "InverseCancellation([XGate(), CZGate()])": ("cancel adjacent pairs of X and of CZ", "XGate CZGate"),
    "InverseCancellation([(SGate(), SdgGate()), CXGate()])":
        ("cancel adjacent S/Sdg pairs and pairs of CX", "SGate SdgGate CXGate"),
    "InverseCancellation([(TGate(), TdgGate()), CZGate()])":
        ("cancel adjacent T/Tdg pairs and pairs of CZ", "TGate TdgGate CZGate"),
}  # fmt: skip
_NESTS = {"HGate": ("h", "h"), "XGate": ("x", "x"), "CXGate": ("cx", "cx"), "CZGate": ("cz", "cz"),
          "SGate": ("s", "sdg"), "TGate": ("t", "tdg")}  # fmt: skip


@family(
    "custom_passes",
    "advanced",
    oracle="structure",
    skills=("flow-control", "pass-manager", "property-set"),
    why="A do-while controller repeats its passes as long as a condition on the property set holds.",
)
def flow_controlled(rng: Random) -> Instance:
    """A pass manager with a do-while loop around optimization and a conditional pass before or after."""
    loop = rng.choice(list(_LOOPS))
    checks, condition, until, names = _LOOPS[loop]
    worker = rng.choice(list(_WORKERS))
    does, gates = _WORKERS[worker]
    limit = rng.randint(3, 6)
    extra = rng.choice(["barrier", "deep", "error", "wide", "none"])
    before, after, told, more = {
        "barrier": ("ContainsInstruction('barrier'), ConditionalController([RemoveBarriers()], condition="
                    "lambda properties: properties['contains_barrier'])", "",
                    "First remove the barriers, in a conditional step for circuits that contain any",
                    "ContainsInstruction RemoveBarriers"),
        "deep": ("", f"Depth(), ConditionalController([Decompose('swap')], condition=lambda properties: "
                 f"properties['depth'] > {limit})",
                 f"Finally, if the depth is then greater than {limit}, expand the swaps by their "
                 f"definition",
                 "Depth Decompose"),
        "wide": ("",
                 "NumTensorFactors(), ConditionalController([Decompose('swap')], condition=lambda "
                 "properties: "
                 "properties['num_tensor_factors'] < 2)",
                 "Finally, if the circuit does not fall into independent parts (one tensor factor), "
                 "expand the swaps "
                 "by their definition", "NumTensorFactors Decompose"),
        "error": (f"Size(), ConditionalController([Error(msg='too large', action='raise')], condition="
                  f"lambda properties: properties['size'] > {limit + 12})", "",
                  f"First refuse circuits with more than {limit + 12} operations: raise a "
                  f"TranspilerError with the "
                  "message `too large` through the Error pass", "Size Error"),
        "none": ("", "", "Nothing else is to be done", ""),
    }[extra]  # fmt: skip
    inner = f"[{worker}, *{checks}]"
    lines = ["manager = PassManager()"]
    if before:
        first, second = before.split(", ", 1)
        lines += [f"manager.append([{first}, {second}])"] if rng.random() < 0.5 else [
            f"manager.append({first})", f"manager.append({second})"]  # fmt: skip
    named = rng.random() < 0.5
    if named:
        head = f"def again(properties: PropertySet) -> bool:\n    return {condition}\n\n"
        lines.append(f"manager.append(DoWhileController({inner}, do_while=again))")
    else:
        head = ""
        lines.append(
            f"manager.append(DoWhileController({inner}, do_while=lambda properties: {condition}))"
        )
    if after:
        lines.append(f"manager.append([{after}])")
    report = rng.choice(["circuit", "rounds"])
    if report == "rounds":
        lines.append("calls = []")
        lines.append(
            "result = manager.run(\n    circuit,\n    callback=lambda **info: calls.append("
            "info['pass_'].name()),\n)"
        )
        lines.append("return result, calls.count('InverseCancellation')")
    else:
        lines.append("return manager.run(circuit)")
    body = head + "\n".join(lines)
    core = ["PassManager", *["PropertySet"] * named]
    passes = sorted({"InverseCancellation", *names.split(), *more.split()})
    said = "Return the resulting circuit." if report == "circuit" else (
        "Return a tuple of the resulting circuit and how often the cancellation pass was run.")  # fmt: skip
    pairs = [_NESTS[g] for g in gates.split() if g in _NESTS]
    return Instance(
        entry_point="tidy",
        signature="(circuit: QuantumCircuit)"
        + (" -> QuantumCircuit" if report == "circuit" else " -> tuple"),
        asks=(
            f"Build a pass manager and run it on `circuit`. In a do-while loop, {does} {until}. "
            f"{told}. {said}",
            f"Nested pairs of gates vanish only one layer per round, so I want to repeat: {does}, {until} "
            f"(DoWhileController). {told}. {said}",
            f"Use DoWhileController{' and ConditionalController' * (extra != 'none')}: {does} again "
            f"and again "
            f"{until}. {told}. Apply the manager to the given circuit. {said}",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.circuit.library import {', '.join(gates.split())}\n"
        + f"from qiskit.passmanager import {'ConditionalController, ' * (extra != 'none')}DoWhileController\n"
        + f"from qiskit.transpiler import {', '.join(core)}\n"
        f"from qiskit.transpiler.passes import {', '.join(passes)}",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.transpiler import TranspilerError
pairs, extra, limit = {pairs}, "{extra}", {limit}
rounds = []
most = (limit + 12) // 2
for nests in (0, 1, 2, 4, 5):
    for swaps, pad in ((0, 0), (1, 1), (2, 1), (limit // 2, 0), (limit, 0), (most, 0), (most, 1),
                       (most - 1, 1)):
        start = QuantumCircuit(2 + pad)
        todo = [pairs[k % 2] for k in range(nests)]
        start.rx(0.3, 0)
        for first, _ in todo:
            getattr(start, first)(*((0, 1) if first in ("cx", "cz") else (0,)))
        if extra == "barrier" and nests != 1:
            start.barrier()
        for _, last in todo[::-1]:
            getattr(start, last)(*((0, 1) if last in ("cx", "cz") else (0,)))
        for k in range(swaps):
            start.swap(0, 1)
            start.ry(0.2 + k, k % 2)
        added = pad * (limit + 1 if extra == "deep" else 1)
        for k in range(added):
            start.ry(0.1, 2)
        size = sum(i.operation.name != "barrier" for i in start.data)
        if extra == "error" and size > limit + 12:
            try:
                candidate(start)
            except TranspilerError as error:
                assert "too large" in str(error)
                continue
            raise AssertionError("a large circuit was let through")
        got = candidate(start)
        if {report == "rounds"}:
            got, times = got
            rounds.append((nests, times))
        ops = dict(got.count_ops())
        depth = max(1 + 2 * swaps, added)
        opened = extra == "deep" and depth > limit or extra == "wide" and swaps > 0 and not pad
        want = {{"rx": 1, "ry": swaps + added, "cx" if opened else "swap": swaps * (3 if opened else 1)}}
        assert ops == {{k: v for k, v in want.items() if v}}
for nests, times in rounds:
    assert times >= 2 if nests else times >= 1
""",
        params={"loop": loop, "worker": worker, "extra": extra, "report": report, "limit": limit},
        wrong=(Wrong("S24", body.replace("not properties[", "properties[")),),
    )
