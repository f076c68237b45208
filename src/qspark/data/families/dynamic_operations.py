"""Dynamic circuits: control-flow operations made from their classes, and found in circuits."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented

_OPS = {
    "if_else": (
        "IfElseOp", "(bit: Clbit, yes: QuantumCircuit, no: QuantumCircuit) -> IfElseOp",
        "return IfElseOp((bit, {value}), yes, no, label='{label}')",
        "an `IfElseOp` that runs `yes` when `bit` equals {value} and `no` otherwise, labelled '{label}'",
        "assert isinstance(op, IfElseOp) and op.blocks == (yes, no)\n"
        "assert op.condition == (bit, {value}) and op.label == '{label}'\n",
    ),
    "if_only": (
        "IfElseOp", "(bit: Clbit, yes: QuantumCircuit, no: QuantumCircuit) -> IfElseOp",
        "return IfElseOp((bit, {value}), no, label='{label}')",
        "an `IfElseOp` without an else branch that runs `no` when `bit` equals {value} (`yes` is not used), "
        "labelled '{label}'",
        "assert isinstance(op, IfElseOp) and op.blocks == (no,)\n"
        "assert op.condition == (bit, {value}) and op.label == '{label}'\n",
    ),
    "while": (
        "WhileLoopOp", "(bit: Clbit, yes: QuantumCircuit, no: QuantumCircuit) -> WhileLoopOp",
        "return WhileLoopOp((bit, {value}), yes.compose(no), label='{label}')",
        "a `WhileLoopOp` labelled '{label}' that repeats `yes` followed by `no` while `bit` is {value}",
        "assert isinstance(op, WhileLoopOp) and op.blocks == (yes.compose(no),)\n"
        "assert op.condition == (bit, {value}) and op.label == '{label}'\n",
    ),
    "for": (
        "ForLoopOp", "(bit: Clbit, yes: QuantumCircuit, no: QuantumCircuit) -> ForLoopOp",
        "return ForLoopOp(({a}, {b}, {c}), None, no.compose(yes), label='{label}')",
        "a `ForLoopOp` labelled '{label}' over the tuple ({a}, {b}, {c}) without a loop parameter that runs "
        "`no` followed by `yes` (`bit` is not used)",
        "assert isinstance(op, ForLoopOp) and op.blocks == (no.compose(yes),)\n"
        "assert tuple(op.params[0]) == ({a}, {b}, {c}) and op.params[1] is None\n"
        "assert op.label == '{label}'\n",
    ),
    "switch": (
        "SwitchCaseOp", "(bit: Clbit, yes: QuantumCircuit, no: QuantumCircuit) -> SwitchCaseOp",
        "return SwitchCaseOp(bit, [({flag}, yes), (CASE_DEFAULT, no)], label='{label}')",
        "a `SwitchCaseOp` on `bit` labelled '{label}': case {flag} runs `yes`, the default runs `no`",
        "assert isinstance(op, SwitchCaseOp) and op.target == bit and op.label == '{label}'\n"
        "assert list(op.cases_specifier()) == [(({flag},), yes), ((CASE_DEFAULT,), no)]\n",
    ),
    "box": (
        "BoxOp", "(bit: Clbit, yes: QuantumCircuit, no: QuantumCircuit) -> BoxOp",
        "return BoxOp(no.compose(yes), duration={dur}, unit='{unit}', label='{label}')",
        "a `BoxOp` labelled '{label}' around `no` followed by `yes` that takes {dur} {unit} (`bit` is not "
        "used)",
        "assert isinstance(op, BoxOp) and op.body == no.compose(yes) and op.label == '{label}'\n"
        "assert op.duration == {dur} and op.unit == '{unit}'\n",
    ),
    "breaks": (
        "BreakLoopOp", "(bit: Clbit, yes: QuantumCircuit, no: QuantumCircuit) -> tuple",
        "width = yes.num_qubits, yes.num_clbits\n"
        "return BreakLoopOp(*width, label='{label}'), ContinueLoopOp(*width)",
        "a pair: a `BreakLoopOp` labelled '{label}' and a `ContinueLoopOp` without a label, both as wide as "
        "`yes` in qubits and clbits (`bit` and `no` are not used)",
        "assert [type(x) for x in op] == [BreakLoopOp, ContinueLoopOp]\n"
        "assert all((x.num_qubits, x.num_clbits) == (2, 1) for x in op)\n"
        "assert op[0].label == '{label}' and op[1].label is None\n",
    ),
}  # fmt: skip


@family(
    "dynamic",
    "intermediate",
    oracle="structure",
    skills=("control-flow",),
    why="The control-flow operations are instructions whose bodies are circuits of the same width.",
)
def handmade_operation(rng: Random) -> Instance:
    """A control-flow operation built from its class, alone or appended to a circuit."""
    kind = rng.choice(sorted(_OPS))
    name, signature, code, words, check = _OPS[kind]
    value = rng.choice([0, 1])
    facts = {
        "value": value,
        "flag": bool(value),
        "label": rng.choice(["retry", "fix", "stage_a", "guard", "core", "prep"])
        + str(rng.randint(2, 9)),
        "a": rng.randint(2, 5),
        "b": rng.randint(6, 9),
        "c": rng.randint(0, 1),
        "dur": rng.randint(3, 40) * 25,
        "unit": rng.choice(["ns", "dt"]),
    }
    code, words, check = code.format(**facts), words.format(**facts), check.format(**facts)
    placed = kind != "breaks" and rng.random() < 0.6
    order = rng.sample(range(3), 2)
    imports = (
        [name] + ["CASE_DEFAULT"] * (kind == "switch") + ["ContinueLoopOp"] * (kind == "breaks")
    )
    imports = ", ".join(sorted({*imports, "Clbit"}, key=str.lower))
    given = "Return" if not placed else "Append to a fresh circuit of 3 qubits and 1 clbit"
    where = ""
    if placed:
        signature = "(yes: QuantumCircuit, no: QuantumCircuit) -> QuantumCircuit"
        code = "qc = QuantumCircuit(3, 1)\nbit = qc.clbits[0]\n" + code.replace("return ", "op = ")
        code += f"\nqc.append(op, {order}, [0])\nreturn qc"
        check = check.replace("bit", "qc.clbits[0]")
        where = (
            f". The bodies' qubits 0 and 1 are the circuit's qubits {order[0]} and {order[1]}; `bit` is the "
            "circuit's clbit. Return the circuit, which holds this one operation"
        )
        imports = imports.replace(", Clbit", "").replace("Clbit, ", "")
    test = """
from qiskit import QuantumCircuit
from qiskit.circuit import (
    BoxOp, BreakLoopOp, CASE_DEFAULT, Clbit, ContinueLoopOp, ForLoopOp, IfElseOp, SwitchCaseOp, WhileLoopOp
)
for turn in (0.3, 0.9):
    bit, yes, no = Clbit(), QuantumCircuit(2, 1), QuantumCircuit(2, 1)
    yes.rx(turn, 0)
    yes.measure(0, 0)
    no.cx(1, 0)
"""
    if placed:
        test += f"""
    qc = candidate(yes, no)
    assert (qc.num_qubits, qc.num_clbits, len(qc.data)) == (3, 1, 1)
    assert [qc.find_bit(q).index for q in qc.data[0].qubits] == {order}
    assert list(qc.data[0].clbits) == qc.clbits
    op = qc.data[0].operation
"""
    else:
        test += "    op = candidate(bit, yes, no)\n"
    test += indented(check)
    return Instance(
        entry_point=rng.choice(["make_op", "control_operation", "build_block"]),
        signature=signature,
        asks=(
            f"{given} {words}. `yes` and `no` are circuits with two qubits and one clbit{where}.",
            f"No builders please: construct {words}. Both bodies have 2 qubits and 1 clbit{where}.",
            f"I am writing a transpiler pass and need {words}. The circuits `yes` and `no` are two "
            "qubits and "
            f"one clbit wide{where}.",
        ),
        imports=f"from qiskit import QuantumCircuit\nfrom qiskit.circuit import {imports}",
        body=code,
        test=test,
        params={"kind": kind, "placed": placed, **facts},
    )


_REPORTS = [
    ("a list of (depth, name) for every control-flow operation in program order, an outer one before those "
     "inside it; the top level has depth 0", "list[tuple[int, str]]",
     "def walk(circuit, depth):\n    for inst in circuit.data:\n        if isinstance(inst.operation, "
     "ControlFlowOp):\n"
     "            found.append((depth, inst.operation.name))\n            for block in "
     "inst.operation.blocks:\n"
     "                walk(block, depth + 1)\nfound = []\nwalk(qc, 0)\nreturn found",
     "ControlFlowOp", "[(0, 'for_loop'), (1, 'if_else'), (0, 'switch_case'), (1, 'while_loop'), (0, 'box')]"),
    ("a `collections.Counter` of the names of the gates in the whole program, where the body of a for "
     "loop counts once per "
     "round and every other body once; control-flow operations, measurements and breaks are not counted",
     "Counter",
     "def walk(circuit, times):\n    for inst in circuit.data:\n        op = inst.operation\n"
     "        if isinstance(op, ControlFlowOp):\n"
     "            rounds = len(op.params[0]) if isinstance(op, ForLoopOp) else 1\n"
     "            for block in op.blocks:\n                walk(block, times * rounds)\n"
     "        elif isinstance(op, Gate):\n            found[op.name] += times\nfound = Counter()\n"
     "walk(qc, 1)\nreturn found",
     "ControlFlowOp, ForLoopOp, Gate", "Counter({'x': 5, 'h': 4, 'z': 1, 'y': 4, 's': 1, 'sx': 1})"),
    ("the number of control-flow levels that are nested at most (0 for a circuit without any)", "int",
     "return max(\n    (\n        1 + depth_of(block)\n        for inst in qc.data\n"
     "        if isinstance(inst.operation, ControlFlowOp)\n        for block in inst.operation.blocks\n "
     "   ),\n"
     "    default=0,\n)",
     "ControlFlowOp", "2"),
    ("for each top-level switch statement, in order, a list with the tuple of labels of every case, "
     "where the default "
     "case appears as the string 'default'", "list[list[tuple]]",
     "found = []\nfor inst in qc.data:\n    if isinstance(inst.operation, SwitchCaseOp):\n        rows = []\n"
     "        for labels, _ in inst.operation.cases_specifier():\n"
     "            rows.append(tuple('default' if x is CASE_DEFAULT else x for x in labels))\n"
     "        found.append(rows)\nreturn found",
     "CASE_DEFAULT, SwitchCaseOp", "[[(1, 3), (0,), ('default',)]]"),
    ("a dict from the name of each kind of control flow that Qiskit knows to how many such operations "
     "stand at the top "
     "level of the circuit (zeros included)", "dict[str, int]",
     "present = qc.count_ops()\nreturn {name: present.get(name, 0) for name in "
     "get_control_flow_name_mapping()}",
     "get_control_flow_name_mapping", "{'if_else': 0, 'while_loop': 0, 'for_loop': 1, 'switch_case': 1, "
                                      "'box': 1}"),
    ("the list of the index sets (as tuples) of all for loops at the top level, and after them the list "
     "of the labels "
     "of all boxes there, as one pair", "tuple[list[tuple[int, ...]], list[str | None]]",
     "loops = [tuple(i.operation.params[0]) for i in qc.data if isinstance(i.operation, ForLoopOp)]\n"
     "boxes = [i.operation.label for i in qc.data if isinstance(i.operation, BoxOp)]\nreturn loops, boxes",
     "BoxOp, ForLoopOp", "([(2, 5, 7, 9)], ['end'])"),
    ("a set with the names of all gates that occur inside a control-flow operation at any depth, but not "
     "at the top level",
     "set[str]",
     "def names(circuit):\n    found = set()\n    for inst in circuit.data:\n"
     "        if isinstance(inst.operation, ControlFlowOp):\n            for block in "
     "inst.operation.blocks:\n"
     "                found |= names(block)\n        elif isinstance(inst.operation, Gate):\n"
     "            found.add(inst.name)\n    return found\n"
     "top = {inst.name for inst in qc.data}\nreturn names(qc) - top",
     "ControlFlowOp, Gate", "{'y', 's', 'h', 'z', 'sx'}"),
    ("the sorted list of the indices of all clbits that the conditions of if statements and while loops "
     "depend on, at any "
     "depth", "list[int]",
     "def walk(circuit):\n    for inst in circuit.data:\n        op = inst.operation\n"
     "        if isinstance(op, (IfElseOp, WhileLoopOp)):\n"
     "            bits.update(condition_resources(op.condition).clbits)\n"
     "        if isinstance(op, ControlFlowOp):\n            for block in op.blocks:\n                "
     "walk(block)\n"
     "bits = set()\nwalk(qc)\nreturn sorted(qc.find_bit(bit).index for bit in bits)",
     "ControlFlowOp, IfElseOp, WhileLoopOp, condition_resources", "[0, 1]"),
    ("a list with, for every top-level control-flow operation, its name and the sorted indices of the "
     "qubits that it acts "
     "on, as pairs", "list[tuple[str, list[int]]]",
     "found = []\nfor inst in qc.data:\n    if inst.is_control_flow():\n"
     "        places = sorted(qc.find_bit(q).index for q in inst.qubits)\n"
     "        found.append((inst.name, places))\nreturn found",
     "", "[('for_loop', [1, 2]), ('switch_case', [0, 2]), ('box', [1])]"),
    ("a list of the numbers of instructions in the bodies of every top-level control-flow operation, one "
     "inner list for "
     "each operation", "list[list[int]]",
     "return [\n    [block.size() for block in inst.operation.blocks]\n    for inst in qc.data\n"
     "    if isinstance(inst.operation, ControlFlowOp)\n]",
     "ControlFlowOp", "[[3], [1, 1, 1], [1]]"),
]  # fmt: skip

_SAMPLE = """
from collections import Counter
from qiskit import QuantumCircuit
qc = QuantumCircuit(3, 2)
qc.x(0)
with qc.for_loop((2, 5, 7, 9)):
    qc.h(1)
    qc.measure(1, 0)
    with qc.if_test((0, 1)) as other:
        qc.x(2)
        qc.break_loop()
    with other:
        qc.y(2)
with qc.switch(qc.cregs[0]) as case:
    with case(1, 3):
        with qc.while_loop((qc.clbits[1], 1)):
            qc.z(2)
            qc.measure(2, 1)
    with case(0):
        qc.s(0)
    with case(case.DEFAULT):
        qc.measure(0, 0)
with qc.box(label="end"):
    qc.sx(1)
"""


@family(
    "dynamic",
    "intermediate",
    oracle="value",
    skills=("control-flow", "traversal"),
    why="A control-flow operation keeps its bodies in `blocks`; count_ops sees only the top level.",
)
def control_flow_report(rng: Random) -> Instance:
    """A question about the control flow inside a circuit, answered by walking its blocks."""
    words, kind, body, imports, value = rng.choice(_REPORTS)
    twist = rng.choice(["", "sized", "width", "named", "none", "dict", "list", "filter"])
    entry = rng.choice(["inspect_program", "survey_blocks", "program_facts"])
    if "depth_of" in body:
        entry = "depth_of"
    checks = f"got = candidate(qc)\nassert got == {value}\n"
    asked, head = words, "from qiskit import QuantumCircuit\n"
    tail = ""
    if twist in ("sized", "named", "width") and "depth_of" not in body:
        prop, said = {
            "sized": ("num_clbits", "its number of classical bits"),
            "named": ("name", "its name"),
            "width": ("width()", "its total number of qubits and clbits"),
        }[twist]
        before, _, after = body.rpartition("return ")
        body = f"{before}return "
        body += (
            f"{after.join('()') if ', ' in after and after[0] not in '[{' else after}, qc.{prop}"
        )
        kind = f"tuple[{kind}, {'str' if twist == 'named' else 'int'}]"
        asked = f"a pair: first {words}; second {said}"
        checks = f"got = candidate(qc)\nassert got == ({value}, qc.{prop})\n"
    elif twist == "none" and "depth_of" not in body:
        before, _, after = body.rpartition("return ")
        body = f"{before}return ({after}) if qc.has_control_flow_op() else None"
        kind, asked = f"{kind} | None", f"{words}; for a circuit without control flow return None"
        tail = "plain = QuantumCircuit(1, 1)\nplain.h(0)\nassert candidate(plain) is None\n"
    elif twist in ("dict", "list", "filter"):
        made, said, kind = {
            "dict": ("{qc.name: report(qc) for qc in circuits}", "a dict from the name of each circuit "
                                                                 "to its result",
                     f"dict[str, {kind}]"),
            "list": ("[report(qc) for qc in reversed(circuits)]", "the list of results, those of the "
                                                                  "last circuit first",
                     f"list[{kind}]"),
            "filter": ("[report(qc) for qc in circuits if qc.num_clbits > 1]",
                       "the list of results in order, without the circuits that have fewer than two clbits",
                       f"list[{kind}]"),
        }[twist]  # fmt: skip
        helper = body.replace("depth_of", "report").replace("\n", "\n    ")
        body = f"def report(qc):\n    {helper}\n\n\n"
        body += f"def {entry}(circuits: list[QuantumCircuit]) -> {kind}:\n    return {made}"
        asked = (
            f"for each of several circuits {words}. The argument `circuits` is the list of them; "
        )
        asked += f"what is returned is {said}"
        checks = f"""
want = {value}
first = qc.copy("first")
plain = QuantumCircuit(3, 1, name="plain")
assert candidate([]) == {"{}" if twist == "dict" else "[]"}
got = candidate([first, plain])
"""
        checks += {
            "dict": 'assert got["first"] == want and got["plain"] != want and len(got) == 2\n',
            "list": "assert got[1] == want and got[0] != want and len(got) == 2\n",
            "filter": "assert got == [want]\n",
        }[twist]
    head += "from collections import Counter\n" if "Counter" in kind else ""
    if "depth_of(block)" in body:
        checks += "plain = QuantumCircuit(2)\nplain.h(0)\nassert candidate(plain) == 0\n"
        checks += "inner = qc.data[1].operation.blocks[0]\nassert candidate(inner) == 1\n"
    head += f"from qiskit.circuit import {imports}" if imports else ""
    head = "\n".join(sorted(head.splitlines()))
    given = "given dynamic circuits" if "circuits" in body else "given one dynamic circuit `qc`"
    return Instance(
        entry_point=entry,
        signature="" if body.startswith("def report") else f"(qc: QuantumCircuit) -> {kind}",
        asks=(
            f"{given.capitalize()}, return {asked}.",
            f"I want to look into programs with if/switch/loop/box operations. {given.capitalize()}, compute "
            f"{asked}.",
            f"Write an inspection helper for dynamic circuits. {given.capitalize()}, its output is {asked}.",
            f"Which parts of my program are inside control flow? More precisely I need {asked}.",
        ),
        imports=head,
        body=body,
        test=_SAMPLE + checks + tail,
        params={"question": words[:40], "twist": twist},
    )
