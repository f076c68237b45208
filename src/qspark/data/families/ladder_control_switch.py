"""Composites of control flow: switches in loops."""

from random import Random

from qspark.data.families._ladder_control import BRANCHES, asks
from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.wording import indented


@family(
    "ladder_control",
    "advanced",
    oracle="channel",
    skills=("switch", "control-flow"),
    why="A switch reads the whole register as a number; its cases may hold several values and a default.",
    tolerance=1e-7,
)
def switch_in_rounds(rng: Random) -> Instance:
    """A loop with a switch over a measured register, whose cases may end or skip rounds."""
    rounds = rng.choice([2, 3])
    values = rng.sample([0, 1, 2, 3], 4)
    split = rng.choice([(1, 1, 2), (2, 1, 1), (1, 2, 1), (1, 1, 1)])
    cases, at = [], 0
    for size in split:
        cases.append(values[at : at + size])
        at += size
    t, u, a, b = (angle(rng) for _ in range(4))
    pool = [
        (f"qc.rx({t}, 2)", f"RX({t}) on qubit 2", f"lib.RXGate({t}), 2"),
        (f"qc.ry({u}, 2)", f"RY({u}) on qubit 2", f"lib.RYGate({u}), 2"),
        ("qc.cx(2, 0)", "CX from qubit 2 to qubit 0", "lib.CXGate(), 2, 0"),
        ("qc.h(2)", "H on qubit 2", "lib.HGate(), 2"), ("qc.swap(1, 2)", "SWAP of the qubits 1 and "
            "2", "lib.SwapGate(), 1, 2"),
        (f"qc.rz({u} * k + {t}, 2)", f"RZ({u} k + {t}) on qubit 2", f"lib.RZGate({u} * k + {t}), 2"),
        (f"qc.crx({t} * (k + 1), 2, 1)", f"CRX({t} (k + 1)) with control 2 and target 1",
         f"lib.CRXGate({t} * (k + 1)), 2, 1"),
    ]  # fmt: skip
    acts = rng.sample(pool, 4)
    jump = rng.choice(["none", "break", "continue"])
    which = rng.randrange(3)
    default = split == (1, 1, 1) or rng.random() < 0.5
    after, said_after, own_after = rng.choice([
        (f"qc.ry({b}, 0)", f"RY({b}) on qubit 0", f"lib.RYGate({b}), 0"),
        (f"qc.rx({b} * k, 1)", f"RX({b} k) on qubit 1", f"lib.RXGate({b} * k), 1"),
    ])  # fmt: skip
    code, lines, own = "", [], ""
    for i, case in enumerate(cases):
        last = default and i == 2 and split != (1, 1, 1)
        label = "case.DEFAULT" if last else ", ".join(map(str, sorted(case)))
        code += f"with case({label}):\n    {acts[i][0]}\n"
        stop = jump != "none" and i == which
        if stop:
            code += f"    qc.{jump}_loop()\n"
        word = "any other value" if last else " or ".join(map(str, sorted(case)))
        then = (
            {"break": ", then leave the loop", "continue": ", then go on with the next round"}[jump]
            if stop
            else ""
        )
        lines.append(f"{word}: {acts[i][1]}{then}")
        own += (
            f"{'if' if i == 0 else 'elif'} value in {case}:\n    item = act([item], {acts[i][2]})\n"
        )
        own += {"break": "    done += item\n    continue\n", "continue": "    next_ += item\n    continue\n"}[
            jump] if stop else ""  # fmt: skip
    if split == (1, 1, 1):
        code += f"with case(case.DEFAULT):\n    {acts[3][0]}\n"
        lines.append(f"any other value: {acts[3][1]}")
        own += f"else:\n    item = act([item], {acts[3][2]})\n"
    register = rng.choice(["syn", "pair", "look", "word"])
    start = rng.choice([0, 1, 2])
    order = rng.choice([(0, 1), (1, 0)])
    measure = f"qc.measure([{order[0]}, {order[1]}], {register})\n"
    inner = (
        f"qc.ry({a}, 0)\nqc.h(1)\n{measure}with qc.switch({register}) as case:\n"
        + indented(code)
        + f"{after}\n"
    )
    body = (
        f'{register} = ClassicalRegister(2, "{register}")\nqc = QuantumCircuit(QuantumRegister(3, "q"), '
        f"{register})\n"
        f"with qc.for_loop(range({start}, {start + rounds})) as k:\n"
        + indented(inner)
        + "return qc\n"
    )
    facts = [
        f"Three qubits and one classical register `{register}` of two bits; the circuit acts on any "
        f"state of the "
        "qubits (no reset).",
        f"One `for_loop` over k = {', '.join(str(start + i) for i in range(rounds))} holds a `switch` on "
        f"the register.",
        f"A round: RY({a}) on qubit 0 and H on qubit 1; measure qubit {order[0]} into bit 0 and qubit "
        f"{order[1]} into "
        f"bit 1 of the register (bit 0 is the lowest of its value); then by the value: "
        f"{'; '.join(lines)}. After the "
        f"switch: {said_after}.",
    ]
    return Instance(
        entry_point=rng.choice(["switching_rounds", "switch_loop", "select_per_round"]),
        signature="() -> QuantumCircuit",
        asks=asks(
            (
                "A loop with a switch.",
                "Please build a circuit that switches on what it measured:",
                "Build it with Qiskit's control flow.",
                "Control flow with a switch.",
            ),
            facts,
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister",
        body=body,
        test=BRANCHES
        + f"""
qc = candidate()
assert isinstance(qc, QuantumCircuit) and (qc.num_qubits, qc.num_clbits) == (3, 2)
assert [(x.name, x.size) for x in qc.cregs] == [("{register}", 2)]
assert kinds(qc).count("for_loop") == 1 and kinds(qc).count("switch_case") == 1
state = random_statevector(8, seed=int(rng.integers(2**31)))
live, done = [(state, (0, 0))], []
for k in range({start}, {start + rounds}):
    live = act(act(live, lib.RYGate({a}), 0), lib.HGate(), 1)
    next_ = []
    for item in look(look(live, {order[0]}, 0), {order[1]}, 1):
        value = item[1][0] + 2 * item[1][1]
{indented(own, 2)}
        next_ += act(item, {own_after})
    live = next_
assert same(exact(qc, state), live + done)
""",
        params={"rounds": rounds, "cases": cases, "jump": jump, "order": order},
        wrong=(Wrong("S14", body.replace(f"qc.measure([{order[0]}, {order[1]}]",
                                         f"qc.measure([{order[1]}, {order[0]}]")),),
    )  # fmt: skip
