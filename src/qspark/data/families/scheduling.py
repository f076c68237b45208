"""Scheduling: start times, padding with delays, dynamical decoupling and time units."""

from random import Random

from qspark.data.families.base import Instance, family

HELPERS = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Delay, Measure, Parameter
from qiskit.circuit.library import CXGate, HGate, RZGate, SXGate, XGate, YGate
from qiskit.quantum_info import Operator
from qiskit.transpiler import InstructionProperties, Target
rng = np.random.default_rng(np.random.randint(2**31))

def device(times):
    target = Target(num_qubits=3, dt=1e-9)
    for gate in (HGate(), XGate(), YGate(), SXGate(), RZGate(Parameter("a")), Measure()):
        time = times[gate.name] * 1e-9
        target.add_instruction(gate, {(q,): InstructionProperties(time, 0.001) for q in range(3)})
    edges = [(a, b) for a in range(3) for b in range(3) if a != b]
    target.add_instruction(CXGate(), {e: InstructionProperties(times["cx"] * 1e-9, 0.01) for e in edges})
    target.add_instruction(Delay(Parameter("t")), {(q,): None for q in range(3)})
    return target

def drawn(gates, names=("h", "x", "cx", "sx", "cx", "rz")):
    circuit = QuantumCircuit(3)
    for _ in range(gates):
        a, b = (int(v) for v in rng.permutation(3)[:2])
        name = str(rng.choice(names))
        if name == "cx":
            circuit.cx(a, b)
        elif name == "rz":
            circuit.rz(0.3, a)
        else:
            getattr(circuit, name)(a)
    return circuit

def listed(circuit):
    return [(i.operation.name, tuple(circuit.find_bit(q).index for q in i.qubits)) for i in circuit.data]

def planned(items, times, late):
    free, starts = [0] * 3, []
    for name, qubits in items[::-1] if late else items:
        start = max(free[q] for q in qubits)
        for q in qubits:
            free[q] = start + times[name]
        starts.append(start)
    if late:
        starts = [max(free) - s - times[n] for (n, _), s in zip(items[::-1], starts)][::-1]
    return starts, max(free)
"""


def _times(rng: Random) -> dict[str, int]:
    quick = rng.randint(4, 9) * 8
    return {"cx": rng.randint(20, 50) * 8, "h": quick, "x": quick, "y": quick, "sx": quick // 2, "rz": 0,
            "measure": rng.randint(80, 120) * 8}  # fmt: skip


def _table(times: dict[str, int]) -> str:
    units = {"cx": ', "ns"'}
    rows = "".join(
        f'    ("{name}", None, {times[name]}{units.get(name, "")}),\n'
        for name in ("cx", "h", "x", "sx", "rz")
    )
    return f"durations = InstructionDurations([\n{rows}], dt=1e-9)\n"


def _spoken(times: dict[str, int]) -> str:
    return ", ".join(f"{name} {times[name]}" for name in ("cx", "h", "x", "sx", "rz"))


_QUESTIONS = {
    "starts": ("the sorted list of (start time, name, qubits), with the qubits as a tuple of indices",
               "sorted(\n    (start, node.name, tuple(circuit.find_bit(q).index for q in node.qargs))\n"
               "    for node, start in starts.items()\n)",
               "sorted((s, n, q) for s, (n, q) in zip(begin, items))"),
    "first": ("a dict from the index of each used qubit to the start time of its first operation",
              "first: dict[int, int] = {}\nfor node, start in starts.items():\n    for qubit in "
              "node.qargs:\n"
              "        index = circuit.find_bit(qubit).index\n        first[index] = min(start, "
              "first.get(index, start))\n",
              "{k: min(s for s, (n, q) in zip(begin, items) if k in q) for n, q in items for k in q}"),
    "parallel": ("the number of operations that start at time 0",
                 "sum(start == 0 for start in starts.values())",
                 "sum(s == 0 for s in begin)"),
    "entangling": ("the sorted list of the start times of the CX gates",
                   'sorted(start for node, start in starts.items() if node.name == "cx")',
                   "sorted(s for s, (n, q) in zip(begin, items) if n == 'cx')"),
    "latest": ("the greatest start time", "max(starts.values())", "max(begin)"),
    "moments": ("the sorted list of the different start times", "sorted(set(starts.values()))",
                "sorted(set(begin))"),
}  # fmt: skip


@family(
    "scheduling",
    "intermediate",
    oracle="value",
    skills=("scheduling-analysis", "property-set", "durations"),
    why="A scheduling analysis leaves a start time in dt for every node in `node_start_time`.",
)
def start_times(rng: Random) -> Instance:
    """Start times of a circuit's operations, as soon or as late as possible, read in some form."""
    times = _times(rng)
    late = rng.random() < 0.5
    source = rng.choice(["durations", "target", "dynamic"] if not late else ["durations", "target"])
    # How many start at once does not depend on numbers of a table.
    question = rng.choice([q for q in _QUESTIONS if q != "parallel" or source != "durations"])
    words, code, oracle = _QUESTIONS[question]
    cls = "ALAPScheduleAnalysis" if late else "ASAPScheduleAnalysis"
    given = "durations" if source == "durations" else "target=target"
    body = _table(times) if source == "durations" else ""
    style = rng.choice(["list", "append"])
    if style == "list":
        body += f"manager = PassManager([{cls}({given})])\nmanager.run(circuit)\n"
    else:
        body += f"manager = PassManager()\nmanager.append({cls}({given}))\nmanager.run(circuit)\n"
    body += 'starts = manager.property_set["node_start_time"]\n'
    if source == "dynamic":
        body = (
            body.removesuffix("\n")
            + "\nstarts = {node: time for node, (_, time) in starts.items()}\n"
        )
    body += code + "return first" if question == "first" else f"return {code}"
    core = ["InstructionDurations"] * (source == "durations") + ["PassManager"]
    core += ["Target"] * (source != "durations")
    home = (
        "qiskit_ibm_runtime.transpiler.passes"
        if source == "dynamic"
        else "qiskit.transpiler.passes"
    )
    when = "as late as possible" if late else "as soon as possible"
    facts = {
        "durations": f"The gates take, in dt: {_spoken(times)} (dt is 1 ns).",
        "target": "The durations are those of the `target` (dt is 1 ns, all are whole numbers of dt).",
        "dynamic": "Take the durations from the `target` (whole numbers of dt) and use the analysis that "
                   "qiskit_ibm_runtime brings for dynamic circuits.",
    }[source]  # fmt: skip
    arguments = "circuit: QuantumCircuit" + (", target: Target" if source != "durations" else "")
    kind = {"starts": "list", "first": "dict", "entangling": "list", "moments": "list"}.get(
        question, "int"
    )
    call = "candidate(start)" if source == "durations" else "candidate(start, device(times))"
    return Instance(
        entry_point="schedule",
        signature=f"({arguments}) -> {kind}",
        asks=(
            f"Schedule a circuit of three qubits {when} with an analysis pass (nothing is padded) "
            f"and return {words}. "
            f"{facts} Times are in dt.",
            f"{facts} When does each gate of my three-qubit circuit start if all are scheduled "
            f"{when}? I need {words}, "
            "in dt.",
            f"Run the {cls} of {home} on the circuit. {facts} From the start times it leaves in the "
            f"property set, "
            f"return {words}. All times in dt.",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.transpiler import {', '.join(core)}\nfrom {home} import {cls}",
        body=body,
        test=HELPERS
        + f"""
times = {times}
if {source != "durations"}:
    times = {{name: int(t) for name, t in zip(times, rng.integers(10, 90, 7) * 4)}}
for gates in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 16, 20):
    start = drawn(gates)
    items = listed(start)
    begin, total = planned(items, times, {late})
    assert {call} == {oracle}
""",
        params={
            "late": late,
            "source": source,
            "question": question,
            "times": times,
            "style": style,
        },
    )


@family(
    "scheduling",
    "advanced",
    oracle="structure",
    skills=("padding", "delay", "durations"),
    why="Padding fills every gap with delays, so that all wires end together and keep the start times.",
    tolerance=1e-9,
)
def padded_schedule(rng: Random) -> Instance:
    """A scheduled circuit whose idle time is filled with delays, made by one of five routes."""
    times = _times(rng)
    late = rng.random() < 0.5
    kind = "ALAP" if late else "ASAP"
    route = rng.choice(["passes", "passes", "target", "transpile", "preset", "stage"])
    end = rng.random() < 0.6 or route in ("transpile", "preset", "stage")
    very = "" if end else "fill_very_end=False, "
    report = rng.choice(["", "idle", "longest", "starts", *["total"] * (route != "passes")])
    method = kind.lower()
    imports, core, arguments = [], [], "circuit: QuantumCircuit, target: Target"
    if route == "passes":
        arguments = "circuit: QuantumCircuit"
        core = ["InstructionDurations", "PassManager"]
        body = _table(times) + f"manager = PassManager([\n    {kind}ScheduleAnalysis(durations),\n"
        body += f"    PadDelay({very}durations=durations),\n])\nscheduled = manager.run(circuit)\n"
    elif route == "target":
        core = ["PassManager", "Target"]
        body = f"manager = PassManager([\n    TimeUnitConversion(target=target),\n    {kind}ScheduleAnalysis("
        body += f"target=target),\n    PadDelay({very}target=target),\n])\nscheduled = manager.run(circuit)\n"
    elif route == "stage":
        core = ["Target"]
        imports = ["from qiskit.transpiler.preset_passmanagers import generate_scheduling"]
        body = "manager = generate_scheduling(\n    target.durations(), "
        body += f'"{method}", target.timing_constraints(), target\n)\nscheduled = manager.run(circuit)\n'
    elif route == "preset":
        core = ["Target", "generate_preset_pass_manager"]
        body = "manager = generate_preset_pass_manager(\n    optimization_level=0,\n    target=target,\n"
        body += f'    initial_layout=[0, 1, 2],\n    scheduling_method="{method}",\n'
        body += "    seed_transpiler=1,\n)\n"
        body += "scheduled = manager.run(circuit)\n"
    else:
        core = ["Target"]
        body = (
            "scheduled = transpile(\n    circuit,\n    target=target,\n    optimization_level=0,\n"
        )
        body += f'    initial_layout=[0, 1, 2],\n    scheduling_method="{method}",\n'
        body += "    seed_transpiler=1,\n)\n"
    value, said, oracle = {
        "": ("", "Return the padded circuit.", ""),
        "idle": ('sum(item.operation.duration for item in scheduled.data if item.operation.name == "delay")',
                 "Return a tuple of the padded circuit and the sum of all its delays in dt.",
                 "extra == sum(d for n, q, d in out if n == 'delay')"),
        "longest": ('max(\n    (item.operation.duration for item in scheduled.data\n'
                    '     if item.operation.name == "delay"),\n    default=0,\n)',
                    "Return a tuple of the padded circuit and its longest delay in dt (0 "
                    "without any).", "extra == max((d for n, q, d in out if n == 'delay'), default=0)"),
        "total": ('scheduled.estimate_duration(target, unit="dt")',
                  "Return a tuple of the padded circuit and its estimated duration in dt.",
                  "extra == total"),
        "starts": ("list(scheduled.op_start_times)",
                   "Return a tuple of the padded circuit and the list of the start "
                   "times (dt) of the entries of its `data`.", "extra == found"),
    }[report]  # fmt: skip
    body += f"return scheduled{f', {value}' if value else ''}"
    names = [f"{kind}ScheduleAnalysis", "PadDelay", "TimeUnitConversion"]
    names = [n for n in names if n + "(" in body]
    top = ["QuantumCircuit", *["transpile"] * (route == "transpile")]
    when = "as late as possible" if late else "as soon as possible"
    facts = f"In dt of 1 ns the gates take: {_spoken(times)}." if route == "passes" else (
        "Durations and dt come from `target` (three qubits, all gates are native and all pairs "
        "coupled; whole "
        "numbers of dt).")  # fmt: skip
    ends = (
        "all idle time, also at the end of each wire"
        if end
        else "idle time between operations, but not the end"
    )
    ways = {
        "passes": "Use the analysis and padding passes.", "target": "Use passes that take the target.",
        "stage": "Use the preset's scheduling stage generator.",
        "preset": "Use a preset pass manager at level 0 with the trivial layout 0, 1, 2.",
        "transpile": "Use transpile at level 0 with the initial layout 0, 1, 2.",
    }  # fmt: skip
    call = (
        "candidate(start.copy())" if route == "passes" else "candidate(start.copy(), device(times))"
    )
    check = f"    assert {oracle}\n" if oracle else ""
    return Instance(
        entry_point="pad_schedule",
        signature=f"({arguments}) -> {'tuple' if value else 'QuantumCircuit'}",
        asks=(
            f"Schedule a three-qubit circuit {when} and fill {ends} of its wires with delays in dt. "
            f"{facts} "
            f"{ways[route]} {said}",
            f"I need explicit delays in my circuit. {facts} Every gate starts {when}; put delays "
            f"(in dt) into {ends}. "
            f"{ways[route]} Gates are not changed. {said}",
            f"Make the timing of `circuit` explicit: {kind} scheduling, then padding of {ends} with Delay "
            f"instructions in dt. {facts} {ways[route]} {said}",
        ),
        imports="\n".join(
            [
                f"from qiskit import {', '.join(top)}",
                f"from qiskit.transpiler import {', '.join(core)}",
                *([f"from qiskit.transpiler.passes import {', '.join(names)}"] * bool(names)),
                *imports,
            ]
        ),
        body=body,
        test=HELPERS
        + f"""
times = {times}
if {route != "passes"}:
    times = {{name: int(t) for name, t in zip(times, rng.integers(10, 90, 7) * 4)}}
for gates in {(0, 2, 4, 5, 7, 8, 10, 12, 15) if route == "passes" else (0, 3, 6, 10)}:
    start = drawn(gates)
    if not gates:
        start.h([0, 1, 2])
    items = listed(start)
    begin, total = planned(items, times, {late})
    got = {call}
    if {bool(value)}:
        got, extra = got
    assert isinstance(got, QuantumCircuit)
    out = [(n, q, i.operation.duration if n == "delay" else times[n])
           for i, (n, q) in zip(got.data, listed(got))]
    assert all(i.operation.unit == "dt" for i in got.data if i.operation.name == "delay")
    clock, found = [0] * 3, []
    for name, qubits, length in out:
        assert len({{clock[q] for q in qubits}}) == 1
        found.append(clock[qubits[0]])
        for q in qubits:
            clock[q] += length
    assert sorted((s, n, q) for s, (n, q, _) in zip(found, out) if n != "delay") == sorted(
        (s, n, q) for s, (n, q) in zip(begin, items))
    ended = [max([s + times[n] for s, (n, q) in zip(begin, items) if k in q], default=0) for k in range(3)]
    assert clock == ([total] * 3 if {end} else ended)
{check}""",
        params={"late": late, "route": route, "end": end, "report": report, "times": times},
    )
