"""Circuits from their parts: instruction lists, block replacement."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_PARTS = (
    ("an H on {a}", "HGate()", [0], "h", "[]"),
    ("a CX from {a} to {b}", "CXGate()", [0, 1], "cx", "[]"),
    ("RX({t}) on {a}", "RXGate({t})", [0], "rx", "[{t}]"),
    ("CRZ({t}) from {b} to {a}", "CRZGate({t})", [1, 0], "crz", "[{t}]"),
    ("a SWAP of {a} and {b}", "SwapGate()", [0, 1], "swap", "[]"),
    ("a T on {b}", "TGate()", [1], "t", "[]"),
    ("a reset of {a}", "Reset()", [0], "reset", "[]"),
)
_FACTS = (
    ("its number of gates on several qubits", "qc.num_nonlocal_gates()"),
    ("its number of connected components", "qc.num_connected_components()"),
    ("its number of tensor factors", "qc.num_tensor_factors()"),
    ("its depth", "qc.depth()"),
    ("whether it has control flow", "qc.has_control_flow_op()"),
    ("its operation counts as a plain dict", "dict(qc.count_ops())"),
    ("its width", "qc.width()"),
    ("the number of nodes for operations in its DAG", "qc.to_dag().size()"),
)


@family(
    "editing",
    "intermediate",
    oracle="structure",
    skills=("circuit-instruction", "circuit-data"),
    why="A CircuitInstruction holds bits, not indices, and from_instructions collects them.",
)
def instruction_lists(rng: Random) -> Instance:
    """A circuit assembled from CircuitInstruction objects, and a fact about it."""
    n, t = rng.choice([3, 4]), angle(rng)
    register = rng.choice(["bits", "q", "wires"])
    words, rows, want, used = [], [], [], set()
    for text, gate, order, name, params in rng.sample(_PARTS, rng.choice([3, 4])):
        a, b = rng.sample(range(n), 2)
        places = [(a, b)[k] for k in order]
        qubits = ", ".join(f"{register}[{p}]" for p in places)
        comma = "," if len(places) == 1 else ""
        rows.append(f"CircuitInstruction({gate.format(t=t)}, ({qubits}{comma}))")
        words.append(text.format(a=f"{register}[{a}]", b=f"{register}[{b}]", t=t))
        want.append(f"('{name}', {params.format(t=t)}, {places})")
        used.add(gate.split("(")[0])
    how = rng.choice(["from_instructions", "loose", "data", "replace"])
    head = [f'{register} = QuantumRegister({n}, "{register}")']
    listing = ["instructions = [", *(f"    {row}," for row in rows), "]"]
    phase = angle(rng)
    extra = f"a global phase of {phase}"
    if how == "from_instructions":
        title = rng.choice(["made", "built", "joined"])
        make = [
            f'qc = QuantumCircuit.from_instructions(instructions, name="{title}", global_phase={phase})'
        ]
        extra += f", the name `{title}`"
        regs = 0
    elif how == "loose":
        head = [f"{register} = [Qubit() for _ in range({n})]"]
        make = [
            f"qc = QuantumCircuit.from_instructions(instructions, qubits={register}, global_phase={phase})"
        ]
        extra += f", and all {n} qubits in the order of the list, used or not"
        regs = 0
    elif how == "data":
        make = [f"qc = QuantumCircuit({register}, global_phase={phase})", "qc.data = instructions"]
        regs = 1
    else:
        # The same instructions, all but the last moved one qubit up.
        make = [
            f"qc = QuantumCircuit({register}, global_phase={phase})",
            "for item in instructions[:-1]:",
            f"    moved = [{register}[({register}.index(bit) + 1) % {n}] for bit in item.qubits]",
            "    qc.append(item.replace(qubits=moved))",
            "qc.append(instructions[-1])",
        ]
        extra += (
            f", with all but the last moved one qubit up ({register}[i] to {register}[(i+1) % {n}])"
        )
        regs = 1
    fact = rng.choice(_FACTS) if rng.random() < 0.6 else None
    last = f"return qc, {fact[1]}" if fact else "return qc"
    result = f"a tuple of the circuit and {fact[0]}" if fact else "the circuit"
    sort = "tuple[QuantumCircuit, object]" if fact else "QuantumCircuit"
    gates = sorted(used - {"Reset"})
    names = [
        "CircuitInstruction",
        *(["Qubit"] if how == "loose" else []),
        *(["Reset"] if "Reset" in used else []),
    ]
    source = f"a list of {n} Qubit objects without register" if how == "loose" else (
        f"a quantum register `{register}` of size {n}"
    )  # fmt: skip
    called = f"`{register}` is {source}"
    keep = "The circuit has this register" if regs else "The circuit has no register"
    if how == "from_instructions":
        keep = "The circuit is made from the instruction list alone, without a register, and has just the "
        keep += "qubits that occur, in order of first occurrence"
    imports = "from qiskit import QuantumCircuit" + ("" if how == "loose" else ", QuantumRegister")
    imports += f"\nfrom qiskit.circuit import {', '.join(names)}"
    imports += f"\nfrom qiskit.circuit.library import {', '.join(gates)}" if gates else ""
    listed = "; ".join(words)
    return Instance(
        entry_point=rng.choice(["from_parts", "assemble", "collect_instructions"]),
        signature=f"() -> {sort}",
        asks=(
            f"Make CircuitInstruction objects and a circuit of them. {called}; instructions: "
            f"{listed}. The circuit gets "
            f"{extra}. {keep}. Return {result}.",
            f"{called}. Collect, as `CircuitInstruction`s, {listed}, and build a circuit with "
            f"{extra}. {keep}. I need "
            f"{result}.",
            f"{called}.\n" + "\n".join(f"- {word}" for word in words) + f"\nBuild the circuit "
            f"with {extra}. {keep}. "
            f"Output: {result}.",
            f"How do I build a circuit from a list of CircuitInstruction objects? {called}, and I "
            f"want {listed}; "
            f"moreover {extra}. {keep}. Return {result}.",
        ),
        imports=imports,
        body="\n".join([*head, *listing, *make, last]),
        test=f"""
from qiskit import QuantumCircuit
rows = [{", ".join(want)}]
if "{how}" == "replace":
    rows = [(a, b, [(q + 1) % {n} for q in c]) for a, b, c in rows[:-1]] + rows[-1:]
qubits = {n}
if "{how}" == "from_instructions":
    seen = list(dict.fromkeys(q for row in rows for q in row[2]))
    rows = [(a, b, [seen.index(q) for q in c]) for a, b, c in rows]
    qubits = len(seen)
want = QuantumCircuit(qubits, global_phase={phase})
for name, params, places in rows:
    getattr(want, name)(*params, *places)
got = candidate()
if {bool(fact)}:
    got, fact = got
    assert fact == {fact[1].replace("qc.", "want.") if fact else None}
assert isinstance(got, QuantumCircuit) and got.num_qubits == qubits and got.num_clbits == 0
assert [(r.name, r.size) for r in got.qregs] == {[(register, n)] if regs else []}
have = []
for item in got.data:
    places = [got.find_bit(q).index for q in item.qubits]
    have.append((item.operation.name, list(item.operation.params), places))
assert have == rows
assert abs(got.global_phase - {phase}) < 1e-9
{f'assert got.name == "{title}"' if how == "from_instructions" else ""}
""",
        params={"how": how, "instructions": words, "fact": fact[0] if fact else ""},
    )  # fmt: skip


_EDITS = (
    ("every `{g}` becomes `{h}`", ['if item.name == "{g}":', "    item = item.replace(operation={H}())"]),
    ("all barriers are left out", ['if item.name == "barrier":', "    continue"]),
    ("every one-qubit instruction that is no measurement, barrier or control flow is put twice",
     ["if len(item.qubits) == 1 and not (item.clbits or item.is_control_flow() or item.is_directive()):",
      "    new.append(item)"]),
    ("each `rx` gets the negative angle", ['if item.name == "rx":',
                                           "    item = item.replace(operation=RXGate(-item.params[0]))"]),
    ("resets are left out", ['if item.name == "reset":', "    continue"]),
)  # fmt: skip
_CLASS = {"x": "XGate", "y": "YGate", "z": "ZGate", "h": "HGate"}


@family(
    "editing",
    "advanced",
    oracle="structure",
    skills=("control-flow", "recursion", "rewriting"),
    why="Blocks are circuits of their own; replace_blocks makes a new operation of rewritten ones.",
)
def rewritten_blocks(rng: Random) -> Instance:
    """A rewriting rule applied at every level of nested control flow."""
    g, h = rng.sample(sorted(_CLASS), 2)
    rules = rng.sample(_EDITS, 2)
    rules.sort(key=lambda rule: rule[0].startswith("every one-qubit"))
    words = [text.format(g=g, h=h) for text, _ in rules]
    inner = [line.format(g=g, h=h, H=_CLASS[h]) for _, lines in rules for line in lines]
    scope = rng.choice(["all", "all", "if", "loops", "inner"])
    test, where = {
        "all": ("item.is_control_flow()", "at every level, also in blocks inside blocks"),
        "if": ("isinstance(item.operation, IfElseOp)", "on the top level and in if/else blocks, "
        "also nested ones; "
               "loops and other control flow are kept as they are"),
        "loops": ("isinstance(item.operation, (ForLoopOp, WhileLoopOp))",
                  "on the top level and in the bodies of for and while loops, also nested ones; "
                  "if/else and switch "
                  "blocks are kept as they are"),
        "inner": ("item.is_control_flow()", "only inside blocks, at every level; instructions of "
        "the top level itself "
                  "that are no control flow stay"),
    }[scope]  # fmt: skip
    used = sorted({_CLASS[h] if "every `{g}`" in rules[0][0] + rules[1][0] else "", *(
        ["RXGate"] if any("RXGate" in line for line in inner) else [])} - {""})  # fmt: skip
    entry = rng.choice(["rewrite_deep", "edit_blocks", "transform_all"])
    recursive = [
        f"def {'edited' if scope == 'inner' else entry}(circuit: QuantumCircuit) -> QuantumCircuit:",
        "    new = circuit.copy_empty_like()",
        "    for item in circuit.data:",
        f"        if {test}:",
        f"            blocks = [{'edited' if scope == 'inner' else entry}(block) for block in "
        f"item.operation.blocks]",
        "            item = item.replace(operation=item.operation.replace_blocks(blocks))",
        *("        " + line for line in inner),
        "        new.append(item)",
        "    return new",
    ]
    if scope == "inner":
        recursive += [
            "",
            "",
            f"def {entry}(circuit: QuantumCircuit) -> QuantumCircuit:",
            "    new = circuit.copy_empty_like()",
            "    for item in circuit.data:",
            "        if item.is_control_flow():",
            "            blocks = [edited(block) for block in item.operation.blocks]",
            "            item = item.replace(operation=item.operation.replace_blocks(blocks))",
            "        new.append(item)",
            "    return new",
        ]
    names = {"if": ["IfElseOp"], "loops": ["ForLoopOp", "WhileLoopOp"]}.get(scope, [])
    imports = "from qiskit import QuantumCircuit"
    imports += f"\nfrom qiskit.circuit import {', '.join(names)}" if names else ""
    imports += f"\nfrom qiskit.circuit.library import {', '.join(used)}" if used else ""
    listed = " and ".join(words)
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            f"Rewrite a dynamic circuit so that {listed}, {where}. The input must not change; "
            f"conditions, loop ranges "
            "and all other instructions stay. If a gate is hit by both rules, they apply in this order.",
            f"`circuit` has if/else, loops and a switch, partly nested. I want a new circuit in "
            f"which {listed}; this "
            f"goes for instructions {where}. Rules apply in the given order, everything else is kept.",
            f"Rules, in this order: {'; '.join(words)}.\nWhere: {where}.\nInput: a circuit with "
            f"control flow, which "
            "stays unchanged. Output: the new circuit with the same conditions and ranges.",
            f"How do I change instructions {where}, such that {listed} (in this order)? The "
            f"function takes a "
            "circuit with control flow and returns a new one that is otherwise equal.",
        ),
        imports=imports,
        body="\n".join(recursive),
        test=f"""
from qiskit import QuantumCircuit

def sample(edit, top):
    def put(qc, name, *args, block=True, on=True):
        change = on and (block or top)
        copies = 1
        for rule in edit if change else []:
            if rule == "swap_name" and name == "{g}":
                name = "{h}"
            elif rule == "no_barrier" and name == "barrier":
                return
            elif rule == "no_reset" and name == "reset":
                return
            elif rule == "negative" and name == "rx":
                args = (-args[0], *args[1:])
            elif rule == "double" and name in ("x", "y", "z", "h", "rx", "reset", "t"):
                copies = 2
        for _ in range(copies):
            getattr(qc, name)(*args)

    conditional = "{scope}" != "loops"
    loops = "{scope}" != "if"
    other = "{scope}" in ("all", "inner")
    qc = QuantumCircuit(3, 3)
    for name in ("x", "y", "z", "h", "reset", "t"):
        put(qc, name, 0, block=False)
    put(qc, "rx", 0.4, 1, block=False)
    put(qc, "barrier", block=False)
    qc.cx(0, 1)
    qc.measure(0, 0)
    with qc.if_test((qc.clbits[0], 1)) as otherwise:
        for name in ("h", "z", "y"):
            put(qc, name, 1, on=conditional)
        qc.measure(1, 1)
        with qc.for_loop(range(4)):
            put(qc, "rx", 0.7, 2, on=conditional and loops)
            put(qc, "x", 2, on=conditional and loops)
        with qc.if_test((qc.clbits[1], 0)):
            put(qc, "z", 2, on=conditional)
            put(qc, "reset", 1, on=conditional)
            qc.cz(1, 2)
    with otherwise:
        put(qc, "rx", 1.1, 0, on=conditional)
        put(qc, "x", 1, on=conditional)
        put(qc, "barrier", 0, on=conditional)
    with qc.while_loop((qc.clbits[2], 0)):
        put(qc, "y", 2, on=loops)
        put(qc, "h", 2, on=loops)
        put(qc, "reset", 2, on=loops)
        put(qc, "rx", 0.3, 2, on=loops)
        qc.measure(2, 2)
        with qc.for_loop(range(2)):
            put(qc, "z", 0, on=loops)
            put(qc, "x", 0, on=loops)
            put(qc, "barrier", 0, on=loops)
        with qc.if_test((qc.clbits[0], 0)):
            put(qc, "x", 0, on=conditional and loops)
            put(qc, "rx", 0.9, 0, on=conditional and loops)
    with qc.switch(qc.cregs[0]) as case:
        with case(1, 2):
            put(qc, "x", 1, on=other)
            put(qc, "y", 0, on=other)
        with case(case.DEFAULT):
            put(qc, "reset", 1, on=other)
            qc.cz(0, 1)
            put(qc, "z", 0, on=other)
            put(qc, "h", 0, on=other)
            put(qc, "rx", 0.2, 0, on=other)
    return qc

names = {{"every `": "swap_name", "all barr": "no_barrier", "every on": "double", "each `rx": "negative",
         "resets a": "no_reset"}}
edit = [next(v for k, v in names.items() if text.startswith(k)) for text in {words}]
circuit, want = sample([], True), sample(edit, {scope != "inner"})
before = circuit.copy()
got = candidate(circuit)
assert isinstance(got, QuantumCircuit)
assert got == want
assert circuit == before == sample([], True)
""",
        params={"rules": words, "scope": scope},
    )
