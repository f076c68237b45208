"""Dynamic circuits: loops that end early and qubits that are used again."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.dynamic import REGISTERS


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


@family(
    "dynamic",
    "advanced",
    oracle="state",
    skills=("control-flow", "while-loop", "reset"),
    why="A while loop reads the bit before its first round, so the first attempt comes before the loop.",
    tolerance=1e-6,
)
def repeat_until_flag(rng: Random) -> Instance:
    """Prepare a state by attempts that a flag qubit heralds, in a while loop."""
    data = 2
    flag = rng.randrange(data + 1)
    places = [i for i in range(data + 1) if i != flag]
    axis, link = rng.choice(["rx", "ry"]), rng.choice(["crx", "cry"])
    good = rng.choice([0, 1])
    finish = rng.choice([("z", "a Z"), ("s", "an S"), ("h", "an H"), (None, "")])
    extra = rng.choice([None, "cz", "cx"])
    lines = [f"qc.reset({list(range(data + 1))})"]
    lines += [f"qc.{axis}(theta{f' + {0.4 * i}' if i else ''}, {q})" for i, q in enumerate(places)]
    lines += [f"qc.{extra}({places[0]}, {places[1]})"] if extra else []
    lines += [f"qc.{link}(phi, {q}, {flag})" for q in places]
    lines += [f"qc.measure({flag}, 0)"]
    words = [
        f"{axis.upper()}(theta{f' + {0.4 * i}' if i else ''}) on qubit {q}"
        for i, q in enumerate(places)
    ]
    words += [f"{extra.upper()} with control {places[0]} and target {places[1]}"] if extra else []
    words += [f"{link.upper()}(phi) with control {q} and target {flag}" for q in places]
    form = rng.choice(["builder", "body"])
    first = "\n".join(lines)
    if form == "builder":
        inner = "\n    ".join(lines)
        body = f"qc = QuantumCircuit({data + 1}, 1)\n{first}\nwith qc.while_loop((qc.clbits[0], "
        body += f"{1 - good})):\n    {inner}\n"
    else:
        body = "attempt = " + f"QuantumCircuit({data + 1}, 1)\n" + first.replace("qc.", "attempt.")
        body += f"""
qc = QuantumCircuit({data + 1}, 1)
qc.compose(attempt, inplace=True)
qc.while_loop((qc.clbits[0], {1 - good}), attempt, qc.qubits, qc.clbits)
"""
    body += f"qc.{finish[0]}({places[0]})\n" if finish[0] else ""
    body += "return qc\n"
    then = f" Then {finish[1]} on qubit {places[0]}." if finish[0] else " Nothing follows."
    steps = f"reset all qubits, {', '.join(words)}, and measure qubit {flag} into clbit 0"
    ref = "\n".join(line for line in lines if "reset" not in line and "measure" not in line)
    return Instance(
        entry_point=rng.choice(["heralded_state", "retry_preparation", "prepare_until"]),
        signature="(theta: float, phi: float) -> QuantumCircuit",
        asks=(
            f"A preparation only succeeds when the flag bit reads {good}. One attempt: {steps}. Make an "
            f"attempt, and as long as clbit 0 is {1 - good} repeat it in a `while_loop` of the circuit. "
            f"{data + 1} qubits, 1 clbit.{then}",
            f"Return a repeat-until-success circuit on {data + 1} qubits and one clbit. Attempt = "
            f"{steps}. The "
            f"outcome {good} means success. Do a first attempt outside, then a while loop with further ones "
            f"until there is success.{then}",
            f"Please write this as a dynamic circuit ({data + 1} qubits, clbit 0 as the flag): repeat "
            f"[{steps}] "
            f"until clbit 0 equals {good}; unbounded number of attempts, so it has to be a "
            f"`while_loop`.{then}",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import random_statevector
for theta, phi in ((1.7, 2.3), (1.9, -2.2)):
    candidates = candidate(theta, phi)
    assert (candidates.num_qubits, candidates.num_clbits) == ({data + 1}, 1)
    assert candidates.count_ops().get("while_loop") == 1
    assert candidates.count_ops().get("measure") == 1
    qc = QuantumCircuit({data + 1})
{chr(10).join("    " + line for line in ref.splitlines())}
    vector = Statevector(qc).data
    kept = np.array([x if i >> {flag} & 1 == {good} else 0 for i, x in enumerate(vector)])
    want = Statevector(kept / np.linalg.norm(kept))
    after = QuantumCircuit({data + 1})
    {f"after.{finish[0]}({places[0]})" if finish[0] else "pass"}
    dirty = random_statevector({2 ** (data + 1)}, seed=7)
    rho = average(candidates, list(range({data + 1})), dirty)
    want = want.evolve(after).data
    assert np.allclose(rho, np.outer(want, want.conj()), atol=1e-6)
""",
        params={"flag": flag, "good": good, "form": form},
        wrong=(Wrong("S24", body.replace(f"clbits[0], {1 - good}", f"clbits[0], {good}")),),
    )
