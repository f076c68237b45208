"""Reading and rewriting the instructions of a circuit: counts, replacement, selection."""

from random import Random

from qspark.data.families.base import Instance, family

# Words, code, and the same from plain facts: rows (name, qubits, clbits, params), n, m.
_COUNTS = (
    ("the number of instructions that are no directives", "circuit.size()",
     "sum(r[0] != 'barrier' for r in rows)"),
    ("the depth", "circuit.depth()", "levels([r for r in rows if r[0] != 'barrier'], rows)"),
    ("the depth that counts only instructions on at least two qubits",
     "circuit.depth(lambda item: len(item.qubits) > 1 and item.operation.name != \"barrier\")",
     "levels([r for r in rows if len(r[1]) > 1 and r[0] != 'barrier'], rows)"),
    ("the number of instructions called `{name}`", "circuit.count_ops().get(\"{name}\", 0)",
     "sum(r[0] == '{name}' for r in rows)"),
    ("the number of gates on more than one qubit (measurements and barriers do not count)",
     "circuit.num_nonlocal_gates()",
     "sum(len(r[1]) > 1 and r[0] != 'barrier' for r in rows)"),
    ("the width, that is, qubits plus classical bits", "circuit.width()", "n + m"),
    ("the number of groups of qubits that no gate connects (an idle qubit is a group, too)",
     "circuit.num_unitary_factors()", "parts(rows, n)"),
    ("how many instructions have at least one parameter", "circuit.size(lambda item: len(item.params) > 0)",
     "sum(len(r[3]) > 0 for r in rows)"),
    ("how many instructions, barriers included, touch qubit {q}",
     "circuit.size(lambda item: circuit.qubits[{q}] in item.qubits)",
     "sum({q} in r[1] for r in rows)"),
    ("the sorted indices of the qubits that no instruction touches",
     "sorted(set(range(circuit.num_qubits)) - {{circuit.find_bit(q).index for item in circuit.data "
     "for q in item.qubits}})", "sorted(set(range(n)) - {{q for r in rows for q in r[1]}})"),
    ("the positions in `circuit.data` of the instructions called `{name}`",
     "[i for i, item in enumerate(circuit.data) if item.operation.name == \"{name}\"]",
     "[i for i, r in enumerate(rows) if r[0] == '{name}']"),
    ("the number of different names of instructions", "len(circuit.count_ops())",
     "len({{r[0] for r in rows}})"),
    ("the name of the most frequent instruction (there is only one such)",
     "next(iter(circuit.count_ops()))", "most(rows)"),
    ("the list of the qubit indices of the last instruction", "[circuit.find_bit(q).index for q in "
     "circuit.data[-1].qubits]", "list(rows[-1][1])"),
    ("the sum of all parameters of gates called `rx` or `ry`",
     "sum(item.params[0] for item in circuit.data if item.operation.name in (\"rx\", \"ry\"))",
     "sum(r[3][0] for r in rows if r[0] in ('rx', 'ry'))"),
    ("how many instructions are controlled gates", "sum(item.is_controlled_gate() for item in circuit.data)",
     "sum(r[0] in ('cx', 'cz', 'ccx', 'cry', 'ch') for r in rows)"),
    ("how many instructions are directives such as barriers",
     "sum(item.is_directive() for item in circuit.data)", "sum(r[0] == 'barrier' for r in rows)"),
    ("the list of (name, number of qubits) of the first {k} instructions",
     "[(item.name, len(item.qubits)) for item in circuit.data[:{k}]]",
     "[(r[0], len(r[1])) for r in rows[:{k}]]"),
    ("the classical bit index of each measurement, in order",
     "[circuit.find_bit(item.clbits[0]).index for item in circuit.get_instructions(\"measure\")]",
     "[r[2][0] for r in rows if r[0] == 'measure']"),
)  # fmt: skip
_INPUTS = """
import numpy as np
from qiskit import QuantumCircuit

def build(rows, n, m):
    qc = QuantumCircuit(n, m)
    for name, qubits, clbits, params in rows:
        if name == "barrier":
            qc.barrier(*qubits)
        else:
            getattr(qc, name)(*params, *qubits, *clbits)
    return qc

INPUTS = [
    (5, 3, [("h", (0,), (), ()), ("rx", (3,), (), (0.4,)), ("cx", (0, 3), (), ()), ("t", (3,), (), ()),
            ("barrier", (0, 3), (), ()), ("cx", (3, 0), (), ()), ("ry", (0,), (), (1.2,)),
            ("cx", (0, 3), (), ()),
            ("h", (4,), (), ()), ("cry", (0, 3), (), (0.7,)), ("measure", (3,), (2,), ()),
            ("measure", (0,), (0,), ())]),
    (4, 2, [("h", (1,), (), ()), ("ccx", (3, 0, 1), (), ()), ("rzz", (0, 1), (), (0.9,)), ("h", (3,), (), ()),
            ("barrier", (0, 1, 2, 3), (), ()), ("ry", (2,), (), (0.3,)), ("cz", (3, 1), (), ()),
            ("t", (2,), (), ()), ("h", (1,), (), ()), ("rx", (2,), (), (0.8,)), ("barrier", (1, 2), (), ()),
            ("measure", (2,), (1,), ()), ("swap", (0, 3), (), ()), ("s", (3,), (), ())]),
    (4, 1, [("rx", (1,), (), (0.6,)), ("cx", (2, 1), (), ()), ("s", (0,), (), ()), ("s", (2,), (), ()),
            ("cz", (1, 2), (), ()), ("s", (1,), (), ())]),
]
"""


@family(
    "editing",
    "intermediate",
    oracle="value",
    skills=("circuit-inspection", "depth"),
    why="depth and size take a filter on instructions; directives count in neither by default.",
)
def counting_queries(rng: Random) -> Instance:
    """Two or three numbers and lists about a circuit."""
    picked = rng.sample(_COUNTS, rng.choice([2, 2, 3]))
    fill = dict(
        name=rng.choice(["h", "cx", "t", "measure"]), q=rng.randint(0, 3), k=rng.randint(2, 5)
    )
    parts = [[text.format(**fill) for text in query] for query in picked]
    style = rng.choice(["tuple", "dict", "list"])
    keys = rng.sample(["a", "b", "c", "x", "y", "z"], len(parts))
    if style == "dict":
        rows = "\n".join(
            f'    "{key}": {code},' for key, (_, code, _) in zip(keys, parts, strict=True)
        )
        body, sort = f"return {{\n{rows}\n}}", "dict"
        how = (
            "a dict with the keys "
            + ", ".join(f"`{key}`" for key in keys)
            + " in this order of the items"
        )
        want = (
            "{" + ", ".join(f"{key!r}: {w}" for key, (*_, w) in zip(keys, parts, strict=True)) + "}"
        )
    else:
        lines = [f"{key} = {code}" for key, (_, code, _) in zip(keys, parts, strict=True)]
        names = ", ".join(keys)
        end = f"return {names}" if style == "tuple" else f"return [{names}]"
        body, sort, how = "\n".join([*lines, end]), style, f"a {style}"
        want = ("({})" if style == "tuple" else "[{}]").format(", ".join(w for *_, w in parts))
    asked = "; ".join(f"({i}) {text}" for i, (text, *_) in enumerate(parts, 1))
    return Instance(
        entry_point=rng.choice(["statistics", "measure_up", "circuit_facts", "tally"]),
        signature=f"(circuit: QuantumCircuit) -> {sort}",
        asks=(
            f"For any circuit, return {how} of {asked}.",
            f"I want some numbers about `circuit`: {asked}. Give them back as {how}.",
            "Report on a `QuantumCircuit`:\n"
            + "\n".join(f"{i}. {text}" for i, (text, *_) in enumerate(parts, 1))
            + f"\nResult: {how}.",
            f"How do I find {asked} of a circuit? The function should give {how}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
{_INPUTS}
def levels(counted, rows):
    high = {{}}
    for r in rows:
        wires = [("q", q) for q in r[1]] + [("c", c) for c in r[2]]
        top = max(high.get(w, 0) for w in wires) + (r in counted)
        high.update({{w: top for w in wires}})
    return max(high.values())

def parts(rows, n):
    group = list(range(n))
    for name, qubits, *_ in rows:
        if name != "barrier":
            for q in qubits:
                old, new = group[q], group[qubits[0]]
                group = [new if g == old else g for g in group]
    return len(set(group))

def most(rows):
    names = [r[0] for r in rows]
    return max(set(names), key=names.count)

for n, m, rows in INPUTS:
    circuit = build(rows, n, m)
    before = circuit.copy()
    want = {want}
    got = candidate(circuit)
    assert type(got) is type(want) and len(got) == len(want)
    pairs = [(got[k], want[k]) for k in want] if isinstance(want, dict) else list(zip(got, want))
    for one, two in pairs:
        assert abs(one - two) < 1e-9 if isinstance(two, float) else one == two, (got, want)
    assert circuit == before
""",
        params={"queries": [text for text, *_ in parts], "style": style},
    )


# Gate, number of qubits, replacement in words, in code on a, b, c (and x for its angle), names that it adds.
_RULES = (
    ("swap", "CX(a,b), CX(b,a), CX(a,b)", ["qc.cx(a, b)", "qc.cx(b, a)", "qc.cx(a, b)"], "ab"),
    ("cz", "H on b, CX(a,b), H on b", ["qc.h(b)", "qc.cx(a, b)", "qc.h(b)"], "ab"),
    ("cx", "H on b, CZ(a,b), H on b", ["qc.h(b)", "qc.cz(a, b)", "qc.h(b)"], "ab"),
    ("cy", "S-dagger on b, CX(a,b), S on b", ["qc.sdg(b)", "qc.cx(a, b)", "qc.s(b)"], "ab"),
    ("rzz", "CX(a,b), RZ(x) on b, CX(a,b)", ["qc.cx(a, b)", "qc.rz(x, b)", "qc.cx(a, b)"], "abx"),
    ("rzx", "H on b, RZZ(x) on a and b, H on b", ["qc.h(b)", "qc.rzz(x, a, b)", "qc.h(b)"], "abx"),
    ("crz", "RZ(x/2) on b, CX(a,b), RZ(-x/2) on b, CX(a,b)",
     ["qc.rz(x / 2, b)", "qc.cx(a, b)", "qc.rz(-x / 2, b)", "qc.cx(a, b)"], "abx"),
    ("cry", "RY(x/2) on b, CX(a,b), RY(-x/2) on b, CX(a,b)",
     ["qc.ry(x / 2, b)", "qc.cx(a, b)", "qc.ry(-x / 2, b)", "qc.cx(a, b)"], "abx"),
    ("ccx", "H on c, CCZ(a,b,c), H on c", ["qc.h(c)", "qc.ccz(a, b, c)", "qc.h(c)"], "abc"),
    ("rx", "H, RZ(x), H on a", ["qc.h(a)", "qc.rz(x, a)", "qc.h(a)"], "ax"),
    ("ry", "SX, RZ(x), SX-dagger on a", ["qc.sx(a)", "qc.rz(x, a)", "qc.sxdg(a)"], "ax"),
    ("y", "S-dagger, X, S on a", ["qc.sdg(a)", "qc.x(a)", "qc.s(a)"], "a"),
    ("s", "T twice on a", ["qc.t(a)", "qc.t(a)"], "a"),
    ("sdg", "the phase gate P(-pi/2) on a", ["qc.p(-math.pi / 2, a)"], "a"),
    ("iswap", "S on a, S on b, H on a, CX(a,b), CX(b,a), H on b",
     ["qc.s(a)", "qc.s(b)", "qc.h(a)", "qc.cx(a, b)", "qc.cx(b, a)", "qc.h(b)"], "ab"),
)  # fmt: skip


@family(
    "editing",
    "intermediate",
    oracle="unitary",
    skills=("rewriting", "circuit-data"),
    why="copy_empty_like keeps bits, registers and the global phase for a rewritten circuit.",
    tolerance=1e-8,
)
def replace_by_name(rng: Random) -> Instance:
    """Gates of two names replaced by given sequences, everything else kept."""
    while True:
        rules = rng.sample(_RULES, 2)
        added = [
            line.split("(")[0].removeprefix("qc.") for _, _, lines, _ in rules for line in lines
        ]
        if not {name for name, *_ in rules} & set(added):
            break
    keep = rng.choice(["", "", "odd", "first"])
    condition = {
        "": "",
        "odd": " and circuit.find_bit(item.qubits[0]).index % 2",
        "first": " and circuit.qubits[0] in item.qubits",
    }[keep]
    where = {
        "": "",
        "odd": " whose first qubit has an odd index",
        "first": " that touch qubit 0",
    }[keep]
    code = ["qc = circuit.copy_empty_like()", "for item in circuit.data:"]
    if rng.random() < 0.5:
        code.append("    name = item.operation.name")
        name = "name"
    else:
        name = rng.choice(["item.operation.name", "item.name"])
    words = []
    for i, (gate, text, lines, wires) in enumerate(rules):
        code.append(f'    {"el" if i else ""}if {name} == "{gate}"{condition}:')
        qubits = [w for w in wires if w != "x"]
        code.append(f"        {', '.join(qubits)}{',' if len(qubits) == 1 else ''} = item.qubits")
        if "x" in wires:
            code.append("        (x,) = item.params")
        code += ["        " + line for line in lines]
        label = f"{gate}({'x' if 'x' in wires else ''})".replace("()", "")
        words.append(f"each `{label}` on {', '.join(qubits)}{where} becomes {text}")
    code += ["    else:", "        qc.append(item)", "return qc"]
    maths = "import math\n\n" if "math." in "".join(code) else ""
    listed = "; ".join(words)
    uses = [(gate, len(wires.replace("x", "")), "x" in wires) for gate, *_, wires in rules]
    names = [gate for gate, *_ in rules]
    adds = {
        gate: [x.split("(")[0].removeprefix("qc.") for x in lines] for gate, _, lines, _ in rules
    }
    return Instance(
        entry_point=rng.choice(["rewrite", "replace_gates", "substitute_gates", "translate"]),
        signature="(circuit: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"Rewrite a circuit: {listed} (in time order). Keep all other instructions, "
            "registers and the global "
            "phase; return a new circuit.",
            f"I want a new circuit in which {listed}; nothing else changes, neither order nor "
            "registers nor "
            "global phase. The sequences are in time order.",
            "Replacement rules, in time order:\n" + "\n".join(f"- {text}" for text in words)
            + "\nAll the rest, bits and global phase included, is copied. The input stays unchanged.",
            f"How do I go through `circuit.data` and replace gates so that {listed} (gates in "
            "time order)? Other "
            "instructions, the wires and the global phase are to be kept.",
        ),
        imports=f"{maths}from qiskit import QuantumCircuit",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit, QuantumRegister
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.quantum_info import Operator
gates = get_standard_gate_name_mapping()
rng = np.random.default_rng(np.random.randint(2**31))
for round in range(2):
    circuit = QuantumCircuit(QuantumRegister(1, "u"), QuantumRegister(3, "v"), global_phase=0.3)
    want = {{}}
    kept = 0
    for name, size, angle in {uses} * 5:
        for filler in ("ry", "p"):
            if filler not in {names}:
                getattr(circuit, filler)(rng.uniform(0.3, 2.5), int(rng.integers(4)))
        wires = [int(q) for q in rng.permutation(4)[:size]]
        params = [float(rng.uniform(0.3, 2.5))] if angle else []
        circuit.append(gates[name].base_class(*params), wires)
        applies = {{"": True, "odd": wires[0] % 2 == 1, "first": 0 in wires}}["{keep}"]
        want[name] = want.get(name, 0) + (not applies)
        if applies:
            for new in {adds}[name]:
                want[new] = want.get(new, 0) + 1
    for name, count in circuit.count_ops().items():
        if name not in {names}:
            want[name] = want.get(name, 0) + count
    before = circuit.copy()
    got = candidate(circuit)
    assert isinstance(got, QuantumCircuit) and circuit == before
    assert got.qregs == circuit.qregs
    assert {{k: v for k, v in want.items() if v}} == dict(got.count_ops())
    assert np.allclose(Operator(got).data, Operator(circuit).data, atol=1e-8, rtol=0)
""",
        params={"rules": words, "where": keep},
    )  # fmt: skip
