"""Templates of the circuit library: identities that a rewrite rule is made of.

Every template is a function that returns a circuit equal to the identity; what its first gates do
is done by the inverse of the others.
"""

from functools import cache
from random import Random
from typing import Any

import qiskit.circuit.library as library

from qspark.data.families.base import Instance, angle, family

_KINDS = ("template_nct_", "clifford_", "rzx_")


@cache
def _names() -> tuple[str, ...]:
    return tuple(name for name in sorted(dir(library)) if name.startswith(_KINDS))


@cache
def _made(call: str) -> Any:
    name, _, rest = call.partition("(")
    value = rest.rstrip(")")
    return getattr(library, name)(*([float(value)] if value else []))


def _call(rng: Random, least: int = 2) -> tuple[str, str]:
    """(name, call) of a template with at least `least` gates."""
    while True:
        name = rng.choice(_names())
        call = f"{name}({angle(rng)})" if name.startswith("rzx_") else f"{name}()"
        if _made(call).size() >= least:
            return name, call


def _said(call: str) -> str:
    """How a prompt names a template."""
    name, _, rest = call.partition("(")
    value = rest.rstrip(")")
    return f"`{name}` with angle {value}" if value else f"`{name}`"


@family(
    "templates",
    "intermediate",
    oracle="unitary",
    skills=("inverse", "circuit-data"),
    why="A template is the identity, so its first gates equal the inverse of the remaining ones.",
    tolerance=1e-8,
)
def replacement_from_template(rng: Random) -> Instance:
    """What a template says may stand in place of its first gates."""
    name, call = _call(rng, 4)
    size = _made(call).size()
    k = rng.randint(1, size - 2)
    ways = (
        f"""
template = {call}
rest = template.copy_empty_like()
for instruction in template.data[{k}:]:
    rest.append(instruction)
return rest.inverse()
""",
        f"""
template = {call}
rest = QuantumCircuit.from_instructions(template.data[{k}:], qubits=template.qubits)
return rest.inverse()
""",
        f"""
template = {call}
replacement = QuantumCircuit(template.num_qubits)
for instruction in reversed(template.data[{k}:]):
    wires = [template.find_bit(qubit).index for qubit in instruction.qubits]
    replacement.append(instruction.operation.inverse(), wires)
return replacement
""",
    )
    way = rng.randrange(3)
    imports = f"from qiskit.circuit.library import {name}"
    return Instance(
        entry_point="replacement",
        signature="() -> QuantumCircuit",
        asks=(
            f"The circuit library's template {_said(call)} is the identity. Its first {k} gates can "
            f"therefore be replaced by the inverses of the other {size - k}, in reverse order. Return "
            "that replacement as a circuit on as many qubits as the template.",
            f"Take the template {_said(call)} from `qiskit.circuit.library` and cut it after gate number "
            f"{k}. Give the circuit that undoes the second part ({size - k} gates): each gate inverted, the "
            "last one first, on the same qubits.",
            f"For a rewrite rule I need the right-hand side that {_said(call)} implies for its first {k} "
            f"gates: a circuit of exactly {size - k} gates, the inverted remainder, same qubit numbering.",
        ),
        imports=f"from qiskit import QuantumCircuit\n{imports}",
        body=ways[way],
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit.library import {name}
from qiskit.quantum_info import Operator
template = {call}
first = QuantumCircuit(template.num_qubits)
for instruction in template.data[:{k}]:
    first.append(instruction.operation, [template.find_bit(q).index for q in instruction.qubits])
got = candidate()
assert isinstance(got, QuantumCircuit)
assert got.num_qubits == {_made(call).num_qubits} and got.size() == {size - k}
assert Operator(got).equiv(Operator(first))
wanted = [i.operation.inverse().name for i in reversed(template.data[{k}:])]
assert [i.operation.name for i in got.data] == wanted
""",
        params={"template": call, "cut": k, "way": way},
    )


@family(
    "templates",
    "basic",
    oracle="value",
    skills=("circuit-facts",),
    why="Templates are functions; each call gives a fresh circuit.",
)
def facts_of_templates(rng: Random) -> Instance:
    """Numbers that describe several templates."""
    calls: dict[str, str] = {}
    while len(calls) < 4:
        name, call = _call(rng)
        if not name.startswith("rzx_"):  # its angle plays no part in these facts
            calls[name] = call
    facts = {
        "the number of gates": ("size()", lambda c: c.size()),
        "the depth": ("depth()", lambda c: c.depth()),
        "the number of qubits": ("num_qubits", lambda c: c.num_qubits),
        "the number of gates on more than one qubit": (
            "num_nonlocal_gates()", lambda c: c.num_nonlocal_gates(),
        ),
        "a dictionary from gate names to how often they occur": (
            "count_ops()", lambda c: dict(c.count_ops()),
        ),
    }  # fmt: skip
    words = rng.choice(sorted(facts))
    code, value = facts[words]
    shown = f"dict(template.{code})" if "ops" in code else f"template.{code}"
    expected = {name: value(_made(call)) for name, call in calls.items()}
    named = ", ".join(_said(call) for call in calls.values())
    listed = ",\n".join(f'    "{name}": {call}' for name, call in calls.items())
    return Instance(
        entry_point="template_facts",
        signature="() -> dict",
        asks=(
            f"Build these templates of the circuit library: {named}. Return a dictionary from each "
            f"function's name to {words} of its circuit.",
            f"I compare rewrite templates from `qiskit.circuit.library` ({named}). For each one I want "
            f"{words}, in a dictionary whose keys are the names of the functions.",
            f"A dictionary is needed: key, the name of the library function; value, {words}. The "
            f"functions are {named}.",
        ),
        imports="from qiskit.circuit.library import (\n    "
        + ",\n    ".join(sorted(calls))
        + ",\n)",
        body=f"templates = {{\n{listed},\n}}\n"
        f"return {{name: {shown} for name, template in templates.items()}}",
        test=f"""
got = candidate()
assert isinstance(got, dict)
assert {{name: (dict(v) if hasattr(v, "items") else v) for name, v in got.items()}} == {expected!r}
""",
        params={"templates": list(calls.values()), "fact": words},
    )


@family(
    "templates",
    "intermediate",
    oracle="unitary",
    skills=("compose", "qubit-order"),
    why="compose puts qubit i of the other circuit on the i-th qubit that is listed.",
    tolerance=1e-8,
)
def part_on_wires(rng: Random) -> Instance:
    """The first gates of a template on chosen wires of a wider circuit."""
    while True:
        name, call = _call(rng, 3)
        width, size = _made(call).num_qubits, _made(call).size()
        if 2 <= width <= 4:
            break
    n = width + rng.randint(1, 2)
    wires = rng.sample(range(n), width)
    k = rng.randint(2, size - 1)
    power = rng.choice((1, 1, 2, 3))
    loop = "circuit.compose(part, wires, inplace=True)"
    if power > 1:
        loop = f"for _ in range({power}):\n    {loop}"
    times = {1: "once", 2: "twice in a row", 3: "three times in a row"}[power]
    return Instance(
        entry_point="part_of_template",
        signature=f"(wires: list[int]) -> {'QuantumCircuit'}",
        asks=(
            f"Return a circuit of {n} qubits that applies the first {k} gates of the library template "
            f"{_said(call)} {times}. Qubit i of the template goes to qubit `wires[i]`, for example {wires}.",
            f"Cut the template {_said(call)} of `qiskit.circuit.library` after {k} gates and put that part "
            f"on the given `wires` of a {n}-qubit circuit, {times}; `wires[0]` takes the template's qubit 0.",
            f"`wires` lists {width} of {n} qubits. On them, in this order, the leading {k} gates of "
            f"{_said(call)} are to be executed {times}; give the {n}-qubit circuit.",
        ),
        imports=f"from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import {name}",
        body=f"""
template = {call}
part = template.copy_empty_like()
for instruction in template.data[:{k}]:
    part.append(instruction)
circuit = QuantumCircuit({n})
{loop}
return circuit
""",
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit.library import {name}
from qiskit.quantum_info import Operator
for wires in ({wires!r}, {wires[::-1]!r}, {sorted(wires)!r}):
    want = QuantumCircuit({n})
    template = {call}
    for _ in range({power}):
        for instruction in template.data[:{k}]:
            own = [template.find_bit(q).index for q in instruction.qubits]
            want.append(instruction.operation, [wires[i] for i in own])
    got = candidate(list(wires))
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    assert Operator(got).equiv(Operator(want))
    assert got.decompose().size() >= 1
""",
        params={"template": call, "gates": k, "qubits": n, "wires": wires, "times": power},
    )


@family(
    "templates",
    "advanced",
    oracle="unitary",
    skills=("template-optimization", "pass-manager"),
    why="TemplateOptimization replaces what matches the longer part of a template by the shorter one.",
    tolerance=1e-8,
)
def template_optimization(rng: Random) -> Instance:
    """Shorten circuits that hold most of a template."""
    while True:
        name, call = _call(rng, 4)
        small = _made(call).size() <= 6 and 2 <= _made(call).num_qubits <= 3
        if name.startswith("template_nct") and small:
            break  # matching takes seconds on longer ones
    size, width = _made(call).size(), _made(call).num_qubits
    k = rng.randint(size // 2 + 1, size - 1)
    lone = rng.choice(("t", "sdg", "ry"))
    extra = f"ry({angle(rng)}, 0)" if lone == "ry" else f"{lone}(0)"
    return Instance(
        entry_point="shortened",
        signature="(circuit: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"Shorten `circuit` with Qiskit's template optimization pass, using the library template "
            f"{_said(call)} and nothing else. The result does the same (up to a global phase); where the "
            f"circuit holds the first {k} gates of the template, {size - k} gates take their place.",
            f"Write a function that runs one `TemplateOptimization` pass with {_said(call)} as its only "
            f"template over a circuit on {width} qubits or more and returns the outcome. A run of the "
            f"template's first {k} gates has to shrink to {size - k}.",
            f"My circuits contain the beginning ({k} of {size} gates) of the identity {_said(call)}. Replace "
            f"such runs by the {size - k} equivalent gates through the transpiler's template matching.",
        ),
        imports=f"""
from qiskit import QuantumCircuit
from qiskit.circuit.library import {name}
from qiskit.transpiler import PassManager
from qiskit.transpiler.passes import TemplateOptimization
""",
        body=f"""
optimization = TemplateOptimization(template_list=[{call}])
return PassManager([optimization]).run(circuit)
""",
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit.library import {name}
from qiskit.quantum_info import Operator
template = {call}
planted = QuantumCircuit({width})
for instruction in template.data[:{k}]:
    planted.append(instruction.operation, [template.find_bit(q).index for q in instruction.qubits])
got = candidate(planted)
assert isinstance(got, QuantumCircuit)
assert Operator(got).equiv(Operator(planted))
assert got.size() == {size - k}
other = QuantumCircuit({width})
other.{extra}
other.compose(planted, inplace=True)
got = candidate(other)
assert Operator(got).equiv(Operator(other))
assert got.size() < other.size()
""",
        params={"template": call, "gates": k, "extra": extra},
    )
