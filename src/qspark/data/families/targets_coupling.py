"""Targets: coupling maps, and choosing qubits by a device's errors."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import moved_right

# Words, value on `coupling`, oracle on `edges` (directed), `n` and the helpers hops, joined.
_COUPLING = {
    "edges": ("the sorted list of directed edges", "sorted(coupling.get_edges())", "sorted(edges)"),
    "size": ("the number of qubits", "coupling.size()", "n"),
    "near": ("the sorted list of the qubits that qubit {a} has an edge to",
             "sorted(coupling.neighbors({a}))",
             "sorted(b for a, b in edges if a == {a})"),
    "far": ("the distance of qubits {a} and {b}, ignoring directions",
            "int(coupling.distance_matrix[{a}][{b}])",
            "hops[{a}][{b}]"),
    "path": ("a tuple of the first qubit and the number of qubits of a shortest path from {a} to {b}",
             "(lambda path: (path[0], len(path)))(coupling.shortest_undirected_path({a}, {b}))",
             "({a}, hops[{a}][{b}] + 1)"),
    "wide": ("the greatest distance of two qubits, ignoring directions",
             "int(coupling.distance_matrix.max())",
             "max(map(max, hops))"),
    "mean": ("the sum of the distances of all ordered pairs of qubits",
             "float(coupling.distance_matrix.sum())",
             "float(sum(map(sum, hops)))"),
    "two_way": ("whether every edge exists in both directions", "coupling.is_symmetric",
                "all((b, a) in edges for a, b in edges)"),
    "degree": ("the list of the numbers of edges that leave each qubit",
               "[len(coupling.neighbors(q)) for q in coupling.physical_qubits]",
               "[sum(a == q for a, b in edges) for q in range(n)]"),
    "part": ("the sorted directed edges among the qubits {s} in a reduced map that renumbers them so",
             "sorted(coupling.reduce({s}).get_edges())",
             "sorted(({s}.index(a), {s}.index(b)) for a, b in edges if a in {s} and b in {s})"),
    "ends": ("the sorted list of the qubits with exactly one neighbour, ignoring directions",
             "sorted(q for q, row in enumerate(coupling.distance_matrix) if sum(row == 1) == 1)",
             "[q for q in range(n) if hops[q].count(1) == 1]"),
    "graph": ("the number of edges of the underlying graph object", "coupling.graph.num_edges()",
              "len(edges)"),
    "whole": ("whether the map is connected", "coupling.is_connected()", "True"),
}  # fmt: skip
_SHAPES = {
    "CouplingMap.from_line({n}{one})": ("a line of {n} qubits", "line", (5, 6)),
    "CouplingMap.from_ring({n}{one})": ("a ring of {n} qubits", "ring", (5, 6)),
    "CouplingMap.from_grid(2, {n}{one})": ("a grid of 2 rows and {n} columns", "grid", (3,)),
    "CouplingMap.from_full({n}{one})": ("a fully connected map of {n} qubits", "full", (5,)),
    "CouplingMap.from_heavy_hex(3{one})": ("a heavy-hex map of distance 3", "", (0,)),
    "CouplingMap.from_heavy_square(3{one})": ("a heavy-square map of distance 3", "", (0,)),
    "CouplingMap.from_hexagonal_lattice(1, 2{one})": ("a hexagonal lattice of 1 row and 2 columns", "",
    (0,)),
}  # fmt: skip


@family(
    "targets",
    "intermediate",
    oracle="value",
    skills=("coupling-map",),
    why="A coupling map is directed; distances and connectedness ignore the directions.",
)
def coupling_facts(rng: Random) -> Instance:
    """A coupling map of a standard shape, changed a little, and three facts about it."""
    shape = rng.choice([s for s in _SHAPES for _ in range(3 if _SHAPES[s][1] else 1)])
    words, kind, sizes = _SHAPES[shape]
    n = rng.choice(sizes)
    one = rng.random() < 0.5
    words = words.replace("{n}", str(n)) + (
        ", edges in one direction only" if one else ", edges in both directions"
    )
    maker = shape.replace("{n}", str(n)).replace("{one}", ", bidirectional=False" if one else "")
    total = {"line": n, "ring": n, "grid": 2 * n, "full": n}.get(kind, 5)
    a, b = rng.sample(range(total), 2)
    lines, told, model = [f"coupling = {maker}"], [], []
    apart = abs(a - b) not in {"line": (1,), "ring": (1, n - 1), "grid": (1, n)}.get(
        kind, (1, 2, 3, 4)
    )
    change = rng.choice(
        ["none", "qubit", *["edge", "edge"] * apart, *["both"] * (apart and not one)]
    )
    if change in ("edge", "both"):
        lines.append(f"coupling.add_edge({b}, {a})")
        told.append(f"the directed edge ({b}, {a}) is added")
        model.append(f"edges |= {{({b}, {a})}}")
    if change == "both":
        lines.append("coupling.make_symmetric()")
        told.append("the map is made symmetric")
        model.append("edges |= {(b, a) for a, b in edges}")
    if change == "qubit":
        lines.append("coupling.add_physical_qubit(coupling.size())")
        lines.append(f"coupling.add_edge({a}, coupling.size() - 1)")
        told.append(
            f"one more qubit is added, with the next number and an edge from qubit {a} to it"
        )
        model.append(f"edges |= {{({a}, n)}}\nn += 1")
    fitting = [
        k for k in _COUPLING if k != "edges" and (k not in ("part", "ends") or kind == "line")
    ]
    keys = ["edges", *rng.sample(fitting, 2)]
    start = rng.randint(0, total - 3)
    subset = rng.sample(range(start, start + 3), 3)
    fill = {"{a}": str(a), "{b}": str(b), "{s}": str(subset)}

    def filled(text: str) -> str:
        for key, value in fill.items():
            text = text.replace(key, value)
        return text

    facts = {key: [filled(t) for t in _COUPLING[key]] for key in keys}
    body = (
        "\n".join(lines)
        + "\nreturn {\n"
        + "".join(f'    "{k}": {facts[k][1]},\n' for k in keys)
        + "}"
    )
    listed = "; ".join(f"`{k}`: {facts[k][0]}" for k in keys)
    steps = f" Then {', and '.join(told)}." if told else ""
    direct = "both = False" if one else "both = True"
    built = {
        "line": "edges = {(i, i + 1) for i in range(n - 1)}",
        "ring": "edges = {(i, (i + 1) % n) for i in range(n)}",
        "grid": f"edges = {{({n} * r + c, {n} * r + c + 1) for r in range(2) for c in range({n} - 1)}}\n"
                f"edges |= {{(c, c + {n}) for c in range({n})}}",
        "full": "edges = {(i, j) for i in range(n) for j in range(i + 1, n)}",
        "": f"from qiskit.transpiler import CouplingMap\nedges = set({maker}.get_edges())\n"
            "n = 1 + max(max(e) for e in edges)\nboth = False",
    }[kind]  # fmt: skip
    return Instance(
        entry_point="coupling_report",
        signature="() -> dict",
        asks=(
            f"Make {words} with CouplingMap's constructors.{steps} Return a dict. {listed}.",
            f"I plan a layout on {words}.{steps} Tell me, in a dict: {listed}.",
            f"Write a function without arguments that builds {words} and returns a dict with "
            f"{', '.join(keys)}."
            f"{steps} Meaning: {listed}.",
        ),
        imports="from qiskit.transpiler import CouplingMap",
        body=body,
        test=f"""
n = {total}
{direct}
{built}
if both:
    edges |= {{(b, a) for a, b in edges}}
{chr(10).join(model)}
near = edges | {{(b, a) for a, b in edges}}
hops = [[0 if a == b else 1 if (a, b) in near else 99 for b in range(n)] for a in range(n)]
for k in range(n):
    for a in range(n):
        for b in range(n):
            hops[a][b] = min(hops[a][b], hops[a][k] + hops[k][b])
got = candidate()
assert got == {{{", ".join(f'"{k}": {facts[k][2]}' for k in keys)}}}
""",
        params={"map": maker, "change": told, "facts": keys},
    )


# The best of what `edges` or `qubits` hold: words, code, and the candidates and the key of the oracle.
_SCORES = {
    "edge": ("pair", "with the least two-qubit error",
             "return list(min(edges, key=lambda pair: edges[pair].error))", "lambda p: cost[p]"),
    "readout": ("pair",
                "with the least sum of its two-qubit error and {w} times the sum of the two "
                "measurement errors",
                "def score(pair: tuple[int, int]) -> float:\n"
                '    readout = sum(target["measure"][(q,)].error for q in pair)\n'
                "    return edges[pair].error + {w} * readout\n\nreturn list(min(edges, key=score))",
                "lambda p: cost[p] + {w} * (ro[p[0]] + ro[p[1]])"),
    "fast": ("pair",
             "whose gate takes the least time, including the measurement of both qubits (at the same time, "
             "after the gate)",
             "def time(pair: tuple[int, int]) -> float:\n"
             '    readout = max(target["measure"][(q,)].duration for q in pair)\n'
             "    return edges[pair].duration + readout\n\nreturn list(min(edges, key=time))",
             "lambda p: length[p] + max(rt[p[0]], rt[p[1]])"),
    "chain": ("chain", "with the least sum of the errors of its two pairs",
              "chains = [\n    (a, b, d) for a, b in edges for c, d in edges if b == c and d != a\n]\n"
              "return list(min(chains, key=lambda t: edges[t[:2]].error + edges[t[1:]].error))",
              "lambda t: cost[t[:2]] + cost[t[1:]]"),
    "weighted": ("chain", "with the least error of its first pair plus {w} times that of its second pair",
                 "chains = [\n    (a, b, d) for a, b in edges for c, d in edges if b == c and d != a\n]\n"
                 "return list(min(chains, key=lambda t: edges[t[:2]].error + {w} * edges[t[1:]].error))",
                 "lambda t: cost[t[:2]] + {w} * cost[t[1:]]"),
    "fidelity": ("chain",
                 "with the greatest product of (1 - error) over its two pairs and three measurements",
                 "def quality(chain: tuple[int, ...]) -> float:\n"
                 '    errors = [target["measure"][(q,)].error for q in chain]\n'
                 "    errors += [edges[chain[:2]].error, edges[chain[1:]].error]\n"
                 "    return math.prod(1 - error for error in errors)\n\n"
                 "chains = [\n    (a, b, d) for a, b in edges for c, d in edges if b == c and d != a\n]\n"
                 "return list(max(chains, key=quality))",
                 "lambda t: -np.prod([1 - cost[t[:2]], 1 - cost[t[1:]], *(1 - ro[q] for q in t)])"),
}  # fmt: skip


@family(
    "targets",
    "advanced",
    oracle="value",
    skills=("target", "layout", "error-rates"),
    why="The name of the two-qubit gate differs from device to device, and its pairs are directed.",
    tolerance=1e-12,
)
def chosen_qubits(rng: Random) -> Instance:
    """The qubits of a device that are best by a rule, whatever its two-qubit gate is called."""
    rule = rng.choice(list(_SCORES))
    kind, words, code, oracle = _SCORES[rule]
    weight = rng.choice([2, 3, 0.5, 4])
    words, code, oracle = (t.replace("{w}", str(weight)) for t in (words, code, oracle))
    use = rng.choice(["list", "layout", "circuit"])
    limit = rng.choice([0.42, 0.46, 0.5, 0.54])
    avoid = rng.randrange(5)
    kept, keep, only = rng.choice([
        ("edges = target[gate]\n", "True", ""),
        (f"edges = {{pair: row for pair, row in target[gate].items() if {avoid} not in pair}}\n",
         f"{avoid} not in p",
         f", without use of qubit {avoid},"),
        (f"edges = {{pair: row for pair, row in target[gate].items() if row.duration < {limit}e-6}}\n",
         f"length[p] < {limit}e-6",
         f", using only two-qubit gates that take less than {limit} microseconds,"),
    ])  # fmt: skip
    words = {
        "pair": f"the directed pair of qubits{only} {words}",
        "chain": f"the chain of three different qubits q0, q1, q2 along existing directed pairs (q0, q1) and "
                 f"(q1, q2){only} {words}",
    }[kind]  # fmt: skip
    shape = "list of its two qubits in order" if kind == "pair" else "list [q0, q1, q2]"
    if rng.random() < 0.5:
        head = (
            "gate = next(\n    name for name in target.operation_names\n"
            "    if target.operation_from_name(name).num_qubits == 2\n)\n"
        )
    else:
        head = (
            "edge = next(iter(target.build_coupling_map().get_edges()))\n"
            "gate = next(iter(target.operation_names_for_qargs(tuple(edge))))\n"
        )
    head += kept
    count = 2 if kind == "pair" else 3
    if use == "list":
        body, args = head + code, "(target: Target) -> list[int]"
        said = f"Return a {shape}."
        imports = "from qiskit.transpiler import Target"
        tail = "got = candidate(target)\n    assert list(got) == list(want)"
    else:
        inner = moved_right(head + code, 4)
        if use == "layout":
            args = "(target: Target, circuit: QuantumCircuit) -> Layout"
            last = "return Layout.from_intlist(best_qubits(target), *circuit.qregs)"
            said = (
                f"Return a Layout that puts the {count} qubits of `circuit` (one register), in "
                f"order, on them: a {shape}."
            )
            imports = (
                "from qiskit import QuantumCircuit\nfrom qiskit.transpiler import Layout, Target"
            )
            tail = (
                "small = QuantumCircuit(len(want))\n    got = candidate(target, small)\n"
                "    assert isinstance(got, Layout)\n"
                "    assert [got[q] for q in small.qubits] == list(want)"
            )
        else:
            args = "(target: Target, circuit: QuantumCircuit) -> QuantumCircuit"
            last = (
                "return transpile(\n        circuit, target=target, initial_layout=best_qubits(target), "
                "optimization_level=0, seed_transpiler=7\n    )"
            )
            said = (
                f"Transpile `circuit`, which has {count} qubits, for the target with the initial "
                f"layout given by them "
                f"(a {shape}), optimization level 0, and return the result."
            )
            imports = (
                "from qiskit import QuantumCircuit, transpile\nfrom qiskit.transpiler import Target"
            )
            tail = (
                "small = QuantumCircuit(len(want))\n    small.sx(0)\n    small.measure_all()\n"
                "    got = candidate(target, small)\n"
                "    assert got.layout.initial_index_layout(filter_ancillas=True) == list(want)\n"
                "    assert got.num_qubits == 5"
            )
        body = f"def best_qubits(target: Target) -> list[int]:\n{inner}\n\ndef place{args}:\n    {last}"
    whole = use != "list"
    return Instance(
        entry_point="place",
        signature="" if whole else args,
        asks=(
            "Given a Target with five qubits and a single kind of two-qubit gate (whose name is not known "
            f"beforehand), find {words}. {said}",
            f"Different devices have cx, cz or ecr. Write code that works for each of them and "
            f"looks for {words}, by "
            f"the properties in the Target (5 qubits, with sx and measure on all of them). {said}",
            f"Noise-aware placement: from the errors and durations in `target`, determine {words}. "
            f"The target has one "
            f"two-qubit gate of whatever name. {said}",
        ),
        imports="import math\n\n" * ("math." in body) + imports,
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Measure
from qiskit.circuit.library import CXGate, CZGate, ECRGate, RZGate, SXGate
from qiskit.circuit import Parameter
from qiskit.transpiler import InstructionProperties, Layout, Target
rng = np.random.default_rng(np.random.randint(2**31))
every = [(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2), (4, 0), (3, 1), (2, 4), (0, 3)]
for turn in range({12 if use == "circuit" else 40}):
    pairs = [every[k] for k in sorted(rng.permutation(10)[: 7 + turn % 3])]
    cost = {{p: float(rng.uniform(0.002, 0.08)) for p in pairs}}
    length = {{p: float(rng.uniform(2e-7, 6e-7)) for p in pairs}}
    ro = [float(v) for v in rng.uniform(0.005, 0.09, 5)]
    rt = [float(v) for v in rng.uniform(3e-7, 9e-7, 5)]
    target = Target(num_qubits=5)
    target.add_instruction(SXGate(), {{(q,): InstructionProperties(3e-8, 1e-4) for q in range(5)}})
    target.add_instruction(RZGate(Parameter("a")), {{(q,): InstructionProperties(0, 0) for q in range(5)}})
    target.add_instruction((CXGate, CZGate, ECRGate)[turn % 3](),
                           {{p: InstructionProperties(length[p], cost[p]) for p in pairs}})
    target.add_instruction(Measure(), {{(q,): InstructionProperties(rt[q], ro[q]) for q in range(5)}})
    usable = [p for p in pairs if {keep}]
    found = usable if {kind == "pair"} else [
        (a, b, d) for a, b in usable for c, d in usable if b == c and d != a]
    if not found:
        continue
    want = min(found, key={oracle})
    {tail}
""",
        params={"rule": rule, "use": use, "kept": kept, "weight": weight},
    )
