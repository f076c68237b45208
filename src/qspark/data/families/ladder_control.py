"""Composites of control flow: loop variables in angles, nested conditions, retries."""

from random import Random

from qspark.data.families._ladder_control import BRANCHES, asks
from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.wording import indented


@family(
    "ladder_control",
    "advanced",
    oracle="channel",
    skills=("control-flow", "loop-parameter"),
    why="The loop's parameter is a Parameter of the body: angles are expressions of it, bound per round.",
    tolerance=1e-7,
)
def angles_of_the_round(rng: Random) -> Instance:
    """A loop whose angles depend on the round, with a measurement that skips or ends rounds."""
    low, step = rng.choice([0, 1, 2]), rng.choice([1, 1, 2, 3])
    source = rng.choice(["range", "range", "list"])
    values = rng.sample(range(1, 9), 3)
    index = (
        f"range({low}, stop{', ' + str(step) if step > 1 else ''})"
        if source == "range"
        else str(values)
    )
    a, b, c = (angle(rng) for _ in range(3))
    first = rng.choice(["rx", "ry"])
    form, said = rng.choice([
        (f"{a} * k", f"{a} k"), (f"{a} * k + {b}", f"{a} k + {b}"), (f"{a} / (k + 1)", f"{a} / (k + 1)"),
        (f"{a} - {b} * k", f"{a} - {b} k"), (f"{a} * k**2", f"{a} k^2"),
    ])  # fmt: skip
    two, said_two = rng.choice([
        (f"qc.crx({c}, 0, 1)", f"CRX({c}) with control 0 and target 1"),
        (f"qc.cry({c}, 0, 1)", f"CRY({c}) with control 0 and target 1"),
        ("qc.rxx(0.5 * k, 0, 1)", "RXX(0.5 k) on both qubits"),
        ("qc.crx(0.4 * k + 0.2, 1, 0)", "CRX(0.4 k + 0.2) with control 1 and target 0"),
    ])  # fmt: skip
    jump = rng.choice(["break", "continue", "none", "else", "flip"])
    want_bit = rng.choice([0, 1])
    tail = rng.choice([f"qc.rz({b} * k, 0)", f"qc.ry({b}, 1)", f"qc.rx({a}, 0)", "qc.swap(0, 1)"])
    tail_words = {
        "qc.rz": f"RZ({b} k) on qubit 0", "qc.ry": f"RY({b}) on qubit 1", "qc.rx": f"RX({a}) on qubit 0",
        "qc.sw": "a SWAP of the qubits",
    }[tail[:5]]  # fmt: skip
    keep = rng.random() < 0.5 and source == "list"
    clbit = "qc.clbits[0]"
    inner = f"qc.{first}({form}, 0)\n{two}\nqc.measure(1, 0)\n"
    cond = f"with qc.if_test(({clbit}, {want_bit})):\n"
    inner += {
        "break": cond + "    qc.break_loop()\n" + tail + "\n",
        "continue": cond + "    qc.continue_loop()\n" + tail + "\n",
        "none": tail + "\n",
        "else": f"with qc.if_test(({clbit}, {want_bit})) as otherwise:\n    {tail}\nwith otherwise:\n    "
                f"qc.h(1)\n",
        "flip": cond + f"    qc.x(1)\n    {tail}\n",
    }[jump]  # fmt: skip
    said_jump = {
        "break": f"if the bit is {want_bit}, leave the loop for good; else {tail_words}",
        "continue": f"if the bit is {want_bit}, go on with the next round at once; else {tail_words}",
        "none": f"then {tail_words}, whatever the bit is",
        "else": f"if the bit is {want_bit}, {tail_words}, else H on qubit 1",
        "flip": f"if the bit is {want_bit}, X on qubit 1 and then {tail_words}",
    }[jump]  # fmt: skip
    style = rng.choice(["as", "parameter"])
    if style == "as":
        head = f"with qc.for_loop({index}) as k:\n"
    else:
        head = f'k = Parameter("k")\nwith qc.for_loop({index}, k):\n'
    final = rng.choice(["", "qc.cx(1, 0)\n", "qc.h(0)\n"])
    body = f"qc = QuantumCircuit(2, {2 if keep else 1})\n" + head + indented(inner) + final
    body += "qc.measure(0, 1)\n" if keep else ""
    body += "return qc\n"
    own_gate = {"rx": "lib.RXGate", "ry": "lib.RYGate"}[first]
    if "rxx" in two:
        own_two = "act(live, lib.RXXGate(0.5 * k), 0, 1)"
    elif "* k" in two:
        own_two = "act(live, lib.CRXGate(0.4 * k + 0.2), 1, 0)"
    else:
        own_two = f"act(live, lib.{'CRXGate' if 'crx' in two else 'CRYGate'}({c}), 0, 1)"
    own_tail = {
        "qc.rz": f"act(X, lib.RZGate({b} * k), 0)", "qc.ry": f"act(X, lib.RYGate({b}), 1)",
        "qc.rx": f"act(X, lib.RXGate({a}), 0)", "qc.sw": "act(X, lib.SwapGate(), 0, 1)",
    }[tail[:5]]  # fmt: skip
    hit = f"[x for x in live if x[1][0] == {want_bit}]"
    miss = f"[x for x in live if x[1][0] != {want_bit}]"
    own_jump = {
        "break": f"done += {hit}\n        live = {own_tail.replace('X', miss, 1)}",
        "continue": f"live = {hit} + {own_tail.replace('X', miss, 1)}",
        "none": f"live = {own_tail.replace('X', 'live', 1)}",
        "else": f"live = {own_tail.replace('X', hit, 1)} + act({miss}, lib.HGate(), 1)",
        "flip": f"live = {own_tail.replace('X', f'act({hit}, lib.XGate(), 1)', 1)} + {miss}",
    }[jump]  # fmt: skip
    own_final = {
        "": "", "qc.cx(1, 0)\n": "\n    live = act(live, lib.CXGate(), 1, 0)",
        "qc.h(0)\n": "\n    live = act(live, lib.HGate(), 0)",
    }[final]  # fmt: skip
    last = {
        "": "",
        "qc.cx(1, 0)\n": "a CX with control 1 and target 0",
        "qc.h(0)\n": "H on qubit 0",
    }[final]
    facts = [
        f"A circuit of two qubits and {'two bits' if keep else 'one bit'}, which acts on any state of "
        f"the qubits "
        "(no reset).",
        "Rounds are one `for_loop` of the circuit over the numbers k = "
        + (
            f"{low}, {low + step}, ... below `stop`"
            if source == "range"
            else ", ".join(map(str, values))
        )
        + " (in this order; not unrolled).",
        f"A round: {first.upper()}({said}) on qubit 0; {said_two}; measure qubit 1 into bit 0; {said_jump}.",
    ]
    if last or keep:
        facts.append(
            "After the loop: "
            + "; ".join(x for x in (last, "measure qubit 0 into bit 1" if keep else "") if x)
            + "."
        )
    arguments, stops = ("stop: int", "(3, 4, 6)") if source == "range" else ("", "(0,)")
    called = "candidate(stop)" if source == "range" else "candidate()"
    imports = "from qiskit import QuantumCircuit\n"
    imports += "from qiskit.circuit import Parameter\n" if style == "parameter" else ""
    numbers = index if source == "range" else str(values)
    return Instance(
        entry_point=rng.choice(["looped_circuit", "rounds", "angle_loop"]),
        signature=f"({arguments}) -> QuantumCircuit",
        asks=asks(
            (
                "Build a dynamic circuit with a loop.",
                "I need a loop in which the angles change from round to round:",
                "Write this circuit with Qiskit's control flow.",
                "Dynamic circuit wanted.",
            ),
            facts,
        ),
        imports=imports,
        body=body,
        test=BRANCHES
        + f"""
for stop in {stops}:
    qc = {called}
    assert isinstance(qc, QuantumCircuit) and (qc.num_qubits, qc.num_clbits) == (2, {2 if keep else 1})
    assert kinds(qc).count("for_loop") == 1 and kinds(qc).count("measure") == {2 if keep else 1}
    state = random_statevector(4, seed=int(rng.integers(2**31)))
    live, done = [(state, (0,) * {2 if keep else 1})], []
    for k in {numbers}:
        live = act(live, {own_gate}({form}), 0)
        live = {own_two}
        live = look(live, 1, 0)
        {own_jump}
    live = live + done{own_final}
    {"live = look(live, 0, 1)" if keep else "pass"}
    assert same(exact(qc, state), live)
""",
        params={"index": index, "jump": jump, "first": first, "form": form, "style": style},
        wrong=(
            (Wrong("S24", body.replace(f"(({clbit}, {want_bit}))", f"(({clbit}, {1 - want_bit}))")),)
            if jump != "none"
            else ()
        ),
    )  # fmt: skip


# Conditions on two bits a, b and a two-bit register r: code, words, python
_CONDITIONS = [
    ("expr.logic_and(a, b)", "a and b are both 1", "a and b", "a b"),
    ("expr.logic_or(a, b)", "a or b (or both) is 1", "a or b", "a b"),
    ("expr.bit_xor(a, b)", "exactly one of a and b is 1", "a != b", "a b"),
    ("expr.logic_and(a, expr.logic_not(b))", "a is 1 and b is 0", "a and not b", "a b"),
    ("expr.logic_not(a)", "a is 0", "not a", "a"),
    ("expr.less(r, 2)", "r, read as a number, is less than 2", "r < 2", "r"),
    ("expr.greater_equal(r, 2)", "r, read as a number, is 2 or more", "r >= 2", "r"),
    ("expr.equal(r, 1)", "r, read as a number, is 1", "r == 1", "r"),
    ("expr.not_equal(r, 2)", "r, read as a number, is not 2", "r != 2", "r"),
    ("expr.equal(expr.bit_and(r, 1), 1)", "the lowest bit of r is 1", "r & 1", "r"),
    ("expr.logic_or(b, expr.equal(r, 3))", "b is 1 or r, read as a number, is 3", "b or r == 3", "b r"),
    ("expr.logic_and(a, expr.greater(r, 0))", "a is 1 and r is not zero", "a and r > 0", "a r"),
    ("(a, 1)", "a is 1", "a == 1", "a"), ("(r, 2)", "r, read as a number, is 2", "r == 2", "r"),
]  # fmt: skip


def _truths(x: int, conditions: tuple[tuple[str, str, str, str], ...]) -> tuple[bool, ...]:
    """The conditions' values where the bits of `x` are those of a, b and r."""
    names = {"a": x & 1, "b": x >> 1 & 1, "r": x >> 2}
    return tuple(bool(eval(condition[2], names)) for condition in conditions)


def _leaf(rng: Random) -> tuple[str, str, str]:
    t = angle(rng)
    return rng.choice([
        ("qc.x(3)", "X on qubit 3", "lib.XGate(), 3"), ("qc.h(3)", "H on qubit 3", "lib.HGate(), 3"),
        ("qc.s(3)", "S on qubit 3", "lib.SGate(), 3"), (f"qc.rx({t}, 3)", f"RX({t}) on qubit "
            f"3", f"lib.RXGate({t}), 3"),
        (f"qc.ry({t}, 3)", f"RY({t}) on qubit 3", f"lib.RYGate({t}), 3"),
        (f"qc.rz({t}, 3)", f"RZ({t}) on qubit 3", f"lib.RZGate({t}), 3"),
        ("qc.cx(3, 0)", "CX from qubit 3 to qubit 0", "lib.CXGate(), 3, 0"),
        (f"qc.crx({t}, 2, 3)", f"CRX({t}) with control 2 and target 3", f"lib.CRXGate({t}), 2, 3"),
    ])  # fmt: skip


@family(
    "ladder_control",
    "advanced",
    oracle="channel",
    skills=("control-flow", "classical-expressions"),
    why="Conditions on several bits or registers are expressions of qiskit.circuit.classical.expr.",
    tolerance=1e-7,
)
def decision_tree(rng: Random) -> Instance:
    """Nested conditions on measured bits and a register, each outcome with its own gates."""
    while True:
        one, two, three = rng.sample(_CONDITIONS, 3)
        if len({_truths(x, (one, two, three)) for x in range(16)}) == 8:
            break  # so that no branch is unreachable
    leaves = [_leaf(rng) for _ in range(4)]
    shape = rng.choice(["full", "left", "right", "chain", "sequence"])
    names = rng.choice(
        [("a", "b", "r"), ("flag", "mid", "syn"), ("u", "v", "code"), ("left", "up", "word")]
    )

    def fit(text: str) -> str:
        for old, new in zip("abr", names, strict=True):
            for left, right in (("(", ","), ("(", ")"), (" ", ")"), (" ", ",")):
                text = text.replace(f"{left}{old}{right}", f"{left}{new}{right}")
        return text

    def words(text: str) -> str:
        table = dict(zip("abr", names, strict=True))
        parts = [(w.strip(","), "," * w.endswith(",")) for w in text.split(" ")]
        return " ".join(table.get(word, word) + comma for word, comma in parts)

    def branch(cond: tuple[str, str, str, str], yes: str, no: str) -> str:
        code = (
            f"with qc.if_test({fit(cond[0])})"
            + (" as otherwise" if no else "")
            + ":\n"
            + indented(yes)
        )
        return code + (f"with otherwise:\n{indented(no)}" if no else "")

    def own(cond: tuple[str, str, str, str], yes: str, no: str) -> str:
        return f"if {cond[2]}:\n{indented(yes)}" + (f"else:\n{indented(no)}" if no else "")

    c = [x[0] for x in leaves]
    w = [x[1] for x in leaves]
    o = [f"live = act(live, {x[2]})" for x in leaves]
    p, q, r = words(one[1]), words(two[1]), words(three[1])
    if shape == "full":
        inner_yes = branch(two, c[0], c[1]).replace("otherwise", "inner")
        inner_no = branch(three, c[2], c[3]).replace("otherwise", "inner")
        code = branch(one, inner_yes, inner_no)
        text = f"If {p}: if {q}, {w[0]}, else {w[1]}. Otherwise: if {r}, {w[2]}, else {w[3]}."
        mine = own(one, own(two, o[0], o[1]), own(three, o[2], o[3]))
        count = 3
    elif shape == "left":
        code = branch(one, f"{c[0]}\n" + branch(two, c[1], ""), c[2])
        text = f"If {p}: {w[0]}, and then, if also {q}, {w[1]}. Otherwise: {w[2]}."
        mine = own(one, f"{o[0]}\n" + own(two, o[1], ""), o[2])
        count = 2
    elif shape == "right":
        code = branch(one, c[0], branch(two, c[1], c[2]).replace("otherwise", "inner") + c[3])
        text = f"If {p}: {w[0]}. Otherwise: if {q}, {w[1]}, else {w[2]}; and then in both cases {w[3]}."
        mine = own(one, o[0], own(two, o[1], o[2]) + o[3])
        count = 2
    elif shape == "chain":
        inner = branch(two, c[1], branch(three, c[2], c[3]).replace("otherwise", "last")).replace(
            "otherwise", "inner"
        )
        code = branch(one, c[0], inner)
        text = f"If {p}: {w[0]}. Else, if {q}: {w[1]}. Else, if {r}: {w[2]}. In all other cases {w[3]}."
        mine = own(one, o[0], own(two, o[1], own(three, o[2], o[3])))
        count = 3
    else:
        code = branch(one, c[0], c[1]) + branch(two, branch(three, c[2], ""), "") + c[3]
        text = (
            f"First: if {p}, {w[0]}, else {w[1]}. Second: if {q} and at the same time {r}, {w[2]}. Last, "
            f"always "
            f"{w[3]}."
        )
        mine = own(one, o[0], o[1]) + own(two, own(three, o[2], ""), "") + o[3]
        count = 3
    body = (
        f'{names[0]}, {names[1]} = Clbit(), Clbit()\n{names[2]} = ClassicalRegister(2, "{names[2]}")\n'
        f"qc = QuantumCircuit(QuantumRegister(4), [{names[0]}, {names[1]}], {names[2]})\n"
        f"qc.measure(0, {names[0]})\nqc.measure(1, {names[1]})\n"
        f"qc.h([0, 1])\nqc.measure([1, 2], {names[2]})\n"
        + code
        + ("" if code.endswith("\n") else "\n")
        + "return qc\n"
    )
    wrong = body.replace("qc.measure([1, 2]", "qc.measure([2, 1]")
    nest = "three nested or successive" if count == 3 else "two nested"
    facts = [
        f"Four qubits; two loose bits {names[0]} and {names[1]} (bits 0 and 1 of the circuit) and a register "
        f"`{names[2]}` of two bits (bits 2 and 3). The circuit acts on any state of the qubits (no reset).",
        f"Measure qubit 0 into {names[0]} and qubit 1 into {names[1]}; then H on qubits 0 and 1; then "
        f"measure qubit 1 "
        f"into bit 0 and qubit 2 into bit 1 of {names[2]} (bit 0 is the lowest of the number).",
        text,
        f"The decisions are taken at run time by {nest} `if_test` blocks.",
    ]
    imports = (
        "from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister\n"
        "from qiskit.circuit import Clbit\n"
    )
    if "expr." in body:
        imports += "from qiskit.circuit.classical import expr\n"
    return Instance(
        entry_point=rng.choice(["decide", "decision_circuit", "branching"]),
        signature="() -> QuantumCircuit",
        asks=asks(
            (
                "A circuit that decides at run time.",
                "Please turn this decision scheme into a dynamic circuit:",
                "Write it as a Qiskit circuit.",
                "Real-time decisions in a circuit.",
            ),
            facts,
        ),
        imports=imports,
        body=body,
        test=BRANCHES
        + f"""
qc = candidate()
assert isinstance(qc, QuantumCircuit) and (qc.num_qubits, qc.num_clbits) == (4, 4)
assert [(x.name, x.size) for x in qc.cregs if x.size == 2] == [("{names[2]}", 2)]
assert "if_else" in kinds(qc)
for _ in range(2):
    state = random_statevector(16, seed=int(rng.integers(2**31)))
    start = look(look([(state, (0,) * 4)], 0, 0), 1, 1)
    start = look(look(act(act(start, lib.HGate(), 0), lib.HGate(), 1), 1, 2), 2, 3)
    total = []
    for item in start:
        live, a, b, r = [item], item[1][0], item[1][1], item[1][2] + 2 * item[1][3]
{indented(mine, 2)}
        total += live
    assert same(exact(qc, state), total)
""",
        params={"conditions": [one[2], two[2], three[2]], "shape": shape, "names": names},
        wrong=(Wrong("S14", wrong),),
    )
