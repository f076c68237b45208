"""Composites of control flow: stored values and retries."""

from random import Random

from qspark.data.families._ladder_control import BRANCHES, asks
from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.wording import indented


@family(
    "ladder_control",
    "advanced",
    oracle="channel",
    skills=("classical-variables", "control-flow"),
    why="A typed variable lives in the circuit: add_var makes it, store changes it, expr reads it.",
    tolerance=1e-7,
)
def running_total(rng: Random) -> Instance:
    """A typed variable of the circuit that accumulates measured bits and then decides."""
    rounds, width = rng.choice([2, 3]), rng.choice([3, 4, 5, 8])
    kind = rng.choice(["parity", "count", "weighted", "last", "mask", "streak"])
    start = rng.choice([0, 0, 1, 2])
    a, b, t = angle(rng), angle(rng), angle(rng)
    name = rng.choice(["total", "score", "memory", "acc"])
    uint = f"types.Uint({width})"
    bit = "qc.clbits[0]"
    made = f'{name} = qc.add_var("{name}", expr.lift({start}, {uint}))\n'
    if kind in ("parity", "last"):
        start = rng.choice([0, 1])
        uint = "types.Bool()"
        made = f'{name} = qc.add_var("{name}", {bool(start)})\n'
    update, said, own = {
        "parity": (f"qc.store({name}, expr.bit_xor({name}, {bit}))\n",
                   "it is replaced by its exclusive or with the bit", "v ^ bits[0]"),
        "last": (f"qc.store({name}, expr.logic_and({name}, {bit}))\n" if start else
                 f"qc.store({name}, expr.logic_or({name}, {bit}))\n",
                 f"it is replaced by its logical {'and' if start else 'or'} with the bit",
                 f"v {'and' if start else 'or'} bits[0]"),
        "count": (f"with qc.if_test(({bit}, 1)):\n    qc.store({name}, expr.add({name}, expr.lift(1, "
                  f"{uint})))\n",
                  "it grows by 1 where the bit is 1", "v + bits[0]"),
        "weighted": (
            f"with qc.if_test(({bit}, 1)) as otherwise:\n"
            f"    qc.store({name}, expr.add({name}, expr.lift(2, {uint})))\n"
            f"with otherwise:\n    qc.store({name}, expr.add({name}, expr.lift(1, {uint})))\n",
            "it grows by 2 where the bit is 1 and by 1 where it is 0", "v + 1 + bits[0]"),
        "mask": (f"qc.store({name}, expr.bit_or(expr.shift_left({name}, 1), expr.cast({bit}, {uint})))\n",
                 "it is shifted left by one and the bit becomes its lowest bit (higher bits are cut off "
                 "by the "
                 "width)", f"(v << 1 | bits[0]) & {2**width - 1}"),
        "streak": (
            f"with qc.if_test(({bit}, 1)) as otherwise:\n"
            f"    qc.store({name}, expr.add({name}, expr.lift(1, {uint})))\n"
            f"with otherwise:\n    qc.store({name}, expr.lift(0, {uint}))\n",
            "it grows by 1 where the bit is 1 and becomes 0 where it is 0", "v + 1 if bits[0] else 0"),
    }[kind]  # fmt: skip
    if kind in ("parity", "last"):
        cond, said_cond, test = rng.choice([
            (name, "it is true", "v"), (f"expr.logic_not({name})", "it is false", "not v"),
        ])  # fmt: skip
        typed = f"a boolean variable `{name}`, at first {bool(start)}"
    else:
        limit = {"count": start + 1, "weighted": start + rounds + 1, "mask": 2, "streak": 1}[kind]
        cond, said_cond, test = rng.choice([
            (f"expr.greater_equal({name}, {limit})", f"it is {limit} or more", f"v >= {limit}"),
            (f"expr.equal({name}, {limit})", f"it is {limit}", f"v == {limit}"),
            (f"expr.less({name}, {limit})", f"it is less than {limit}", f"v < {limit}"),
            (f"expr.not_equal({name}, {limit})", f"it is not {limit}", f"v != {limit}"),
        ])  # fmt: skip
        typed = f"an unsigned integer variable `{name}` of {width} bits, at first {start}"
    loop = rng.choice(["for", "python"])
    head = (
        f"with qc.for_loop(range({rounds})):\n" if loop == "for" else f"for _ in range({rounds}):\n"
    )
    use = rng.choice(["reset", "keep"])
    inner = f"qc.ry({a}, 0)\nqc.crx({b}, 0, 1)\nqc.measure(1, 0)\n" + update
    inner += "qc.reset(1)\n" if use == "reset" else ""
    yes, no = rng.choice([
        (f"qc.rx({t}, 0)", ""), (f"qc.ry({t}, 0)", "qc.z(0)"), ("qc.x(0)", "qc.h(0)"), ("qc.swap(0, 1)", ""),
    ])  # fmt: skip
    said_yes = {
        "qc.rx": f"RX({t}) on qubit 0", "qc.ry": f"RY({t}) on qubit 0", "qc.x(": "X on qubit 0",
        "qc.sw": "a SWAP of both qubits",
    }[yes[:5]]  # fmt: skip
    said_no = {"": "nothing", "qc.z(0)": "Z on qubit 0", "qc.h(0)": "H on qubit 0"}[no]
    body = f"qc = QuantumCircuit(2, 1)\n{made}" + head + indented(inner)
    body += f"with qc.if_test({cond})" + (" as otherwise" if no else "") + f":\n    {yes}\n"
    body += f"with otherwise:\n    {no}\n" if no else ""
    body += "return qc\n"
    gates = {
        "qc.rx": f"lib.RXGate({t}), 0", "qc.ry": f"lib.RYGate({t}), 0", "qc.x(": "lib.XGate(), 0",
        "qc.sw": "lib.SwapGate(), 0, 1",
    }  # fmt: skip
    own_no = {"": "x", "qc.z(0)": "act(x, lib.ZGate(), 0)", "qc.h(0)": "act(x, lib.HGate(), 0)"}[no]
    facts = [
        f"Two qubits, one bit, and {typed}. The circuit acts on any state of the qubits.",
        f"Do {rounds} rounds{' (as one `for_loop` of the circuit)' if loop == 'for' else ''}: RY({a}) on "
        f"qubit 0; "
        f"CRX({b}) with control 0 and target 1; measure qubit 1 into the bit; update the variable: {said}"
        + ("; reset qubit 1." if use == "reset" else "."),
        f"At the end, if the variable is such that {said_cond}: {said_yes}; otherwise {said_no}.",
        "The variable is updated and read at run time (`add_var` and `store`).",
    ]
    imports = (
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit.classical import expr, types\n"
    )
    if "types." not in body:
        imports = imports.replace("expr, types", "expr")
        if "expr." not in body:
            imports = "from qiskit import QuantumCircuit\n"
    return Instance(
        entry_point=rng.choice(["accumulate", "running_total", "with_memory"]),
        signature="() -> QuantumCircuit",
        asks=asks(
            (
                "A dynamic circuit with a variable.",
                "Use a real-time variable for this:",
                "Build the circuit.",
                "I want a circuit that remembers what it measured.",
            ),
            facts,
        ),
        imports=imports,
        body=body,
        test=BRANCHES
        + f"""
qc = candidate()
assert isinstance(qc, QuantumCircuit) and (qc.num_qubits, qc.num_clbits) == (2, 1)
assert [v.name for v in qc.iter_declared_vars()] == ["{name}"]
assert "store" in kinds(qc) and "if_else" in kinds(qc)
{'assert "for_loop" in kinds(qc)' if loop == "for" else "pass"}
for _ in range(2):
    state = random_statevector(4, seed=int(rng.integers(2**31)))
    worlds = [([(state, (0,))], {start})]
    for _ in range({rounds}):
        new = []
        for live, v in worlds:
            live = act(act(live, lib.RYGate({a}), 0), lib.CRXGate({b}), 0, 1)
            for item in look(live, 1, 0):
                bits = item[1]
                after = {"act([item], lib.XGate(), 1) if bits[0] else [item]" if use == "reset" else "[item]"}
                new.append((after, {own}))
        worlds = new
    total = []
    for x, v in worlds:
        total += act(x, {gates[yes[:5]]}) if {test} else {own_no}
    assert same(exact(qc, state), total)
""",
        params={"kind": kind, "rounds": rounds, "width": width, "loop": loop, "use": use},
        wrong=(Wrong("S25", body.replace("qc.measure(1, 0)\n    ", "", 1)),)
        if loop == "python" and "qc.measure(1, 0)\n    " in body
        else (),
    )  # fmt: skip


@family(
    "ladder_control",
    "advanced",
    oracle="channel",
    skills=("repeat-until-success", "control-flow"),
    why="A failed attempt leaves a known error, which is undone before the next attempt.",
    tolerance=1e-7,
)
def attempts_until_success(rng: Random) -> Instance:
    """A probabilistic gadget on an ancilla that is repeated until it succeeds or gives up."""
    how = rng.choice(["break", "while", "flag"])
    good = rng.choice([0, 1])
    a, b = angle(rng), angle(rng)
    if how == "while":  # an attempt must succeed with a probability of some size
        a, b = rng.randint(111, 159) / 100, rng.randint(21, 39) / 100
    first, said_first, own_first = rng.choice([
        (f"qc.ry({a}, 1)", f"RY({a}) on the ancilla", f"lib.RYGate({a}), 1"),
        (f"qc.rx({a}, 1)", f"RX({a}) on the ancilla", f"lib.RXGate({a}), 1"),
    ])  # fmt: skip
    second, said_second, own_second = rng.choice([
        ("qc.cx(0, 1)", "CX from the data qubit to the ancilla", "lib.CXGate(), 0, 1"),
        (f"qc.crx({b}, 0, 1)", f"CRX({b}) with the data qubit as control and the ancilla as target",
         f"lib.CRXGate({b}), 0, 1"),
        (f"qc.rzx({b}, 0, 1)", f"RZX({b}) on data qubit and ancilla (Z on the data qubit)",
         f"lib.RZXGate({b}), 0, 1"),
        ("qc.cy(0, 1)", "CY from the data qubit to the ancilla", "lib.CYGate(), 0, 1"),
    ])  # fmt: skip
    fix, said_fix, own_fix = rng.choice([
        ("qc.z(0)", "Z on the data qubit", "lib.ZGate(), 0"), ("qc.s(0)", "S on the data "
            "qubit", "lib.SGate(), 0"),
        (f"qc.rz({b}, 0)", f"RZ({b}) on the data qubit", f"lib.RZGate({b}), 0"),
        (f"qc.rx({b}, 0)", f"RX({b}) on the data qubit", f"lib.RXGate({b}), 0"),
    ])  # fmt: skip
    end, said_end, own_end = rng.choice([
        ("", "", ""), ("qc.h(0)", "H on the data qubit", "lib.HGate(), 0"),
        (f"qc.ry({a}, 0)", f"RY({a}) on the data qubit", f"lib.RYGate({a}), 0"),
    ])  # fmt: skip
    pin = "qc.clbits[0]"
    gadget = f"{first}\n{second}\nqc.measure(1, 0)\n"
    tries = rng.choice([2, 3, 4])
    bound = rng.choice(["given", "fixed"]) if how != "while" else "fixed"
    number = "attempts" if bound == "given" else str(tries)
    if how == "break":
        inner = (
            gadget
            + "qc.reset(1)\n"
            + f"with qc.if_test(({pin}, {good})):\n    qc.break_loop()\n{fix}\n"
        )
        body = (
            "qc = QuantumCircuit(2, 1)\n"
            + f"with qc.for_loop(range({number})):\n"
            + indented(inner)
        )
        most = "`attempts`" if bound == "given" else tries
        count = f"at most {most} times in one `for_loop`, left early by a break"
    elif how == "flag":
        inner = (
            f"with qc.if_test(({pin}, {1 - good})):\n"
            + indented(gadget + "qc.reset(1)\n" + f"with qc.if_test(({pin}, {1 - good})):\n    {fix}\n")
        )  # fmt: skip
        body = "qc = QuantumCircuit(2, 1)\n"
        if not good:
            body += "qc.x(1)\nqc.measure(1, 0)\nqc.reset(1)\n"
        body += f"for _ in range({number}):\n" + indented(inner)
        count = (
            f"at most {'`attempts`' if bound == 'given' else tries} times, as that many consecutive "
            f"`if_test` blocks "
            "that do nothing once the bit says success (no loop of the circuit)"
        )
    else:
        inner = fix + "\n" + gadget + "qc.reset(1)\n"
        body = "qc = QuantumCircuit(2, 1)\n" + gadget + "qc.reset(1)\n"
        body += f"with qc.while_loop(({pin}, {1 - good})):\n" + indented(inner)
        count = "as often as needed, with a `while_loop` of the circuit behind the first attempt"
    body += f"{end}\n" if end else ""
    record = rng.random() < 0.4
    if record:
        body = body.replace("QuantumCircuit(2, 1)", "QuantumCircuit(2, 2)") + "qc.measure(0, 1)\n"
    body += "return qc\n"
    facts = [
        f"Qubit 0 holds the data (in any state), qubit 1 is an ancilla that starts in |0>; bit 0 takes "
        f"the ancilla's "
        f"outcome{' and bit 1 a final measurement of the data' if record else ''}; there are no other bits.",
        f"An attempt: {said_first}; {said_second}; measure the ancilla into bit 0; reset the ancilla. It "
        f"succeeds "
        f"where the bit is {good}.",
        f"After a failed attempt: {said_fix}"
        + (" (also after the last one)." if how != "while" else ", before the next one."),
        f"Attempt it {count}.",
    ]
    if said_end or record:
        facts.append(
            "At the end, always: "
            + "; ".join(
                x for x in (said_end, "measure the data qubit into bit 1" if record else "") if x
            )
            + "."
        )
    own_loop = f"""    for _ in range(TRIES):
        live = act(act(live, {own_first}), {own_second})
        live = look(live, 1, 0)
        live = [y for x in live for y in (act([x], lib.XGate(), 1) if x[1][0] else [x])]
        done += [x for x in live if x[1][0] == {good}]
        live = act([x for x in live if x[1][0] != {good}], {own_fix})
""".replace("TRIES", {"while": "200"}.get(how, "tries"))
    arguments = "attempts: int" if bound == "given" else ""
    kind = {"break": "for_loop", "while": "while_loop", "flag": "if_else"}[how]
    return Instance(
        entry_point=rng.choice(["until_success", "retry", "repeat_gadget"]),
        signature=f"({arguments}) -> QuantumCircuit",
        asks=asks(
            (
                "Repeat a gadget until it succeeds.",
                "I need a repeat-until-success circuit:",
                "Write this dynamic circuit.",
                "Repeat until success.",
            ),
            facts,
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=BRANCHES
        + f"""
for tries in {"(1, 2, 4)" if bound == "given" else f"({tries},)"}:
    qc = candidate({"tries" if bound == "given" else ""})
    assert isinstance(qc, QuantumCircuit) and (qc.num_qubits, qc.num_clbits) == (2, {2 if record else 1})
    assert "{kind}" in kinds(qc)
    {"assert not {'for_loop', 'while_loop'} & set(kinds(qc))" if how == "flag" else "pass"}
    one = random_statevector(2, seed=int(rng.integers(2**31))).data
    state = Statevector(np.kron([1, 0], one))
    live, done = [(state, (0,) * {2 if record else 1})], []
{own_loop.rstrip()}
    live = [x for x in live + done if np.linalg.norm(x[0].data) > 1e-7]
    {f"live = act(live, {own_end})" if own_end else "pass"}
    {"live = look(live, 0, 1)" if record else "pass"}
    found = exact(qc, state)
    {"assert abs(sum(x[0] for x in found) - 1) < 1e-6" if how == "while" else "pass"}
    assert same(found, live)
""",
        params={"how": how, "good": good, "bound": bound, "record": record},
        wrong=(Wrong("S24", body.replace(f"({pin}, {1 - good})", f"({pin}, "
            f"{good})")),) if how == "while" else (),
    )  # fmt: skip
