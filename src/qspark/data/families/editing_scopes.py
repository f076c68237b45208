"""Reading circuits, third part: real-time variables, control-flow blocks, and the data container."""

from random import Random

from qspark.data.families.base import Instance, family

# Words, code, and the answer from the facts (inputs, declared, captured, stretches) of the test.
_VARS = (
    ("the number of real-time variables", "circuit.num_vars", "len(i) + len(d) + len(c)"),
    ("the number of input variables", "circuit.num_input_vars", "len(i)"),
    ("the number of variables that the circuit declares itself", "circuit.num_declared_vars", "len(d)"),
    ("the number of captured variables", "circuit.num_captured_vars", "len(c)"),
    ("the number of stretches", "circuit.num_stretches", "len(s) + len(t)"),
    ("the number of stretches that the circuit declares itself", "circuit.num_declared_stretches", "len(s)"),
    ("the number of captured stretches", "circuit.num_captured_stretches", "len(t)"),
    ("the number of variables and stretches together", "circuit.num_identifiers",
     "len(i) + len(d) + len(c) + len(s) + len(t)"),
    ("the sorted names of all variables", "sorted(var.name for var in circuit.iter_vars())",
     "sorted([*i, *d, *c])"),
    ("the sorted names of the input variables", "sorted(var.name for var in circuit.iter_input_vars())",
     "sorted(i)"),
    ("the sorted names of the variables that it declares",
     "sorted(var.name for var in circuit.iter_declared_vars())",
     "sorted(d)"),
    ("the sorted names of the captured variables", "sorted(var.name for var in "
     "circuit.iter_captured_vars())",
     "sorted(c)"),
    ("the sorted names of all that is captured (variables and stretches)",
     "sorted(found.name for found in circuit.iter_captures())", "sorted([*c, *t])"),
    ("the sorted names of all stretches", "sorted(stretch.name for stretch in circuit.iter_stretches())",
     "sorted([*s, *t])"),
    ("the sorted names of the stretches that it declares",
     "sorted(stretch.name for stretch in circuit.iter_declared_stretches())", "sorted(s)"),
    ("the sorted names of the captured stretches",
     "sorted(stretch.name for stretch in circuit.iter_captured_stretches())", "sorted(t)"),
    ("whether it has a variable called `{v}`", 'circuit.has_var("{v}")', "'{v}' in (*i, *d, *c)"),
    ("whether it has a stretch called `{v}`", 'circuit.has_stretch("{v}")', "'{v}' in (*s, *t)"),
    ("whether any variable or stretch is called `{v}`", 'circuit.has_identifier("{v}")',
     "'{v}' in (*i, *d, *c, *s, *t)"),
    ("the name of what `{v}` denotes, variable or stretch, or None if there is none",
     'getattr(circuit.get_identifier("{v}", None), "name", None)',
     "'{v}' if '{v}' in (*i, *d, *c, *s, *t) else None"),
    ("whether the variable `{v}` exists and is a single bit (type Bool)",
     'getattr(circuit.get_var("{v}", None), "type", None) == types.Bool()',
     "'{v}' in bools and '{v}' in (*i, *d, *c)"),
    ("whether the stretch `{v}` exists and is captured",
     'circuit.get_stretch("{v}", None) in set(circuit.iter_captured_stretches())', "'{v}' in t"),
)  # fmt: skip


@family(
    "editing",
    "intermediate",
    oracle="value",
    skills=("real-time-variables", "circuit-inspection"),
    why="Inputs, declared variables, and captures of an outer scope are kept apart in a circuit.",
)
def variable_queries(rng: Random) -> Instance:
    """Facts about the real-time variables and stretches of a circuit."""
    picked = rng.sample(_VARS, rng.choice([2, 3]))
    fill = dict(v=rng.choice(["count", "go", "gap", "limit"]))
    parts = [[text.format(**fill) for text in query] for query in picked]
    keys = rng.sample(["a", "b", "c", "p", "q", "r"], len(parts))
    style = rng.choice(["tuple", "dict"])
    if style == "dict":
        rows = "\n".join(
            f'    "{key}": {code},' for key, (_, code, _) in zip(keys, parts, strict=True)
        )
        body, how = (
            f"return {{\n{rows}\n}}",
            "a dict with the keys " + ", ".join(f"`{key}`" for key in keys),
        )
        want = (
            "{" + ", ".join(f"{key!r}: {w}" for key, (*_, w) in zip(keys, parts, strict=True)) + "}"
        )
    else:
        lines = [f"{key} = {code}" for key, (_, code, _) in zip(keys, parts, strict=True)]
        body, how = "\n".join([*lines, f"return {', '.join(keys)}"]), "a tuple"
        want = f"({', '.join(w for *_, w in parts)})"
    need = "\nfrom qiskit.circuit.classical import types" if "types." in body else ""
    listed = "; ".join(f"({n}) {text}" for n, (text, *_) in enumerate(parts, 1))
    return Instance(
        entry_point=rng.choice(["scope_facts", "variables_of", "classical_scope"]),
        signature=f"(circuit: QuantumCircuit) -> {style}",
        asks=(
            f"A circuit may have real-time variables (inputs, declared, captured) and stretches. "
            f"Return {how}, in "
            f"this order: {listed}.",
            f"Looking at the classical scope of `circuit`, I want {listed}. Give {how} in this order.",
            "Answer these about the variables and stretches of a circuit:\n"
            + "\n".join(f"- {text}" for text, *_ in parts)
            + f"\nReturn {how} in the order of the items.",
            f"How do I ask a `QuantumCircuit` for {listed}? The answer is {how}, items in that order.",
        ),
        imports=f"from qiskit import QuantumCircuit{need}",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit.classical import expr, types
go, limit = expr.Var.new("go", types.Bool()), expr.Var.new("limit", types.Uint(8))
gap = expr.Stretch.new("gap")
one = QuantumCircuit(2, 2, inputs=[go])
one.add_var("count", expr.lift(3, types.Uint(8)))
one.add_var("a_bit", expr.lift(False))
one.add_input("limit", types.Uint(4))
one.add_stretch("gap")
two = QuantumCircuit(2, captures=[limit, go, gap])
two.add_uninitialized_var(expr.Var.new("count", types.Bool()))
two.add_stretch("late")
two.add_stretch("early")
three = QuantumCircuit(1)
three.add_var("zed", expr.lift(True))
three.add_stretch("go")
facts = [
    (one, ["go", "limit"], ["count", "a_bit"], [], ["gap"], [], ["go", "a_bit"]),
    (two, [], ["count"], ["limit", "go"], ["late", "early"], ["gap"], ["go", "count"]),
    (three, [], ["zed"], [], ["go"], [], ["zed"]),
]
for circuit, i, d, c, s, t, bools in facts:
    got = candidate(circuit)
    assert got == {want}, got
""",
        params={"queries": [text for text, *_ in parts], "style": style},
    )


_WALKS = (
    ("the number of instructions called `{name}` anywhere, also inside all blocks",
     'found += item.operation.name == "{name}"', "found = 0", "return found", "int",
     "sum(r[0] == '{name}' for r in flat(rows))"),
    ("the sorted list of the different instruction names anywhere, blocks included",
     "found.add(item.operation.name)", "found = set()", "return sorted(found)", "list[str]",
     "sorted({{r[0] for r in flat(rows)}})"),
    ("the number of instructions on exactly two qubits that are no control flow, anywhere, blocks included",
     "found += len(item.qubits) == 2 and not item.is_control_flow()", "found = 0", "return found", "int",
     "sum(r[1] == 2 for r in flat(rows) if not r[2])"),
    ("the number of blocks of all control-flow instructions, at every level",
     "found += len(item.operation.blocks) if item.is_control_flow() else 0", "found = 0",
     "return found", "int",
     "sum(len(r[2]) for r in flat(rows))"),
    ("the sum of the angles of all `rx` gates anywhere, each counted once wherever it is written",
     'found += item.params[0] if item.name == "rx" else 0.0', "found = 0.0", "return found", "float",
     "sum(r[3] for r in flat(rows) if r[0] == 'rx')"),
    ("a dict from the name of each kind of control flow in it, at any level, to its number",
     "if item.is_control_flow():\n    found[item.name] = found.get(item.name, 0) + 1", "found = {{}}",
     "return found",
     "dict[str, int]", "{{n: names.count(n) for names in [[r[0] for r in flat(rows) if r[2]]] for "
     "n in names}}"),
)  # fmt: skip
_INTO = (
    ("", "if item.is_control_flow():", "True"),
    (" (but do not look into loops)",
     'if item.is_control_flow() and item.operation.name not in ("for_loop", "while_loop"):',
     "name not in ('for_loop', 'while_loop')"),
    (" (but look only into if/else blocks)", "if isinstance(item.operation, IfElseOp):",
     "name == 'if_else'"),
    (" (but do not look into switch statements)",
     "if item.is_control_flow() and not isinstance(item.operation, SwitchCaseOp):", "name != 'switch_case'"),
    (" (but not inside boxes)", "if item.is_control_flow() and not isinstance(item.operation, BoxOp):",
     "name != 'box'"),
    (" (but look only into loops, for and while)", "if isinstance(item.operation, (ForLoopOp, "
     "WhileLoopOp)):",
     "name in ('for_loop', 'while_loop')"),
)  # fmt: skip


@family(
    "editing",
    "advanced",
    oracle="value",
    skills=("control-flow", "recursion", "circuit-inspection"),
    why="The instructions of a control-flow block are in operation.blocks and not in circuit.data.",
    tolerance=1e-9,
)
def blocks_walked(rng: Random) -> Instance:
    """A count or collection over all nested control-flow blocks."""
    said, step, start, end, sort, want = rng.choice(_WALKS)
    limit, into, allowed = rng.choice(_INTO)
    name = rng.choice(["x", "h", "cx", "rx", "measure"])
    said, step, start, want = (part.format(name=name) for part in (said, step, start, want))
    form = rng.choice(["stack", "recursion"])
    entry = rng.choice(["walk", "deep_count", "in_all_blocks", "nested"])
    steps = step.split("\n")
    needs = [
        kind
        for kind in ("BoxOp", "ForLoopOp", "IfElseOp", "SwitchCaseOp", "WhileLoopOp")
        if kind in into
    ]
    imports = "from qiskit import QuantumCircuit"
    if form == "stack":
        lines = [
            start,
            "waiting = [circuit]",
            "while waiting:",
            "    for item in waiting.pop().data:",
            *("        " + line for line in steps),
            "        " + into,
            "            waiting.extend(item.operation.blocks)",
            end,
        ]
        signature, body = f"(circuit: QuantumCircuit) -> {sort}", "\n".join(lines)
    else:
        needs.append("CircuitInstruction")
        imports = "from collections.abc import Iterator\n\n" + imports
        body = "\n".join(
            [
                "def instructions(circuit: QuantumCircuit) -> Iterator[CircuitInstruction]:",
                "    for item in circuit.data:",
                "        yield item",
                "        " + into,
                "            for block in item.operation.blocks:",
                "                yield from instructions(block)",
                "",
                "",
                f"def {entry}(circuit: QuantumCircuit) -> {sort}:",
                "    " + start,
                "    for item in instructions(circuit):",
                *("        " + line for line in steps),
                "    " + end,
            ]
        )
        signature = ""
    if needs:
        imports += f"\nfrom qiskit.circuit import {', '.join(sorted(needs))}"
    return Instance(
        entry_point=entry,
        signature=signature,
        asks=(
            f"For a circuit with nested control flow, return {said}{limit}.",
            f"`circuit` has if/else, loops, switches and boxes inside each other. I need {said}{limit}.",
            f"Compute {said}{limit}. Control-flow instructions count as instructions themselves; "
            f"a loop body counts "
            "once.",
            f"How do I get {said}{limit}, for a dynamic circuit with blocks inside blocks?",
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit import QuantumCircuit

def flat(rows):
    for row in rows:
        yield row
        name = row[0]
        if row[2] and ({allowed}):
            for block in row[2]:
                yield from flat(block)

def facts(qc):
    rows = []
    for item in qc.data:
        blocks = [p for p in item.operation.params if isinstance(p, QuantumCircuit)]
        if item.operation.name == "box":
            blocks = [item.operation.body]
        angle = item.operation.params[0] if item.operation.name == "rx" else 0.0
        rows.append((item.operation.name, len(item.qubits), [facts(b) for b in blocks], angle))
    return rows

qc = QuantumCircuit(3, 3)
qc.h(0)
qc.measure(0, 0)
with qc.if_test((qc.clbits[0], 1)) as otherwise:
    qc.x(1)
    with qc.for_loop(range(3)):
        qc.cx(1, 2)
        qc.rx(0.25, 2)
        with qc.if_test((qc.clbits[1], 0)):
            qc.h(0)
            qc.rx(1.5, 0)
with otherwise:
    qc.measure(1, 1)
    with qc.box():
        qc.x(0)
        qc.cx(0, 1)
with qc.while_loop((qc.clbits[2], 0)):
    qc.h(2)
    qc.x(1)
    qc.measure(2, 2)
with qc.switch(qc.cregs[0]) as case:
    with case(0, 3):
        qc.swap(0, 1)
        qc.x(2)
    with case(1):
        with qc.if_test((qc.clbits[0], 1)):
            qc.cx(0, 2)
            qc.x(0)
    with case(case.DEFAULT):
        qc.rx(0.125, 1)
        qc.measure(1, 1)
with qc.box():
    qc.rx(2.0, 1)
    with qc.for_loop(range(2)):
        qc.h(1)
        qc.cz(1, 2)
plain = QuantumCircuit(2, 1)
plain.rx(0.5, 0)
plain.cx(0, 1)
plain.x(1)
plain.measure(1, 0)
for circuit in (qc, plain):
    rows = facts(circuit)
    want, got = {want}, candidate(circuit)
    assert abs(got - want) < 1e-9 if isinstance(want, float) else got == want, (got, want)
""",
        params={"what": said, "limit": limit, "form": form},
    )
