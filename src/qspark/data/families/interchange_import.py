"""Interchange: reading OpenQASM with includes and inputs."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family


@family(
    "interchange",
    "intermediate",
    oracle="unitary",
    skills=("openqasm", "includes", "files"),
    why="include statements are searched in include_path only; strict mode wants the version statement "
    "and more.",
    tolerance=1e-8,
)
def library_of_gates(rng: Random) -> Instance:
    """Write an include file with a gate definition and load a program that uses it."""
    folder = rng.choice([None, "lib", "gates", "inc"])
    name = rng.choice(["mygates.inc", "lab.inc", "extra.inc", "blocks.inc"])
    gate = rng.choice(["zz", "kick", "mix", "pulse_pair"])
    first, second, third = rng.sample(["h", "s", "t", "tdg", "x", "sdg"], 3)
    link = rng.choice(["cx", "cz"])
    definition = f"gate {gate} a, b {{ {first} a; {link} a, b; {second} b; {third} a; }}"
    where = f'"{folder}"' if folder else '"."'
    path = f"{folder}/{name}" if folder else name
    reading = rng.choice(["loads", "load"])
    body = f'definition = "{definition}\\n"\n'
    if folder:
        body += f'os.makedirs("{folder}", exist_ok=True)\n'
    body += f'with open("{path}", "w") as file:\n    file.write(definition)\n'
    options = f"include_path=({where},)"
    if reading == "loads":
        body += f"return qasm2.loads(program, {options})"
    else:
        body += 'with open("main.qasm", "w") as file:\n    file.write(program)\n'
        body += f'return qasm2.load("main.qasm", {options})'
    place = f"`{path}` (make the folder)" if folder else f"`{path}` in the working directory"
    also = " Save the program as `main.qasm` and load it from there." if reading == "load" else ""
    return Instance(
        entry_point=rng.choice(["load_with_library", "compile_with_include", "read_with_gates"]),
        signature="(program: str) -> QuantumCircuit",
        asks=(
            f'OpenQASM 2 programs say `include "{name}";`. First write that file to {place}; it defines the '
            f"gate {gate} on a, b as {first} a, then {link} a, b, then {second} b, then {third} a. Then load "
            f"`program` with it (qelib1.inc is included by the program itself).{also}",
            f"Create the include file {place} with the OpenQASM 2 gate `{gate}` (qubits a and b: {first} "
            "on a; "
            f"{link} from a to b; {second} on b; {third} on a) and return the circuit of the text `program`, "
            f'which includes "{name}" after qelib1.inc.{also}',
            f"I keep my gates in {place}: one gate, {gate} a, b = {first} on a, {link} a, b, {second} on b, "
            f"{third} on a. Generate the file and parse the OpenQASM 2 string `program`, which includes "
            f'"{name}".{also}',
        ),
        imports=("import os\n\n" if folder else "") + "from qiskit import QuantumCircuit, qasm2",
        body=body,
        test=f"""
import os
from qiskit import QuantumCircuit, qasm2
from qiskit.quantum_info import Operator
head = 'OPENQASM 2.0;\\ninclude "qelib1.inc";\\ninclude "{name}";\\nqreg q[3];\\n'
for one, two in (((2, 0), (0, 1)), ((1, 2), (2, 0))):
    calls = "".join(f"{gate} q[{{a}}], q[{{b}}];\\n" for a, b in (one, two))
    got = candidate(head + "h q;\\nrx(0.4) q[1];\\n" + calls)
    want = QuantumCircuit(3)
    want.h([0, 1, 2])
    want.rx(0.4, 1)
    for a, b in (one, two):
        want.{first}(a)
        want.{link}(a, b)
        want.{second}(b)
        want.{third}(a)
    assert os.path.isfile("{path}")
    assert Operator(got).equiv(want, atol=1e-8)
    assert got.count_ops()["{gate}"] == 2
""",
        params={"path": path, "gate": gate},
    )


_CUSTOM = [
    ("rx(w) a; cx a, b;", "sub.rx(w, 0)\n    sub.cx(0, 1)"),
    ("h a; cp(2 * w) a, b; ry(w) b;", "sub.h(0)\n    sub.cp(2 * w, 0, 1)\n    sub.ry(w, 1)"),
    ("ctrl @ ry(w) a, b; s a;", "sub.cry(w, 0, 1)\n    sub.s(0)"),
    ("inv @ s a; pow(3) @ t b; rz(w) b; h b; swap a, b;",
     "sub.sdg(0)\n    sub.p(3 * np.pi / 4, 1)\n    sub.rz(w, 1)\n    sub.h(1)\n    sub.swap(0, 1)"),
    ("U(w, pi / 2, 0) a; cz a, b; h b;", "sub.u(w, np.pi / 2, 0, 0)\n    sub.cz(0, 1)\n    sub.h(1)"),
]  # fmt: skip


@family(
    "interchange",
    "intermediate",
    oracle="unitary",
    skills=("openqasm", "parameters"),
    why="input float variables of OpenQASM 3 become Parameters of the circuit with the same names.",
    tolerance=1e-8,
)
def import_three(rng: Random) -> Instance:
    """Load an OpenQASM 3 program that the function writes itself, with inputs bound or kept."""
    inner, want = rng.choice(_CUSTOM)
    gate = rng.choice(["blk", "layer", "kick", "tile"])
    one, two = rng.sample(["alpha", "beta", "gamma_", "delta_", "phi", "omega"], 2)
    loops, a = rng.randint(2, 4), angle(rng)
    form = rng.choice(["bind", "keep", "partial"])
    text = rng.choice(["argument", "own"])
    program = [
        "OPENQASM 3.0;", 'include "stdgates.inc";', f"input float {one};", f"input float {two};",
        f"gate {gate}(w) a, b {{ {inner} }}", "qubit[3] q;", f"{gate}({one}) q[2], q[0];",
        f"{gate}({a} * {two}) q[0], q[1];", f"rz({two}) q[2];", "barrier q;",
    ]  # fmt: skip
    quoted = "\n".join(program)
    if text == "own":
        body = f'program = """\n{quoted}\n"""\nqc = qasm3.loads(program)\n'
        arguments = []
    else:
        body, arguments = "qc = qasm3.loads(program)\n", ["program: str"]
    if form == "bind":
        body += f"return qc.assign_parameters({{'{one}': x, '{two}': y}})".replace("'", '"')
        arguments += ["x: float", "y: float"]
    elif form == "partial":
        body += f'return qc.assign_parameters({{"{two}": y}})'
        arguments += ["y: float"]
    else:
        body += f'return qc, [qc.get_parameter("{one}"), qc.get_parameter("{two}")]'
    done = {
        "bind": f"with the inputs bound: {one} = x, {two} = y",
        "partial": f"with {two} bound to y and {one} left as a parameter",
        "keep": f"together with the list of its parameters {one}, {two} in this order (a pair circuit, list)",
    }[form]
    call = ["TEXT"] * (text == "argument") + {"bind": ["x", "y"], "partial": ["y"], "keep": []}[
        form
    ]
    result = "tuple[QuantumCircuit, list]" if form == "keep" else "QuantumCircuit"
    imports = "from qiskit import QuantumCircuit, qasm3"
    described = (
        f"an OpenQASM 3 program with the float inputs {one} and {two}"
        if text == "argument"
        else f"an OpenQASM 3 program for 3 qubits with the float inputs {one} and {two}, and a gate "
        f"{gate}(w) a, b "
        f"{{ {inner} }}, that runs {gate}({one}) q[2], q[0]; {gate}({a} * {two}) q[0], q[1]; rz({two}) "
        "q[2]; barrier q;"
    )
    source = (
        "The text is the argument `program`."
        if text == "argument"
        else "Write the program as a string and load it."
    )
    return Instance(
        entry_point=rng.choice(["from_qasm3", "load_template", "import_program"]),
        signature=f"({', '.join(arguments)}) -> {result}",
        asks=(
            f"Load {described}. {source} Return the circuit {done}.",
            f"Here is what I have: {described}. {source} I want a Qiskit circuit {done}.",
            f"Using `qiskit.qasm3`, import {described}, and return it {done}. {source}",
        ),
        imports=imports,
        body=body,
        test=f'''
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
TEXT = """{quoted}
"""
for x, y in ((0.4, 1.3), (2.1, 0.6)):
    got = candidate({", ".join(call)})
    if {form == "keep"}:
        got, [p, r] = got
        assert [p.name, r.name] == ["{one}", "{two}"] and {{p, r}} == set(got.parameters)
        got = got.assign_parameters({{p: x, r: y}})
    elif {form == "partial"}:
        assert [p.name for p in got.parameters] == ["{one}"]
        got = got.assign_parameters([x])
    assert got.num_parameters == 0 and got.num_qubits == 3
    want = QuantumCircuit(3)
    for w, places in ((x, [2, 0]), ({a} * y, [0, 1])):
        sub = QuantumCircuit(2)
        {want.replace(chr(10), chr(10) + "    ")}
        want.compose(sub, places, inplace=True)
    want.rz(y, 2)
    assert Operator(got).equiv(want, atol=1e-8)
    assert got.count_ops()["{gate}"] == 2
    assert got.count_ops()["barrier"] == 1
''',
        params={"gate": gate, "form": form, "text": text, "loops": loops},
        wrong=(
            Wrong(
                "D26", body.replace("qasm3.loads(program)", "QuantumCircuit.from_qasm_str(program)")
            ),
        ),
    )
