"""Scheduling: alignment of start times, latencies, and delays in several units."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "scheduling",
    "intermediate",
    oracle="value",
    skills=("delay", "units", "durations"),
    why="Delays in seconds become whole numbers of dt only when dt is known.",
    tolerance=1e-12,
)
def delay_units(rng: Random) -> Instance:
    """Delays in mixed units made consistent, with a sum or a table of them."""
    dt = rng.choice([0.5, 1, 2, 4])
    source = rng.choice(["durations", "target"])
    unit = rng.choice(["dt", "dt", "s"]) if source == "durations" else "dt"
    known = unit == "dt"
    lines = []
    if source == "target":
        lines.append(f"target = Target(dt={dt}e-9)")
        call = "TimeUnitConversion(target=target)"
    elif known:
        lines.append(f"durations = InstructionDurations(dt={dt}e-9)")
        call = "TimeUnitConversion(durations)"
    else:
        call = "TimeUnitConversion(InstructionDurations())"
    style = rng.choice(["manager", "called"])
    if style == "manager":
        lines.append(f"manager = PassManager([{call}])\nconverted = manager.run(circuit)")
    else:
        lines.append(f"conversion = {call}\nconverted = conversion(circuit)")
    delays = "for item in converted.data\n    if item.operation.name == 'delay'"
    k = rng.randrange(3)
    question = rng.choice(["list", "sum", "longest", "wire", "units", "circuit", "short"])
    least = rng.choice([80, 100, 120, 160])
    bound = least if known else f"{least}e-9"
    code, said, oracle = {
        "list": (f"[\n    item.operation.duration\n    {delays}\n]",
                 "the list of all delays in the circuit's order",
                 "[d for q, d in delays]"),
        "sum": (f"sum(\n    item.operation.duration\n    {delays}\n)", "the sum of all delays",
                "sum(d for q, d in delays)"),
        "longest": (f"max(\n    item.operation.duration\n    {delays}\n)", "the longest delay",
                    "max(d for q, d in delays)"),
        "wire": (f"sum(\n    item.operation.duration\n    {delays}\n"
                 f"    and converted.qubits[{k}] in item.qubits\n)",
                 f"the sum of the delays on qubit {k}", f"sum(d for q, d in delays if q == {k})"),
        "units": ("sorted(\n    (\n        converted.find_bit(item.qubits[0]).index,\n"
                  "        item.operation.duration,\n        item.operation.unit,\n    )"
                  f"\n    {delays}\n)",
                  "the sorted list of tuples (qubit index, duration, unit) of all delays",
                  "sorted((q, d, unit) for q, d in delays)"),
        "short": (f"sum(\n    item.operation.duration < {bound}\n    {delays}\n)",
                  f"the number of delays shorter than {bound} {unit}",
                  f"sum(d < {bound} for q, d in delays)"),
        "circuit": ("converted", "the converted circuit", ""),
    }[question]  # fmt: skip
    lines.append(f"return {code}")
    body = "\n".join(lines)
    core = [n for n in ("InstructionDurations", "PassManager", "Target") if n + "(" in body]
    told = f"one dt is {dt} ns, and all delays become whole numbers of dt" if known else (
        "dt is not known, so all delays are to be given in seconds")  # fmt: skip
    hint = "Put the pass in a pass manager" if style == "manager" else "Call the pass"
    hint += ", with a target." if source == "target" else ", with instruction durations."
    returned = {"list": "list", "units": "list", "circuit": "QuantumCircuit"}.get(question, "float")
    if question == "circuit":
        verdict = """
    assert isinstance(got, QuantumCircuit) and got.count_ops() == start.count_ops()
    found = [(got.find_bit(i.qubits[0]).index, i.operation.duration, i.operation.unit)
             for i in got.data if i.operation.name == "delay"]
    assert [f[2] for f in found] == [unit] * len(delays)
    assert np.allclose(sorted(f[:2] for f in found), sorted(delays), rtol=1e-9, atol=0)
"""
    elif question == "units":
        verdict = f"""
    want = {oracle}
    assert [tuple(g)[::2] for g in got] == [w[::2] for w in want]
    assert np.allclose([g[1] for g in got], [w[1] for w in want], rtol=1e-9, atol=0)
"""
    else:
        verdict = f"\n    assert np.allclose(got, {oracle}, rtol=1e-9, atol=0)\n"
    return Instance(
        entry_point="unify_delays",
        signature=f"(circuit: QuantumCircuit) -> {returned}",
        asks=(
            (
                "A circuit contains delays in different units. Convert them with the "
                f"TimeUnitConversion pass ({told}) and "
                f"return {said} after the conversion. {hint}"
            ),
            (
                f"My delays are partly in ns, partly in us{' or dt' * known}. Make the units "
                f"consistent: {told}. I need "
                f"{said}, as it is then."
            ),
            (
                f"Unify the time units of `circuit` (three qubits; {told}; delays come from a"
                " transpiler pass that takes"
                f" {'a target' if source == 'target' else 'instruction durations'}) and return"
                f" {said} of the result."
            ),
        ),
        imports="from qiskit import QuantumCircuit\n"
        + f"from qiskit.transpiler import {', '.join(core)}\n" * bool(core)
        + "from qiskit.transpiler.passes import TimeUnitConversion",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
rng = np.random.default_rng(np.random.randint(2**31))
unit = "{unit}"
for turn in range(6):
    start, delays = QuantumCircuit(3), []
    for q in range(3):
        start.h(q)
        for step in range(1 + turn % 3):
            ns = int(rng.integers(5, 90)) * 4
            kind = ("ns", "us", {'"dt"' if known else '"s"'})[rng.integers(3)]
            if q == 0 and step == 0:
                ns = int({least} * {dt if known else 1}) - (turn % 2) * 4 + (turn % 4 == 0) * 4
            amount = {{"ns": ns, "us": ns / 1000, "dt": round(ns / {dt}), "s": ns * 1e-9}}[kind]
            start.delay(amount, q, unit=kind)
            delays.append((q, round(ns / {dt}) if unit == "dt" else ns * 1e-9))
        start.x(q)
    got = candidate(start)
{verdict.lstrip(chr(10))}""",
        params={"dt": dt, "source": source, "question": question, "unit": unit, "style": style},
    )


@family(
    "scheduling",
    "advanced",
    oracle="value",
    skills=("alignment", "latency", "property-set"),
    why="Rescheduling moves start times to multiples of the alignment, and only where needed.",
)
def aligned_schedule(rng: Random) -> Instance:
    """Start times moved to an alignment, whether that was needed, and control latencies."""
    grid = rng.choice([4, 8, 12, 16, 20, 24, 32, 40, 48, 64])
    write, condition = rng.randint(1, 9) * 40, rng.randint(1, 9) * 30
    wish = rng.choice(["starts", "needed", "both", "latency", "measures", "ends"])
    check = [f"InstructionDurationCheck(acquire_alignment={grid}, pulse_alignment={grid})"]
    convert = ["TimeUnitConversion(InstructionDurations(dt=1e-9))"]
    latency = [f"SetIOLatency(clbit_write_latency={write}, conditional_latency={condition})"]
    need = f"whether rescheduling is required, because some delay is no multiple of {grid} dt"
    units = " (delays are in ns and dt is 1 ns)"
    pair = "(found['clbit_write_latency'], found['conditional_latency'])"
    recorded = (
        "the tuple (clbit write latency, conditional latency) from the property set, after a pass "
        "has set them to "
        f"{write} and {condition} dt"
    )
    tail = "found = manager.property_set\n"
    facts = ""
    if wish == "needed":
        steps, tail = [*convert, *check], tail + "return found['reschedule_required']"
        said, oracle = need + units, f"any(d % {grid} for d in delays)"
    elif wish == "latency":
        steps, tail, said = latency, tail + f"return {pair[1:-1]}", recorded
        oracle = f"({write}, {condition})"
    elif wish == "both":
        steps = [*convert, *latency, *check]
        tail += f"return found['reschedule_required'], {pair}"
        said = f"a tuple: {need}{units}; and {recorded}"
        oracle = f"(any(d % {grid} for d in delays), ({write}, {condition}))"
    else:
        steps = ["ALAPScheduleAnalysis(target=target)", "InstructionDurationCheck(target=target)",
                 "ConstrainedReschedule(target=target)"]  # fmt: skip
        tail += "starts = found['node_start_time']\n"
        facts = (
            " Durations and alignments are those of `target` (whole dt). Everything is first "
            "scheduled as late as "
            "possible; then start times that are no multiple of the alignment move to the next "
            "multiple. Each qubit "
            "has at most one gate before its measurement."
        )
    if wish == "starts":
        tail += "return sorted(\n    (circuit.find_bit(node.qargs[0]).index, start, node.name)\n"
        tail += "    for node, start in starts.items()\n)"
        said = "the sorted list of (index of the first qubit, start time, name) after rescheduling"
        oracle = "sorted((q[0], t, n) for t, (n, q) in zip(begin, items))"
    elif wish == "measures":
        tail += "return sorted(start for node, start in starts.items() if node.name == 'measure')"
        said = "the sorted start times of the measurements after rescheduling"
        oracle = "sorted(t for t, (n, q) in zip(begin, items) if n == 'measure')"
    elif wish == "ends":
        tail += "return {\n    circuit.find_bit(node.qargs[0]).index: start\n"
        tail += "    for node, start in starts.items()\n    if node.name == 'measure'\n}"
        said = (
            "a dict from the index of each measured qubit to its measurement's start time after"
            " rescheduling"
        )
        oracle = "{q[0]: t for t, (n, q) in zip(begin, items) if n == 'measure'}"
    moved = wish in ("starts", "measures", "ends")
    inner = "".join(f"    {s},\n" for s in steps)
    build = f"manager = PassManager([\n{inner}])\n"
    if rng.random() < 0.4:
        build = "manager = PassManager()\n" + "".join(f"manager.append({s})\n" for s in steps)
    body = f"{build}manager.run(circuit)\n{tail}"
    names = sorted({s.split("(")[0] for s in steps})
    core = [
        *["InstructionDurations"] * ("InstructionDurations(" in body),
        "PassManager",
        *["Target"] * moved,
    ]
    kind = {"needed": "bool", "latency": "tuple", "both": "tuple", "ends": "dict"}.get(wish, "list")
    arguments = "circuit: QuantumCircuit" + ", target: Target" * moved
    return Instance(
        entry_point="align",
        signature=f"({arguments}) -> {kind}",
        asks=(
            (
                "Use the alignment passes of qiskit.transpiler.passes on a circuit and return"
                f" {said}.{facts}"
            ),
            f"My control electronics are picky. For the given circuit tell me {said}.{facts}",
            (
                f"Run {', '.join(s.split('(')[0] for s in steps)} on `circuit`; the function"
                f" returns {said}.{facts}"
            ),
        ),
        imports=(
            "from qiskit import QuantumCircuit\nfrom qiskit.transpiler import"
            f" {', '.join(core)}\nfrom qiskit.transpiler.passes import {', '.join(names)}"
        ),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Measure
from qiskit.circuit.library import CXGate, XGate
from qiskit.transpiler import InstructionProperties, Target
rng = np.random.default_rng(np.random.randint(2**31))
for turn in range(6):
    start, delays = QuantumCircuit(2, 2), []
    if {not moved}:
        for d in ({grid}, {grid} * 3, {grid} * 2 + (0, 2, {grid // 2}, 0, {grid // 4}, 2)[turn]):
            delays.append(d)
            start.delay(d, 0, unit="ns")
        start.x(1)
        assert candidate(start) == {oracle if not moved else None}
        continue
    grid = (8, 16, 32, 64, 16, 32)[turn]
    times = {{"x": 4 * int(rng.integers(5, 15)), "cx": 4 * int(rng.integers(40, 90)), "measure": 901}}
    target = Target(num_qubits=2, dt=1e-9, acquire_alignment=grid, pulse_alignment=grid)
    for gate, places in ((XGate(), [(0,), (1,)]), (CXGate(), [(0, 1), (1, 0)]), (Measure(), [(0,), (1,)])):
        row = InstructionProperties(times[gate.name] * 1e-9, 0.01)
        target.add_instruction(gate, {{place: row for place in places}})
    if turn in (1, 4):
        start.cx(turn % 2, 1 - turn % 2)
    else:
        start.x(turn % 2)
    start.measure(1 - turn % 2, 0)
    if turn != 2:
        start.measure(turn % 2, 1)
    items = [(i.operation.name, [start.find_bit(q).index for q in i.qubits]) for i in start.data]
    free, begin = [0] * 2, []
    for name, qubits in items[::-1]:
        t = max(free[q] for q in qubits)
        for q in qubits:
            free[q] = t + times[name]
        begin.append(t)
    end = max(free)
    begin = [end - t - times[n] for (n, _), t in zip(items[::-1], begin)][::-1]
    begin = [-(-t // grid) * grid for t in begin]
    got = candidate(start, target)
    assert got == {oracle if moved else None}
""",
        params={"wish": wish, "grid": grid, "body": body},
    )
