"""Dynamic circuits: conditions, switches and loops that are executed by the control system."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, angle, family

REGISTERS = ("flags", "mid", "outcome", "syn", "early", "probe", "readout", "herald")


def _gate(rng: Random) -> tuple[str, str, str]:
    """(method call with `{}` for the qubit, words, constructor of the gate class)."""
    turn = angle(rng)
    return rng.choice(
        [
            ("x({})", "an X gate", "lib.XGate()"),
            ("h({})", "a Hadamard", "lib.HGate()"),
            ("s({})", "an S gate", "lib.SGate()"),
            ("tdg({})", "an inverse T gate", "lib.TdgGate()"),
            ("sx({})", "a square root of X (SX)", "lib.SXGate()"),
            (f"rx({turn}, {{}})", f"a rotation RX({turn})", f"lib.RXGate({turn})"),
            (f"ry({turn}, {{}})", f"a rotation RY({turn})", f"lib.RYGate({turn})"),
            (f"p({turn}, {{}})", f"a phase gate P({turn})", f"lib.PhaseGate({turn})"),
        ]
    )


def _outcome_test(qubits: int, measured: list[int], target: int, call: str, rule: str) -> str:
    """What happens to a random state after each outcome; `rule` makes a gate of `outcome`."""
    return (
        EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.circuit import library as lib
from qiskit.quantum_info import random_statevector
rng = np.random.default_rng(np.random.randint(2**31))
state = random_statevector({2**qubits}, seed=int(rng.integers(2**31)))
for value in VALUES:
    qc = {call}
    assert isinstance(qc, QuantumCircuit)
    assert (qc.num_qubits, qc.num_clbits) == ({qubits}, {len(measured)})
    shape(qc)
    found = exact(qc, state)
    assert abs(sum(weight for weight, *_ in found) - 1) < 1e-8
    for weight, bits, _, after in found:
        keep = [all(i >> q & 1 == b for q, b in zip({measured}, bits)) for i in range({2**qubits})]
        outcome = sum(b << i for i, b in enumerate(bits))
        gate = {rule}
        want = Statevector(np.where(keep, state.data, 0))
        want = want.evolve(Operator(gate), [{target}])
        assert abs(np.linalg.norm(want.data) ** 2 - weight) < 1e-8
        assert abs(abs(np.vdot(want.data, after.data)) - weight**0.5) < 1e-7
"""
    )


@family(
    "dynamic",
    "intermediate",
    oracle="state",
    skills=("control-flow", "register-names"),
    why="A condition on a register compares its integer value, in which clbit 0 is the lowest bit.",
    tolerance=1e-7,
)
def conditional_gate(rng: Random) -> Instance:
    """Measure some qubits and apply one of two gates, in each of the ways to write it."""
    size = rng.randint(2, 3)
    order = rng.sample(range(size + 1), size + 1)
    measured, target = order[:-1], order[-1]
    name, (hit, hit_words, hit_class) = rng.choice(REGISTERS), _gate(rng)
    miss, miss_words, miss_class = _gate(rng)
    while miss_class.split("(")[0] == hit_class.split("(")[0]:
        miss, miss_words, miss_class = _gate(rng)
    form = rng.choice(["builder", "method", "append", "not equal", "nested"])
    head = f"""
qc = QuantumCircuit({size + 1})
reg = ClassicalRegister({size}, "{name}")
qc.add_register(reg)
qc.measure({measured}, reg)
"""
    imports = "from qiskit import ClassicalRegister, QuantumCircuit"
    if form == "builder":
        body = f"""
with qc.if_test((reg, value)) as otherwise:
    qc.{hit.format(target)}
with otherwise:
    qc.{miss.format(target)}
return qc
"""
    elif form == "not equal":
        imports += "\nfrom qiskit.circuit.classical import expr"
        body = f"""
with qc.if_test(expr.not_equal(reg, value)) as otherwise:
    qc.{miss.format(target)}
with otherwise:
    qc.{hit.format(target)}
return qc
"""
    elif form == "nested":
        body = f"""
with qc.switch(reg) as case:
    with case(value):
        qc.{hit.format(target)}
    with case(case.DEFAULT):
        qc.{miss.format(target)}
return qc
"""
    else:
        body = f"""
yes = QuantumCircuit(1, {size})
yes.{hit.format(0)}
no = QuantumCircuit(1, {size})
no.{miss.format(0)}
"""
        if form == "append":
            imports += "\nfrom qiskit.circuit import IfElseOp"
            body += f"qc.append(IfElseOp((reg, value), yes, no), [{target}], reg)\nreturn qc\n"
        else:
            body += f"qc.if_else((reg, value), yes, no, [{target}], reg)\nreturn qc\n"
    kind = "switch_case" if form == "nested" else "if_else"
    how = {
        "builder": "with the `if_test` builder",
        "method": "with body circuits given to `QuantumCircuit.if_else`",
        "append": "by appending an `IfElseOp` that you construct from two body circuits",
        "not equal": "with an `if_test` on an expression that compares for inequality",
        "nested": "with a `switch` statement over the register",
    }[form]
    pairs = ", ".join(f"qubit {q} into bit {i}" for i, q in enumerate(measured))
    said = f"a classical register called `{name}` of {size} bits ({pairs}; bit 0 is the least significant)"
    shape = f"""
def shape(qc):
    assert [(r.name, r.size) for r in qc.cregs] == [("{name}", {size})]
    assert qc.count_ops().get("{kind}") == 1
VALUES = {rng.sample(range(2**size), 3)}
"""
    return Instance(
        entry_point=rng.choice(["feed_forward", "react_to_outcome", "conditional_circuit"]),
        signature="(value: int) -> QuantumCircuit",
        asks=(
            f"On {size + 1} qubits, measure into {said}. If the register's value equals `value`, qubit "
            f"{target} gets {hit_words}; in every other case it gets {miss_words}. Do it {how}, as one "
            "control-flow operation.",
            f"I need feed-forward on {size + 1} qubits: {hit_words} on qubit {target} when the integer that "
            f"was measured is `value`, {miss_words} when it is anything else. The measurements go to {said}. "
            f"Write this {how}; there should be exactly one `{kind}` operation.",
            f"Spec: {size + 1} qubits; {said}; then one `{kind}` written {how}; true -> {hit_words} on "
            f"qubit {target}; false -> {miss_words} on it. `true` means that the register reads `value`.",
            f"How do I branch on a measured integer in Qiskit? Measure into {said}, then, {how} (one "
            f"`{kind}`), put {hit_words} on qubit {target} if the integer is `value`, else {miss_words}.",
        ),
        imports=imports,
        body=head + body,
        test=shape
        + _outcome_test(
            size + 1,
            measured,
            target,
            "candidate(value)",
            f"{hit_class} if outcome == value else {miss_class}",
        ),
        params={"form": form, "measured": measured, "target": target, "name": name},
        wrong=(Wrong("S24", (head + body).replace("value", "value ^ 1")),),
    )


@family(
    "dynamic",
    "intermediate",
    oracle="state",
    skills=("control-flow",),
    why="A case may carry several values, and CASE_DEFAULT must come last.",
    tolerance=1e-7,
)
def switch_on_register(rng: Random) -> Instance:
    """A switch whose cases turn a qubit by angles that are given as an argument."""
    size = rng.randint(2, 3)
    order = rng.sample(range(size + 1), size + 1)
    measured, target = order[:-1], order[-1]
    axis = rng.choice(["rx", "ry", "rz"])
    form = rng.choice(["builder", "method", "op"])
    grouped, fallback = rng.choice([True, False]), rng.choice([True, False])
    loop = "for labels, theta in cases" if grouped else "for label, theta in cases.items()"
    given = "*labels" if grouped else "label"
    extra = ", other: float" if fallback else ""
    kind = "list[tuple[list[int], float]]" if grouped else "dict[int, float]"
    imports, body = "from qiskit import QuantumCircuit", ""
    body += (
        f"qc = QuantumCircuit({size + 1}, {size})\nqc.measure({measured}, {list(range(size))})\n"
    )
    if form == "builder":
        body += f"""with qc.switch(qc.cregs[0]) as case:
    {loop}:
        with case({given}):
            qc.{axis}(theta, {target})
"""
        if fallback:
            body += f"    with case(case.DEFAULT):\n        qc.{axis}(other, {target})\n"
    else:
        label = "tuple(labels)" if grouped else "label"
        body += f"""blocks = []
{loop}:
    block = QuantumCircuit(1, {size})
    block.{axis}(theta, 0)
    blocks.append(({label}, block))
"""
        if fallback:
            imports += "\nfrom qiskit.circuit import CASE_DEFAULT"
            body += f"rest = QuantumCircuit(1, {size})\nrest.{axis}(other, 0)\n"
            body += "blocks.append((CASE_DEFAULT, rest))\n"
        if form == "op":
            imports += "\nfrom qiskit.circuit import SwitchCaseOp"
            body += f"qc.append(SwitchCaseOp(qc.cregs[0], blocks), [{target}], qc.clbits)\n"
        else:
            body += f"qc.switch(qc.cregs[0], blocks, [{target}], qc.clbits)\n"
    body += "return qc\n"
    high = 2**size - 1
    if grouped:
        values = f"[([1, {high}], 0.4), ([2], 1.3)], [([{high - 1}, 0], 2.1), ([1], 0.7)]"
        lookup = f"next((t for ls, t in value if outcome in ls), {'0.9' if fallback else '0.0'})"
    else:
        values = f"{{1: 0.4, {high}: 1.3}}, {{2: 2.1, 0: 0.7}}"
        lookup = f"value.get(outcome, {'0.9' if fallback else '0.0'})"
    pairs = ", ".join(f"qubit {q} into clbit {i}" for i, q in enumerate(measured))
    rest = "by `other` when no case matches" if fallback else "not at all when no case matches"
    cases = (
        "the pairs (list of values, angle) of `cases`" if grouped else "`cases` (value -> angle)"
    )
    how = {
        "builder": "the `switch` context manager",
        "method": "`QuantumCircuit.switch` with explicit body circuits",
        "op": "a `SwitchCaseOp` built from body circuits",
    }[form]
    rotation = f"{axis.upper()}(angle)"
    test = (
        f"VALUES = [{values}]\ndef shape(qc):\n    assert qc.count_ops().get('switch_case') == 1\n"
    )
    return Instance(
        entry_point=rng.choice(["switch_rotation", "rotate_by_case", "dispatch"]),
        signature=f"(cases: {kind}{extra}) -> QuantumCircuit",
        asks=(
            f"Build a circuit with {size + 1} qubits and {size} clbits. Measure {pairs}. Then switch on the "
            f"integer value of the classical bits (clbit 0 least significant): qubit {target} is rotated "
            f"with {rotation} by the angle that {cases} give, {rest}. Use {how}, one switch in all.",
            f"I have a lookup table of {axis.upper()} angles and want the hardware to dispatch on a measured "
            f"value. {size + 1} qubits, {size} clbits; {pairs}; one switch statement ({how}) over the bits "
            f"read as an integer, clbit 0 lowest, that turns qubit {target} according to {cases}, {rest}.",
            "`cases` holds "
            f"{'pairs (list of values, angle)' if grouped else 'a mapping value -> angle'}. After "
            f"measuring {pairs} on a circuit of {size + 1} qubits, apply {rotation} to qubit {target} by the "
            f"matching case, {rest}. Requirement: a single `switch_case` operation, written with {how}.",
        ),
        imports=imports,
        body=body,
        test=test
        + _outcome_test(
            size + 1,
            measured,
            target,
            f"candidate(value{', 0.9' if fallback else ''})",
            f"lib.{axis.upper()}Gate({lookup})",
        ),
        params={"form": form, "grouped": grouped, "default": fallback},
    )


@family(
    "dynamic",
    "intermediate",
    oracle="state",
    skills=("control-flow", "loop-parameter"),
    why="The builder of a for loop yields a Parameter that may be used in angles.",
    tolerance=1e-7,
)
def angle_of_the_loop(rng: Random) -> Instance:
    """A for loop in the circuit whose index goes into the angles of its body."""
    first, second = rng.sample(["rx", "ry", "rz", "p"], 2)
    a, b = angle(rng), angle(rng)
    formula, words = rng.choice(
        [
            (f"{a} * {{}}", f"{a} times the index"),
            (f"{a} * {{}} + {b}", f"{a} times the index plus {b}"),
            (f"{b} - {a} * {{}}", f"{b} minus {a} times the index"),
            (f"{a} * {{}} * {{}}", f"{a} times the square of the index"),
            (f"({{}} + 1) * {a}", f"{a} times (index + 1)"),
        ]
    )
    entangle = rng.choice([None, "cx", "cy", "ch"])
    indices, index_words, signature, samples = rng.choice(
        [
            ("range(count)", "0, 1, ..., count - 1", "(count: int)", "(3, 5)"),
            ("range(1, count + 1)", "1, 2, ..., count", "(count: int)", "(2, 4)"),
            ("range(start, stop, step)", "start, start + step, ... below stop",
             "(start: int, stop: int, step: int)", "((1, 8, 3), (2, 7, 2))"),
            ("values", "the entries of `values`, in their order", "(values: tuple[int, ...])",
             "([(3, 1, 4)], [(2, 7)])"),
            ("range(count, 0, -1)", "count, count - 1, ..., 1", "(count: int)", "(3, 4)"),
        ]
    )  # fmt: skip
    form = rng.choice(["builder", "method", "op"])
    imports = "from qiskit import QuantumCircuit"
    lines = [f"{{c}}.{first}({formula.replace('{}', '{i}')}, 0)"]
    lines += [f"{{c}}.{entangle}(0, 1)"] if entangle else []
    lines += [f"{{c}}.{second}({b}, 1)", f"{{c}}.{second}({{i}} * 0.3, 0)"]
    if form == "builder":
        body = f"qc = QuantumCircuit(2)\nwith qc.for_loop({indices}) as index:\n"
        body += "".join(f"    {line.format(c='qc', i='index')}\n" for line in lines)
    else:
        imports += "\nfrom qiskit.circuit import Parameter"
        body = 'index = Parameter("index")\nbody = QuantumCircuit(2)\n'
        body += "".join(f"{line.format(c='body', i='index')}\n" for line in lines)
        body += "qc = QuantumCircuit(2)\n"
        if form == "op":
            imports = imports.replace("Parameter", "ForLoopOp, Parameter")
            body += f"qc.append(ForLoopOp({indices}, index, body), [0, 1])\n"
        else:
            body += f"qc.for_loop({indices}, index, body, [0, 1], [])\n"
    body += "return qc\n"
    how = {
        "builder": "Use the context manager of `for_loop`",
        "method": "Give `QuantumCircuit.for_loop` a body circuit and a Parameter",
        "op": "Append a hand-made `ForLoopOp`",
    }[form]
    steps = f"{first.upper()} by {words} on qubit 0"
    steps += f", then {entangle.upper()} with control 0 and target 1" if entangle else ""
    steps += f", then {second.upper()}({b}) on qubit 1 and {second.upper()}(0.3 * index) on qubit 0"
    angle_source = formula.replace("{}", "i")
    want = [f"want.{first}({angle_source}, 0)"] + ([f"want.{entangle}(0, 1)"] if entangle else [])
    want += [f"want.{second}({b}, 1)", f"want.{second}(i * 0.3, 0)"]
    inner = "\n        ".join(want)
    names = signature.strip("()").replace(": int", "").replace(": tuple[int, ...]", "")
    return Instance(
        entry_point=rng.choice(["looped", "sweep_circuit", "loop_angles"]),
        signature=f"{signature} -> QuantumCircuit",
        asks=(
            f"Make a two-qubit circuit that consists of one `for_loop` operation. Its index runs over "
            f"{index_words}; each round applies {steps}. {how}; do not unroll in Python.",
            f"The loop shall stay a loop in the circuit: exactly one instruction, a `for_loop` over "
            f"{index_words}, on two qubits. Body: {steps}. {how}.",
            f"I want {steps}, repeated while the index goes through {index_words}, without the circuit "
            f"growing with the number of rounds (a single `for_loop` on two qubits). {how}.",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import random_statevector
rng = np.random.default_rng(np.random.randint(2**31))
state = random_statevector(4, seed=int(rng.integers(2**31)))
for case in {samples}:
    arguments = case if isinstance(case, (tuple, list)) else (case,)
    {names} = arguments if len(arguments) > 1 else arguments[0]
    qc = candidate(*arguments)
    assert qc.num_qubits == 2 and dict(qc.count_ops()) == {{"for_loop": 1}}
    want = QuantumCircuit(2)
    for i in {indices}:
        {inner}
    [(weight, _, _, got)] = exact(qc, state)
    assert abs(abs(np.vdot(state.evolve(want).data, got.data)) - 1) < 1e-8
""",
        params={"form": form, "first": first, "second": second, "indices": indices},
    )


@family(
    "dynamic",
    "advanced",
    oracle="distribution",
    skills=("control-flow", "break-loop", "loop-parameter"),
    why="break_loop inside an if_test leaves the loop; measured qubits stay collapsed for the next round.",
    tolerance=1e-7,
)
def loop_with_break(rng: Random) -> Instance:
    """A loop that is left at the first click; a second qubit remembers the rounds before."""
    axis, memory = rng.choice(["rx", "ry"]), rng.choice(["rx", "ry"])
    turn = angle(rng)
    grow, grow_words = rng.choice(
        [
            ("theta", "theta in every round"),
            ("theta * {}", "theta times the round's number"),
            ("theta + 0.2 * {}", "theta plus 0.2 times the round's number"),
            ("theta * (2 * {} - 1)", "theta times (twice the round's number minus 1)"),
        ]
    )
    place = rng.choice(["before", "after"])
    click = rng.choice([0, 1])
    flipped = rng.choice([True, False])
    remember = f"qc.{memory}({turn}, 1)"
    lines = [f"qc.{axis}({grow.format('k')}, 0)", "qc.measure(0, 0)"]
    if not click:
        lines.insert(0, "qc.x(0)")
    test = [f"with qc.if_test((qc.clbits[0], {click})):"]
    test += (["    qc.z(1)", "    qc.h(1)"] if flipped else []) + ["    qc.break_loop()"]
    lines += [remember, *test] if place == "before" else [*test, remember]
    if not click:
        lines.append("qc.x(0)")
    inner = "\n    ".join(lines)
    body = f"""
qc = QuantumCircuit(2, 1)
with qc.for_loop(range(1, rounds + 1)) as k:
    {inner}
return qc
"""
    start = "" if click else "first flip qubit 0 with X, then "
    end = "" if click else ", and at the end of a round flip qubit 0 back to zero with X"
    hit = "a Z and then an H on qubit 1 and then leave the loop" if flipped else "leave the loop"
    turn_words = f"{memory.upper()}({turn}) on qubit 1"
    ordered = (
        f"then {turn_words}, and then, if the bit is {click}, {hit}"
        if place == "before"
        else f"then, if the bit is {click}, {hit}; otherwise go on with {turn_words}"
    )
    steps = f"{start}rotate qubit 0 with {axis.upper()} by {grow_words}, "
    steps += f"measure it into clbit 0, {ordered}{end}"
    return Instance(
        entry_point=rng.choice(["until_click", "loop_until_hit", "first_click"]),
        signature="(theta: float, rounds: int) -> QuantumCircuit",
        asks=(
            f"Return a circuit with 2 qubits and 1 clbit that holds a single for loop over the round numbers "
            f"1 to `rounds` (inclusive). A round: {steps}. Leaving the loop means `break_loop`.",
            f"I model a detector that is watched for `rounds` rounds (numbered from 1) and stops at the "
            f"first "
            f"outcome {click}. Two qubits, one clbit, one `for_loop` with the builder interface. In "
            f"each round "
            f"{steps}. Nothing comes after the loop.",
            f"Write a dynamic circuit (2 qubits, 1 clbit) whose only top-level instruction is a `for_loop` "
            f"numbered 1..rounds; in round k: {steps}. The loop must really break in the circuit.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=EXACT
        + f"""
from qiskit.circuit import library as lib
from qiskit.quantum_info import random_statevector
M = Operator(lib.{memory.upper()}Gate({turn})).data
hit = Operator(lib.HGate()).data @ Operator(lib.ZGate()).data if {flipped} else np.eye(2)
for theta, rounds in ((0.7, 3), (1.1, 4), (0.5, 1)):
    rng = np.random.default_rng(np.random.randint(2**31))
    psi, memory = (random_statevector(2, seed=int(rng.integers(2**31))) for _ in range(2))
    start, psi, memory = psi.expand(memory), psi.data, memory.data
    qc = candidate(theta, rounds)
    assert qc.num_qubits == 2 and qc.num_clbits == 1
    assert dict(qc.count_ops()) == {{"for_loop": 1}}
    alive, rho = 1.0, np.zeros((2, 2), complex)
    clicked = 0.0
    for number in range(1, rounds + 1):
        R = Operator(lib.{axis.upper()}Gate({grow.format("number")})).data
        p = abs((R @ ({"psi" if click else "psi[::-1]"}))[{click}]) ** 2
        psi = np.array([1, 0])
        before = M @ memory if {place == "before"} else memory
        out = hit @ before
        rho += alive * p * np.outer(out, out.conj())
        clicked += alive * p
        alive *= 1 - p
        memory = M @ memory
    rho += alive * np.outer(memory, memory.conj())
    assert np.allclose(average(qc, [1], start), rho, atol=1e-8)
    assert abs(spread(qc, start).get("{click}", 0) - clicked) < 1e-8
""",
        params={"click": click, "place": place, "axis": axis, "grow": grow},
    )


@family(
    "dynamic",
    "intermediate",
    oracle="distribution",
    skills=("reset", "qubit-reuse"),
    why="A reset, or an X that depends on the outcome, makes a measured qubit usable again.",
    tolerance=1e-8,
)
def one_qubit_many_bits(rng: Random) -> Instance:
    """Sample many independent bits with one or two qubits that are used again."""
    axis, shift = rng.choice(["rx", "ry"]), rng.choice([0.0, 0.3, 0.5])
    clean, backwards = rng.choice(["reset", "x"]), rng.choice([True, False])
    width = rng.choice([1, 2])
    name = rng.choice(REGISTERS)
    qubit = "0" if width == 1 else "i % 2"
    bit = "count - 1 - i" if backwards else "i"
    turn = f"theta + {shift}" if shift else "theta"
    wipe = (
        f"    qc.reset({qubit})\n"
        if clean == "reset"
        else f"    with qc.if_test((reg[{bit}], 1)):\n        qc.x({qubit})\n"
    )
    body = f"""
count = len(thetas)
qc = QuantumCircuit({width})
reg = ClassicalRegister(count, "{name}")
qc.add_register(reg)
for i, theta in enumerate(thetas):
    qc.{axis}({turn}, {qubit})
    qc.measure({qubit}, reg[{bit}])
{wipe}return qc
"""
    words = "a single qubit" if width == 1 else "two qubits that take turns (even entries: qubit 0)"
    order = "the last bit first, so that entry 0 lands in the highest bit" if backwards else "bit i"
    wiped = "with `reset`" if clean == "reset" else "with an X conditioned on the bit just measured"
    by = f"by the angle plus {shift}" if shift else "by the angle"
    return Instance(
        entry_point=rng.choice(["recycled", "reuse_qubit", "stream_of_bits"]),
        signature="(thetas: list[float]) -> QuantumCircuit",
        asks=(
            f"Sample one bit for each angle in `thetas` using only {words}: rotate with {axis.upper()} {by}, "
            f"measure, clear the qubit {wiped}. The bits go into one register `{name}` with as many bits as "
            f"there are angles, in this order: {order}. Qubits must be |0> again at the end.",
            f"Qubits are scarce. With {words}, produce independent outcomes for the angles `thetas`: "
            f"{axis.upper()} {by}, measurement into register `{name}` ({order}), and then return the "
            f"qubit to "
            f"|0> {wiped}, also after the last one.",
            f"Write a circuit on {words} and a classical register `{name}` (one bit per entry of `thetas`; "
            f"order: {order}). Entry by entry: {axis.upper()} rotation {by}, mid-circuit measurement, "
            f"clean-up "
            f"{wiped}.",
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit",
        body=body,
        test=EXACT
        + f"""
for thetas in ([0.4, 1.2, 2.0, 0.9], [2.6, 0.3, 1.1]):
    qc = candidate(list(thetas))
    assert qc.num_qubits == {width}
    assert [(r.name, r.size) for r in qc.cregs] == [("{name}", len(thetas))]
    ones = [np.sin((t + {shift}) / 2) ** 2 for t in thetas]
    ones = ones[::-1] if {backwards} else ones
    got = spread(qc)
    for number in range(2 ** len(thetas)):
        key = format(number, f"0{{len(thetas)}}b")
        want = np.prod([p if b == "1" else 1 - p for p, b in zip(ones, reversed(key))])
        assert abs(got.get(key, 0) - want) < 1e-8
    assert abs(average(qc, list(range({width})))[0, 0] - 1) < 1e-8
    assert qc.count_ops().get("{axis}") == len(thetas)
    assert qc.count_ops().get("{"reset" if clean == "reset" else "if_else"}", 0) > 0
""",
        params={"axis": axis, "clean": clean, "backwards": backwards, "width": width},
        wrong=(Wrong("S14", body.replace(f"reg[{bit}])", "reg[0])")),),
    )
