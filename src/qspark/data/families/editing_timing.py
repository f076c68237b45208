"""Editing circuits: estimates of duration and fidelity, and delays that stretch."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "editing",
    "advanced",
    oracle="value",
    skills=("timing", "target"),
    why="A circuit's duration is its longest path through the target's gate durations and delays.",
    tolerance=1e-9,
)
def estimated_times(rng: Random) -> Instance:
    """Durations and fidelities of a circuit on a target that the function gets or makes."""
    unit, factor = rng.choice([("s", 1), ("ms", 1e3), ("us", 1e6), ("ns", 1e9), ("dt", 0)])
    sx, cz, read = rng.randint(20, 60), rng.randint(100, 400), rng.randint(500, 1500)
    esx, ecz, eread = rng.randint(1, 9) / 1e4, rng.randint(2, 9) / 1e3, rng.randint(1, 5) / 1e2
    dt = rng.choice([1, 2, 4])
    sx, cz, read = sx * dt * 4, cz * dt, read * dt
    wanted = rng.choice(["duration", *["both", "fidelity_first"] * 3, "delta", "infidelity"])
    own = wanted in ("both", "fidelity_first") or rng.random() < 0.2
    if own and wanted not in ("both", "fidelity_first"):
        wanted = "both"
    delay = rng.randint(10, 90) * 16
    code = []
    if own:
        code += [
            f"target = Target(num_qubits=2, dt={dt}e-9)",
            f"sx = InstructionProperties(duration={sx}e-9, error={esx})",
            f"cz = InstructionProperties(duration={cz}e-9, error={ecz})",
            f"read = InstructionProperties(duration={read}e-9, error={eread})",
            "target.add_instruction(SXGate(), {(0,): sx, (1,): sx})",
            "target.add_instruction(CZGate(), {(0, 1): cz})",
            "target.add_instruction(Measure(), {(0,): read, (1,): read})",
            'target.add_instruction(Delay(Parameter("t")), {(0,): None, (1,): None})',
        ]
    # The method itself takes "s" and "dt" only.
    unit_option = ', unit="dt"' if unit == "dt" else ""
    scaled = f" * {factor:g}".replace("e+0", "e") if factor > 1 else ""
    time = f"circuit.estimate_duration(target{unit_option}){scaled}"
    text, lines, want = {
        "duration": (f"its duration in {unit}", [f"return {time}"], "T"),
        "both": (f"a tuple of its duration in {unit} and its estimated fidelity",
                 [f"return {time}, circuit.estimate_fidelity(target)"], "(T, F)"),
        "fidelity_first": (f"a tuple of its estimated fidelity and its duration in {unit}",
                           [f"return circuit.estimate_fidelity(target), {time}"], "(F, T)"),
        "delta": (
            f"by how much its duration in {unit} grows if a delay of {delay} dt is put in front on qubit 0",
            ["slow = circuit.copy_empty_like()", f'slow.delay({delay}, 0, unit="dt")',
             "slow.compose(circuit, clbits=circuit.clbits, inplace=True)",
             f"return slow.estimate_duration(target{unit_option}){scaled} - {time}"], "D",
        ),
        "infidelity": ("one minus its estimated fidelity",
        ["return 1 - circuit.estimate_fidelity(target)"], "1 - F"),
    }[wanted]  # fmt: skip
    sort = "tuple[float, float]" if want.startswith("(") else "float"
    scope = (
        f"The device has 2 qubits and dt = {dt} ns. SX on either qubit: {sx} ns, error {esx}. CZ "
        f"on (0, 1): {cz} ns, "
        f"error {ecz}. Measurement: {read} ns, error {eread}. Delays are allowed"
        if own
        else "The device is described by a `Target` with durations, errors and dt"
    )
    arguments = "circuit: QuantumCircuit" + ("" if own else ", target: Target")
    how = "Use the estimates that `QuantumCircuit` offers"
    imports = "from qiskit import QuantumCircuit\n"
    if own:
        imports += "from qiskit.circuit import Delay, Measure, Parameter\n"
        imports += "from qiskit.circuit.library import CZGate, SXGate\n"
    imports += f"from qiskit.transpiler import {'InstructionProperties, ' if own else ''}Target"
    return Instance(
        entry_point=rng.choice(["estimate", "cost_of", "device_estimate"]),
        signature=f"({arguments}) -> {sort}",
        asks=(
            f"For a circuit in the device's gates, return {text}. {scope}. {how}.",
            f"{scope}. Given such a circuit, I need {text}. {how}.",
            f"Device: {scope[0].lower()}{scope[1:]}.\nWanted for `circuit`: {text}.\n{how}, "
            f"without transpiling.",
            f"How do I estimate {text} of a circuit that already uses the device's gates? {scope}. {how}.",
        ),
        imports=imports,
        body="\n".join([*code, *lines]),
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import Delay, Measure, Parameter
from qiskit.circuit.library import CZGate, SXGate
from qiskit.transpiler import InstructionProperties, Target
time = {{"sx": {sx}e-9, "cz": {cz}e-9, "measure": {read}e-9}}
error = {{"sx": {esx}, "cz": {ecz}, "measure": {eread}}}
target = Target(num_qubits=2, dt={dt}e-9)
for gate, places in ((SXGate(), [(0,), (1,)]), (CZGate(), [(0, 1)]), (Measure(), [(0,), (1,)])):
    properties = InstructionProperties(duration=time[gate.name], error=error[gate.name])
    target.add_instruction(gate, {{place: properties for place in places}})
target.add_instruction(Delay(Parameter("t")), {{(0,): None, (1,): None}})

def path(rows, start=(0.0, 0.0)):
    ends = list(start)
    for name, wires, dt in rows:
        last = max(ends[w] for w in wires) + (dt * {dt}e-9 if name == "delay" else time[name])
        for w in wires:
            ends[w] = last
    return max(ends)

for rows in (
    [("sx", [0], 0), ("cz", [0, 1], 0), ("sx", [1], 0), ("delay", [1], 320), ("measure", [0], 0)],
    [("sx", [1], 0), ("sx", [1], 0), ("cz", [0, 1], 0), ("measure", [1], 0), ("measure", [0], 0)],
    [("delay", [1], 5000), ("sx", [1], 0), ("sx", [0], 0), ("delay", [0], 160)],
    [("measure", [0], 0), ("sx", [1], 0), ("cz", [0, 1], 0)],
):
    circuit, F = QuantumCircuit(2, 2), 1.0
    for name, wires, dt in rows:
        F *= 1 - error.get(name, 0)
        if name == "delay":
            circuit.delay(dt, wires[0], unit="dt")
        elif name == "measure":
            circuit.measure(wires[0], wires[0])
        else:
            getattr(circuit, name)(*wires)
    scale = {factor} or 1 / {dt}e-9
    T = path(rows) * scale
    D = path(rows, ({delay} * {dt}e-9, 0.0)) * scale - T
    got = candidate(circuit{"" if own else ", target"})
    got, want = [x if isinstance(x, tuple) else (x,) for x in (got, {want})]
    assert len(got) == len(want)
    for one, two in zip(got, want):
        assert abs(one - two) <= 1e-9 * max(abs(two), 1e-3 * scale * 1e-9), (got, want)
""",
        params={"unit": unit, "wanted": wanted, "own": own},
    )


_PULSES = ("x", "y", "sx", "z")


@family(
    "editing",
    "intermediate",
    oracle="structure",
    skills=("stretch", "delays"),
    why="add_stretch declares a duration that is solved later; a delay takes it as an expression.",
)
def delays_with_stretch(rng: Random) -> Instance:
    """Delays whose duration is a stretch, alone or in arithmetic with other durations."""
    names = rng.sample(["gap", "wait", "pad", "rest", "slack"], rng.choice([1, 2]))
    code = ["qc = QuantumCircuit(2)", *(f'{name} = qc.add_stretch("{name}")' for name in names)]
    words, rows = [], []
    for k in range(rng.randint(3, 4)):
        q = rng.randrange(2)
        if k % 2:
            pulse = rng.choice(_PULSES)
            code.append(f"qc.{pulse}({q})")
            words.append(f"{pulse} on qubit {q}")
            rows.append((pulse, q, None))
            continue
        name, n = rng.choice(names), rng.randint(2, 5)
        fixed = rng.randint(3, 90) * 10
        options = [
            (f"a delay of {name} on qubit {q}", name),
            (f"a delay of {name} divided by {n} on qubit {q}", f"expr.div({name}, {n})"),
            (
                f"a delay of {fixed} ns minus {name} on qubit {q}",
                f"expr.sub(Duration.ns({fixed}), {name})",
            ),
            (
                f"a delay of {name} minus {fixed} dt on qubit {q}",
                f"expr.sub({name}, Duration.dt({fixed}))",
            ),
            (
                f"a delay of {name} minus {fixed} us on qubit {q}",
                f"expr.sub({name}, Duration.us({fixed}))",
            ),
        ]
        # Sums and products commute: one of them in a circuit is enough.
        if k == 0:
            options += [
                (f"a delay of {n} times {name} on qubit {q}", f"expr.mul({n}, {name})"),
                (
                    f"a delay of {name} plus {fixed} ns on qubit {q}",
                    f"expr.add({name}, Duration.ns({fixed}))",
                ),
            ]
        text, line = rng.choice(options)
        code.append(f"qc.delay({line}, {q})")
        words.append(text)
        rows.append(("delay", q, line))
    used = {name for name in names if any(name in str(row[2]) for row in rows)}
    idle = [name for name in names if name not in used]
    code.append("return qc")
    text = "\n".join(code)
    imports = "from qiskit import QuantumCircuit"
    imports += "\nfrom qiskit.circuit import Duration" if "Duration" in text else ""
    imports += "\nfrom qiskit.circuit.classical import expr" if "expr." in text else ""
    declared = " and ".join(f"`{name}`" for name in names)
    spare = f" ({', '.join(idle)} is declared but not used)" if idle else ""
    listed = ", then ".join(words)
    return Instance(
        entry_point=rng.choice(["stretchy", "flexible_timing", "stretch_circuit"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Build a 2-qubit circuit that declares the stretch {declared}{spare} and has, in "
            f"order: {listed}.",
            f"I need delays of open length on two qubits. Stretches, in order of declaration: "
            f"{declared}{spare}. "
            f"Instructions: {listed}.",
            f"2 qubits, stretches {declared}{spare}. Sequence:\n"
            + "\n".join(f"- {word}" for word in words),
            f"How do I write delays with the stretch variables {declared}{spare}? The two-qubit circuit has "
            f"{listed}.",
        ),
        imports=imports,
        body=text,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import Duration
from qiskit.circuit.classical import expr
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == 2
assert [s.name for s in got.iter_declared_stretches()] == {names}
scope = {{"expr": expr, "Duration": Duration, **{{s.name: s for s in got.iter_stretches()}}}}
rows = {rows}
assert [(i.operation.name, got.find_bit(i.qubits[0]).index) for i in got.data] == [row[:2] for row in rows]

def linear(node):
    if isinstance(node, expr.Stretch):
        return {{node.name: 1.0}}
    if isinstance(node, expr.Value):
        if not isinstance(node.value, Duration):
            return float(node.value)
        unit, size = node.value.unit(), node.value.value()
        scale = {{"ps": 1e-3, "ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9, "dt": 1.0}}[unit]
        return {{"dt" if unit == "dt" else "ns": size * scale}}
    if isinstance(node, expr.Cast):
        return linear(node.operand)
    one, two = linear(node.left), linear(node.right)
    kind = node.op.name
    if kind == "MUL":
        one, two = (two, one) if isinstance(one, float) else (one, two)
        return {{k: v * two for k, v in one.items()}}
    if kind == "DIV":
        return {{k: v / two for k, v in one.items()}}
    sign = {{"ADD": 1, "SUB": -1}}[kind]
    return {{k: one.get(k, 0) + sign * two.get(k, 0) for k in {{*one, *two}}}}

for item, (name, _, duration) in zip(got.data, rows):
    if name == "delay":
        have, want = linear(expr.lift(item.operation.duration)), linear(expr.lift(eval(duration, scope)))
        assert have.keys() == want.keys()
        assert all(abs(have[k] - want[k]) < 1e-9 for k in want)
""",
        params={"stretches": names, "steps": words},
    )
