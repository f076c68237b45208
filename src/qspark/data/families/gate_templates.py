"""Gate identities, third part: the template circuits of the library."""

import re
from random import Random

from qspark.data.families.base import Instance, family

_CLIFFORD = [
    "2_1",
    "2_2",
    "2_3",
    "2_4",
    "3_1",
    "4_1",
    "4_2",
    "4_3",
    "4_4",
    "5_1",
    "6_1",
    "6_2",
    "6_3",
    "6_4",
    "6_5",
    "8_1",
    "8_2",
    "8_3",
]
_TOFFOLI = [
    "2a_1",
    "2a_2",
    "2a_3",
    "4a_1",
    "4a_2",
    "4a_3",
    "4b_1",
    "4b_2",
    "5a_1",
    "5a_2",
    "5a_3",
    "5a_4",
    "6a_1",
    "6a_2",
    "6a_3",
    "6a_4",
    "6b_1",
    "6b_2",
    "6c_1",
    "7a_1",
    "7b_1",
    "7c_1",
    "7d_1",
    "7e_1",
    "9a_1",
]
_NAMES = (
    *(f"clifford_{n}" for n in _CLIFFORD),
    *(f"template_nct_{n}" for n in _TOFFOLI),
    *(f"template_nct_9c_{n}" for n in range(1, 13)),
    *(f"template_nct_9d_{n}" for n in range(1, 11)),
)
_ROTATED = ("rzx_cy", "rzx_xz", "rzx_yz", "rzx_zz1", "rzx_zz2", "rzx_zz3")
# Words, code on `template` (a circuit), value on rows (name, qubits) and n, type.
_FACTS = (
    ("its number of gates", "template.size()", "len(rows)", "int"),
    ("its number of qubits", "template.num_qubits", "n", "int"),
    ("its depth", "template.depth()", "levels(rows)", "int"),
    ("its number of `{g}` gates", 'sum(item.name == "{g}" for item in template.data)',
     "sum(r[0] == '{g}' for r in rows)", "int"),
    ("its number of gates on more than one qubit", "template.num_nonlocal_gates()",
     "sum(len(r[1]) > 1 for r in rows)", "int"),
    ("the name of its gate number {k} (from 0, modulo its size)",
     "template.data[{k} % template.size()].operation.name", "rows[{k} % len(rows)][0]", "str"),
    ("the qubit indices of its last gate", "[template.find_bit(q).index for q in template.data[-1].qubits]",
     "rows[-1][1]", "list[int]"),
    ("the sorted list of the gate names in it", "sorted(template.count_ops())",
     "sorted({{r[0] for r in rows}})",
     "list[str]"),
)  # fmt: skip
_KEEPS = (
    ("", "", "True"),
    (" with at least {s} gates", " if template.size() >= {s}", "len(rows) >= {s}"),
    (" with fewer than {top} gates", " if template.size() < {top}", "len(rows) < {top}"),
    (" on exactly {w} qubits", " if template.num_qubits == {w}", "n == {w}"),
    (
        " that contain a `{h}` gate",
        ' if "{h}" in template.count_ops()',
        "any(r[0] == '{h}' for r in rows)",
    ),
)


@family(
    "gate_identities",
    "intermediate",
    oracle="value",
    skills=("templates", "circuit-inspection"),
    why="A template is a circuit that equals the identity; each library function returns one.",
)
def template_facts(rng: Random) -> Instance:
    """A table about some of the library's template circuits."""
    names = rng.sample(_NAMES, rng.randint(6, 9))
    facts = rng.sample(_FACTS, 2)
    sizes = [int(re.search(r"\d", name)[0]) for name in names]
    fill = dict(g=rng.choice(["cx", "ccx", "x", "h"]), h=rng.choice(["cx", "ccx", "x"]), k=rng.randint(2, 12),
                s=rng.choice(sizes), top=max(sizes), w=rng.choice([2, 3]))  # fmt: skip
    said, keep, kept = (part.format(**fill) for part in rng.choice(_KEEPS))
    parts = [[text.format(**fill) for text in fact] for fact in facts]
    values = f"({parts[0][1]}, {parts[1][1]})"
    kind = f"tuple[{parts[0][3]}, {parts[1][3]}]"
    shape = rng.choice(["dict", "list"])
    code = ["functions = [", *(f"    {name}," for name in names), "]",
            "templates = {function.__name__: function() for function in functions}"]  # fmt: skip
    if shape == "dict":
        code.append(f"return {{name: {values} for name, template in templates.items(){keep}}}")
        sort, how = f"dict[str, {kind}]", "a dict from function name to a tuple"
        want = "{name: ({a}, {b}) for name, (rows, n) in table.items() if {kept}}"
    else:
        code.append(f"return [{values} for template in templates.values(){keep}]")
        sort, how = f"list[{kind}]", "a list of tuples in this order"
        want = "[({a}, {b}) for name, (rows, n) in table.items() if {kept}]"
    want = want.replace("{a}", parts[0][2]).replace("{b}", parts[1][2]).replace("{kept}", kept)
    listed = ", ".join(f"`{name}`" for name in names)
    asked = f"{parts[0][0]} and {parts[1][0]}"
    return Instance(
        entry_point=rng.choice(["template_table", "about_templates", "list_templates"]),
        signature=f"() -> {sort}",
        asks=(
            f"Take the template circuits {listed} of `qiskit.circuit.library`. For "
            f"those{said or ' (all of them)'} "
            f"return {how} of {asked}.",
            f"I want an overview of library templates{said}: {how} with {asked}. Choose among {listed}.",
            f"Templates: {listed}.\nSelection: {said.strip() or 'all'}.\nReturn {how}: {asked}.",
            f"How do I look at Qiskit's template circuits, namely {listed}? For the "
            f"ones{said or ' listed'} I need "
            f"{asked}, as {how}.",
        ),
        imports="from qiskit.circuit.library import (\n"
        + "\n".join(f"    {n}," for n in sorted(names))
        + "\n)",
        body="\n".join(code),
        test=f"""
from qiskit.circuit import library

def levels(rows):
    high = {{}}
    for _, wires in rows:
        top = 1 + max(high.get(w, 0) for w in wires)
        high.update({{w: top for w in wires}})
    return max(high.values())

table = {{}}
for name in {names}:
    qc = getattr(library, name)()
    rows = [(i.operation.name, [qc.qubits.index(q) for q in i.qubits]) for i in qc.data]
    table[name] = (rows, qc.num_qubits)
got = candidate()
assert got == {want}, got
""",
        params={"names": names, "facts": [text for text, *_ in parts], "keep": said},
    )


@family(
    "gate_identities",
    "advanced",
    oracle="unitary",
    skills=("templates", "inverse", "composition"),
    why="As a template is the identity, its first gates equal the inverse of all the others.",
    tolerance=1e-8,
)
def template_complement(rng: Random) -> Instance:
    """Replacements for the first gates of templates: the inverse of the rest."""
    rotated = rng.random() < 0.3
    names = rng.sample(
        _ROTATED if rotated else [n for n in _NAMES if not n.endswith(("2_3", "2a_1"))], 4
    )
    k = rng.randint(1, 2) if not rotated else rng.randint(2, 4)
    phi = rng.randint(20, 280) / 100
    side = rng.choice(["first", "last", "rotate", "reverse"])
    load = "template = function()"
    if rotated:
        load = f"template = function({phi})"
    text, lines, want, size = {
        "first": (
            f"a circuit that equals its first {k} gates, made of the inverses of all its other "
            f"gates in opposite order",
            ["rest = template.copy_empty_like()",
             f"for item in template.data[{k}:]:", "    rest.append(item)",
             "found.append(rest.inverse())"],
            f"product(rows[:{k}], n)", f"len(rows) - {k}",
        ),
        "last": (
            f"a circuit that equals its last {k} gates, made of the inverses of all its other "
            f"gates in opposite order",
            ["rest = template.copy_empty_like()",
             f"for item in template.data[:-{k}]:", "    rest.append(item)",
             "found.append(rest.inverse())"],
            f"product(rows[-{k}:], n)", f"len(rows) - {k}",
        ),
        "rotate": (
            f"the identity circuit that starts with its gate number {k} (from 0) and ends with "
            f"the {k} gates before",
            ["turned = template.copy_empty_like()",
             f"for item in [*template.data[{k}:], *template.data[:{k}]]:", "    turned.append(item)",
             "found.append(turned)"],
            "np.eye(2**n)", "len(rows)",
        ),
        "reverse": (
            f"the inverse of its last {k} gates (gate by gate, in opposite order), which equals "
            f"all its other gates",
            ["tail = template.copy_empty_like()",
             f"for item in template.data[-{k}:]:", "    tail.append(item)",
             "found.append(tail.inverse())"],
            f"product(rows[:-{k}], n)", f"{k}",
        ),
    }[side]  # fmt: skip
    used = {
        "first": f"rows[{k}:]",
        "last": f"rows[:-{k}]",
        "rotate": "rows",
        "reverse": f"rows[-{k}:]",
    }[side]
    code = ["found = []", f"for function in ({', '.join(names)}):",
            f"    {load}", *("    " + line for line in lines),
            "return found"]  # fmt: skip
    listed = ", ".join(f"`{name}`" for name in names)
    value = f", each made for the angle {phi}" if rotated else ""
    note = "The circuits have the templates' qubits, and equality is up to a global phase"
    if side == "rotate":
        note += "; the order of gates is otherwise kept"
    return Instance(
        entry_point=rng.choice(["complements", "template_rules", "replacements"]),
        signature="() -> list[QuantumCircuit]",
        asks=(
            f"For each of the templates {listed} from `qiskit.circuit.library`{value}, make "
            f"{text}. Return the list. "
            f"{note}.",
            f"The library's templates {listed}{value} are identities. Use this: I want, for each "
            f"in this order, "
            f"{text}. {note}.",
            f"Templates, in order: {listed}{value}.\nPer template: {text}.\n{note}. Return a list "
            f"of circuits.",
            f"How do templates such as {listed}{value} give rewriting rules? Build, one per "
            f"template, {text}. {note}.",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.circuit.library import {', '.join(sorted(names))}",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import library
from qiskit.quantum_info import Operator

def product(rows, n):
    total = Operator(np.eye(2**n))
    for _, wires, operation in rows:
        total = total.compose(operation, wires)
    return total.data

def names(circuit):
    return [(i.operation.name, [circuit.find_bit(q).index for q in i.qubits]) for i in circuit.data]

got = candidate()
assert len(got) == 4
for name, circuit in zip({names}, got):
    template = getattr(library, name)({phi if rotated else ""})
    n = template.num_qubits
    rows = [(i.operation.name, [template.find_bit(q).index for q in i.qubits], i.operation)
            for i in template.data]
    assert isinstance(circuit, QuantumCircuit) and circuit.num_qubits == n
    assert len(circuit.data) == {size}
    used = {used}
    have = [abs(float(p)) for i in circuit.data for p in i.operation.params]
    want = [abs(float(p)) for *_, op in used for p in op.params]
    assert np.allclose(sorted(have), sorted(want))
    assert Operator(circuit).equiv(Operator({want}), atol=1e-8, rtol=0)
    if "{side}" != "rotate":
        wires = [[circuit.find_bit(q).index for q in i.qubits] for i in circuit.data]
        assert wires == [row[1] for row in used][::-1]
    else:
        old = names(template)
        assert names(circuit) == old[{k}:] + old[:{k}]
""",
        params={"names": names, "k": k, "side": side},
    )
