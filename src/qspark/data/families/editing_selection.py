"""Rewriting circuits: selecting, splitting at and inserting around instructions by a rule."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

_SAMPLES = """
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

def key(circuit, item, wires=True):
    return (item.name, [round(float(p), 9) for p in item.params],
            [circuit.find_bit(q).index for q in item.qubits],
            [circuit.find_bit(c).index for c in item.clbits])

def keys(circuit):
    return [key(circuit, item) for item in circuit.data]

def samples():
    one = QuantumCircuit(QuantumRegister(2, "a"), QuantumRegister(2, "b"), ClassicalRegister(3, "c"))
    one.global_phase = 0.4
    one.h(0)
    one.cx(0, 2)
    one.rx(0.004, 1)
    one.barrier()
    one.ry(0.7, 3)
    one.cry(1.1, 3, 1)
    one.reset(2)
    one.barrier(0, 1)
    one.t(1)
    one.cx(1, 0)
    one.measure(1, 2)
    one.rz(0.0005, 3)
    one.measure(3, 0)
    two = QuantumCircuit(QuantumRegister(4, "w"), ClassicalRegister(2, "m"), global_phase=-0.2)
    two.sx(3)
    two.ccx(3, 1, 0)
    two.measure(0, 1)
    two.barrier()
    two.h(2)
    two.swap(2, 1)
    two.rx(1.9, 0)
    two.cx(2, 3)
    two.s(3)
    three = QuantumCircuit(QuantumRegister(4, "q"), ClassicalRegister(1, "r"))
    three.cx(3, 0)
    three.h(3)
    three.rx(0.3, 3)
    three.cx(0, 3)
    three.h(1)
    three.rx(0.8, 0)
    three.cx(2, 1)
    three.h(2)
    three.t(2)
    return one, two, three
"""

# Words for what is kept, condition in code, condition in the test on (name, params, qubits, clbits).
_KEEP = (
    ("without barriers", 'item.operation.name != "barrier"', "k[0] != 'barrier'"),
    ("without measurements and resets", 'item.operation.name not in ("measure", "reset")',
     "k[0] not in ('measure', 'reset')"),
    ("with only the instructions on exactly one qubit", "len(item.qubits) == 1", "len(k[2]) == 1"),
    ("with only the instructions on at least two qubits (barriers left out)",
     "len(item.qubits) > 1 and not item.is_directive()", "len(k[2]) > 1 and k[0] != 'barrier'"),
    ("without instructions whose first parameter is below {e} in absolute value",
     "not (item.params and abs(item.params[0]) < {e})", "not (k[1] and abs(k[1][0]) < {e})"),
    ("with only the instructions all of whose qubits have indices below {n}",
     "all(circuit.find_bit(q).index < {n} for q in item.qubits)", "all(q < {n} for q in k[2])"),
    ("without any instruction that touches qubit {q}", "circuit.qubits[{q}] not in item.qubits",
     "{q} not in k[2]"),
    ("with only the instructions that write no classical bit", "not item.clbits", "not k[3]"),
    ("without the gates called {a} and {b}", 'item.operation.name not in ("{a}", "{b}")',
     "k[0] not in ('{a}', '{b}')"),
    ("with only parametrized gates and measurements", 'item.params or item.operation.name == "measure"',
     "k[1] or k[0] == 'measure'"),
    ("with only the instructions that touch qubit {q} or qubit {r}",
     "any(circuit.find_bit(bit).index in ({q}, {r}) for bit in item.qubits)",
     "any(x in ({q}, {r}) for x in k[2])"),
)  # fmt: skip
_ORDERS = (
    ("in the same order", "circuit.data", "", ""),
    ("in reverse order", "reversed(circuit.data)", "", "[::-1]"),
    ("leaving out the first {s} of the circuit's instructions in any case", "circuit.data[{s}:]",
     "[{s}:]", ""),
    ("leaving out the last {s} of the circuit's instructions in any case", "circuit.data[:-{s}]",
     "[:-{s}]", ""),
    ("taking only every second one of the circuit's instructions (number 0, 2, ...) into account",
     "circuit.data[::2]", "[::2]", ""),
)  # fmt: skip


@family(
    "editing",
    "intermediate",
    oracle="structure",
    skills=("circuit-data", "filtering"),
    why="copy_empty_like keeps the wires; instructions of circuit.data can be appended as they are.",
)
def selected_instructions(rng: Random) -> Instance:
    """A circuit with only the instructions that a rule selects."""
    said, condition, test = rng.choice(_KEEP)
    order, source, cut, turn = rng.choice(_ORDERS)
    a, b = rng.sample(["h", "cx", "rx", "t", "swap"], 2)
    q, r = rng.sample(range(4), 2)
    fill = dict(
        e=rng.choice([0.001, 0.01, 1.0]),
        n=rng.choice([2, 3]),
        q=q,
        r=r,
        a=a,
        b=b,
        s=rng.choice([2, 3]),
    )
    said, condition, test, order, source, cut = (
        part.format(**fill) for part in (said, condition, test, order, source, cut)
    )
    style = rng.choice(["loop", "loop", "comprehension"])
    if style == "loop":
        body = f"qc = circuit.copy_empty_like()\nfor item in {source}:\n    if {condition}:\n"
        body += "        qc.append(item)\nreturn qc"
    else:
        body = (
            f"qc = circuit.copy()\nqc.data = [item for item in {source} if {condition}]\nreturn qc"
        )
    return Instance(
        entry_point=rng.choice(["select", "filtered", "reduced_circuit", "pick_instructions"]),
        signature="(circuit: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"Return a copy of a circuit {said}, {order}. Registers, classical bits and global "
            "phase stay, and "
            "the input is not modified.",
            f"I need `circuit` {said}, {order}, as a new circuit with the same bits, registers "
            "and global phase.",
            "New circuit, same wires and global phase as `circuit`; contents: the instructions "
            "of `circuit`, "
            f"{said}, {order}. Leave `circuit` alone.",
            f"How do I make a version of `circuit` {said}, {order}? The wires, all registers and "
            "the global phase "
            "have to be kept and the original must not change.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
{_SAMPLES}
for circuit in samples():
    before = circuit.copy()
    want = [k for k in keys(circuit){cut} if {test}]{turn}
    got = candidate(circuit)
    assert isinstance(got, QuantumCircuit)
    assert keys(got) == want
    assert got.qregs == circuit.qregs and got.cregs == circuit.cregs
    assert abs(got.global_phase - circuit.global_phase) < 1e-9
    assert circuit == before and len(circuit.data) == len(before.data)
""",
        params={"keep": said, "order": order},
    )


_CUTS = (
    ("at its barriers, which belong to no piece", 'if item.operation.name == "barrier":',
     "k[0] == 'barrier'", "drop"),
    ("after each measurement, which ends its piece", 'if item.operation.name == "measure":',
     "k[0] == 'measure'",
     "end"),
    ("before each instruction on two or more qubits, which begins a new piece", "if len(item.qubits) > 1:",
     "len(k[2]) > 1", "begin"),
    ("after each parametrized instruction, which ends its piece", "if item.params:", "k[1]", "end"),
    ("before each instruction called {a}, which begins a new piece", 'if item.operation.name == "{a}":',
     "k[0] == '{a}'", "begin"),
    ("after each instruction that touches qubit {q}, which ends its piece",
     "if circuit.qubits[{q}] in item.qubits:",
     "{q} in k[2]", "end"),
    ("before each instruction that touches qubit {q}, which begins a new piece",
     "if circuit.qubits[{q}] in item.qubits:", "{q} in k[2]", "begin"),
    ("at the instructions called {a}, which belong to no piece", 'if item.operation.name == "{a}":',
     "k[0] == '{a}'",
     "drop"),
    ("into pieces of {s} instructions each (the last may be shorter)",
     "if len(pieces[-1].data) >= {s}:", "full",
     "begin"),
)  # fmt: skip
_MAKES = (
    ("the list of the pieces as circuits", "list[QuantumCircuit]", "pieces", "pieces"),
    ("the list of the pieces as circuits, without the empty ones", "list[QuantumCircuit]",
     "[piece for piece in pieces if piece.data]", "[p for p in pieces if p]"),
    ("the number of instructions of each piece as a list", "list[int]",
     "[len(piece.data) for piece in pieces]",
     "[len(p) for p in pieces]"),
    ("the piece with the most instructions (the first of several)", "QuantumCircuit",
     "max(pieces, key=lambda piece: len(piece.data))", "max(pieces, key=len)"),
    ("the last piece that is not empty", "QuantumCircuit", "[piece for piece in pieces if piece.data][-1]",
     "[p for p in pieces if p][-1]"),
    ("the pieces as a list from the last to the first", "list[QuantumCircuit]", "pieces[::-1]",
     "pieces[::-1]"),
)  # fmt: skip


@family(
    "editing",
    "intermediate",
    oracle="structure",
    skills=("circuit-data", "splitting"),
    why="Every piece needs the wires of the whole circuit, which copy_empty_like provides.",
)
def split_circuit(rng: Random) -> Instance:
    """A circuit cut into pieces at certain instructions."""
    said, condition, test, mode = rng.choice(_CUTS)
    make, sort, last, want = rng.choice(_MAKES)
    fill = dict(a=rng.choice(["cx", "h", "rx"]), q=rng.randrange(4), s=rng.randint(2, 4))
    said, condition, test = (part.format(**fill) for part in (said, condition, test))
    fresh = "pieces.append(circuit.copy_empty_like())"
    inner = {
        "drop": [
            "    " + condition,
            f"        {fresh}",
            "    else:",
            "        pieces[-1].append(item)",
        ],
        "end": ["    pieces[-1].append(item)", "    " + condition, f"        {fresh}"],
        "begin": ["    " + condition, f"        {fresh}", "    pieces[-1].append(item)"],
    }[mode]
    body = "\n".join(
        [
            "pieces = [circuit.copy_empty_like()]",
            "for item in circuit.data:",
            *inner,
            f"return {last}",
        ]
    )
    note = "Each piece has all wires and the global phase of the circuit"
    if "number of" in make:
        note = "Empty pieces, such as one at the very beginning or end, count with 0"
    elif "empty" not in make and "most" not in make:
        note += ", and empty pieces at the beginning, in between or at the end are kept"
    return Instance(
        entry_point=rng.choice(["split", "pieces_of", "cut_circuit", "segments"]),
        signature=f"(circuit: QuantumCircuit) -> {sort}",
        asks=(
            f"Cut a circuit {said}. Return {make}. {note}.",
            f"I want to split `circuit` {said}, and get {make}. {note}.",
            f"Split rule: cut {said}. Result: {make}. {note}; the input stays unchanged.",
            f"How can I cut a circuit {said}? I need {make}. {note}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
{_SAMPLES}
for circuit in samples():
    before = circuit.copy()
    pieces = [[]]
    for k in keys(circuit):
        full = len(pieces[-1]) == {fill["s"]}
        here = {test}
        if here and "{mode}" != "end":
            pieces.append([])
        if not here or "{mode}" != "drop":
            pieces[-1].append(k)
        if here and "{mode}" == "end":
            pieces.append([])
    want = {want}
    got = candidate(circuit)
    for piece in got if isinstance(got, list) else [got]:
        if isinstance(piece, QuantumCircuit):
            assert piece.qregs == circuit.qregs and piece.cregs == circuit.cregs
            assert abs(piece.global_phase - circuit.global_phase) < 1e-9
    if isinstance(got, list):
        assert [p if isinstance(p, int) else keys(p) for p in got] == want
    else:
        assert keys(got) == want
    assert circuit == before
""",
        params={"cut": said, "result": make},
    )


_SPOTS = (
    ("after each instruction on exactly two qubits (barriers do not count)",
     "len(item.qubits) == 2 and not item.is_directive()", "after", "len(k[2]) == 2 and k[0] != 'barrier'"),
    ("before each measurement", 'item.operation.name == "measure"', "before", "k[0] == 'measure'"),
    ("before each gate called {a}", 'item.operation.name == "{a}"', "before", "k[0] == '{a}'"),
    ("after each gate called {a}", 'item.operation.name == "{a}"', "after", "k[0] == '{a}'"),
    ("after each parametrized gate", "item.params", "after", "k[1]"),
    ("before each controlled gate", "item.is_controlled_gate()", "before", "k[0] in ('cx', 'cry', 'ccx')"),
    ("after each instruction whose first qubit is qubit {q}",
     "circuit.find_bit(item.qubits[0]).index == {q}", "after",
     "k[2][0] == {q}"),
)  # fmt: skip
_NEW = (
    ("a Z on its first qubit", "qc.z(item.qubits[0])", "('z', [], k[2][:1], [])"),
    ("an RX({t}) on its last qubit", "qc.rx({t}, item.qubits[-1])", "('rx', [{t}], k[2][-1:], [])"),
    ("a barrier over its qubits", "qc.barrier(item.qubits)", "('barrier', [], k[2], [])"),
    ("a barrier over all qubits", "qc.barrier()", "('barrier', [], [0, 1, 2, 3], [])"),
    ("a delay of {d} dt on its last qubit", "qc.delay({d}, item.qubits[-1])",
     "('delay', [{d}], k[2][-1:], [])"),
    ("an identity gate on its first qubit", "qc.id(item.qubits[0])", "('id', [], k[2][:1], [])"),
    ("the same instruction once more", "qc.append(item)", "k"),
)  # fmt: skip


@family(
    "editing",
    "intermediate",
    oracle="structure",
    skills=("circuit-data", "insertion"),
    why="Insert while building a new circuit, or positions shift under the loop.",
)
def inserted_instructions(rng: Random) -> Instance:
    """New instructions before or after those that a rule selects."""
    spot, condition, side, test = rng.choice(_SPOTS)
    new, line, want = rng.choice(_NEW)
    t, fill = angle(rng), dict(a=rng.choice(["cx", "h", "t"]), q=rng.randrange(4))
    d = rng.randint(4, 40) * 8
    spot, condition, test = (part.format(**fill) for part in (spot, condition, test))
    new, line, want = (part.format(t=t, d=d) for part in (new, line, want))
    inner = [f"    if {condition}:", f"        {line}"]
    inner = [*inner, "    qc.append(item)"] if side == "before" else ["    qc.append(item)", *inner]
    body = "\n".join(
        ["qc = circuit.copy_empty_like()", "for item in circuit.data:", *inner, "return qc"]
    )
    edge = rng.random() < 0.4
    extra = ""
    if edge:
        place = rng.choice(["start", "end"])
        extra = f" In addition, put an H on qubit {fill['q']} at the very {place}."
        h = f"qc.h({fill['q']})"
        if place == "start":
            body = body.replace("for item", f"{h}\nfor item")
        else:
            body = body.replace("return qc", f"{h}\nreturn qc")
    hadamard = f"[('h', [], [{fill['q']}], [])]"
    return Instance(
        entry_point=rng.choice(["instrument", "with_insertions", "mark_up", "insert_gates"]),
        signature="(circuit: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"Return a new circuit with {new} {spot}; `its` refers to that instruction's qubits. "
            "All else stays as "
            f"it is.{extra}",
            f"I want to insert {new} {spot} of a circuit (its own qubits are meant). Wires, "
            "phase and all other "
            f"instructions remain.{extra}",
            f"Insert {new} directly {spot}. The result is a new circuit with the registers and "
            "the global phase of "
            f"`circuit`.{extra}",
            f"How do I put {new} {spot} in a given circuit, without changing the original?{extra}",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
{_SAMPLES}
for circuit in samples():
    before = circuit.copy()
    want = []
    for k in keys(circuit):
        new = [{want}] if {test} else []
        want += {"[*new, k]" if side == "before" else "[k, *new]"}
    want = {(f"{hadamard} + want" if place == "start" else f"want + {hadamard}") if edge else "want"}
    got = candidate(circuit)
    assert isinstance(got, QuantumCircuit) and circuit == before
    assert keys(got) == want
    assert got.qregs == circuit.qregs and got.cregs == circuit.cregs
    assert abs(got.global_phase - circuit.global_phase) < 1e-9
    assert all(i.operation.unit == "dt" for i in got.data if i.name == "delay")
""",
        params={"spot": spot, "new": new},
        wrong=(Wrong("S11", "circuit.copy_empty_like()\nreturn circuit"),) if not edge else (),
    )
