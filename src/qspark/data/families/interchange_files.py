"""Interchange: options of the OpenQASM 3 exporter, and QPY archives."""

from random import Random

from qspark.data.families.base import Instance, family

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
third = QuantumCircuit(QuantumRegister(4, "r"), ClassicalRegister(2, "m"),
    name="third", metadata={{"tag": "b"}})
third.cx(0, 1)
third.cz(1, 2)
third.swap(2, 3)
third.measure([0, 3], [0, 1])
CIRCUITS = [first, second, third]
{test}""",
        params={"form": form, "medium": medium, "version": version},
    )
