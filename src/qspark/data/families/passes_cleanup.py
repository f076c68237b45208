"""Passes: clean-up passes, each of which takes one kind of waste out of a circuit."""

from dataclasses import dataclass
from random import Random

from qspark.data.families._passes import HINTS, REPORTS, harness
from qspark.data.families.base import Instance, Wrong, family


@dataclass(frozen=True)
class _Clean:
    """A clean-up pass: call, two wordings of the effect, and a test that fills `cases`.

    `cases` are pairs of a circuit and the circuit that must come out (equal as a DAG).
    """

    call: str
    effect: str
    need: str
    cases: str
    bare: bool = True
    imports: str = ""


def _cleanups(rng: Random) -> list[_Clean]:
    label = rng.choice(["final", "readout", "stop", "before-measure"])
    names = rng.sample(["s", "t", "h", "sx", "x", "cz"], 3)
    cap = rng.choice([3, 4, 5])
    expand = rng.choice([["swap"], ["iswap", "swap"], ["ccz", "swap"], ["ccz"], ["dcx", "swap"]])
    low = rng.choice([2, 3])
    return [
        _Clean("RemoveBarriers()", "has no barrier left and is otherwise unchanged",
               "barriers block later optimization, so all of them have to go", """
for seed in range(3):
    start, want = QuantumCircuit(4, 1), QuantumCircuit(4, 1)
    for step in range(8):
        a, b = (int(v) for v in rng.permutation(4)[:2])
        start.barrier(a, b)
        for c in (start, want):
            c.cx(a, b)
            c.rz(0.1 * step + 0.2, b)
    cases.append((start, want))
"""),
        _Clean("MergeAdjacentBarriers()",
               "has neighbouring barriers that overlap merged into one barrier over all their qubits",
               "several barriers in a row, overlapping in their qubits, should become one barrier "
               "on the union "
               "of their qubits", """
start, want = QuantumCircuit(4), QuantumCircuit(4)
for c in (start, want):
    c.h(0)
    c.cx(2, 3)
start.barrier(0, 1)
start.barrier(1, 2)
want.barrier(0, 1, 2)
for c in (start, want):
    c.t(1)
    c.cx(0, 1)
start.barrier(1, 3)
start.barrier(3, 2)
start.barrier(1, 3)
want.barrier(1, 2, 3)
cases.append((start, want))
again, only = start.copy(), want.copy()
for c in (again, only):
    c.x([0, 1, 2])
    c.barrier(0, 2)
    c.cx(0, 3)
    c.barrier(1, 3)
cases.append((again, only))
"""),
        _Clean(f"BarrierBeforeFinalMeasurements(label={label!r})",
               f"has a barrier with the label `{label}` over all qubits right before its final "
               f"measurements",
               f"the final measurements have to be fenced off by one barrier on all qubits, "
               f"labelled `{label}`",
               f"""
for size in (2, 3):
    start, want = QuantumCircuit(size, size + 1), QuantumCircuit(size, size + 1)
    for c in (start, want):
        c.measure(0, size)
        c.h(range(size))
        c.cx(size - 1, 0)
    want.append(Barrier(size, label={label!r}), range(size))
    for c in (start, want):
        c.measure(range(size), range(size))
    cases.append((start, want))
"""),
        _Clean("RemoveFinalReset()", "has no reset left that is the last operation on its qubit",
               "a reset at the very end of a qubit's wire is wasted time; drop those, keep all others", """
for kept in (0, 1, 2):
    start, want = QuantumCircuit(3), QuantumCircuit(3)
    for c in (start, want):
        c.h(0)
        c.cx(0, 1)
        c.reset(kept)
        c.x(kept)
        c.cx(1, 2)
    for qubit in range(kept + 1):
        start.reset(qubit)
    cases.append((start, want))
"""),
        _Clean("RemoveResetInZeroState()", "has no reset left that is the first operation on its qubit",
               "qubits start in zero anyway, so resets at the start of a wire should be dropped and "
               "all other "
               "resets kept", """
for kept in (0, 1, 2):
    start, want = QuantumCircuit(3), QuantumCircuit(3)
    for qubit in range(kept + 1):
        start.reset(qubit)
    for c in (start, want):
        c.h(range(3))
        c.cx(0, 1)
        c.reset(kept)
        c.cx(1, 2)
    cases.append((start, want))
"""),
        _Clean("RemoveDiagonalGatesBeforeMeasure()",
               "has no diagonal gate left that directly precedes measurements of all its qubits",
               "diagonal gates right in front of measurements change no outcome and should be taken "
               "out", """
for last in ("t", "s", "z"):
    start, want = QuantumCircuit(3, 3), QuantumCircuit(3, 3)
    for c in (start, want):
        c.h(range(3))
        c.rz(0.3, 0)
        c.cx(0, 1)
        c.t(2)
        c.h(2)
    start.rz(0.7, 0)
    getattr(start, last)(2)
    for c in (start, want):
        c.measure([0, 1, 2], [2, 0, 1])
    cases.append((start, want))
start, want = QuantumCircuit(2, 2), QuantumCircuit(2, 2)
for c in (start, want):
    c.h([0, 1])
    c.cx(0, 1)
start.cz(0, 1)
for c in (start, want):
    c.measure([0, 1], [1, 0])
cases.append((start, want))
""", bare=False),
        _Clean("OptimizeSwapBeforeMeasure()",
               "has no swap left in front of measurements; the measurements take place on the "
               "swapped qubits "
               "and write into the same classical bits as before",
               "a swap right before measuring is needless when the measurements are moved instead: "
               "remove it "
               "and keep every result in its classical bit", """
for a, b in ((0, 1), (2, 0), (1, 2)):
    start, want = QuantumCircuit(3, 3), QuantumCircuit(3, 3)
    for c in (start, want):
        c.h(0)
        c.swap(0, 2)
        c.cx(0, 1)
        c.ry(0.4, 2)
    start.swap(a, b)
    start.measure([0, 1, 2], [0, 1, 2])
    where = {0: 0, 1: 1, 2: 2, a: b, b: a}
    want.measure([where[q] for q in range(3)], [0, 1, 2])
    cases.append((start, want))
"""),
        _Clean("ResetAfterMeasureSimplification()",
               "has every reset that directly follows a measurement of the same qubit replaced by "
               "an X gate "
               "inside an if block on that measurement's classical bit",
               "a reset right after a measurement can be a conditional bit flip: put `x` in an "
               "if_test on the "
               "measured bit (value 1) instead", """
for bit in (0, 1):
    start, want = QuantumCircuit(2, 2), QuantumCircuit(2, 2)
    for c in (start, want):
        c.h([0, 1])
        c.cx(0, 1)
        c.reset(1 - bit)
        c.measure(bit, 1 - bit)
    start.reset(bit)
    with want.if_test((want.clbits[1 - bit], 1)):
        want.x(bit)
    for c in (start, want):
        c.ry(0.3, bit)
        c.measure(bit, bit)
    cases.append((start, want))
"""),
        _Clean(f"FilterOpNodes(lambda node: node.name not in {names})",
               f"has no {', '.join(names)} left and keeps every other operation",
               f"for a resource study every {', '.join(names)} has to be stripped out, the rest stays", f"""
for seed in range(3):
    start, want = QuantumCircuit(3), QuantumCircuit(3)
    for step in range(14):
        name = ("s", "t", "h", "sx", "x", "cz", "y", "sdg")[(step * 3 + seed) % 8]
        qubits = [int(v) for v in rng.permutation(3)[: 2 if name == "cz" else 1]]
        getattr(start, name)(*qubits)
        if name not in {names}:
            getattr(want, name)(*qubits)
    cases.append((start, want))
"""),
        _Clean(f"FilterOpNodes(lambda node: node.num_qubits < {low} or node.is_directive())",
               f"has lost every gate on {low} or more qubits; barriers of any width and all "
               f"narrower gates stay",
               f"all operations on at least {low} qubits are to be dropped, but not barriers", f"""
start, want = QuantumCircuit(4), QuantumCircuit(4)
for width in (1, 2, 3, 2, 1, 4, 3):
    qubits = [int(v) for v in rng.permutation(4)[:width]]
    for c in (start, want):
        if c is start or width < {low}:
            c.append([XGate(), CXGate(), CCXGate(), C3XGate()][width - 1], qubits)
        c.barrier()
cases.append((start, want))
"""),
        _Clean("RemoveIdentityEquivalent()",
               "has no gate left that is the identity up to a global phase (to machine precision)",
               "rotations by angles of zero or 1e-12 and the like do nothing; remove all gates that "
               "equal the "
               "identity up to phase", """
start, want = QuantumCircuit(3), QuantumCircuit(3)
for c in (start, want):
    c.h(0)
    c.rx(0.1, 1)
    c.cx(0, 2)
    c.rz(0.01, 2)
start.rz(1e-12, 0)
start.id(1)
start.cp(0.0, 1, 2)
start.rzz(-1e-13, 0, 1)
for c in (start, want):
    c.ry(0.3, 0)
start.rx(0.0, 2)
cases.append((start, want))
cases.append((want.copy(), want.copy()))
"""),
        _Clean(f"UnrollForLoops(max_target_depth={cap * 2})",
               f"has each for loop unrolled whose unrolled depth (depth of the body times number of "
               f"turns) is at "
               f"most {cap * 2}; longer loops stay as they are",
               f"short for loops (body depth times number of turns not above {cap * 2}) have to be "
               f"written out, "
               "others kept", f"""
for turns in (2, {cap - 1}, {cap}, {cap + 1}):
    start, want = QuantumCircuit(2), QuantumCircuit(2)
    for c in (start, want):
        c.h(0)
    values = range(1, turns + 1)
    theta = Parameter("theta")
    with start.for_loop(values, theta):
        start.rx(theta, 0)
        start.cx(0, 1)
    if 2 * turns <= {cap * 2}:
        for value in values:
            want.rx(value, 0)
            want.cx(0, 1)
    else:
        want = start.copy()
    cases.append((start, want))
for turns in ({cap * 2}, {cap * 2 + 1}):
    start, want = QuantumCircuit(1), QuantumCircuit(1)
    with start.for_loop(range(turns)):
        start.sx(0)
    for _ in range(turns):
        want.sx(0)
    cases.append((start, want if turns == {cap * 2} else start.copy()))
"""),
        _Clean(f"Decompose({expand})",
               f"has every {' and '.join(expand)} replaced by its definition, one level deep, and "
               f"every other "
               "gate left alone",
               f"only the {' and '.join(expand)} gates are to be expanded, once, by their definitions", f"""
start, want = QuantumCircuit(3), QuantumCircuit(3)
for step, name in enumerate(("swap", "h", "iswap", "ccz", "dcx", "cx", "swap")):
    width = getattr(QuantumCircuit(3), name)(*range({{"h": 1, "ccz": 3}}.get(name, 2)))
    gate = width[0].operation
    qubits = [int(v) for v in rng.permutation(3)[: gate.num_qubits]]
    start.append(gate, qubits)
    if name in {expand}:
        want.compose(gate.definition, qubits, inplace=True)
    else:
        want.append(gate, qubits)
cases.append((start, want))
"""),
    ]  # fmt: skip


@family(
    "passes",
    "intermediate",
    oracle="structure",
    skills=("transformation-passes", "pass-manager"),
    why="Each clean-up pass removes exactly one kind of waste and leaves the rest of the circuit as it is.",
)
def cleanup_pass(rng: Random) -> Instance:
    """One clean-up pass in a pass manager, called, or run on the DAG; with a report on what it did."""
    row = rng.choice(_cleanups(rng))
    style = rng.choice(
        ["manager", "called", "dag", "append"] if row.bare else ["manager", "append"]
    )
    report = rng.choice(list(REPORTS))
    value, said, oracle, returned = REPORTS[report]
    body = harness(row.call, style)
    body += f"\nreturn {f'result, {value}' if value else 'result'}"
    imports = ["from qiskit import QuantumCircuit"]
    imports += ["from qiskit.converters import circuit_to_dag, dag_to_circuit"] * (style == "dag")
    imports += ["from qiskit.transpiler import PassManager"] * (style in ("manager", "append"))
    name = row.call.split("(")[0]
    imports += [f"from qiskit.transpiler.passes import {name}"]
    unpack = "got, extra = candidate(start.copy())" if value else "got = candidate(start.copy())"
    also = f"    assert extra == {oracle}\n" if value else ""
    return Instance(
        entry_point="clean_up",
        signature=f"(circuit: QuantumCircuit) -> {returned}",
        asks=(
            f"Make a copy of the given circuit that {row.effect}. Use the transpiler pass that does this. "
            f"{HINTS[style]} {said}",
            f"In my workflow, {row.need}. Which pass does that? Apply it to `circuit`. {said}",
            f"Apply `{name}` to a circuit, so that the result {row.effect}. {said}",
            f"Task: clean up a circuit with Qiskit's transpiler passes. Requirement: {row.need}. "
            f"{said} The "
            "argument itself must not be modified.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Barrier, Parameter
from qiskit.circuit.library import C3XGate, CCXGate, CXGate, XGate
rng = np.random.default_rng(np.random.randint(2**31))
cases = []

def wires(circuit):
    lines = {{bit: [] for bit in [*circuit.qubits, *circuit.clbits]}}
    for item in circuit.data:
        op = item.operation
        where = [circuit.find_bit(bit).index for bit in item.qubits]
        place = sorted(where) if op.name == "barrier" else where
        facts = [op.name, op.label, place, [circuit.find_bit(bit).index for bit in item.clbits]]
        if op.name in ("if_else", "for_loop"):
            facts[2] = [(o.operation.name, [where[op.blocks[0].find_bit(q).index] for q in o.qubits])
                        for o in op.blocks[0].data]
            facts[3:] = [len(op.blocks), op.name == "if_else" and op.condition[1]]
        else:
            facts.append([round(float(v), 9) for v in op.params])
        for bit in [*item.qubits, *(() if op.name == "if_else" else item.clbits)]:
            lines[bit].append(facts)
    return list(lines.values())

{row.cases.strip()}
for start, want in cases:
    {unpack}
    assert isinstance(got, QuantumCircuit)
    assert wires(got) == wires(want)
{also}""",
        params={"pass": row.call, "style": style, "report": report},
        wrong=(Wrong("S11", body.replace("return result", "return circuit")),),
    )
