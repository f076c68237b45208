"""Interchange: annotations in files and instructions with calibrations."""

from random import Random

from qspark.data.families.base import Instance, angle, family


@family(
    "interchange",
    "advanced",
    oracle="structure",
    skills=("annotations", "openqasm", "qpy"),
    why="Annotations of boxes are written by serializers that are looked up by the annotation's namespace.",
)
def annotated_boxes(rng: Random) -> Instance:
    """An annotation class with a serializer, so that boxes keep their remarks in a file."""
    space = rng.choice(["lab", "acme", "team", "noise"])
    leaf = rng.choice(["mark", "twirl", "budget", "stage"])
    value, kind = rng.choice([("amount", "int"), ("strength", "float"), ("remark", "str")])
    name = leaf.capitalize()
    target = rng.choice(["qasm3", "qpy", "bridge"])
    cast = {"int": "int(payload)", "float": "float(payload)", "str": "payload"}[kind]
    unit = rng.choice(["", "v=", "x:"])
    body = f"""
class {name}(annotation.Annotation):
    namespace = "{space}.{leaf}"

    def __init__(self, {value}: {kind}):
        self.{value} = {value}


"""
    strip = f'.removeprefix("{unit}")' if unit else ""
    if target == "qpy":
        raw = f'f"{unit}{{note.{value}}}".encode()' if unit else f"str(note.{value}).encode()"
        body += f"""class {name}Serializer(annotation.QPYSerializer):
    def dump_annotation(self, namespace, note):
        return {raw} if isinstance(note, {name}) else NotImplemented

    def load_annotation(self, payload):
        payload = payload.decode(){strip}
        return {name}({cast})
"""
        handlers, factory = f'{{"{space}": {name}Serializer}}', "annotation_factories"
    else:
        raw = f'f"{unit}{{note.{value}}}"' if unit else f"str(note.{value})"
        loaded = cast.replace("payload", f"payload{strip}")
        body += f"""class {name}Serializer(annotation.OpenQASM3Serializer):
    def dump(self, note):
        return {raw} if isinstance(note, {name}) else NotImplemented

    def load(self, namespace, payload):
        return {name}({loaded}) if namespace == "{space}.{leaf}" else NotImplemented
"""
        handlers, factory = f'{{"{space}": {name}Serializer()}}', "annotation_handlers"
        if target == "bridge":
            handlers, factory = (
                f'{{"{space}": {name}Serializer().as_qpy()}}',
                "annotation_factories",
            )
    entry = rng.choice(["boxed_program", "save_boxes", "annotated_export"])
    gate = rng.choice(["x", "h", "sx"])
    link = rng.choice(["cx", "cz"])
    turned = rng.choice([True, False])
    first, second = ("values[::-1]", "reverse order") if turned else ("values", "order")
    body += f"""

def {entry}(values: list[{kind}]) -> tuple:
    qc = QuantumCircuit(2)
    for value in {first}:
        with qc.box([{name}(value)]):
            qc.{gate}(0)
            qc.{link}(0, 1)
"""
    if target == "qasm3":
        body += f"    text = qasm3.dumps(qc, {factory}={handlers})\n"
        body += f"    return text, qasm3.loads(text, {factory}={handlers})\n"
        written = "the OpenQASM 3 text and the circuit that is loaded from it again"
    else:
        body += f"    buffer = BytesIO()\n    qpy.dump(qc, buffer, {factory}={handlers})\n    "
        body += "buffer.seek(0)\n"
        body += f"    [back] = qpy.load(buffer, {factory}={handlers})\n    return buffer.getvalue(), back\n"
        written = "the bytes of its QPY form and the circuit that is loaded from them again"
    how = {
        "qasm3": "an `OpenQASM3Serializer`",
        "qpy": "a `QPYSerializer`",
        "bridge": "an `OpenQASM3Serializer` that is used for QPY through `as_qpy`",
    }[target]
    samples = {
        "int": "[3, 11, 40]",
        "float": "[0.25, 1.5, 0.125]",
        "str": '["warm", "cold", "idle"]',
    }[kind]
    payload = f"'{unit}' followed by the value" if unit else "the value"
    imports = "from qiskit import QuantumCircuit, " + ("qasm3" if target == "qasm3" else "qpy")
    imports = (
        ("" if target == "qasm3" else "from io import BytesIO\n\n")
        + imports
        + "\nfrom qiskit.circuit import annotation"
    )
    check = (
        f"""
assert isinstance(raw, str) and raw.count("@{space}.{leaf}") == len(values)
places = [raw.index("@{space}.{leaf} {unit}" + str(v)) for v in order]
assert places == sorted(places)"""
        if target == "qasm3"
        else f"""
assert isinstance(raw, bytes)
places = [raw.index(("{unit}" + str(v)).encode()) for v in order]"""
    )
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            f"Define an annotation class with namespace `{space}.{leaf}` that holds one {kind} as "
            f"attribute `{value}`, and "
            f"{how} for the namespace `{space}` that writes {payload} (as text) and reads it back. The "
            "function gets a list "
            f"`values` and builds a 2-qubit circuit with one annotated box per value, in {second} of the "
            "list; each box "
            f"applies {gate.upper()} to qubit 0 and {link.upper()} to (0, 1). Return a pair: {written}.",
            f"Boxes in my circuits carry custom annotations (`{space}.{leaf}`, attribute `{value}`: "
            f"{kind}) that must survive "
            f"saving. Use {how} registered for `{space}` whose payload is {payload} as text. For a list "
            "`values`, make a "
            f"circuit of 2 qubits with a box ({gate} on 0, {link} from 0 to 1) per entry in {second} of "
            "the list and return "
            f"{written}, as a tuple.",
            f"Write a whole module: an Annotation subclass (namespace {space}.{leaf}, attribute "
            f"{value}), {how} (payload: "
            f"{payload}, as text; handler key '{space}'), and the function from `values` to a pair: "
            f"{written}. The 2-qubit "
            f"circuit has a box with that annotation for every value, in {second} of the list, holding "
            f"{gate.upper()}(0) and "
            f"{link.upper()}(0, 1).",
        ),
        imports=imports,
        body=body,
        test=f"""
values = {samples}
order = values[::-1] if {turned} else values
raw, qc = candidate(list(values))
assert qc.num_qubits == 2 and [i.name for i in qc.data] == ["box"] * 3
for inst, value in zip(qc.data, order):
    [note] = inst.operation.annotations
    assert note.namespace == "{space}.{leaf}" and note.{value} == value
    assert type(note.{value}) is {kind}
    block = inst.operation.blocks[0]
    wires = {{b: qc.find_bit(o).index for b, o in zip(block.qubits, inst.qubits)}}
    found = [(i.name, [wires[q] for q in i.qubits]) for i in block.data]
    assert found == [("{gate}", [0]), ("{link}", [0, 1])]
{check}
assert candidate([])[1].size() == 0
""",
        params={"namespace": f"{space}.{leaf}", "target": target, "kind": kind},
    )


@family(
    "interchange",
    "intermediate",
    oracle="structure",
    skills=("openqasm", "defcal"),
    why="implicit_defcals tells the exporter that an instruction has a defcal, so it is written without "
    "a definition.",
)
def calibrated_instructions(rng: Random) -> Instance:
    """Export opaque instructions as calls of calibrations."""
    gate, meter = (
        rng.choice(["flip", "kick", "ms", "shift"]),
        rng.choice(["soft_measure", "weak", "parity_read"]),
    )
    count, width = rng.randint(0, 2), rng.randint(1, 2)
    renamed = rng.choice([None, "cal_", "hw_", "my_"])
    theta, phi = angle(rng), angle(rng)
    given = [theta, phi][:count]
    result = rng.choice([True, False])
    called = (renamed or "") + gate
    places = rng.sample(range(3), width)
    table = f'    "{gate}": qasm3.DefcalInstruction("{called}", {count}, {width}, None),\n'
    body = f'qc = QuantumCircuit(3, 2)\nqc.h(2)\nqc.append(Gate("{gate}", {width}, {given}), {places})\n'
    said = f"a {width}-qubit gate `{gate}` with {count} parameters" + (
        f" ({', '.join(map(str, given))})" if given else ""
    )
    said += f" on {places}"
    said += f", called `{called}` in the text" if renamed else ""
    spot, target = rng.randint(0, 1), rng.randint(0, 2)
    if result:
        table += f'    "{meter}": qasm3.DefcalInstruction("{meter}", 0, 1, types.Bool()),\n'
        body += f'qc.append(Instruction("{meter}", 1, 1, []), [{target}], [{spot}])\n'
        said += f"; then an instruction `{meter}` that reads qubit {target} and returns a bit that goes "
        said += f"to clbit {spot}"
    body += f"calibrations = {{\n{table}}}\nreturn qasm3.dumps(qc, implicit_defcals=calibrations)"
    imports = "from qiskit import QuantumCircuit, qasm3\nfrom qiskit.circuit import Gate"
    if result:
        imports += ", Instruction\nfrom qiskit.circuit.classical import types"
    call = f"{called}({', '.join(map(str, given))})" if given else called
    line = f"{call} {', '.join(f'q[{p}]' for p in places)};"
    return Instance(
        entry_point=rng.choice(["defcal_program", "calibrated_text", "export_opaque"]),
        signature="() -> str",
        asks=(
            "Build a circuit of 3 qubits (register q) and 2 clbits (register c): a Hadamard on qubit 2, "
            f"then {said}. The "
            "backend supplies `defcal` statements for these, so export OpenQASM 3 text that calls them "
            "without defining "
            "them. Return the text.",
            "I have calibrations on the device and want OpenQASM 3 that just calls them: circuit with 3 "
            "qubits, 2 clbits "
            f"(default register names), H on qubit 2, {said}. No gate definition may be written for "
            "them. Return the string.",
            "Use `qasm3.DefcalInstruction` to export a circuit with opaque instructions: 3 qubits q, 2 "
            "clbits c, `h` on 2, "
            f"and {said}. The text, which is returned, has calls only.",
        ),
        imports=imports,
        body=body,
        test=f"""
text = candidate()
lines = [line.strip() for line in text.splitlines()]
assert lines[0].startswith("OPENQASM 3")
assert "gate " not in text and "defcal" not in text
assert "qubit[3] q;" in lines and "bit[2] c;" in lines
body = [x for x in lines if "q[" in x and not x.startswith("qubit")]
assert body == ["h q[2];", "{line}"{f', "c[{spot}] = {meter} q[{target}];"' if result else ""}]
""",
        params={"gate": called, "count": count, "measure": result},
    )
