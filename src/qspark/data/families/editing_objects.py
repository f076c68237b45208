"""Operations as objects: instructions, equivalences, boxes and annotations, delays that stretch."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_TURNS = (
    ("repeat it {k} times", "op = op.repeat({k})", "U, B = mp(U, {k}), mp(B, {k})"),
    ("invert it", "op = op.inverse()", "U, B = U.conj().T, B.conj().T"),
    ("let the operations of its definition run in the opposite order, at every level",
     "op = op.reverse_ops()",
     "U, B = B, U"),
    ("rename it to `{name}`", 'op = op.copy(name="{name}")', ""),
    ("label it `{label}`", 'op = op.to_mutable()\nop.label = "{label}"', ""),
)  # fmt: skip


@family(
    "editing",
    "intermediate",
    oracle="unitary",
    skills=("instructions", "composition"),
    why="repeat, inverse, reverse_ops and copy give new operations; a label needs a mutable one.",
    tolerance=1e-8,
)
def instruction_objects(rng: Random) -> Instance:
    """A circuit made an operation, changed by its methods, and placed on chosen qubits."""
    turns = rng.sample(_TURNS, rng.choice([2, 3]))
    names = [text.split(" ")[0] for text, *_ in turns]
    name, label = (
        rng.choice(["core", "twist", "block", "cell"]),
        rng.choice(["L1", "mid", "main", "top"]),
    )
    # A change of the operation after naming it would change the name again.
    turns.sort(key=lambda turn: turn[0].startswith(("rename", "label")))
    k = rng.randint(2, 4)
    form = rng.choice(["to_gate", "to_instruction"])
    a, b, c, d = *rng.sample(range(3), 2), *rng.sample(range(3), 2)
    twice = rng.random() < 0.5
    code = [
        f"op = part.{form}()",
        *(line.format(k=k, name=name, label=label) for _, line, _ in turns),
    ]
    words = [text.format(k=k, name=name, label=label) for text, *_ in turns]
    code += ["qc = QuantumCircuit(3)", f"qc.append(op, [{a}, {b}])"]
    where = f"its qubits 0 and 1 on qubits {a} and {b} of a new 3-qubit circuit"
    if twice:
        code.append(f"qc.append(op, [{c}, {d}])")
        where += f", and once more on qubits {c} and {d}"
    code.append("return qc")
    effects = [change.format(k=k) for *_, change in turns if change]
    kind = "a Gate" if form == "to_gate" else "an Instruction"
    count = 2 if twice else 1
    checks = []
    if "rename" in names:
        checks.append(f'assert all(item.operation.name == "{name}" for item in got.data)')
    if "label" in names:
        checks.append(f'assert all(item.operation.label == "{label}" for item in got.data)')
    return Instance(
        entry_point=rng.choice(["use_as_operation", "place_changed", "operation_on"]),
        signature="(part: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"Turn the two-qubit circuit `part` (gates only) into {kind}; {'; '.join(words)}; put "
            f"the result as one "
            f"operation with {where}.",
            f"Make {kind} of `part`, which has two qubits and no measurements. Then "
            f"{', then '.join(words)}. Append "
            f"it unexpanded: {where}.",
            f"`part`: a unitary two-qubit circuit.\n1. Convert it to {kind}.\n2. "
            f"{'; '.join(words)}.\n3. Append: "
            f"{where}. Every use stays a single instruction.",
            f"With the methods of {kind} made from the two-qubit circuit `part`, how do I "
            f"{', then '.join(words)}? "
            f"The outcome goes, as a single instruction per use, with {where}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate, Instruction
from qiskit.quantum_info import Operator
mp = np.linalg.matrix_power
for angle in (0.8, 2.1):
    part = QuantumCircuit(2)
    part.ry(angle, 0)
    part.cx(0, 1)
    part.u(0.3, angle, 0.9, 1)
    part.crx(1.1, 1, 0)
    U, B = Operator(part).data, np.eye(4)
    for item in reversed(part.data):
        where = [part.find_bit(q).index for q in item.qubits]
        B = Operator(np.eye(4)).compose(item.operation, where).data @ B
    before = part.copy()
    {(chr(10) + "    ").join(effects) if effects else "pass"}
    want = Operator(np.eye(8)).compose(Operator(U), [{a}, {b}])
    {f"want = want.compose(Operator(U), [{c}, {d}])" if twice else "pass"}
    got = candidate(part)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 3
    assert len(got.data) == {count} and part == before
    assert all(isinstance(i.operation, {"Gate" if form == "to_gate" else "Instruction"}) for i in got.data)
    {(chr(10) + "    ").join(checks) if checks else "pass"}
    assert Operator(got).equiv(want, atol=1e-8, rtol=0)
""",
        params={"steps": words, "form": form},
    )


_RULES = (
    ("XGate()", "X", "H, Z, H", ["h(0)", "z(0)", "h(0)"], 1),
    ("XGate()", "X", "SX, SX", ["sx(0)", "sx(0)"], 1),
    ("YGate()", "Y", "S-dagger, X, S", ["sdg(0)", "x(0)", "s(0)"], 1),
    ("SGate()", "S", "T, T", ["t(0)", "t(0)"], 1),
    ("TdgGate()", "T-dagger", "S-dagger, T", ["sdg(0)", "t(0)"], 1),
    ("SwapGate()", "SWAP", "CX(0,1), CX(1,0), CX(0,1)", ["cx(0, 1)", "cx(1, 0)", "cx(0, 1)"], 2),
    ("CZGate()", "CZ", "H(1), CX(0,1), H(1)", ["h(1)", "cx(0, 1)", "h(1)"], 2),
    ("CZGate()", "CZ", "H(0), CX(1,0), H(0)", ["h(0)", "cx(1, 0)", "h(0)"], 2),
    ("CYGate()", "CY", "S-dagger(1), CX(0,1), S(1)", ["sdg(1)", "cx(0, 1)", "s(1)"], 2),
    ("RXGate(angle)", "RX(angle)", "H, RZ(angle), H", ["h(0)", "rz(angle, 0)", "h(0)"], 1),
    ("RYGate(angle)", "RY(angle)", "SX, RZ(angle), SX-dagger", ["sx(0)", "rz(angle, 0)", "sxdg(0)"], 1),
    ("RZZGate(angle)", "RZZ(angle)", "CX(1,0), RZ(angle) on 0, CX(1,0)",
     ["cx(1, 0)", "rz(angle, 0)", "cx(1, 0)"], 2),
    ("RZXGate(angle)", "RZX(angle)", "H(1), RZZ(angle) on 0 and 1, H(1)", ["h(1)", "rzz(angle, 0, 1)",
     "h(1)"], 2),
    ("CRZGate(angle)", "CRZ(angle)", "RZ(angle/2) on 1, CX(0,1), RZ(-angle/2) on 1, CX(0,1)",
     ["rz(angle / 2, 1)", "cx(0, 1)", "rz(-angle / 2, 1)", "cx(0, 1)"], 2),
)  # fmt: skip


@family(
    "editing",
    "intermediate",
    oracle="structure",
    skills=("equivalence-library", "parameters"),
    why="An entry is a gate with Parameters and a circuit in the same ones; get_entry binds them.",
    tolerance=1e-8,
)
def equivalence_entries(rng: Random) -> Instance:
    """An EquivalenceLibrary with given rules, on top of none or of the session's."""
    while True:
        rules = rng.sample(_RULES, rng.choice([2, 3]))
        if len({rule[0] for rule in rules}) == len(rules):
            break
    base = rng.choice(["", "", "SessionEquivalenceLibrary"])
    setting = base and rng.random() < 0.5
    code = [f"library = EquivalenceLibrary({base})"]
    words = []
    for n, (gate, text, sequence, lines, size) in enumerate(rules):
        name = f"rule_{'abc'[n]}"
        if "angle" in gate and not any("Parameter(" in line for line in code):
            code.append('angle = Parameter("angle")')
        code.append(f"{name} = QuantumCircuit({size})")
        code += [f"{name}.{line}" for line in lines]
        if setting:
            code.append(f"library.set_entry({gate}, [{name}])")
        else:
            code.append(f"library.add_equivalence({gate}, {name})")
        words.append(f"{text} = {sequence}")
    code.append("return library")
    used = sorted({rule[0].split("(")[0] for rule in rules})
    manner = "as the only entry of its gate" if setting else "as one entry of its gate"
    upon = (
        "based on Qiskit's session library, whose other gates stay reachable"
        if base
        else "without a base library"
    )
    symbols = ", Parameter" if any("angle" in rule[0] for rule in rules) else ""
    imports = "from qiskit import QuantumCircuit\n"
    imports += f"from qiskit.circuit import EquivalenceLibrary{symbols}"
    if base:
        imports += "\nfrom qiskit.circuit.equivalence_library import SessionEquivalenceLibrary"
    imports += f"\nfrom qiskit.circuit.library import {', '.join(used)}"
    table = [(rule[0], rule[3], rule[4]) for rule in rules]
    listed = "; ".join(words)
    return Instance(
        entry_point=rng.choice(["own_library", "rules_library", "make_library"]),
        signature="() -> EquivalenceLibrary",
        asks=(
            f"Make an EquivalenceLibrary, {upon}, with these rules, each {manner}: {listed} (gate "
            f"sequences in time "
            "order, numbers are qubits).",
            f"I need my own equivalence library, {upon}. Rules: {listed}. Every rule is stored "
            f"{manner}; sequences "
            "are in time order. Symbolic rules use a Parameter.",
            f"EquivalenceLibrary, {upon}; rules {manner}, in time order:\n"
            + "\n".join(f"- {text}" for text in words),
            f"How do I tell Qiskit that {listed} (time order, qubit numbers in parentheses)? "
            f"Return a library, "
            f"{upon}, that holds each of these {manner}.",
        ),
        imports=imports,
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import EquivalenceLibrary
from qiskit.circuit import library as lib
from qiskit.circuit.equivalence_library import SessionEquivalenceLibrary
from qiskit.quantum_info import Operator

def steps(qc):
    return [
        (i.operation.name, [round(float(p), 9) for p in i.operation.params],
         [qc.find_bit(q).index for q in i.qubits])
        for i in qc.data
    ]

got = candidate()
assert isinstance(got, EquivalenceLibrary)
for text, lines, size in {table}:
    name = text.partition("(")[0]
    gate = getattr(lib, name)(0.7) if "angle" in text else getattr(lib, name)()
    want = QuantumCircuit(size)
    for line in lines:
        eval("want." + line, {{"want": want, "angle": 0.7}})
    assert got.has_entry(gate)
    entries = got.get_entry(gate)
    others = SessionEquivalenceLibrary.get_entry(gate) if {bool(base and not setting)} else []
    assert sorted(map(steps, entries)) == sorted(map(steps, [*others, want]))
    for entry in entries:
        assert Operator(entry).equiv(Operator(gate), atol=1e-8, rtol=0)
assert got.has_entry(lib.CCXGate()) == {bool(base)}
""",
        params={"rules": words, "base": base, "set": bool(setting)},
    )


_CONTENT = (
    ("an H on {a}", "qc.h({a})", "inner.h({a})"),
    ("a CX from {a} to {b}", "qc.cx({a}, {b})", "inner.cx({a}, {b})"),
    ("RX({t}) on {b}", "qc.rx({t}, {b})", "inner.rx({t}, {b})"),
    ("a CRY({t}) from {b} to {a}", "qc.cry({t}, {b}, {a})", "inner.cry({t}, {b}, {a})"),
    ("an SX on {b}", "qc.sx({b})", "inner.sx({b})"),
)


@family(
    "editing",
    "advanced",
    oracle="structure",
    skills=("box", "annotations"),
    why="An annotation is a class with a namespace of its own; box() takes the annotations first.",
)
def boxes_with_annotations(rng: Random) -> Instance:
    """Boxes with own annotations, labels and durations."""
    space = (
        rng.choice(["lab", "noise", "twirl", "team", "my_pass"])
        + "."
        + rng.choice(["mark", "level", "rule"])
    )
    kind = rng.choice(["Mark", "Level", "Hint", "Tag"])
    field = rng.choice(["value", "strength", "level", "weight"])
    code, words, rows = ["qc = QuantumCircuit(3)"], [], []
    for _ in range(2):
        a, b = rng.sample(range(3), 2)
        t = angle(rng)
        content = rng.sample(_CONTENT, 2)
        notes = rng.sample(range(1, 40), rng.choice([1, 1, 2]))
        options, said = "", ""
        label = duration = unit = None
        if rng.random() < 0.5:
            label = rng.choice(["first", "core", "idle", "probe"])
            options += f', label="{label}"'
            said += f", the label `{label}`"
        if rng.random() < 0.4:
            duration, unit = rng.choice(
                [(rng.randint(10, 90) * 10, "ns"), (rng.randint(2, 40) * 16, "dt")]
            )
            options += f', duration={duration}, unit="{unit}"'
            said += f", a duration of {duration} {unit}"
        lines = [line.format(a=a, b=b, t=t) for _, line, _ in content]
        marks = ", ".join(f"{kind}({note})" for note in notes)
        code += [f"with qc.box([{marks}]{options}):", *("    " + line for line in lines)]
        insides = " and then ".join(text.format(a=a, b=b, t=t) for text, *_ in content)
        words.append(
            f"a box with the annotation{'s' if len(notes) > 1 else ''} {marks}{said}, holding {insides}"
        )
        inner = [line.format(a=a, b=b, t=t) for *_, line in content]
        rows.append((notes, label, duration, unit, inner))
    middle, q = rng.choice(["z", "y", "t"]), rng.randrange(3)
    if rng.random() < 0.5:
        code.insert(4, f"qc.{middle}({q})")
        words.insert(1, f"a {middle.upper()} gate on qubit {q} outside the boxes")
    else:
        middle = ""
    code.append("return qc")
    entry = rng.choice(["boxed", "annotated_circuit", "circuit_with_boxes"])
    body = "\n".join(
        [
            f"class {kind}(Annotation):",
            f'    namespace = "{space}"',
            "",
            f"    def __init__(self, {field}: int):",
            f"        self.{field} = {field}",
            "",
            "",
            f"def {entry}() -> QuantumCircuit:",
            *("    " + line for line in code),
        ]
    )
    about = f"annotations of a class `{kind}` with the namespace `{space}` and one number, kept as `{field}`"
    listed = "; then ".join(words)
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            f"Define {about}. The function takes no arguments and returns a 3-qubit circuit with, "
            f"in order: {listed}.",
            f"I want boxes that carry {about}. Circuit on 3 qubits, no arguments: {listed}.",
            f"Annotations: {about}.\nCircuit (3 qubits), built by a function without arguments:\n"
            + "\n".join(f"- {text}" for text in words),
            f"How do annotated boxes work? With {about}, I need on three qubits: {listed}. No arguments.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import Annotation",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import Annotation, BoxOp
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == 3
boxes = [item for item in got.data if isinstance(item.operation, BoxOp)]
assert [item.operation.name for item in got.data] == {["box", middle, "box"] if middle else ["box", "box"]}
for item in got.data:
    if item.operation.name != "box":
        assert [got.find_bit(x).index for x in item.qubits] == [{q}]
for item, (notes, label, duration, unit, lines) in zip(boxes, {rows}):
    op = item.operation
    assert all(isinstance(note, Annotation) and type(note).__name__ == "{kind}" for note in op.annotations)
    assert [note.{field} for note in op.annotations] == notes
    assert all(note.namespace == "{space}" for note in op.annotations)
    assert op.label == label and op.duration == duration
    assert duration is None or op.unit == unit
    inner = QuantumCircuit(3)
    for line in lines:
        eval(line, {{"inner": inner}})
    have = [
        (i.operation.name, list(i.operation.params),
         [got.find_bit(item.qubits[op.body.find_bit(x).index]).index for x in i.qubits])
        for i in op.body.data
    ]
    want = [
        (i.operation.name, list(i.operation.params), [inner.find_bit(x).index for x in i.qubits])
        for i in inner.data
    ]
    assert have == want
""",
        params={"namespace": space, "boxes": words},
    )
