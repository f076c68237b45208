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
