"""Transpilation: stages of the presets, layouts of what they compile, and fault-tolerant presets."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.transpilation import BASES, CIRCUIT


@family(
    "transpilation",
    "advanced",
    oracle="isa",
    skills=("staged-pass-manager", "preset-stages", "routing"),
    why="The generate_* functions make the stages of a preset; a staged manager runs them in its order.",
    tolerance=1e-7,
)
def staged_build(rng: Random) -> Instance:
    """A staged pass manager put together from the preset stage generators."""
    basis = rng.choice([b for b in BASES if "iswap" not in b])
    wires = rng.sample(range(5), 3)
    seed = rng.randint(1, 99)
    heuristic = rng.choice(["basic", "lookahead", "decay"])
    router, by = rng.choice([
        (f'SabreSwap(coupling, heuristic="{heuristic}", seed={seed})',
         f"Sabre swaps with the `{heuristic}` heuristic and seed {seed}"),
        ("BasicSwap(coupling)", "basic swaps"),
        ("LookaheadSwap(coupling)",
         "lookahead swaps"),
    ])  # fmt: skip
    layout, place, exact = rng.choice([
        (f"SetLayout({wires})",
         f"qubits 0, 1, 2 start on the physical qubits {', '.join(map(str, wires))}", wires),
        (f"SetLayout(Layout.from_intlist({wires}, *circuit.qregs))",
         f"the circuit's qubits 0, 1, 2 are placed on physical qubits {', '.join(map(str, wires))}", wires),
        ("TrivialLayout(coupling)", "qubit i starts on physical qubit i", [0, 1, 2]),
        ("DenseLayout(coupling)", "the layout comes from the dense-subset method", None),
    ])  # fmt: skip
    extras = rng.sample(
        [
            ("optimization", f"PassManager([Optimize1qGatesDecomposition(basis={basis})])",
             "merge runs of one-qubit gates in a last stage", ["Optimize1qGatesDecomposition"]),
            ("guard", 'generate_error_on_control_flow("control flow is not supported")',
             "begin with a stage that raises a TranspilerError with the message `control flow is "
             "not supported` "
             "on circuits with control flow", []),
            ("options", 'generate_control_flow_options_check(routing_method="basic", layout_method="dense")',
             "begin with the preset check of the options routing `basic` and layout `dense`, which "
             "raises a "
             "TranspilerError on circuits with control flow", []),
        ],
        1 if rng.random() < 0.7 else 0,
    )  # fmt: skip
    fact, said, oracle = rng.choice([
        ("", "Return the compiled circuit.", ""),
        ("list(manager.expanded_stages)",
         "Return a tuple of the compiled circuit and the list of the names of all "
         "stages including the pre_ and post_ ones.",
         "extra == [p + s for s in stages for p in ('pre_', '', 'post_')]"),
        ("list(manager.stages)",
         "Return a tuple of the compiled circuit and the list of the names of its main "
         "stages.", "extra == stages"),
        ("compiled.layout.final_index_layout()",
         "Return a tuple of the compiled circuit and the physical qubits "
         "on which its three qubits end, as a list.", "extra == got.layout.final_index_layout()"),
        ("compiled.layout.routing_permutation()", "Return a tuple of the compiled circuit and the routing "
         "permutation of its layout.", "extra == got.layout.routing_permutation()"),
    ])  # fmt: skip
    stages = ["unroll", "layout", "routing", "translation"]
    for name, *_ in extras:
        stages = [*stages, name] if name == "optimization" else [name, *stages]
    lines = {
        "unroll": f"generate_unroll_3q(None, basis_gates={basis})",
        "layout": f"PassManager([{layout}]) + generate_embed_passmanager(coupling)",
        "routing": "generate_routing_passmanager(\n        " + router
        + f", None, coupling_map=coupling, seed_transpiler={seed}\n    )",
        "translation": f"generate_translation_passmanager(None, basis_gates={basis}, "
        "coupling_map=coupling)",
        **{name: text for name, text, *_ in extras},
    }  # fmt: skip
    body = f"manager = StagedPassManager(\n    {stages},\n"
    body += "".join(f"    {name}={lines[name]},\n" for name in stages) + ")\n"
    if rng.random() < 0.4:
        body = f"manager = StagedPassManager({stages})\n"
        body += "".join(f"manager.{name} = {lines[name]}\n" for name in stages)
    body += f"compiled = manager.run(circuit)\nreturn compiled{f', {fact}' if fact else ''}"
    passes = sorted(
        {layout.split("(")[0], router.split("(")[0], *(p for e in extras for p in e[3])}
    )
    makers = sorted({f for f in _MAKERS if f in body})
    core = [
        "CouplingMap",
        *["Layout"] * ("Layout.from" in layout),
        "PassManager",
        "StagedPassManager",
    ]
    guarded = bool({"guard", "options"} & set(stages))
    also = f" Besides, {extras[0][2]}." if extras else ""
    named = ", ".join(f"`{s}`" for s in stages)
    listed = ", ".join(basis)
    check = f"    assert {oracle}\n" if oracle else ""
    fixed = f"    assert got.layout.initial_index_layout(True) == {exact}\n" if exact else ""
    return Instance(
        entry_point="run_stages",
        signature="(circuit: QuantumCircuit, coupling: CouplingMap)"
        + (" -> tuple" if fact else " -> QuantumCircuit"),
        asks=(
            f"Put together a StagedPassManager with the stages {named} (in this order) from the "
            f"generator functions "
            f"of qiskit.transpiler.preset_passmanagers and run it on `circuit` (3 qubits) for the "
            f"symmetric map "
            f"`coupling` (5 qubits). Placement: {place}. Routing: {by}. Basis: {listed}.{also} {said}",
            f"I don't want a whole preset but my own pipeline: unroll gates on three or more "
            f"qubits, place ({place}) "
            f"and embed, route with {by}, translate to {listed}. Name the stages {named}.{also} The "
            f"device is a "
            f"bidirectional coupling map of five qubits, the circuit has three. {said}",
            f"Build a staged compilation for a five-qubit symmetric coupling map. Stages in order: "
            f"{named}. The "
            f"result may use {listed} only, on coupled pairs; {place}; swaps are inserted by "
            f"{by}.{also} Keep the "
            f"circuit equivalent up to global phase and its layout recorded. {said}",
        ),
        imports=f"from qiskit import QuantumCircuit\nfrom qiskit.transpiler import {', '.join(core)}\n"
        f"from qiskit.transpiler.passes import {', '.join(passes)}\n"
        "from qiskit.transpiler.preset_passmanagers import (\n"
        + "".join(f"    {maker},\n" for maker in makers) + ")",
        body=body,
        test=CIRCUIT
        + f"""
stages = {stages}
for order, shape in (((0, 1, 2), CouplingMap.from_line(5)), ((2, 0, 1), CouplingMap.from_ring(5))):
    start = drawn(order)
    start.ccx(*order)
    {"got, extra" if fact else "got"} = candidate(start.copy(), shape)
    check_isa(got, start, {basis}, shape)
{fixed}{check}if {guarded}:
    from qiskit.transpiler import TranspilerError
    looped = QuantumCircuit(3, 1)
    with looped.if_test((looped.clbits[0], 1)):
        looped.x(0)
    try:
        candidate(looped, CouplingMap.from_line(5))
    except TranspilerError as error:
        assert "control flow" in str(error)
        assert "options" in {stages} or "control flow is not supported" in str(error)
    else:
        raise AssertionError("control flow was let through")
""",
        params={"stages": stages, "basis": basis, "layout": layout, "router": router, "fact": fact},
    )  # fmt: skip


_MAKERS = (
    "generate_control_flow_options_check", "generate_embed_passmanager", "generate_error_on_control_flow",
    "generate_routing_passmanager", "generate_translation_passmanager", "generate_unroll_3q",
)  # fmt: skip

_LAYOUT_FACTS = {
    "start": ("layout.initial_index_layout(filter_ancillas=True)",
              "the list of the physical qubits on which the original qubits start", "wires"),
    "start_all": ("layout.initial_index_layout()",
                  "the same list extended by the ancillas (the ancillas in any order)", None),
    "end": ("layout.final_index_layout()",
            "the list of the physical qubits on which the original qubits end", "[end[w] for w in wires]"),
    "moves": ("layout.routing_permutation()",
              "the list whose entry i is the wire to which routing takes what starts on wire i",
              "[end[w] for w in range(5)]"),
    "stayed": ("[k for k, (a, b) in enumerate(zip(layout.initial_index_layout(), "
               "layout.final_index_layout())) if a == b]",
               "the list of the original qubits that end where they started",
               "[k for k, w in enumerate(wires) if end[w] == w]"),
    "owner": ("{wire: virtual for virtual, wire in enumerate(layout.final_index_layout())}",
              "a dict from physical qubit at the end to original qubit",
              "{end[w]: k for k, w in enumerate(wires)}"),
    "virtual": ("sorted(layout.initial_virtual_layout(filter_ancillas=True).get_physical_bits())",
                "the sorted list of the physical qubits that are occupied at the start", "sorted(wires)"),
    "left": ("sorted(layout.final_virtual_layout(filter_ancillas=True).get_physical_bits())",
             "the sorted list of the physical qubits that are occupied at the end", "sorted(end[w] "
             "for w in wires)"),
    "ancillas": ("sorted(set(range(compiled.num_qubits)) - set(layout.initial_index_layout(True)))",
                 "the sorted list of the physical qubits that are ancillas at the start",
                 "sorted(set(range(5)) - set(wires))"),
    "routed": ("layout.routing_permutation() != list(range(compiled.num_qubits))",
               "whether routing leaves any qubit on another wire than the one where it started",
               "end != list(range(5))"),
    "width": ("len(layout.input_qubit_mapping)",
              "the number of qubits of the layout, ancillas included", "5"),
    "first": ("(lambda index: index if index < 3 else None)("
              "layout.input_qubit_mapping[layout.initial_layout[{k}]])",
              "the index of the original qubit on physical qubit {k} at the start (None for an ancilla)",
              "wires.index({k}) if {k} in wires else None"),
}  # fmt: skip


@family(
    "transpilation",
    "advanced",
    oracle="value",
    skills=("layout", "transpile-layout"),
    why="The index layout at the end is the initial one followed by the routing permutation.",
)
def layout_reading(rng: Random) -> Instance:
    """Facts about where the qubits of a compiled circuit start and end, from its TranspileLayout."""
    keys = rng.sample([k for k in _LAYOUT_FACTS if k != "start_all"], 3)
    k = rng.randint(0, 4)
    facts = {key: tuple(t.replace("{k}", str(k)) for t in _LAYOUT_FACTS[key]) for key in keys}
    shape = rng.choice(["dict", "tuple"])
    if shape == "dict":
        inner = ",\n".join(f'    "{key}": {facts[key][0]}' for key in keys)
        body = f"layout = compiled.layout\nreturn {{\n{inner},\n}}"
        listed = "; ".join(f"`{key}`: {facts[key][1]}" for key in keys)
        said = f"a dict with these entries. {listed}"
    else:
        inner = ",\n".join(f"    {facts[key][0]}" for key in keys)
        body = f"layout = compiled.layout\nreturn (\n{inner},\n)"
        listed = "; ".join(f"({n}) {facts[key][1]}" for n, key in enumerate(keys, 1))
        said = f"a tuple of three entries: {listed}"
    if "final_index_layout" in body:
        swapped = body.replace("layout.final_index_layout()", "layout.initial_index_layout(True)")
    else:
        swapped = body.replace("layout.initial_index_layout(True)", "layout.initial_index_layout()")
    return Instance(
        entry_point="read_layout",
        signature=f"(compiled: QuantumCircuit) -> {shape}",
        asks=(
            f"`compiled` is a circuit that the transpiler has placed and routed on five physical "
            f"qubits. Read its "
            f"`layout` and return {said}.",
            f"Three original qubits were compiled to a device of five, and I have lost track of "
            f"them. From the "
            f"TranspileLayout of the given circuit I need {said}.",
            f"Write a function of a transpiled circuit (three original qubits on five physical "
            f"ones) that uses "
            f"`compiled.layout` to give back {said}.",
            f"Where did my qubits go? Input: a circuit with a layout, 3 qubits compiled to 5. "
            f"Output: {said}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.transpiler import CouplingMap, PassManager
from qiskit.transpiler.passes import (
    ApplyLayout, EnlargeWithAncilla, FullAncillaAllocation, SabreSwap, SetLayout)
rng = np.random.default_rng(np.random.randint(2**31))
coupling = CouplingMap.from_line(5)
for turn in range(8):
    wires = [int(w) for w in rng.permutation(5)[:3]] if turn else [3, 1, 2]
    circuit = QuantumCircuit(3)
    for a, b in ((0, 1), (1, 2), (0, 2), (2, 1))[: (4, 0, 3)[turn % 3]]:
        circuit.cx(a, b)
        circuit.ry(0.3, b)
    manager = PassManager([SetLayout(wires), FullAncillaAllocation(coupling), EnlargeWithAncilla()])
    manager.append([ApplyLayout(), SabreSwap(coupling, seed=turn)])
    compiled = manager.run(circuit)
    holds = list(range(5))
    for item in compiled.data:
        if item.operation.name == "swap":
            a, b = (compiled.find_bit(q).index for q in item.qubits)
            holds[a], holds[b] = holds[b], holds[a]
    end = [holds.index(w) for w in range(5)]
    got = candidate(compiled)
    want = {"{" + ", ".join(f"{key!r}: {facts[key][2]}" for key in keys) + "}"}
    assert got == {"want" if shape == "dict" else "tuple(want.values())"}
""",
        params={"facts": keys, "shape": shape, "k": k},
        wrong=(Wrong("S36", swapped),) if swapped != body else (),
    )  # fmt: skip


@family(
    "transpilation",
    "advanced",
    oracle="unitary",
    skills=("clifford-t", "preset-pass-manager", "fault-tolerance"),
    why="Presets for Clifford+T and for Pauli-based computation compile to other gate sets than a device's.",
    tolerance=1e-4,
)
def fault_tolerant_preset(rng: Random) -> Instance:
    """Compilation to Clifford+T or to Pauli product rotations with the presets made for it."""
    level, seed = rng.randint(0, 3), rng.randint(1, 99)
    basis = rng.choice([["h", "t", "tdg", "s", "sdg", "cx"], ["h", "t", "tdg", "s", "sdg", "cz"],
                        ["sx", "t", "tdg", "s", "sdg", "cx", "h"], ["h", "t", "tdg", "s", "sdg", "x",
                        "z", "cx"]])  # fmt: skip
    route = rng.choice(["preset", "config", "line", "pbc"])
    basis = [*basis, "x", "y", "z"] if "x" not in basis and rng.random() < 0.3 else basis
    kept = rng.choice(["t", "pair", "two", "depth"])
    tees = "sum(item.operation.name in ('t', 'tdg') for item in compiled.data)"
    value, words, oracle = {
        "t": (tees, "its number of T and Tdg gates", "tees"),
        "pair": (f"({tees}, compiled.size())", "the pair (number of T and Tdg gates, number of all gates)",
                 "(tees, len(got.data))"),
        "two": ("compiled.num_nonlocal_gates()", "the number of gates on two qubits", "two"),
        "depth": (f"({tees}, compiled.depth(lambda item: item.operation.name in ('t', 'tdg')))",
                  "the pair (number of T and Tdg gates, T depth: the depth counting these gates only)",
                  "(tees, t_depth(got))"),
    }[kept]  # fmt: skip
    if route == "pbc":
        value, words, oracle = rng.choice([
            ("compiled.size()", "the number of rotations", "len(got.data)"),
            ("compiled.depth()", "its depth", "got.depth()"),
            ("max(item.operation.num_qubits for item in compiled.data)",
             "the largest number of qubits of one rotation", "max(len(i.qubits) for i in got.data)"),
        ])  # fmt: skip
    core, imports = [], []
    coupling = "CouplingMap.from_line(3)" if route == "line" else ""
    if route == "config":
        core = ["PassManagerCliffordTConfig"]
        imports = ["from qiskit.transpiler.preset_passmanagers import clifford_t_pass_manager"]
        body = f"config = PassManagerCliffordTConfig(basis_gates={basis}, seed_transpiler={seed})\n"
        body += f"manager = clifford_t_pass_manager(config, optimization_level={level})\n"
    elif route == "pbc":
        core = ["generate_preset_pbc_pass_manager"]
        body = "manager = generate_preset_pbc_pass_manager(\n"
        body += f"    optimization_level={level}, seed_transpiler={seed}\n)\n"
    else:
        core = ["CouplingMap"] * bool(coupling) + ["generate_preset_clifford_t_pass_manager"]
        body = (
            f"manager = generate_preset_clifford_t_pass_manager(\n    optimization_level={level},\n"
        )
        body += f"    basis_gates={basis},\n" + f"    coupling_map={coupling},\n" * bool(coupling)
        body += f"    seed_transpiler={seed},\n)\n"
    body += f"compiled = manager.run(circuit)\nreturn compiled, {value}"
    gates = ["pauli_product_rotation"] if route == "pbc" else basis
    goal = (
        "Pauli product rotations" if route == "pbc" else f"the Clifford+T gates {', '.join(basis)}"
    )
    by = {"preset": "Use the Clifford+T preset pass manager.",
    "pbc": "Use the preset for Pauli-based computation.",
          "config": "Use `clifford_t_pass_manager` with its own config object.",
          "line": "Its three qubits stand in a line (bidirectional), so two-qubit gates act on (0, "
          "1) or (1, 2) "
                  "only; use the Clifford+T preset with that coupling map."}[route]  # fmt: skip
    return Instance(
        entry_point="compile_fault_tolerant",
        signature="(circuit: QuantumCircuit) -> tuple",
        asks=(
            f"Compile a three-qubit circuit to {goal} only, at optimization level {level} and with "
            f"transpiler seed "
            f"{seed}. {by} Return the compiled circuit and {words}.",
            f"For a resource estimate I want the given circuit (3 qubits) in terms of {goal}. {by} "
            f"Level {level}, "
            f"seed {seed}. Return a tuple: the compiled circuit, then {words}.",
            f"Fault-tolerant target: nothing but {goal}. Optimization level {level}, seed {seed}. "
            f"{by} Output for a "
            f"circuit on three qubits: (compiled circuit, {words}). The operator must agree up to a "
            f"global phase and "
            "an approximation error below 1e-4.",
        ),
        imports="\n".join(
            [
                "from qiskit import QuantumCircuit",
                f"from qiskit.transpiler import {', '.join(core)}",
                *imports,
            ]
        ),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

def t_depth(circuit):
    level = [0] * 3
    for item in circuit.data:
        where = [circuit.find_bit(q).index for q in item.qubits]
        top = max(level[q] for q in where) + (item.operation.name in ("t", "tdg"))
        for q in where:
            level[q] = top
    return max(level)

for a, b, c in ((0, 1, 2), (2, 0, 1)):
    start = QuantumCircuit(3)
    start.h(a)
    start.ccx(a, b, c)
    start.s(b)
    start.t(c)
    start.cx(c, b)
    start.h(c)
    start.cx(a, c)
    start.rz(0.37, c)
    got, extra = candidate(start.copy())
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 3
    assert set(got.count_ops()) <= set({gates})
    tees = sum(i.operation.name in ("t", "tdg") for i in got.data)
    pairs = [{{got.find_bit(q).index for q in i.qubits}} for i in got.data if len(i.qubits) == 2]
    two = len(pairs)
    assert {not coupling} or {{0, 2}} not in pairs
    assert extra == {oracle}
    V, U = Operator.from_circuit(got).data, Operator(start).data
    assert abs(np.trace(V.conj().T @ U)) / 8 > 1 - 1e-4
""",
        params={"route": route, "basis": basis, "level": level, "report": value},
    )
