"""Passes: layout selection and embedding, routing, and swap strategies."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

_MAPS = (
    [[0, 1], [1, 2], [2, 3], [3, 4]], [[0, 1], [1, 2], [1, 3], [3, 4]], [[0, 2], [2, 4], [4, 1], [1, 3]],
    [[0, 1], [1, 2], [2, 3], [3, 4], [4, 0]], [[0, 1], [0, 2], [0, 3], [0, 4]],
    [[4, 0], [0, 3], [3, 1], [1, 2]],
)  # fmt: skip
_HELPERS = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))

def pairs_of(circuit):
    return [tuple(circuit.find_bit(q).index for q in i.qubits) for i in circuit.data if len(i.qubits) == 2]
"""


@family(
    "passes",
    "advanced",
    oracle="unitary",
    skills=("layout", "pass-manager", "ancillas"),
    why="A layout is chosen first, then filled up with ancillas, and only ApplyLayout rewrites the circuit.",
    tolerance=1e-8,
)
def layout_pipeline(rng: Random) -> Instance:
    """Layout selection, ancilla allocation and embedding by hand, with what was chosen."""
    wires = rng.sample(range(5), 3)
    seed = rng.randint(1, 99)
    chosen = ", ".join(map(str, wires))
    call, words, exact, perfect = rng.choice([
        (f"SetLayout([{chosen}])", f"virtual qubits 0, 1, 2 go to physical qubits {chosen}", wires, False),
        (f"SetLayout(Layout.from_intlist([{chosen}], *circuit.qregs))",
         f"qubits 0, 1, 2 of the circuit sit on the physical qubits {chosen}", wires, False),
        (f"SetLayout(Layout(dict(zip(circuit.qubits, ({chosen})))))",
         f"qubits 0, 1, 2 of the circuit are placed on physical qubits {chosen}", wires, False),
        ("TrivialLayout(coupling)", "virtual qubit i goes to physical qubit i", [0, 1, 2], False),
        (f"VF2Layout(coupling, seed={seed})",
         "every two-qubit gate acts on a coupled pair (the circuits that are passed in have such a layout)",
         None, True),
        ("DenseLayout(coupling)", "the qubits are placed on a densely connected subset of the device", None,
         False),
        (f"SabreLayout(coupling, seed={seed}, skip_routing=True)",
         "the layout is Sabre's choice, without any routing", None, False),
    ])  # fmt: skip
    extra, said, oracle = rng.choice([
        ("", "Return the embedded circuit.", ""),
        ("[manager.property_set['layout'][qubit] for qubit in circuit.qubits]",
         "Return the embedded circuit and a list with the physical qubit of each qubit of the input.",
         "extra == where"),
        ("embedded.layout.initial_index_layout(filter_ancillas=True)",
         "Return a tuple of the embedded circuit and the initial index layout (a list, without ancillas).",
         "extra == where"),
        ("manager.property_set['score']",
         "Return a tuple of the embedded circuit and the layout's score: the sum over the two-qubit "
         "gates of the "
         "distance of their physical qubits minus one.",
         "extra == sum(hops[where[a]][where[b]] - 1 for a, b in pairs_of(start))"),
        ("manager.property_set['is_swap_mapped']",
         "Return a tuple of the embedded circuit and whether all its two-qubit gates act on coupled pairs.",
         "extra is all(hops[a][b] == 1 for a, b in pairs_of(got))"),
        ("sorted(set(coupling.physical_qubits) - set(embedded.layout.initial_index_layout(True)))",
         "Return a tuple of the embedded circuit and the sorted list of the physical qubits that serve as "
         "ancillas.",
         "extra == sorted({0, 1, 2, 3, 4} - set(where))"),
    ])  # fmt: skip
    steps = [call]
    steps += ["Layout2qDistance(coupling, property_name='score')"] * ("score" in extra)
    steps += ["FullAncillaAllocation(coupling)", "EnlargeWithAncilla()", "ApplyLayout()"]
    steps += ["CheckMap(coupling)"] * ("swap" in extra)
    style = rng.choice(["list", "append"])
    if style == "list":
        build = "manager = PassManager([\n" + "".join(f"    {s},\n" for s in steps) + "])\n"
    else:
        build = f"manager = PassManager({steps[0]})\nmanager.append([\n"
        build += "".join(f"    {s},\n" for s in steps[1:]) + "])\n"
    body = f"{build}embedded = manager.run(circuit)\nreturn embedded" + (
        f", {extra}" if extra else ""
    )
    names = sorted({s.split("(")[0] for s in steps})
    core = ["CouplingMap", *["Layout"] * ("(Layout" in call), "PassManager"]
    want = f"    assert where == {exact}\n" if exact else ""
    want += "    assert all(hops[a][b] == 1 for a, b in pairs_of(got))\n" * perfect
    check = f"    assert {oracle}\n" if oracle else ""
    return Instance(
        entry_point="embed",
        signature="(circuit: QuantumCircuit, coupling: CouplingMap)"
        + (" -> tuple" if extra else " -> QuantumCircuit"),
        asks=(
            "Embed a three-qubit circuit into a five-qubit device, given by a symmetric coupling "
            "map, using "
            f"individual passes: {words}. Allocate the ancillas and apply the layout, but do no "
            f"routing and no "
            f"translation. {said}",
            "I want to build the layout stage myself. The device is a `CouplingMap` with both "
            "directions on 5 "
            f"qubits. Placement of a circuit on 3 qubits: {words}. Fill up with ancillas, enlarge, "
            f"apply; no "
            f"swaps may be added and the gates stay as they are. {said}",
            f"Write a pass manager out of {', '.join(names)} and run it on `circuit` (3 qubits) for "
            f"`coupling` "
            f"(5 qubits, symmetric), so that {words}. {said} The circuit has to come out on 5 qubits with "
            "its layout recorded.",
            "How can I place a circuit on physical qubits without the whole transpiler? I have 3 "
            "circuit qubits "
            f"and a symmetric coupling map of 5. Rule: {words}. Nothing but the placement should "
            f"change. {said}",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.transpiler import {', '.join(core)}\n"
        f"from qiskit.transpiler.passes import {', '.join(names)}",
        body=body,
        test=_HELPERS
        + f"""
from qiskit.transpiler import CouplingMap
for order, edges in zip(((0, 1, 2), (2, 0, 1), (1, 2, 0), (0, 2, 1), (1, 0, 2), (2, 1, 0)), {_MAPS}):
    coupling = CouplingMap(edges + [edge[::-1] for edge in edges])
    hops = np.full((5, 5), 9)
    for a, b in edges:
        hops[a, b] = hops[b, a] = 1
    np.fill_diagonal(hops, 0)
    for k in range(5):
        hops = np.minimum(hops, hops[:, [k]] + hops[[k], :])
    start = QuantumCircuit(3)
    for qubit in range(3):
        start.ry(rng.uniform(0.2, 1.2), qubit)
    a, b, c = order
    start.cx(a, b)
    start.rz(0.3, b)
    start.cx(c, b)
    start.cx(b, a)
    {"got, extra" if extra else "got"} = candidate(start.copy(), coupling)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 5
    where = got.layout.initial_index_layout(filter_ancillas=True)
    assert len(set(where)) == 3 and dict(got.count_ops()) == dict(start.count_ops())
    assert pairs_of(got) == [(where[x], where[y]) for x, y in pairs_of(start)]
{want}{check}    wide = QuantumCircuit(5).compose(start, range(3))
    assert Operator.from_circuit(got).equiv(Operator(wide), atol=1e-8, rtol=0)
""",
        params={"layout": call, "report": extra, "style": style},
        wrong=(Wrong("S11", body.replace("embedded = manager.run(circuit)", "embedded = circuit")),)
        if "layout" not in extra
        else (),
    )


@family(
    "passes",
    "advanced",
    oracle="unitary",
    skills=("routing", "layout", "permutation"),
    why="Routing leaves a permutation behind, which the final layout of the circuit describes.",
    tolerance=1e-8,
)
def routing_pass(rng: Random) -> Instance:
    """A routing pass on a full-width circuit, with the swaps or the permutation that it added."""
    seed = rng.randint(1, 99)
    depth, width = rng.randint(2, 4), rng.randint(2, 4)
    heuristic = rng.choice(["basic", "lookahead", "decay"])
    call, words = rng.choice([
        ("BasicSwap(coupling)", "the basic swap router"),
        (f"LookaheadSwap(coupling, search_depth={depth}, search_width={width})",
         f"the lookahead router with search depth {depth} and search width {width}"),
        (f"SabreSwap(coupling, heuristic={heuristic!r}, seed={seed})",
         f"Sabre swap routing with the `{heuristic}` heuristic and seed {seed}"),
        (f"SabreSwap(coupling, heuristic={heuristic!r}, seed={seed}, trials=4)",
         f"Sabre swap routing with the `{heuristic}` heuristic, seed {seed} and four trials"),
    ])  # fmt: skip
    extra, said, oracle = rng.choice([
        ("", "Return the routed circuit.", ""),
        ("routed.count_ops().get('swap', 0)",
         "Return a tuple of the routed circuit and the number of swaps in "
         "it.", "extra == sum(i.operation.name == 'swap' for i in got.data)"),
        ("routed.layout.routing_permutation()", "Return a tuple of the routed circuit and the routing "
         "permutation: entry i says on which physical qubit qubit i is at the end.",
         "extra == [end.index(k) for k in range(5)]"),
        ("[manager.property_set['final_layout'][qubit] for qubit in circuit.qubits]",
         "Return a tuple of the routed circuit and a list whose entry i is the wire on which qubit "
         "i of the "
         "input is at the end.", "list(extra) == [end.index(k) for k in range(5)]"),
        ("(routed.size() - circuit.size(), manager.property_set['is_swap_mapped'])",
         "Return a tuple of the routed circuit and the pair (number of operations added, whether a "
         "final check "
         "finds every two-qubit gate on a coupled pair).",
         "tuple(extra) == (len(got.data) - len(start.data), True)"),
        ("routed.depth(lambda item: len(item.qubits) == 2)",
         "Return a tuple of the routed circuit and its two-qubit depth.", "extra == two_depth(got)"),
    ])  # fmt: skip
    steps = [call, *["CheckMap(coupling)"] * ("mapped" in extra)]
    names = sorted({s.split("(")[0] for s in steps})
    body = f"manager = PassManager([{', '.join(steps)}])\nrouted = manager.run(circuit)\n"
    body += f"return routed{f', {extra}' if extra else ''}"
    check = f"    assert {oracle}\n" if oracle else ""
    return Instance(
        entry_point="route",
        signature="(circuit: QuantumCircuit, coupling: CouplingMap)"
        + (" -> tuple" if extra else " -> QuantumCircuit"),
        asks=(
            f"Route a five-qubit circuit onto a symmetric coupling map of five qubits with {words}; "
            f"qubit i starts "
            f"on physical qubit i. {said}",
            "My circuit on 5 qubits is already placed (qubit i on wire i), but its two-qubit gates "
            "do not fit "
            f"the edges of the (bidirectional) coupling map. Insert swaps with {words}. Everything "
            f"else has to "
            f"stay as it is. {said}",
            f"Only the routing step, please: run {words} from qiskit.transpiler.passes in a pass "
            f"manager for the "
            f"coupling map that is given. The input covers all five qubits in trivial order. {said}",
            "Spec. Input: circuit on qubits 0 to 4 with one- and two-qubit gates, and a symmetric "
            "coupling map. "
            "Output: equivalent up to the final permutation in its layout, all two-qubit gates and "
            "swaps on "
            f"coupled pairs, made by {words}. {said}",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.transpiler import CouplingMap, PassManager\n"
        f"from qiskit.transpiler.passes import {', '.join(names)}",
        body=body,
        test=_HELPERS
        + f"""
def two_depth(circuit):
    level = [0] * 5
    for a, b in pairs_of(circuit):
        level[a] = level[b] = 1 + max(level[a], level[b])
    return max(level)

from qiskit.transpiler import CouplingMap
for gates, edges in zip((0, 2, 4, 6, 5, 3), {_MAPS}):
    device = {{frozenset(pair) for pair in edges}}
    coupling = CouplingMap(edges + [edge[::-1] for edge in edges])
    start = QuantumCircuit(5)
    for _ in range(gates):
        a, b = (int(v) for v in rng.permutation(5)[:2])
        start.cx(a, b)
        start.ry(0.3, a)
        start.rz(0.2, b)
    for pair in ((0, 3), (1, 4), (2, 3)) if gates else edges:
        start.cz(*pair)
    {"got, extra" if extra else "got"} = candidate(start.copy(), coupling)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 5
    assert all(frozenset(pair) in device for pair in pairs_of(got))
    ops = dict(got.count_ops())
    ops.pop("swap", None)
    assert ops == dict(start.count_ops())
    end = list(range(5))
    for item in got.data:
        if item.operation.name == "swap":
            a, b = (got.find_bit(q).index for q in item.qubits)
            end[a], end[b] = end[b], end[a]
{check}    assert Operator.from_circuit(got).equiv(Operator(start), atol=1e-8, rtol=0)
""",
        params={"routing": call, "report": extra},
        wrong=(Wrong("S11", body.replace("routed = manager.run(circuit)", "routed = circuit")),)
        if "layout" not in extra
        else (),
    )


_STRATEGY = {
    "length": ("len(strategy)", "the number of swap layers", "len(layers)"),
    "distances": ("strategy.distance_matrix.tolist()",
                  "the matrix (nested lists) whose entry (i, j) is the number of swap layers after "
                  "which i and j "
                  "are first coupled (0 on the diagonal, -1 for never)", "table"),
    "new": ("sorted(sorted(pair) for pair in strategy.new_connections({k}))",
            "the sorted list of the sorted pairs of qubits that become coupled for the first time "
            "after the "
            "first {k} layers", "sorted([a, b] for a in range(n) for b in range(a + 1, n) if "
            "table[a][b] == {k})"),
    "missing": ("len(strategy.missing_couplings)",
                "the number of ordered pairs that never become coupled",
                "sum(table[a][b] < 0 for a in range(n) for b in range(n) if a != b)"),
    "reachable": ("len(strategy.possible_edges)", "the number of ordered pairs that are coupled at "
    "some time",
                  "sum(table[a][b] >= 0 for a in range(n) for b in range(n) if a != b)"),
    "inverse": ("strategy.inverse_composed_permutation({k})",
                "the list whose entry i is the qubit that sits on wire i after the first {k} layers (the "
                "inverse of the layers' composed permutation)", "order_after({k})"),
    "swapped": ("sorted(strategy.swapped_coupling_map({k}).get_edges())",
                "the sorted list of directed edges between the qubits that are neighbours after the "
                "first {k} "
                "layers", "sorted((order_after({k})[a], order_after({k})[b]) for a, b in both)"),
    "layer": ("strategy.swap_layer({m})", "the list of pairs of layer {m}, counted from 0", "layers[{m}]"),
    "applied": ("strategy.apply_swap_layer(list(range(10, 10 + len(qubits))), {m})",
                "the list [10, 11, 12, ...] (an entry per qubit) after layer {m} alone, counted "
                "from 0, has "
                "swapped its entries", "moved(list(range(10, 10 + n)), layers[{m}])"),
}  # fmt: skip


@family(
    "passes",
    "intermediate",
    oracle="value",
    skills=("swap-strategy", "routing"),
    why="A swap strategy is a list of swap layers; who is coupled when follows from permuting the wires.",
)
def swap_strategy_facts(rng: Random) -> Instance:
    """What a swap strategy on a line or with given layers couples, and when."""
    k, m = rng.randint(1, 2), rng.randint(0, 1)
    keys = sorted(rng.sample(list(_STRATEGY), 3))
    kind = rng.choice(["line", "line", "ring", "given"])
    if kind == "line":
        count = rng.choice([2, 3])
        build = f"strategy = SwapStrategy.from_line(qubits, num_swap_layers={count})\n"
        words = f"the line strategy with {count} swap layers"
        layers = f"[[(i, i + 1) for i in range(step % 2, n - 1, 2)] for step in range({count})]"
        shape = "CouplingMap.from_line(n)"
        told = (
            f"on a line of the qubits 0, 1, ... (layers alternate between pairs that start at even "
            f"and at odd "
            f"positions, even first; {count} layers)"
        )
    elif kind == "ring":
        layers = rng.choice(["[[(0, 1), (2, 3)], [(1, 2)]]", "[[(1, 2)], [(0, 1), (2, 3)], [(1, 2)]]",
                             "[[(0, 1)], [(1, 2)], [(2, 3)]]"])  # fmt: skip
        build = f"strategy = SwapStrategy(CouplingMap.from_ring(len(qubits)), {layers})\n"
        words = f"the swap layers {layers}"
        shape = "CouplingMap.from_ring(n)"
        told = f"on a bidirectional ring of the qubits, with the layers {layers}"
    else:
        layers = rng.choice(["[[(0, 2)], [(1, 2), (0, 3)]]", "[[(0, 3)], [(0, 2)], [(2, 1)]]",
                             "[[(1, 2)], [(2, 0)]]"])  # fmt: skip
        edges = [[0, 2], [2, 1], [0, 3], [3, 4]]
        build = f"coupling = CouplingMap({edges})\ncoupling.make_symmetric()\n"
        build += f"strategy = SwapStrategy(coupling, {layers})\n"
        words = f"the swap layers {layers}"
        shape = f"CouplingMap({edges + [e[::-1] for e in edges]})"
        told = f"on the couplings {edges}, made symmetric, with the layers {layers}"
    if kind != "line":
        build = build.replace(
            layers,
            layers.replace("[(", "((").replace(")]", "),)").replace("[", "(").replace("]", ")"),
        )
    facts = {key: tuple(text.replace("{k}", str(k)).replace("{m}", str(m)) for text in _STRATEGY[key])
             for key in keys}  # fmt: skip
    body = build + "return {\n" + "".join(f'    "{key}": {facts[key][0]},\n' for key in keys) + "}"
    listed = "; ".join(f"`{key}`: {facts[key][1]}" for key in keys)
    sizes = {"line": "(4, 5, 6)", "ring": "(4, 5, 6)", "given": "(5,)"}[kind]
    imports = ["from qiskit.transpiler import CouplingMap"] * ("CouplingMap" in build)
    return Instance(
        entry_point="describe_strategy",
        signature="(qubits: list[int]) -> dict",
        asks=(
            f"For a list `qubits` = [0, 1, ..., n - 1] build a SwapStrategy {told}. Return a dict. "
            f"{listed}.",
            f"I am studying swap networks. Take {words} {told} for the qubits that are passed in (0 "
            f"to n - 1) "
            f"and tell me as a dictionary: {listed}.",
            f"Use `SwapStrategy` from qiskit.transpiler.passes {told}; `qubits` lists 0 to n - 1. "
            f"The result is a "
            f"dict with the keys {', '.join(f'`{key}`' for key in keys)}, where {listed}.",
        ),
        imports="\n".join([*imports, "from qiskit.transpiler.passes import SwapStrategy"]),
        body=body,
        test=f"""
from qiskit.transpiler import CouplingMap
for n in {sizes}:
    layers = {layers}
    both = [tuple(edge) for edge in {shape}.get_edges()]

    def moved(order, layer):
        order = list(order)
        for a, b in layer:
            order[a], order[b] = order[b], order[a]
        return order

    def order_after(count):
        order = list(range(n))
        for layer in layers[:count]:
            order = moved(order, layer)
        return order

    table = [[0 if a == b else -1 for b in range(n)] for a in range(n)]
    for count in range(len(layers), -1, -1):
        order = order_after(count)
        for a, b in both:
            table[order[a]][order[b]] = count
    got = candidate(list(range(n)))
    assert set(got) == set({sorted(keys)})
    plain = lambda value: [plain(v) for v in value] if isinstance(value, (list, tuple)) else value
    {chr(10).join(f"    assert plain(got[{key!r}]) == plain({facts[key][2]})" for key in keys).strip()}
""",
        params={"kind": kind, "facts": keys, "k": k, "m": m, "layers": layers},
    )
