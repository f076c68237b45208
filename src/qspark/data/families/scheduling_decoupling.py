"""Scheduling: dynamical decoupling of idle qubits."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.scheduling import HELPERS

_SEQUENCES = {
    "X, X": "[XGate(), XGate()]", "Y, Y": "[YGate(), YGate()]",
    "X, Y, X, Y": "[XGate(), YGate(), XGate(), YGate()]",
    "Y, X, Y, X": "[YGate(), XGate(), YGate(), XGate()]", "X, X, X, X": "[XGate()] * 4",
    "Y, Y, Y, Y": "[YGate()] * 4",
}  # fmt: skip


@family(
    "scheduling",
    "advanced",
    oracle="unitary",
    skills=("dynamical-decoupling", "padding", "durations"),
    why="A decoupling sequence fills a gap that is long enough and multiplies to the identity up to phase.",
    tolerance=1e-8,
)
def decoupled_schedule(rng: Random) -> Instance:
    """Idle time of a scheduled circuit filled with a decoupling sequence of given spacing."""
    label = rng.choice(list(_SEQUENCES))
    pulses = label.split(", ")
    count = len(pulses)
    late = rng.random() < 0.5
    kind = "ALAP" if late else "ASAP"
    only = rng.choice([None, None, [0], [1, 2], [0, 2]])
    even = [1 / (2 * count), *[1 / count] * (count - 1), 1 / (2 * count)]
    front = [0.0, *[1 / count] * count]
    spread = [1 / (count + 1)] * (count + 1)
    spacing, spaced = rng.choice([
        (None, "with the default spacing: half a gap at both ends"),
        (even, f"with the spacings {', '.join(f'1/{round(1 / s)}' for s in even)} of the idle time left"),
        (front, f"with no gap before the first pulse and 1/{count} of the remaining idle time after each"),
        (spread, f"with {count + 1} equal gaps around the pulses"),
    ])  # fmt: skip
    skip = rng.random() < 0.5
    source = rng.choice(["target", "durations"])
    options = [f"dd_sequence={_SEQUENCES[label]}"]
    if spacing is not None:
        text = {id(even): f"[1 / {2 * count}, *[1 / {count}] * {count - 1}, 1 / {2 * count}]",
                id(front): f"[0, *[1 / {count}] * {count}]",
                id(spread): f"[1 / {count + 1}] * {count + 1}"}[id(spacing)]  # fmt: skip
        options.append(f"spacing={text}")
    if only:
        options.append(f"qubits={only}")
    if not skip:
        options.append("skip_reset_qubits=False")
    given = "target=target" if source == "target" else "durations=durations"
    head = "durations = target.durations()\n" if source == "durations" else ""
    options.append(given)
    inner = ",\n        ".join(options)
    body = f"{head}manager = PassManager([\n    {kind}ScheduleAnalysis({given}),\n"
    body += "    PadDynamicalDecoupling(\n"
    body += f"        {inner},\n    ),\n])\ndecoupled = manager.run(circuit)\n"
    report = rng.choice(["", "pulses", "delays"])
    value, said, oracle = {
        "": ("", "Return the resulting circuit.", ""),
        "pulses": ("sum(item.operation.name in ('x', 'y') for item in decoupled.data)",
                   "Return a tuple of the resulting circuit and the number of pulses inserted.",
                   "extra == inserted"),
        "delays": ("sum(\n    item.operation.duration\n    for item in decoupled.data\n"
                   "    if item.operation.name == 'delay'\n)",
                   "Return a tuple of the resulting circuit and the sum of all delays left in it, in dt.",
                   "extra == sum(d for n, q, d in out if n == 'delay')"),
    }[report]  # fmt: skip
    body += f"return decoupled{f', {value}' if value else ''}"
    gates = sorted({f"{p}Gate" for p in pulses})
    where = (
        f"only on qubits {', '.join(map(str, only))} (plain delays elsewhere)"
        if only
        else "on all three qubits"
    )
    fresh = "not on a qubit before its first gate (it is still in the ground state)" if skip else (
        "also on a qubit before its first gate")  # fmt: skip
    when = "as late as possible" if late else "as soon as possible"
    note = (
        " with durations taken from the target as an InstructionDurations object"
        if source == "durations"
        else ""
    )
    check = f"    assert {oracle}\n" if oracle else ""
    return Instance(
        entry_point="decouple",
        signature=f"(circuit: QuantumCircuit, target: Target) -> {'tuple' if value else 'QuantumCircuit'}",
        asks=(
            f"Schedule a three-qubit circuit {when}{note} and insert the dynamical decoupling "
            f"sequence {label} into "
            f"the idle times {where}, {fresh}, {spaced}. Gaps that are too short for the sequence "
            f"get plain delays. "
            f"{said}",
            f"Protect idle qubits: {kind} scheduling for `target`{note}, then padding by dynamical "
            f"decoupling with the "
            f"pulses {label}, {where}, {fresh}. Place them {spaced}. {said}",
            f"Use PadDynamicalDecoupling after {kind}ScheduleAnalysis{note}. Sequence: {label}. "
            f"Qubits: {where}, and "
            f"{fresh}. Pulses are placed {spaced}. The circuit has three qubits and native gates, "
            f"with whole-dt "
            f"durations. {said}",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.circuit.library import {', '.join(gates)}\nfrom qiskit.transpiler import "
        f"PassManager, Target\n"
        f"from qiskit.transpiler.passes import {kind}ScheduleAnalysis, PadDynamicalDecoupling",
        body=body,
        test=HELPERS
        + f"""
pulses, only, spacing = {[p.lower() for p in pulses]}, {only or [0, 1, 2]}, {spacing or even}
for turn, gates in enumerate((1, 3, 5, 2, 6, 8)):
    step = int(rng.integers(5, 9)) * 4
    times = {{"cx": step * 24, "h": step, "x": step, "y": step, "sx": step, "rz": 0, "measure": 900}}
    start, (a, b, c) = QuantumCircuit(3), [(0, 1, 2), (1, 2, 0), (2, 0, 1)][turn % 3]
    start.cx(a, b)
    start.cx(b, c)
    start.compose(drawn(gates, ("h", "cx", "sx", "cx", "h")), inplace=True)
    items = listed(start)
    begin, total = planned(items, times, {late})
    got = candidate(start.copy(), device(times))
    if {bool(value)}:
        got, extra = got
    assert isinstance(got, QuantumCircuit)
    out = [(n, q, i.operation.duration if n == "delay" else times[n])
           for i, (n, q) in zip(got.data, listed(got))]
    clock, place = [0] * 3, [[], [], []]
    for name, qubits, length in out:
        assert len({{clock[q] for q in qubits}}) == 1
        for q in qubits:
            place[q].append((name, clock[q], len(qubits)))
            clock[q] += length
    assert clock == [total] * 3
    inserted = 0
    for q in range(3):
        own = [(s, n) for s, (n, w) in zip(begin, items) if q in w]
        gaps, now = [], 0
        for s, n in own:
            gaps.append((now, s))
            now = s + times[n]
        gaps.append((now, total))
        for k, (low, high) in enumerate(gaps):
            inside = [(n, t) for n, t, _ in place[q] if low <= t < high and n not in ("delay", "rz")]
            idle = high - low - len(pulses) * step
            quiet = {skip} and k == 0 or q not in only or idle < 0
            if high == low:
                continue
            assert [n for n, _ in inside] == ([] if quiet else pulses) or idle == 0
            inserted += len(inside)
            for (n, t), share in zip(inside, np.cumsum(spacing)):
                index = [t for _, t in inside].index(t)
                assert abs(t - low - index * step - share * idle) <= len(pulses) + 1
    kept = [i for i in out if i[0] not in ("delay", "x", "y")]
    assert sorted(kept) == sorted((n, q, times[n]) for n, q in items)
    assert Operator(got).equiv(Operator(start), atol=1e-8, rtol=0)
{check}""",
        params={
            "sequence": label,
            "late": late,
            "qubits": only,
            "spacing": spacing,
            "skip": skip,
            "report": report,
        },
    )
