"""Targets: layouts as maps between virtual and physical qubits, and instruction durations."""

from random import Random

from qspark.data.families.base import Instance, family

# Words, value on `layout` and `qubits` (its virtual qubits), oracle on `where` (physical per index).
_LAYOUT = {
    "where": ("the list of the physical qubits of the virtual qubits, in their order",
              "[layout[qubit] for qubit in qubits]", "where"),
    "who": ("a dict from physical qubit to the index of its virtual qubit",
            "{wire: qubits.index(qubit) for wire, qubit in layout.get_physical_bits().items()}",
            "{w: k for k, w in enumerate(where)}"),
    "on": ("the index of the virtual qubit on physical qubit {w}", "qubits.index(layout[{w}])",
           "where.index({w})"),
    "largest": ("the greatest physical qubit", "max(layout.get_virtual_bits().values())", "max(where)"),
    "registers": ("the sorted names of the registers", "sorted(r.name for r in layout.get_registers())",
                  "names"),
    "size": ("the number of pairs", "len(layout)", "len(where)"),
    "permutation": ("the permutation that lists which virtual qubit is at position 0, 1, ...",
                    "layout.to_permutation(qubits)", "[where.index(w) for w in range(len(where))]"),
    "sorted": ("the indices of the virtual qubits in the order of their physical qubits",
               "[qubits.index(layout[wire]) for wire in sorted(layout.get_physical_bits())]",
               "sorted(range(len(where)), key=where.__getitem__)"),
}  # fmt: skip


@family(
    "targets",
    "advanced",
    oracle="value",
    skills=("layout", "permutation"),
    why="A Layout can be read in both directions: by virtual qubit and by physical qubit.",
)
def layout_algebra(rng: Random) -> Instance:
    """A layout made in one of several ways, changed, and read in both directions."""
    one, two = rng.choice(["q", "data", "a"]), rng.choice(["r", "anc", "b"])
    n, m = rng.choice([(3, 1), (2, 2), (3, 2), (2, 3)])
    size = n + m
    where = rng.sample(range(size), size)
    while [where[w] for w in where] == sorted(where):
        where = rng.sample(range(size), size)
    lines = [f'first, second = QuantumRegister({n}, "{one}"), QuantumRegister({m}, "{two}")',
             "qubits = [*first, *second]"]  # fmt: skip
    listed = ", ".join(map(str, where))
    way = rng.choice(["intlist", "dict", "qubits", "add", "trivial", "from_dict"])
    if way == "intlist":
        lines.append(f"layout = Layout.from_intlist([{listed}], first, second)")
    elif way == "dict":
        lines.append(f"layout = Layout(dict(zip(qubits, [{listed}])))")
    elif way == "from_dict":
        lines.append(f"layout = Layout()\nlayout.from_dict(dict(zip(qubits, [{listed}])))")
    elif way == "qubits":
        order = ", ".join(f"qubits[{where.index(w)}]" for w in range(size))
        lines.append(f"layout = Layout.from_qubit_list([{order}], *(first, second))")
    elif way == "add":
        lines.append("layout = Layout()")
        lines.append(
            f"for qubit, wire in zip(qubits, [{listed}]):\n"
            "    layout.add(virtual_bit=qubit, physical_bit=wire)"
        )
    else:
        where = list(range(size))
        lines.append("layout = Layout.generate_trivial_layout(first, second)")
    start = f"the virtual qubits (register `{one}` of {n}, then `{two}` of {m}) sit on the physical qubits "
    told = [start + ", ".join(map(str, where))]
    for step in rng.sample(["swap", "swap", "compose", "inverse"], 2):
        if step == "swap":
            v, w = rng.sample(range(size), 2)
            lines.append(f"layout.swap({v}, {w})")
            told.append(f"the virtual qubits on physical qubits {v} and {w} are exchanged")
            where = [w if x == v else v if x == w else x for x in where]
        elif step == "compose":
            move = rng.sample(range(size), size)
            text = ", ".join(map(str, move))
            lines.append(
                f"layout = layout.compose(Layout.from_intlist([{text}], first, second), qubits)"
            )
            told.append(
                f"what is on physical qubit 0, 1, ... moves on to {text} (composition of layouts)"
            )
            where = [move[w] for w in where]
        else:
            lines.append("layout = layout.inverse(qubits, qubits)")
            told.append(
                "the layout is replaced by its inverse (as a permutation of the same qubits)"
            )
            where = [where.index(k) for k in range(size)]
    usable = [
        k for k in _LAYOUT if k != "registers" or way in ("intlist", "qubits", "add", "trivial")
    ]
    if any("compose" in line or "inverse" in line for line in lines):
        usable = [k for k in usable if k != "registers"]
    keys = rng.sample([k for k in usable if k not in ("where", "permutation")], 2)
    keys.insert(0, rng.choice(["where", "permutation"]))
    if "registers" in keys and way == "add":
        lines.append("layout.add_register(first)\nlayout.add_register(second)")
    wire = str(rng.randrange(size))
    facts = {key: [t.replace("{w}", wire) for t in _LAYOUT[key]] for key in keys}
    lines.append("return {\n" + "".join(f'    "{k}": {facts[k][1]},\n' for k in keys) + "}")
    steps = "; ".join(told)
    asked = "; ".join(f"`{k}`: {facts[k][0]}" for k in keys)
    return Instance(
        entry_point="layout_report",
        signature="() -> dict",
        asks=(
            f"Make a Layout in these steps: {steps}. Return a dict with the following entries. {asked}.",
            f"I want to follow qubits through a Layout. {steps}. Afterwards tell me, as a dict: "
            f"{asked}. Indices of "
            f"virtual qubits count through both registers.",
            f"With qiskit.transpiler's Layout: {steps}. The function returns a dict. {asked}. "
            f"(Virtual qubit indices "
            f"run from 0 to {size - 1} over the registers in order.)",
        ),
        imports="from qiskit import QuantumRegister\nfrom qiskit.transpiler import Layout",
        body="\n".join(lines),
        test=f"""
where = {where}
names = {sorted([one, two])}
got = candidate()
assert got == {{{", ".join(f'"{k}": {facts[k][2]}' for k in keys)}}}
""",
        params={"way": way, "steps": told, "facts": keys},
    )


@family(
    "targets",
    "intermediate",
    oracle="value",
    skills=("durations", "units"),
    why="Durations are kept per gate and qubits in dt or seconds, and dt converts between them.",
    tolerance=1e-15,
)
def duration_table(rng: Random) -> Instance:
    """Instruction durations from a table, updated, and a duration read in dt and in seconds."""
    dt = rng.choice(["1e-9", "2e-9", "0.5e-9", "4e-9"])
    pair, single = rng.choice(["cx", "cz", "ecr"]), rng.choice(["sx", "x", "h"])
    slow, quick, read = rng.randint(40, 90) * 4, rng.randint(5, 20) * 4, rng.randint(200, 400) * 4
    micro = round(read * float(dt) * 1e6, 6)
    later = slow + 4 * rng.randint(3, 20)
    lines = [f'table = InstructionDurations([\n    ("{pair}", None, {slow}),\n'
             f'    ("{single}", None, {quick}),\n    ("measure", None, {micro}, "us"),\n'
             f"], dt={dt})"]  # fmt: skip
    told = [
        f"`{pair}` takes {slow} dt, `{single}` {quick} dt and `measure` {micro} microseconds on all "
        f"qubits; dt is {dt} s"
    ]
    a, b = rng.sample(range(3), 2)
    special = {}
    kind = rng.choice(["update", "target", "seconds", "none"])
    if kind == "update":
        lines.append(f'table.update([("{pair}", [{a}, {b}], {later})])')
        told.append(f"`{pair}` from {a} to {b} is updated to {later} dt")
        special[pair, (a, b)] = later
    elif kind == "target":
        lines.append(f'table.update(InstructionDurations([("{single}", [{a}], {quick * 2})]))')
        told.append(
            f"it is updated by a second table in which `{single}` on qubit {a} takes {quick * 2} dt"
        )
        special[single, (a,)] = quick * 2
    elif kind == "seconds":
        lines.append(f'table.update([("{single}", [{b}], {quick * 3}, "dt")])')
        told.append(f"`{single}` on qubit {b} is updated to {quick * 3} dt")
        special[single, (b,)] = quick * 3
    ask = rng.choice(["chain", "list", "longest", "total"])
    unit = rng.choice(["dt", "s"])
    if ask == "list":
        code = f'return [table.get(name, list(qubits), unit="{unit}") for name, qubits in gates]'
        said, oracle = f"the list of their durations in {unit}", "times"
    elif ask == "total":
        code = f'return sum(table.get(name, list(qubits), unit="{unit}") for name, qubits in gates)'
        said, oracle = f"the sum of their durations in {unit}", "sum(times)"
    elif ask == "longest":
        code = f'return max(table.get(name, list(qubits), unit="{unit}") for name, qubits in gates)'
        said, oracle = f"the longest of their durations in {unit}", "max(times)"
    else:
        code = (
            "busy: dict[int, float] = {}\nfor name, qubits in gates:\n"
            "    start = max(busy.get(q, 0) for q in qubits)\n"
            f'    end = start + table.get(name, list(qubits), unit="{unit}")\n'
            "    busy.update({q: end for q in qubits})\nreturn max(busy.values())"
        )
        said = (
            f"the time in {unit} after which all are done, when each starts as soon as its qubits "
            f"are free and the "
            "order in the list is kept on each qubit"
        )
        oracle = "done"
    factor = 1.0 if unit == "dt" else float(dt)
    steps = "; ".join(told)
    return Instance(
        entry_point="timing",
        signature="(gates: list[tuple[str, tuple[int, ...]]]) -> "
        + ("list[float]" if ask == "list" else "float"),
        asks=(
            f"Make an InstructionDurations table: {steps}. For the `gates` given as (name, qubits), "
            f"return {said}.",
            f"How long do my gates take? {steps[0].upper() + steps[1:]}. The argument is a list of "
            f"pairs of gate name "
            f"and qubit tuple; the answer is {said}. Keep the times in an InstructionDurations object.",
            f"Use `InstructionDurations` for this device: {steps}. Function of a list of (name, "
            f"qubits); it returns "
            f"{said}.",
        ),
        imports="from qiskit.transpiler import InstructionDurations",
        body="\n".join(lines) + "\n" + code,
        test=f"""
import numpy as np
rng = np.random.default_rng(np.random.randint(2**31))
base = {{"{pair}": {slow}, "{single}": {quick}, "measure": {read}}}
special = {special}
fixed = [("{pair}", ({a}, {b})), ("{single}", ({a},)), ("{single}", ({b},)), ("{pair}", ({b}, {a}))]
for turn in range(8):
    gates = [[fixed[0]], [fixed[1]], [fixed[2]], [("measure", (0,))], [fixed[3]]][turn] if turn < 5 else [
        *fixed, *(("{single}", (int(q),)) for q in rng.integers(0, 3, 4)), ("measure", (1,)), ("{pair}",
        (2, 0))]
    if turn > 5:
        gates = [gates[k] for k in rng.permutation(len(gates))]
    times = [special.get((name, qubits), base[name]) for name, qubits in gates]
    busy = [0] * 3
    for (name, qubits), time in zip(gates, times):
        end = max(busy[q] for q in qubits) + time
        for q in qubits:
            busy[q] = end
    done = max(busy)
    assert np.allclose(candidate(gates), np.array({oracle}) * {factor}, rtol=1e-9, atol=0)
""",
        params={"steps": told, "ask": ask, "unit": unit},
    )
