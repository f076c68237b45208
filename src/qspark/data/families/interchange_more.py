"""Interchange, continued: options of the OpenQASM 3 exporter, QPY, annotations, conversions."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_OPTIONS = {
    "includes": ("includes=()", "do not use any include, so that all gates are defined in the text",
                 'assert "include" not in text and "gate h " in text'),
    "basis": ('includes=(), basis_gates=("U", "h", "cx", "rx", "x")',
              "use no include, but treat U, h, cx, rx and x as known gates that need no definition",
              'assert "include" not in text and "gate h " not in text and "gate rx" not in text'),
    "constants": ("disable_constants=True", "write angles as plain decimal numbers, never in terms of pi",
                  'assert "pi" not in text and "1.5707963" in text'),
    "indent": ('indent="{indent}"', "indent blocks by {words} per level",
               'assert "\\n{indent}x q[1];" in text'),
    "switch": ("experimental=qasm3.ExperimentalFeatures.SWITCH_CASE_V1",
               "write switch statements in the experimental first version of the syntax (cases end in break)",
               'assert text.count("break;") == 2'),
    "aliasing": ("allow_aliasing=True", "allow registers that share qubits, by aliases",
                 'assert "let " in text'),
}  # fmt: skip


@family(
    "interchange",
    "intermediate",
    oracle="structure",
    skills=("openqasm", "exporter-options"),
    why="qasm3.dumps takes the options of qasm3.Exporter; only stdgates.inc is understood as an include.",
)
def exporter_options(rng: Random) -> Instance:
    """OpenQASM 3 text with two options of the exporter, by function, stream or Exporter object."""
    first = rng.choice(["includes", "basis", "constants"])
    second = rng.choice(["indent", "switch", "aliasing"])
    chosen = [first, second] if rng.random() < 0.7 else [rng.choice([first, second])]
    indent, words = rng.choice(
        [("    ", "four spaces"), ("\t", "a tab"), (" ", "one space"), ("   ", "three spaces")]
    )
    shown = indent.replace("\t", "\\t")
    options = ", ".join(_OPTIONS[k][0].replace("{indent}", shown) for k in chosen)
    said = "; ".join(_OPTIONS[k][1].replace("{words}", words) for k in chosen)
    checks = "\n".join(_OPTIONS[k][2].replace("{indent}", shown) for k in chosen)
    form = rng.choice(["dumps", "exporter", "dump", "many", "path"])
    if form == "dumps":
        body, result, call = f"return qasm3.dumps(qc, {options})", "str", "text = candidate(qc)"
    elif form == "exporter":
        body = f"exporter = qasm3.Exporter({options})\nreturn exporter.dumps(qc)"
        result, call = "str", "text = candidate(qc)"
    elif form == "dump":
        body = f"stream = StringIO()\nqasm3.dump(qc, stream, {options})\nreturn stream"
        result, call = "StringIO", "text = candidate(qc).getvalue()"
    elif form == "path":
        body = f'with open(path, "w") as file:\n    qasm3.dump(qc, file, {options})'
        result, call = "None", 'candidate(qc, "o.qasm")\ntext = open("o.qasm").read()'
    else:
        body = (
            f"exporter = qasm3.Exporter({options})\nreturn [exporter.dumps(qc) for qc in circuits]"
        )
        result, call = (
            "list[str]",
            "plain = QuantumCircuit(1)\ngot = candidate([qc, plain])\ntext = got[0]\nassert len(got) == 2",
        )
    give = {
        "dumps": "Return the text.",
        "exporter": "Return the text (through a `qasm3.Exporter` object).",
        "dump": "Return an `io.StringIO` that holds the text.",
        "path": "Write it to the file `path`; return nothing.",
        "many": "The argument `circuits` is a list; return the list of texts from one `qasm3.Exporter`.",
    }[form]
    argument = {
        "many": "circuits: list[QuantumCircuit]",
        "path": "qc: QuantumCircuit, path: str",
    }.get(form, "qc: QuantumCircuit")
    imports = (
        "from io import StringIO\n\n" if form == "dump" else ""
    ) + "from qiskit import QuantumCircuit, qasm3"
    alias = (
        'QuantumRegister(bits=[*q[1:], Qubit()], name="w")'
        if "aliasing" in chosen
        else 'QuantumRegister(1, "w")'
    )
    switch = ""
    if "switch" in chosen:
        switch = (
            "with qc.switch(qc.cregs[0]) as case:\n    with case(1):\n        qc.x(0)\n    with "
        )
        switch += "case(case.DEFAULT):\n        qc.h(0)\n"
    return Instance(
        entry_point=rng.choice(["qasm3_text", "export_with_options", "render_program"]),
        signature=f"({argument}) -> {result}",
        asks=(
            f"Export to OpenQASM 3 with these settings: {said}. Everything else as by default. {give}",
            f"Our OpenQASM 3 consumer is picky: {said}. {give}",
            f"Serialise as OpenQASM 3; exporter options: {said}; the rest stays at the defaults. {give}",
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit import QuantumCircuit, QuantumRegister, ClassicalRegister, qasm3
from qiskit.circuit import Qubit
from math import pi
q = QuantumRegister(2, "q")
qc = QuantumCircuit(q, ClassicalRegister(2, "c"))
qc.add_register({alias})
qc.h(0)
qc.cx(0, 1)
qc.rx(pi / 2, 2)
qc.measure(0, 0)
with qc.if_test((0, 1)):
    qc.x(1)
{switch}{call}
assert text.startswith("OPENQASM 3.0;") or text.startswith("OPENQASM 3;")
{checks}
if {"indent" not in chosen}:
    assert "\\n  x q[1];" in text or "\\n  x " in text
if {first not in chosen}:
    assert 'include "stdgates.inc";' in text and "pi/2" in text
""",
        params={"options": chosen, "form": form},
    )


_QUERIES = [
    ("the list of their names", "[qc.name for qc in circuits]", "['first', 'second', 'third']"),
    ("a dict from name to metadata", "{qc.name: qc.metadata for qc in circuits}",
     "{'first': {'shots': 100, 'tag': 'a'}, 'second': {}, 'third': {'tag': 'b'}}"),
    ("the list of the circuits whose metadata has the key 'tag', by name",
     "[qc.name for qc in circuits if 'tag' in (qc.metadata or {})]", "['first', 'third']"),
    ("a dict from name to the sorted names of its parameters",
     "{qc.name: sorted(p.name for p in qc.parameters) for qc in circuits}",
     "{'first': [], 'second': ['a', 'b'], 'third': []}"),
    ("the number of qubits of each, as a list", "[qc.num_qubits for qc in circuits]", "[3, 2, 4]"),
    ("the name of the one with the most two-qubit gates", "max(circuits, key=lambda qc: "
                                                          "qc.num_nonlocal_gates()).name",
     "'third'"),
    ("a dict from name to the list of its classical registers as (name, size)",
     "{qc.name: [(reg.name, reg.size) for reg in qc.cregs] for qc in circuits}",
     "{'first': [], 'second': [], 'third': [('m', 2)]}"),
    ("the list of their global phases", "[float(qc.global_phase) for qc in circuits]", "[0.0, 0.25, 0.0]"),
    ("the list of their depths", "[qc.depth() for qc in circuits]", "[2, 1, 4]"),
]  # fmt: skip


@family(
    "interchange",
    "intermediate",
    oracle="value",
    skills=("qpy", "files"),
    why="A QPY stream is binary and holds a list: load always returns a list of circuits.",
)
def qpy_archive(rng: Random) -> Instance:
    """Store several circuits as QPY and read facts back."""
    form = rng.choice(["store", "store", "read", "merge"])
    medium = rng.choice(["bytes", "file", "gzip"])
    version = rng.choice([None, 15, 16, 17])
    (w1, c1, v1), (w2, c2, v2) = rng.sample(_QUERIES, 2)
    name = rng.choice(["batch", "jobs", "store", "archive"]) + ".qpy"
    option = f", version={version}" if version else ""
    imports = ["from qiskit import QuantumCircuit, qpy"]
    if medium == "bytes":
        save = f"buffer = BytesIO()\nqpy.dump(circuits, buffer{option})\n"
        imports = ["from io import BytesIO", "", *imports]
        place, handle = "bytes", "io.BytesIO(data)"
    else:
        opener = "gzip.open" if medium == "gzip" else "open"
        name += ".gz" if medium == "gzip" else ""
        save = f'with {opener}("{name}", "wb") as file:\n    qpy.dump(circuits, file{option})\n'
        imports = ["import gzip", "", *imports] if medium == "gzip" else imports
        place, handle = (
            f"the file `{name}`" + (" (gzip)" if medium == "gzip" else ""),
            f'{opener}("{name}", "rb")',
        )
    reads = {
        "bytes": "circuits = qpy.load(BytesIO(data))\n",
        "file": f'with open("{name}", "rb") as file:\n    circuits = qpy.load(file)\n',
        "gzip": f'with gzip.open("{name}", "rb") as file:\n    circuits = qpy.load(file)\n',
    }[medium]
    as_version = f" in QPY version {version}" if version else ""
    given = "data: bytes" if medium == "bytes" else ""
    target = 'open("unused", "wb")' if medium == "bytes" else handle.replace("rb", "wb")
    dumped = "blob = io.BytesIO()\nqpy.dump(CIRCUITS, blob)\ndata = blob.getvalue()\n"
    dumped += f"with {target} as file:\n    file.write(data)\n"
    if form == "store":
        tail = {
            "bytes": "return buffer.getvalue()",
            "file": f'return "{name}"',
            "gzip": f'return "{name}"',
        }[medium]
        order = rng.choice(["as given", "reversed", "sorted"])
        pre = {
            "as given": "", "reversed": "circuits = circuits[::-1]\n",
            "sorted": "circuits = sorted(circuits, key=lambda qc: qc.num_qubits)\n",
        }[order]  # fmt: skip
        tag = rng.choice([None, "run", "lab", "owner"])
        if tag:
            pre += "circuits = [qc.copy() for qc in circuits]\nfor qc in circuits:\n"
            pre += f'    qc.metadata = {{**(qc.metadata or {{}}), "{tag}": label}}\n'
        body, signature = (
            pre + save + tail,
            "(circuits: list[QuantumCircuit]" + (", label: str" if tag else "") + ")",
        )
        signature += " -> bytes" if medium == "bytes" else " -> str"
        sorting = {"as given": "in the given order", "reversed": "in reverse order",
                   "sorted": "by increasing number of qubits"}[order]  # fmt: skip
        what = f"store the circuits {sorting} as one QPY stream{as_version} in {place} and return "
        what += "these bytes" if medium == "bytes" else "the file's name"
        if tag:
            what += f"; each stored circuit gets the metadata entry '{tag}' with the value `label` "
            what += "beside what it has "
            what += "(the circuits that were given stay as they are)"
        sequence = {"as given": "CIRCUITS", "reversed": "CIRCUITS[::-1]",
                    "sorted": "[CIRCUITS[1], CIRCUITS[0], CIRCUITS[2]]"}[order]  # fmt: skip
        test = f"""
kept = [qc.copy() for qc in CIRCUITS]
data = candidate(CIRCUITS{', "L7"' if tag else ""})
assert {"isinstance(data, bytes)" if medium == "bytes" else f'data == "{name}"'}
with {handle} as file:
    assert {version} is None or qpy.get_qpy_version(file) == {version}
with {handle} as file:
    back = qpy.load(file)
assert back == {sequence} and [b.name for b in back] == [c.name for c in {sequence}]
for old, new in zip({sequence}, back):
    want = dict(old.metadata or {{}})
    {f'want["{tag}"] = "L7"' if tag else "pass"}
    assert new.metadata == want
assert [qc.metadata for qc in kept] == [qc.metadata for qc in CIRCUITS]
"""
    elif form == "read":
        body = reads + f"return {c1}, {c2}".replace("'tag'", '"tag"')
        signature = f"({given}) -> tuple"
        what = "load all circuits of the QPY stream in "
        what += (
            f"{place if medium != 'bytes' else 'the argument `data`'} and return a pair: {w1}; {w2}"
        )
        test = f"{dumped}got = candidate({'data' if medium == 'bytes' else ''})\nassert got == ({v1}, {v2})\n"
    else:
        body = (
            reads
            + f"circuits = [qc for qc in circuits if qc.num_qubits > width]\ncircuits.append(extra)\n{save}"
        )
        body += ("return buffer.getvalue(), " if medium == "bytes" else "return ") + c1.replace(
            "'tag'", '"tag"'
        )
        signature = f"({given + ', ' if given else ''}extra: QuantumCircuit, width: int)"
        signature += " -> tuple" if medium == "bytes" else ""
        what = "read the circuits of the QPY stream in "
        what += f"{place if medium != 'bytes' else 'the argument `data`'}, drop those with "
        what += f"at most `width` qubits, append `extra` and write the result{as_version} "
        what += (
            f"as a new stream; return a pair of its bytes and {w1}"
            if medium == "bytes"
            else f"to the same file; return {w1}"
        )
        what += " (for the circuits that were written)"
        test = f"""{dumped}extra = QuantumCircuit(2, name="new")
extra.cz(1, 0)
got = candidate({"data, " if medium == "bytes" else ""}extra, 2)
{"data, got = got" if medium == "bytes" else ""}
with {handle} as file:
    assert {version} is None or qpy.get_qpy_version(file) == {version}
with {handle} as file:
    back = qpy.load(file)
assert back == [CIRCUITS[0], CIRCUITS[2], extra]
circuits = [CIRCUITS[0], CIRCUITS[2], extra]
assert got == {c1}
"""
    return Instance(
        entry_point=rng.choice(["qpy_task", "archive_circuits", "handle_qpy"]),
        signature=signature,
        asks=(
            f"Using QPY, {what}.",
            f"I keep circuits in Qiskit's binary format. Please {what}.",
            f"Task for `qiskit.qpy`: {what}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""
import gzip
import io
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister, qpy
from qiskit.circuit import Parameter
first = QuantumCircuit(3, name="first", metadata={{"shots": 100, "tag": "a"}})
first.h(0)
first.cx(0, 2)
second = QuantumCircuit(2, name="second", global_phase=0.25)
second.rx(Parameter("b"), 0)
second.ry(Parameter("a"), 1)
third = QuantumCircuit(QuantumRegister(4, "r"), ClassicalRegister(2, "m"), name="third", metadata={{"tag": "b"}})
third.cx(0, 1)
third.cz(1, 2)
third.swap(2, 3)
third.measure([0, 3], [0, 1])
CIRCUITS = [first, second, third]
{test}""",
        params={"form": form, "medium": medium, "version": version},
    )


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
