"""Circuits as OpenQASM 2 and 3 text: writing, reading, custom gates and exporter options."""

from random import Random

from qspark.data.families.base import Instance, family

_BEFORE = [
    ("", "", "qc"),
    ("the inverse of the circuit", "qc = qc.inverse()\n", "qc.inverse()"),
    ("the circuit repeated {k} times", "qc = qc.repeat({k}).decompose()\n", "qc.repeat({k})"),
    ("the circuit with the order of its qubits reversed", "qc = qc.reverse_bits()\n", "qc.reverse_bits()"),
    ("the circuit with all of its composite gates decomposed once", "qc = qc.decompose('pair')\n", "qc"),
    ("the circuit, extended by a Hadamard on its last qubit,", "qc = qc.copy()\nqc.h(qc.num_qubits - 1)\n",
     "(lambda c: (c.h(c.num_qubits - 1), c)[1])(qc.copy())"),
    ("the circuit, transpiled to the gates {basis},",
     "qc = transpile(qc, basis_gates={basis}, optimization_level=1)\n", "qc"),
]  # fmt: skip


@family(
    "interchange",
    "basic",
    oracle="unitary",
    skills=("openqasm",),
    why="The qasm() method is gone: qasm2.dumps and qasm3.dumps write text, dump writes to a path or stream.",
    tolerance=1e-8,
)
def export_text(rng: Random) -> Instance:
    """Write a changed circuit as OpenQASM 2 or 3, as text, lines, or to a file or stream."""
    version = rng.choice([2, 3])
    words, code, want = rng.choice(_BEFORE)
    facts = {
        "k": rng.randint(2, 4),
        "basis": rng.choice([["rz", "sx", "cx"], ["u", "cz"], ["rx", "rz", "cx"]]),
    }
    words, code, want = words.format(**facts), code.format(**facts), want.format(**facts)
    out = rng.choice(["text", "lines", "file", "stream", "both", "count"])
    module, name = f"qasm{version}", rng.choice(["circuit", "export", "program", "out"])
    suffix = "qasm" if version == 2 else "qasm3"
    if version == 2 and out == "stream":
        out = "file"
    ends = {
        "text": (f"return {module}.dumps(qc)", "str", "Return the text.", "got"),
        "lines": (
            f"return [line for line in {module}.dumps(qc).splitlines() if line]", "list[str]",
            "Return its lines as a list, without empty ones.", '"\\n".join(got)',
        ),
        "file": (
            (f'{module}.dump(qc, "{name}.{suffix}")\n' if version == 2
             else f'with open("{name}.{suffix}", "w") as file:\n    qasm3.dump(qc, file)\n')
            + f'return "{name}.{suffix}"', "str",
            f"Write it to the file `{name}.{suffix}` in the working directory and return that "
            "name.", "open(got).read()",
        ),
        "stream": (
            "qasm3.dump(qc, stream)", "None",
            "Write it to the text stream that is given as second argument `stream`; return nothing.",
            "stream.getvalue()",
        ),
        "both": (
            f"text = {module}.dumps(qc)\nreturn text, text.count(\";\")", "tuple[str, int]",
            "Return a pair: the text, and how many semicolons it has.", "got[0]",
        ),
        "count": (
            f"text = {module}.dumps(qc)\nreturn text, dict(qc.count_ops())", "tuple[str, dict]",
            "Return a pair: the text, and a dict from operation name to count for what was "
            "written.", "got[0]",
        ),
    }  # fmt: skip
    end, result, said, read = ends[out]
    check = {
        "text": "assert isinstance(got, str)",
        "lines": "assert isinstance(got, list) and all(got) and len(got) == len([x for x in "
        "text.splitlines() if x])",
        "file": f'assert got == "{name}.{suffix}"',
        "stream": "assert got is None",
        "both": 'assert got[1] == text.count(";")',
        "count": "assert got[1] == dict(back.count_ops())",
    }[out]
    more = ""
    if "transpiled" in words:
        more = f"assert set(back.count_ops()) <= set({facts['basis']})"
    elif "decomposed" in words:
        more = 'assert "gate pair" not in text'
    what = words or "the circuit as it is"
    if version == 2 and "decomposed" not in words:
        more += "\nassert back.qregs[0].name == qc.qregs[0].name"
    reader = "qasm2.loads(text)" if version == 2 else "qasm3.loads(text)"
    imports = f"from qiskit import QuantumCircuit, {module}"
    imports += ", transpile" if "transpile" in code else ""
    header = f"OPENQASM {version}.0"
    return Instance(
        entry_point=rng.choice(["to_qasm", "export_circuit", "write_program"]),
        signature=f"(qc: QuantumCircuit{', stream' if out == 'stream' else ''}) -> {result}",
        asks=(
            f"Export {what} to OpenQASM {version}. {said} The argument `qc` must not be changed.",
            f"I need OpenQASM {version} source for {what}. {said} Leave `qc` itself alone.",
            f"Write {what} in OpenQASM {version}.0 (`qc` is the argument and stays untouched). {said}",
            f"How do I save a Qiskit 2 circuit `qc` as OpenQASM {version}? I want {what} to be exported. "
            f"{said} "
            "`qc` is needed afterwards as it was.",
        ),
        imports=imports,
        body=code + end,
        test=f"""
import io
from qiskit import QuantumCircuit, QuantumRegister, qasm2, qasm3
from qiskit.quantum_info import Operator
for turn in (0.3, 1.7):
    qc = QuantumCircuit(QuantumRegister(3, "{rng.choice(["r", "work", "data"])}"))
    part = QuantumCircuit(2, name="pair")
    part.rx(turn, 0)
    part.cx(0, 1)
    qc.h(0)
    qc.append(part.to_gate(), [2, 0])
    qc.t(1)
    qc.crz(turn, 1, 2)
    kept, stream = qc.copy(), io.StringIO()
    got = candidate(qc{", stream" if out == "stream" else ""})
    assert qc == kept
    text = {read}
    assert text.lstrip().startswith("{header}")
    back = {reader}
    assert back.num_qubits == 3
    {check}
    assert Operator(back).equiv(Operator({want}), atol=1e-8)
{chr(10).join("    " + line for line in more.strip().splitlines())}
""",
        params={"version": version, "out": out, "change": words},
    )


_GATES = {
    "rzx": ("RZXGate", 1, 2), "ryy": ("RYYGate", 1, 2), "iswap": ("iSwapGate", 0, 2), "ecr": ("ECRGate", 0,
     2),
    "dcx": ("DCXGate", 0, 2), "r": ("RGate", 2, 1), "cs": ("CSGate", 0, 2), "csdg": ("CSdgGate", 0, 2),
    "xx_plus_yy": ("XXPlusYYGate", 2, 2), "ccz": ("CCZGate", 0, 3), "ms": ("RXXGate", 1, 2),
     "vee": ("SXGate", 0, 1),
    "flip": ("XGate", 0, 1), "turn": ("RYGate", 1, 1), "phase_on": ("PhaseGate", 1, 1),
}  # fmt: skip


@family(
    "interchange",
    "intermediate",
    oracle="unitary",
    skills=("openqasm", "custom-gates"),
    why="A CustomInstruction tells the parser the arity of a gate and which class to make; builtin ones "
    "need no definition.",
    tolerance=1e-8,
)
def import_custom_gates(rng: Random) -> Instance:
    """Read OpenQASM 2 whose gates are not in qelib1.inc."""
    names = rng.sample(sorted(_GATES), rng.randint(2, 3))
    function = rng.random() < 0.5
    scale = rng.choice([2, 3, 0.5])
    word = rng.choice(["twice", "scaled", "conv"])
    rows = "".join(
        f'    qasm2.CustomInstruction("{n}", {_GATES[n][1]}, {_GATES[n][2]}, {_GATES[n][0]}, builtin=True),\n'
        for n in names
    )
    body = f"gates = [\n{rows}]\n"
    options = "custom_instructions=gates"
    if function:
        body += f'functions = [qasm2.CustomClassical("{word}", 1, lambda x: {scale} * x)]\n'
        options += ", custom_classical=functions"
    source = rng.choice(["text", "path", "legacy"])
    if source == "legacy":
        body = body.replace("gates = [\n", "gates = [\n    *qasm2.LEGACY_CUSTOM_INSTRUCTIONS,\n")
    if source == "path":
        body += f"return qasm2.load(path, {options})"
        call, argument = 'candidate("given.qasm")', "path: str"
    else:
        body += f"return qasm2.loads(program, {options})"
        call, argument = "candidate(text)", "program: str"
    table = ", ".join(
        f"`{n}` ({_GATES[n][1]} parameters, {_GATES[n][2]} qubits: {_GATES[n][0]})" for n in names
    )
    extra = f" Angles may use the function {word}(x) = {scale} * x." if function else ""
    legacy = (
        " The usual gates may also be used in the form of Qiskit's legacy built-ins "
        "(LEGACY_CUSTOM_INSTRUCTIONS), "
        "e.g. `csx` comes out as CSXGate."
        if source == "legacy"
        else ""
    )
    where = "the file at `path`" if source == "path" else "the string `program`"
    lines, want = [], []
    for number, n in enumerate(names):
        cls, count, width = _GATES[n]
        angles = [f"0.{number + 3}{i + 1}" for i in range(count)]
        texts = [f"{word}({a})" if function and i == 0 else a for i, a in enumerate(angles)]
        values = [f"{scale} * {a}" if function and i == 0 else a for i, a in enumerate(angles)]
        places = [(number + i) % 3 for i in range(width)][::-1]
        given = f"({', '.join(texts)})" if count else ""
        lines.append(f"{n}{given} {', '.join(f'q[{p}]' for p in places)};")
        want.append(f"want.append(lib.{cls}({', '.join(values)}), {places})")
    if source == "legacy":
        lines.append("csx q[0], q[2];")
        want.append("want.csx(0, 2)")
    if function:
        lines.append(f"rx({word}(0.4)) q[1];")
        want.append(f"want.rx({scale} * 0.4, 1)")
    classes = ", ".join(sorted({_GATES[n][0] for n in names}, key=str.lower))
    program = "\\n".join(
        ["OPENQASM 2.0;", 'include \\"qelib1.inc\\";', "qreg q[3];", "h q[0];", *lines]
    )
    newline = "\n"
    return Instance(
        entry_point=rng.choice(["read_program", "parse_qasm", "load_vendor_file"]),
        signature=f"({argument}) -> QuantumCircuit",
        asks=(
            f"Parse OpenQASM 2 from {where}. Besides those of qelib1.inc it uses the gates {table}, without "
            "defining them; they must become instances of these Qiskit classes and reject any other "
            f"number of parameters.{extra}{legacy}",
            f"A vendor's OpenQASM 2 dialect has some gates built in: {table}. Load {where} such that "
            "each of them is "
            "the named class of `qiskit.circuit.library` in the circuit, and that other parameter "
            f"counts are errors.{extra}{legacy}",
            f"Return the circuit of {where} (OpenQASM 2, includes qelib1.inc). The parser has to know "
            "these additional "
            f"gates natively: {table}, and refuses them with other parameter counts.{extra}{legacy}",
        ),
        imports=f"from qiskit import QuantumCircuit, qasm2\nfrom qiskit.circuit.library import {classes}",
        body=body,
        test=f"""
from qiskit import QuantumCircuit, qasm2
from qiskit.circuit import library as lib
from qiskit.quantum_info import Operator
text = "{program}"
with open("given.qasm", "w") as file:
    file.write(text)
want = QuantumCircuit(3)
want.h(0)
{newline.join(want)}
got = {call}
assert isinstance(got, QuantumCircuit) and got.num_qubits == 3
assert Operator(got).equiv(want, atol=1e-8)
expected = [i.operation.base_class.__name__ for i in want.data]
assert [i.operation.base_class.__name__ for i in got.data] == expected
for name in {[n for n in names if not _GATES[n][1]]}:
    with open("given.qasm", "w") as file:
        file.write(text.replace(f"{{name}} q", f"{{name}}(0.3) q"))
    try:
        {call.replace("text", 'text.replace(f"{name} q", f"{name}(0.3) q")')}
    except qasm2.QASM2ParseError:
        continue
    raise AssertionError("a parameter too many is accepted")
""",
        params={"gates": names, "function": function, "source": source},
    )
