"""Library gates: attributes, gates by name, and definitions."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

# What is asked, the expression, and how a row of the test's table answers it.
_FACTS = (
    ("its name", "gate.name", "row[0]", "str"),
    ("its number of qubits", "gate.num_qubits", "row[1]", "int"),
    ("the number of its parameters", "len(gate.params)", "len(row[2])", "int"),
    ("its label (None without one)", "gate.label", "row[3]", "str | None"),
    ("its number of control qubits (0 for a gate that is not a ControlledGate)",
     'getattr(gate, "num_ctrl_qubits", 0)', "row[4]", "int"),
    ("the name of its base gate (None for a gate that is not a ControlledGate)",
     "gate.base_gate.name if isinstance(gate, ControlledGate) else None", "row[5]", "str | None"),
    ("its control state as a bit string with one character per control, most significant first (empty for a "
     "gate that is not a ControlledGate)",
     'f"{gate.ctrl_state:0{gate.num_ctrl_qubits}b}" if isinstance(gate, ControlledGate) else ""',
     'f"{row[6]:0{row[4]}b}" if row[4] else ""', "str"),
    ("the name of its inverse", "gate.inverse().name", "row[7]", "str"),
    ("whether it still has free parameters", "gate.is_parameterized()", "row[8]", "bool"),
    ("whether it is elementary (its definition is None)", "gate.definition is None", "row[9]", "bool"),
    ("the name of its base class", "gate.base_class.__name__", "row[10]", "str"),
    ("its number of uncontrolled (target) qubits", 'gate.num_qubits - getattr(gate, "num_ctrl_qubits", 0)',
     "row[1] - row[4]", "int"),
)  # fmt: skip
_KEEPS = (
    ("every gate", "", "True"),
    ("the gates on more than one qubit", " if gate.num_qubits > 1", "row[1] > 1"),
    ("the gates on fewer than {k} qubits", " if gate.num_qubits < {k}", "row[1] < {k}"),
    ("the controlled gates (ControlledGate)", " if isinstance(gate, ControlledGate)", "row[4] > 0"),
    (
        "the gates that are no ControlledGate",
        " if not isinstance(gate, ControlledGate)",
        "row[4] == 0",
    ),
    ("the gates with parameters", " if gate.params", "row[2]"),
    ("the gates with a label", " if gate.label is not None", "row[3] is not None"),
    ("the gates without free parameters", " if not gate.is_parameterized()", "not row[8]"),
    ("the gates that have a definition", " if gate.definition is not None", "not row[9]"),
)
_TABLE = """
from qiskit.circuit import Parameter
import qiskit.circuit.library as lib
t = Parameter("t")
gates = [
    lib.TGate(label="a"), lib.CCXGate(ctrl_state=1), lib.UGate(0.1, 0.2, 0.3), lib.RZXGate(t), lib.CSXGate(),
    lib.SXdgGate(), lib.iSwapGate(), lib.CPhaseGate(0.7, label="w"), lib.C3SXGate(),
    lib.CRYGate(0.3, ctrl_state=0), lib.XGate().control(4, ctrl_state=5), lib.RXGate(2 * t + 1, label="k"),
]
rows = [
    ("t", 1, [], "a", 0, None, None, "tdg", False, False, "TGate"),
    ("ccx_o1", 3, [], None, 2, "x", 1, "ccx_o1", False, False, "CCXGate"),
    ("u", 1, [0.1, 0.2, 0.3], None, 0, None, None, "u", False, True, "UGate"),
    ("rzx", 2, [t], None, 0, None, None, "rzx", True, False, "RZXGate"),
    ("csx", 2, [], None, 1, "sx", 1, "csxdg", False, False, "CSXGate"),
    ("sxdg", 1, [], None, 0, None, None, "sx", False, False, "SXdgGate"),
    ("iswap", 2, [], None, 0, None, None, "iswap_dg", False, False, "iSwapGate"),
    ("cp", 2, [0.7], "w", 1, "p", 1, "cp", False, False, "CPhaseGate"),
    ("c3sx", 4, [], None, 3, "sx", 7, "c3sxdg", False, False, "C3SXGate"),
    ("cry_o0", 2, [0.3], None, 1, "ry", 0, "cry_o0", False, False, "CRYGate"),
    ("mcx_o5", 5, [], None, 4, "x", 5, "mcx_o5", False, False, "MCXGate"),
    ("rx", 1, [2 * t + 1], "k", 0, None, None, "rx", True, False, "RXGate"),
]
"""


@family(
    "standard_gates",
    "intermediate",
    oracle="value",
    skills=("gate-attributes", "controlled-gates"),
    why="ctrl_state is an integer, and an open control shows in the gate's name.",
)
def gate_facts(rng: Random) -> Instance:
    """Attributes of a list of gates, filtered, as tuples, a dict, or sorted."""
    facts = rng.sample(_FACTS, rng.choice([1, 2, 2, 3]))
    k = rng.choice([3, 4])
    said, keep, kept = rng.choice(_KEEPS)
    if any("inverse" in text for text, *_ in facts) and "param" in said:
        said, keep, kept = _KEEPS[0]
    said, keep, kept = said.format(k=k), keep.format(k=k), kept.format(k=k)
    items = ", ".join(code for _, code, _, _ in facts)
    wants = ", ".join(want for _, _, want, _ in facts)
    shape = rng.choice(["list", "list", "numbered", "reversed"])
    inner = items if len(facts) == 1 else f"({items})"
    asked = f"a tuple ({'; '.join(text for text, *_ in facts)})" if len(facts) > 1 else facts[0][0]
    element = facts[0][3] if len(facts) == 1 else f"tuple[{', '.join(sort for *_, sort in facts)}]"
    wanted = f"({wants})" if len(facts) > 1 else wants
    if shape == "numbered":
        body = f"return {{i: {inner} for i, gate in enumerate(gates){keep}}}"
        sort, result = f"dict[int, {element}]", "a dict from the gate's position in the list to "
        want = f"{{i: {wanted} for i, row in enumerate(rows) if {kept}}}"
    elif shape == "reversed":
        body = f"return [{inner} for gate in reversed(gates){keep}]"
        sort, result = f"list[{element}]", "a list, from the last gate to the first, with "
        want = f"[{wanted} for row in rows[::-1] if {kept}]"
    else:
        body = f"return [{inner} for gate in gates{keep}]"
        sort, result = f"list[{element}]", "a list, in the given order, with "
        want = f"[{wanted} for row in rows if {kept}]"
    needed = "ControlledGate, Gate" if "ControlledGate" in body else "Gate"
    return Instance(
        entry_point=rng.choice(["gate_report", "describe_gates", "facts", "inspect_gates"]),
        signature=f"(gates: list[Gate]) -> {sort}",
        asks=(
            f"Given a list of gates, return {result}{asked}, for {said}.",
            f"For {said} in `gates` I want to know this: {asked}. Give it back as {result}that.",
            f"Take {said} of the list `gates` and report {asked}. The result is {result}these.",
            f"How do I read {asked} from Qiskit gate objects? Consider {said} of `gates`; return "
            f"{result}it.",
        ),
        imports=f"from qiskit.circuit import {needed}",
        body=body,
        test=f"""
{_TABLE}
got = candidate(list(gates))
want = {want}
assert got == want, got
assert len(candidate(gates[:1] + gates[3:5])) == len([row for row in rows[:1] + rows[3:5] if {kept}])
""",
        params={"facts": [text for text, *_ in facts], "keep": said, "shape": shape},
    )


@family(
    "standard_gates",
    "intermediate",
    oracle="unitary",
    skills=("gate-names", "controlled-gates", "composition"),
    why="get_standard_gate_name_mapping holds gates with placeholder parameters; build anew by class.",
    tolerance=1e-8,
)
def gates_by_name(rng: Random) -> Instance:
    """A circuit from a list of (name, parameters, qubits) with a twist."""
    backwards, k, phase = rng.random() < 0.4, rng.randint(2, 3), angle(rng)
    control = rng.choice(["none", "none", "closed", "open"])
    wires = rng.choice(["same", "turned", "shifted"])
    skip = rng.choice(["none", "wide", "names", "parametric"])
    words, code, test = [], [], []
    code.append("gates = get_standard_gate_name_mapping()")
    width = "num_qubits" + (" + 1" if control != "none" or wires == "shifted" else "")
    if control != "none" and wires == "shifted":
        wires = "same"
    code.append(f"qc = QuantumCircuit({width})")
    code.append(f"for name, params, qubits in {'reversed(program)' if backwards else 'program'}:")
    names = rng.sample(["h", "cx", "rx", "crz", "t", "swap", "rzx"], 3)
    if skip == "names":
        code += [f"    if name in {tuple(names)!r}:", "        continue"]
        words.append(f"entries named {', '.join(names)} are left out")
        test.append(f"if name in {names}: continue")
    elif skip == "wide":
        code += [f"    if len(qubits) > {k}:", "        continue"]
        words.append(f"entries on more than {k} qubits are left out")
        test.append(f"if len(qubits) > {k}: continue")
    elif skip == "parametric":
        code += ["    if params:", "        continue"]
        words.append("entries with parameters are left out")
        test.append("if params: continue")
    gate = "gates[name].base_class(*params)"
    if backwards:
        gate += ".inverse()"
        words.append("the circuit is the inverse of the listed sequence")
    if control != "none":
        state = int(control == "closed")
        gate += ".control()" if state else ".control(ctrl_state=0)"
        words.append(
            f"every gate is controlled by one extra qubit (the highest index), being {state}"
        )
    target = {
        "same": "qubits",
        "turned": "[num_qubits - 1 - q for q in qubits]",
        "shifted": "[q + 1 for q in qubits]",
    }[wires]
    if wires == "turned":
        words.append("qubit q of the list becomes qubit num_qubits - 1 - q")
    elif wires == "shifted":
        words.append("there is one more qubit, and qubit q of the list becomes qubit q + 1")
    place = target if control == "none" else f"[num_qubits, *{target}]"
    code += [f"    gate = {gate}", f"    qc.append(gate, {place})"]
    if rng.random() < 0.4 or not words:
        code.append(f"qc.global_phase += {phase}")
        words.append(f"a global phase of {phase} is added")
        exact = phase
    else:
        exact = 0.0
    code.append("return qc")
    twist = "; ".join(words)
    return Instance(
        entry_point=rng.choice(["from_program", "parse_gates", "assemble", "circuit_from_names"]),
        signature="(num_qubits: int, program: list[tuple[str, list[float], list[int]]]) -> QuantumCircuit",
        asks=(
            "Turn a list of (gate name, parameters, qubits) into a circuit; the names are "
            "Qiskit's standard "
            f"ones, such as `crz`. Rules: {twist}. The phase of the matrix must be right, too.",
            "`program` lists gates by their standard names, with angles and qubit indices, in "
            "time order. Build "
            f"the circuit on `num_qubits` qubits with these rules: {twist}. Exact matrix, global "
            "phase included.",
            "Input: a number of qubits and tuples (name, params, qubits), names as in Qiskit's "
            "standard library."
            "\n"
            + "\n".join(f"- {text}" for text in words)
            + "\nThe operator has to agree exactly.",
            "How can I build circuits from gate names given as strings, with parameters and "
            "qubits? Additional "
            f"wishes: {twist}. (The result should match with its global phase.)",
        ),
        imports="from qiskit import QuantumCircuit\n"
        "from qiskit.circuit.library import get_standard_gate_name_mapping",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
programs = [
    (3, [("h", [], [0]), ("rx", [0.4], [2]), ("cx", [], [0, 2]), ("crz", [1.1], [2, 1]), ("t", [], [1]),
         ("rccx", [], [2, 0, 1]), ("u", [0.2, 0.5, -0.9], [0])]),
    (4, [("ry", [0.9], [3]), ("sx", [], [1]), ("swap", [], [0, 3]), ("ccx", [], [3, 1, 0]), ("t", [], [0]),
         ("rzx", [0.7], [1, 2]), ("rcccx", [], [0, 2, 3, 1]), ("cu", [0.3, 0.1, 0.6, 0.2], [2, 0])]),
    (2, [("ch", [], [1, 0]), ("s", [], [0]), ("rx", [-0.8], [1]), ("dcx", [], [0, 1]), ("csx", [], [1, 0]),
         ("rzx", [1.7], [0, 1])]),
]
for n, program in programs:
    flat = QuantumCircuit(n)
    for name, params, qubits in program:
        {chr(10).join(test) if test else "pass"}
        getattr(flat, name)(*params, *qubits)
    U = Operator(flat).data
    if {backwards}:
        U = U.conj().T
    if {wires == "turned"}:
        order = [int(format(i, f"0{{n}}b")[::-1], 2) for i in range(2**n)]
        U = U[np.ix_(order, order)]
    if {wires == "shifted"}:
        U = np.kron(U, np.eye(2))
    if "{control}" != "none":
        p = np.diag([0, 1]) if "{control}" == "closed" else np.diag([1, 0])
        U = np.kron(p, U) + np.kron(np.eye(2) - p, np.eye(2**n))
    got = candidate(n, list(program))
    assert isinstance(got, QuantumCircuit)
    assert Operator(got).data.shape == U.shape
    assert np.allclose(Operator(got).data, np.exp(1j * {exact}) * U, atol=1e-8, rtol=0)
""",
        params={"rules": words},
    )


_STOPS = (
    "cz",
    "p",
    "r",
    "h",
    "t",
    "tdg",
    "rz",
    "ry",
    "s",
    "sdg",
    "swap",
    "ccx",
    "rx",
    "cp",
    "sx",
    "u3",
)


@family(
    "standard_gates",
    "advanced",
    oracle="structure",
    skills=("definitions", "recursion", "phase"),
    why="A definition is a circuit with its own global phase, and is None for elementary gates.",
    tolerance=1e-8,
)
def unrolled_definition(rng: Random) -> Instance:
    """A gate expanded through its definitions down to chosen names."""
    kept = ["cx", "u", *rng.sample(_STOPS, rng.randint(0, 2))]
    names, stops = ", ".join(kept), "{" + ", ".join(f'"{name}"' for name in kept) + "}"
    result = rng.choice(["circuit", "inverse", "counts", "twoq", "depth", "total"])
    helper = f"""
STOPS = {stops}


def unroll(gate: Gate) -> QuantumCircuit:
    qc = QuantumCircuit(gate.num_qubits)
    if gate.name in STOPS or gate.definition is None:
        qc.append(gate, range(gate.num_qubits))
        return qc
    rule = gate.definition
    qc.global_phase = rule.global_phase
    for item in rule.data:
        where = [rule.find_bit(q).index for q in item.qubits]
        qc.compose(unroll(item.operation), where, inplace=True)
    return qc
"""
    end, sort, said, checks = {
        "circuit": (
            "return unroll(gate)", "QuantumCircuit",
            "the circuit of the expansion (same matrix as the gate, global phase included)",
            "assert np.allclose(Operator(got).data, Operator(gate).data, atol=1e-8, rtol=0)\n"
            "assert dict(got.count_ops()) == want.counts",
        ),
        "inverse": (
            "return unroll(gate.inverse())", "QuantumCircuit",
            "the circuit of the expansion of its inverse (exact matrix, global phase included)",
            "assert np.allclose(Operator(got).data, Operator(gate).data.conj().T, atol=1e-8, rtol=0)\n"
            "assert set(got.count_ops()) <= want.stops | {'u', 'cx', 'id', 'sx'}",
        ),
        "counts": (
            "return dict(unroll(gate).count_ops())", "dict[str, int]",
            "a plain dict from gate name to its number in the expansion",
            "assert type(got) is dict and got == want.counts",
        ),
        "twoq": (
            "return unroll(gate).num_nonlocal_gates()", "int",
            "the number of gates on more than one qubit in the expansion",
            "assert got == want.wide",
        ),
        "depth": (
            "return unroll(gate).depth()", "int", "the depth of the circuit of the expansion",
            "assert got == want.depth",
        ),
        "total": (
            "qc = unroll(gate)\n    return qc.size(), qc.depth(lambda item: len(item.qubits) > 1)",
            "tuple[int, int]",
            "a tuple of the number of gates in the expansion and its depth in gates on several "
            "qubits alone",
            "assert got == (sum(want.counts.values()), want.wide_depth)",
        ),
    }[result]  # fmt: skip
    entry = rng.choice(["expand", "unrolled", "by_definition"])
    body = f"{helper}\n\ndef {entry}(gate: Gate) -> {sort}:\n    {end}"
    rule = (
        f"gates named {names} are kept, every other gate is replaced by its `definition` again "
        "and again, and "
        "gates without a definition stay"
    )
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            f"Expand a library gate recursively through its definitions: {rule}. Return {said}.",
            f"I want to see what a given `gate` is made of. {rule[0].upper()}{rule[1:]}. The "
            f"answer is {said}.",
            f"Input: a `Gate`. Rule: {rule}. Output: {said}. Do not transpile, just follow the "
            "definitions.",
            f"How do I follow `Gate.definition` down to the bottom? For me {rule}. I need {said}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import Gate",
        body=body,
        test=f"""
import numpy as np
from types import SimpleNamespace
from qiskit import QuantumCircuit
from qiskit.circuit import library as lib
from qiskit.quantum_info import Operator

def leaves(gate, wires, stops):
    if gate.name in stops or gate.definition is None:
        return [(gate.name, wires)]
    rule = gate.definition
    found = []
    for item in rule.data:
        found += leaves(item.operation, [wires[rule.find_bit(q).index] for q in item.qubits], stops)
    return found

def levels(items):
    high = {{}}
    for _, wires in items:
        top = 1 + max(high.get(w, 0) for w in wires)
        high.update({{w: top for w in wires}})
    return max(high.values(), default=0)

for gate in (lib.CSwapGate(), lib.RYYGate(0.4), lib.CHGate(), lib.ECRGate(), lib.XXPlusYYGate(0.7, 0.2),
             lib.CU3Gate(0.3, 0.8, 0.5), lib.RZGate(1.3), lib.CSXGate(), lib.CXGate(), lib.RCCXGate()):
    stops = {stops}
    items = leaves(gate, list(range(gate.num_qubits)), stops)
    counts = {{}}
    for name, _ in items:
        counts[name] = counts.get(name, 0) + 1
    wide = [item for item in items if len(item[1]) > 1]
    want = SimpleNamespace(counts=counts, wide=len(wide), depth=levels(items), wide_depth=levels(wide),
                           stops=stops)
    got = candidate(gate)
{chr(10).join("    " + line for line in checks.splitlines())}
""",
        params={"stops": names, "result": result},
        wrong=(Wrong("S08", body.replace("where, inplace=True", "where")),),
    )
