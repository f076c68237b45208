"""Classical expressions: durations, stretches and what a circuit declares."""

from random import Random

from qspark.data.families.base import Instance, family

_DURATIONS = [
    ("expr.add({a}, s)", "s plus {x} ns", "s + {x}", "[{x}, 's']"),
    ("expr.sub({a}, s)", "{x} ns minus s", "{x} - s", "[{x}, 's']"),
    ("expr.mul({k}, s)", "{k} times s", "{k} * s", "[{k}, 's']"),
    ("expr.div(s, {k}.0)", "s divided by {k}", "s / {k}", "['s', {k}]"),
    ("expr.add(expr.mul({k}, s), {a})", "{k} times s, plus {x} ns", "{k} * s + {x}", "[{k}, 's', {x}]"),
    ("expr.sub(expr.add(s, t), {a})", "s plus t minus {x} ns", "s + t - {x}", "['s', 't', {x}]"),
    ("expr.add(expr.div(t, {k}.0), s)", "t divided by {k}, plus s", "t / {k} + s", "['t', {k}, 's']"),
    ("expr.sub(expr.mul({k}, t), s)", "{k} times t, minus s", "{k} * t - s", "[{k}, 't', 's']"),
    ("s", "s itself", "s", "['s']"),
    ("t", "t itself", "t", "['t']"),
]  # fmt: skip


@family(
    "expressions",
    "intermediate",
    oracle="value",
    skills=("stretch", "durations"),
    why="A stretch is a duration that the compiler resolves; delays take expressions of durations.",
    tolerance=1e-9,
)
def stretched_delays(rng: Random) -> Instance:
    """Delays whose lengths are expressions of stretches and fixed durations."""
    width = rng.choice([2, 3])
    one, two = rng.sample(["s", "pad", "slack", "gap", "idle", "echo", "rest"], 2)
    steps, said, wants = [], [], []
    for q in range(width):
        facts = {"k": rng.randint(2, 4), "x": 20 * rng.randint(2, 9)}
        code, words, want, leaf = rng.choice(_DURATIONS)
        duration = rng.choice([f"Duration.ns({facts['x']})", f"Duration.us({facts['x'] / 1000})"])
        code = code.format(a=f"expr.lift({duration})", **facts)
        gate = rng.choice(["x", "y", "sx", "h"])
        steps += [f"qc.delay({code}, {q})", f"qc.{gate}({q})"]
        said.append(f"qubit {q}: a delay of {words.format(**facts)}, then {gate.upper()}")
        wants.append((want.format(**facts), gate, leaf.format(**facts)))
    close = rng.choice(["barrier", "measure", "none"])
    tail = {"barrier": "qc.barrier()\n", "measure": "qc.measure_all()\n", "none": ""}[close]
    end = {"barrier": "A barrier over all qubits closes it.", "measure": "In the end measure_all.",
           "none": "Nothing follows."}[close]  # fmt: skip
    body = (
        f'qc = QuantumCircuit({width})\ns = qc.add_stretch("{one}")\nt = qc.add_stretch("{two}")\n'
    )
    body += "\n".join(steps) + f"\n{tail}return qc"
    text = "; ".join(said)
    imports = "from qiskit import QuantumCircuit\n"
    imports += "from qiskit.circuit import Duration\n" if "Duration" in body else ""
    imports += "from qiskit.circuit.classical import expr" if "expr." in body else ""
    table = (
        "["
        + ", ".join(f"(lambda s, t: {want}, {gate!r}, {leaf})" for want, gate, leaf in wants)
        + "]"
    )
    return Instance(
        entry_point=rng.choice(["stretchy", "timed_circuit", "delayed_gates"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Declare two stretches s and t, named `{one}` and `{two}`, in a circuit of {width} qubits. "
            f"On each qubit: {text} (operands in the order of these words). "
            f"{end}",
            f"I want to leave idle times to the compiler. {width} qubits, stretch variables `{one}` "
            f"(call it s) and `{two}` "
            f"(call it t), in this order. {text}. Operands are ordered as I say them. {end}",
            f"Circuit with flexible timing, {width} qubits; `{one}` = s and `{two}` = t are added as "
            "stretches; the delays are "
            f"expressions of them, operands as ordered here: {text}. {end}",
        ),
        imports=imports.rstrip(),
        body=body,
        test=f"""
from qiskit.circuit import Duration
from qiskit.circuit.classical import expr
def length(e, known):
    if isinstance(e, expr.Value):
        if not isinstance(e.value, Duration):
            return e.value
        return e.value.value() * {{"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "ps": 1e-3}}[e.value.unit()]
    if isinstance(e, expr.Stretch):
        return known[e.name]
    if isinstance(e, expr.Cast):
        return length(e.operand, known)
    if isinstance(e, expr.Unary):
        return -length(e.operand, known)
    a, b = length(e.left, known), length(e.right, known)
    return {{"ADD": lambda: a + b, "SUB": lambda: a - b,
        "MUL": lambda: a * b, "DIV": lambda: a / b}}[e.op.name]()
def leaves(e):
    if isinstance(e, expr.Value):
        return [round(length(e, {{}}), 6)]
    if isinstance(e, expr.Stretch):
        return [e.name]
    parts = [getattr(e, name) for name in ("left", "right", "operand") if hasattr(e, name)]
    return [leaf for part in parts for leaf in leaves(part)]
qc = candidate()
assert qc.num_qubits == {width} and qc.num_stretches == 2
assert [s.name for s in qc.iter_declared_stretches()] == ["{one}", "{two}"]
for q, (want, gate, order) in enumerate({table}):
    on = [i for i in qc.data if qc.qubits[q] in i.qubits
        and i.name in ("delay", "{'", "'.join(sorted({g for _, g, _ in wants}))}")]
    assert [i.name for i in on] == ["delay", gate]
    order = [{{"s": "{one}", "t": "{two}"}}.get(x, x) for x in order]
    assert leaves(expr.lift(on[0].operation.duration)) == order
    for s, t in ((310.0, 1700.0), (950.0, 620.0)):
        got = length(on[0].operation.duration, {{"{one}": s, "{two}": t}})
        assert abs(got - want(s, t)) < 1e-6
assert qc.count_ops().get("barrier", 0) == {int(close != "none")}
assert qc.count_ops().get("measure", 0) == {width if close == "measure" else 0}
assert len(qc.data) == {2 * width + (close != "none") + (width if close == "measure" else 0)}
""",
        params={"width": width, "names": [one, two]},
    )


_ASKED = {
    "inputs": ("[v.name for v in qc.iter_input_vars()]", "the names of its input variables"),
    "declared": ("[v.name for v in qc.iter_declared_vars()]", "the names of its declared variables"),
    "all": ("sorted(v.name for v in qc.iter_vars())", "the sorted names of all its variables"),
    "stretches": ("[s.name for s in qc.iter_stretches()]", "the names of its stretches"),
    "bools": ("[v.name for v in qc.iter_vars() if v.type == types.Bool()]", "the names of its variables "
                                                                            "of type Bool"),
    "widths": (
        "{v.name: v.type.width for v in qc.iter_vars() if v.type.kind is types.Uint}",
        "a dict from the name to the width of each Uint variable",
    ),
    "counts": (
        "(qc.num_input_vars, qc.num_declared_vars, qc.num_stretches)",
        "the triple (number of inputs, number of declared variables, number of stretches)",
    ),
    "known": ("[n for n in names if qc.has_var(n)]", "those of the `names` that are variables of it"),
    "typed": (
        "[str(qc.get_var(n, None).type) if qc.has_var(n) else None for n in names]",
        "for each of the `names` the type of that variable as a string, or None",
    ),
    "identifiers": (
        "[n for n in names if qc.has_identifier(n) and not qc.has_var(n)]",
        "those of the `names` that are identifiers of it without being variables",
    ),
    "stored": (
        "[i.operation.lvalue.name for i in qc.data if isinstance(i.operation, Store)]",
        "the names of the variables that its top-level store instructions write to, in order (start "
        "values included)",
    ),
    "read": (
        "sorted({v.name for i in qc.data if isinstance(i.operation, Store) for v in "
        "expr.iter_vars(i.operation.rvalue)})",
        "the sorted names of all variables that the right sides of its top-level store instructions read",
    ),
    "targets": (
        "all(expr.is_lvalue(i.operation.lvalue) for i in qc.get_instructions(\"store\"))",
        "whether all targets of its store instructions are proper lvalues",
    ),
}  # fmt: skip


@family(
    "expressions",
    "intermediate",
    oracle="value",
    skills=("classical-variables",),
    why="Inputs, declared variables and stretches are kept apart; start values are store instructions.",
)
def variables_report(rng: Random) -> Instance:
    """Questions about the variables, stretches and stores of a circuit."""
    chosen = rng.sample(sorted(_ASKED), rng.randint(2, 3))
    rows = "".join(f'    "{key}": {_ASKED[key][0]},\n' for key in chosen)
    names = "names" in rows
    text = "; ".join(f"'{key}': {_ASKED[key][1]}" for key in chosen)
    modules = [m for m in ("expr", "types") if f"{m}." in rows]
    imports = "from qiskit import QuantumCircuit\n"
    imports += "from qiskit.circuit import Store\n" if "Store" in rows else ""
    imports += f"from qiskit.circuit.classical import {', '.join(modules)}\n" if modules else ""
    wants = {
        "inputs": "['gain', 'armed']", "declared": "['seen', 'limit', 'done']",
        "all": "['armed', 'done', 'gain', 'limit', 'seen']", "stretches": "['pause']",
         "bools": "['armed', 'done']",
        "widths": "{'gain': 4, 'seen': 8, 'limit': 8}", "counts": "(2, 3, 1)", "known": "['limit', 'gain']",
        "typed": "['Uint(8)', None, 'Uint(4)', None]", "identifiers": "['pause']",
        "stored": "['seen', 'limit', 'done', 'seen', 'done']", "read": "['armed', 'gain', 'limit', 'seen']",
        "targets": "True",
    }  # fmt: skip
    want = "".join(f"    {key!r}: {wants[key]},\n" for key in chosen)
    more = " `names` is a list of strings." if names else ""
    return Instance(
        entry_point=rng.choice(["variable_facts", "classical_report", "inspect_variables"]),
        signature=f"(qc: QuantumCircuit{', names: list[str]' if names else ''}) -> dict",
        asks=(
            "Describe the classical variables of a circuit `qc`. Return a dict with the keys "
            f"{text}.{more} Lists are in the "
            "order of the circuit where nothing else is said.",
            f"For a typed circuit `qc` I need these facts, as a dict: {text}.{more} Keep the circuit's "
            "own order in lists.",
            f"Report on `qc` (variables, stretches, stores). The result is a dict: {text}.{more} No "
            "reordering beyond what is "
            "stated.",
        ),
        imports=imports.rstrip(),
        body="return {\n" + rows + "}",
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit.classical import expr, types
qc = QuantumCircuit(2, 1)
gain = qc.add_input("gain", types.Uint(4))
armed = qc.add_input("armed", types.Bool())
seen = qc.add_var("seen", expr.lift(3, types.Uint(8)))
limit = qc.add_var("limit", expr.add(seen, 2))
done = qc.add_var("done", False)
pause = qc.add_stretch("pause")
qc.h(0)
qc.measure(0, 0)
qc.store(seen, expr.add(limit, expr.cast(gain, types.Uint(8))))
qc.store(done, expr.logic_and(armed, expr.less(seen, 9)))
names = ["limit", "pause", "gain", "other"]
got = candidate(qc{", names" if names else ""})
want = {{
{want}}}
assert got == want and list(got) == list(want)
empty = candidate(QuantumCircuit(1){", names" if names else ""})
assert set(empty) == set(want)
""".replace(" and list(got) == list(want)", ""),
        params={"asked": chosen},
    )
