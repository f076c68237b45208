"""Annotations of boxes, looked up by namespace."""

from random import Random

from qspark.data.families.base import Instance, family

_LOOKUP = (
    ("the handler of the most specific namespace that has one (the namespace itself, its parent, "
     "and so on, at last "
     "the empty one)", "next(handlers[name] for name in iter_namespaces({x}) if name in handlers)",
     "handlers[[n for n in chain(ns) if n in handlers][0]]"),
    ("the handler of the least specific namespace that has one (the empty one first, then the "
     "topmost parent, and so "
     "on)", "[handlers[name] for name in iter_namespaces({x}) if name in handlers][-1]",
     "handlers[[n for n in chain(ns) if n in handlers][-1]]"),
    ("the list of the handlers of its namespace and of all parents that have one, the most specific first",
     "[handlers[name] for name in iter_namespaces({x}) if name in handlers]",
     "[handlers[n] for n in chain(ns) if n in handlers]"),
    ("the number of its namespaces (itself, all parents and the empty one) that have a handler",
     "sum(name in handlers for name in iter_namespaces({x}))", "sum(n in handlers for n in chain(ns))"),
    ("the most specific namespace (itself, a parent, or the empty one) that has a handler",
     "next(name for name in iter_namespaces({x}) if name in handlers)",
     "[n for n in chain(ns) if n in handlers][0]"),
)  # fmt: skip


@family(
    "editing",
    "advanced",
    oracle="value",
    skills=("annotations", "box", "namespaces"),
    why="Annotations are looked up by namespace, from the most specific to the empty one.",
)
def annotation_handlers(rng: Random) -> Instance:
    """Which handler is in charge of the annotations of a circuit's boxes."""
    text, code, want = rng.choice(_LOOKUP)
    scope, loop, picked = rng.choice(
        [
            ("each annotation of each box", ["for note in item.operation.annotations:", "    {add}"],
             "notes"),
            ("the first annotation of each box that has any",
             ["for note in item.operation.annotations[:1]:", "    {add}"], "notes[:1]"),
            ("the last annotation of each box that has any",
             ["for note in item.operation.annotations[-1:]:", "    {add}"], "notes[-1:]"),
            ("each annotation of the boxes on at least two qubits",
             ["if len(item.qubits) > 1:", "    for note in item.operation.annotations:", "        {add}"],
             "(notes if size > 1 else [])"),
            ("each annotation of the boxes with a label",
             ["if item.operation.label:", "    for note in item.operation.annotations:", "        {add}"],
             "(notes if label else [])"),
            ("each annotation of the boxes whose body has more than one instruction",
             ["if len(item.operation.body.data) > 1:",
              "    for note in item.operation.annotations:", "        {add}"],
             "(notes if count > 1 else [])"),
        ]
    )  # fmt: skip
    shape = rng.choice(["list", "pairs", "dict"])
    value = code.format(x="note.namespace")
    if shape == "list":
        start, add, sort = "found = []", f"found.append({value})", "list"
        how, result = "a list of the values, in order", f"[{want} for ns in order]"
    elif shape == "pairs":
        start, add, sort = "found = []", f"found.append((note.namespace, {value}))", "list[tuple]"
        how, result = (
            "a list of tuples (namespace, value), in order",
            f"[(ns, {want}) for ns in order]",
        )
    else:
        start, add, sort = "found = {}", f"found[note.namespace] = {value}", "dict"
        how, result = (
            "a dict from the annotation's namespace to the value",
            f"{{ns: {want} for ns in order}}",
        )
    lines = [line.replace("{add}", add) for line in loop]
    body = "\n".join(
        [start, "for item in circuit.data:", "    if isinstance(item.operation, BoxOp):",
         *("        " + line for line in lines), "return found"]
    )  # fmt: skip
    note = "`handlers` maps namespaces such as `a.b` to handler names, and has the empty namespace"
    return Instance(
        entry_point=rng.choice(["find_handlers", "dispatch", "annotation_dispatch"]),
        signature=f"(circuit: QuantumCircuit, handlers: dict[str, str]) -> {sort}",
        asks=(
            f"{note}. For {scope} on the top level of `circuit`, find {text}. Return {how}.",
            f"The top-level boxes of `circuit` carry annotations. {note}. I need, for {scope}, "
            f"{text}; as {how}.",
            f"{note}.\nFor: {scope} (boxes in boxes are not looked at).\nValue: {text}.\nReturn {how}.",
            f"How do I dispatch annotations by namespace? {note}. For {scope} in `circuit.data`, "
            f"I want {text}, as "
            f"{how}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import BoxOp\n"
        "from qiskit.circuit.annotation import iter_namespaces",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import Annotation

class Note(Annotation):
    def __init__(self, namespace):
        self.namespace = namespace

def chain(ns):
    parts = ns.split(".")
    return [".".join(parts[:k]) for k in range(len(parts), 0, -1)] + [""]

boxes = [
    (["lab.noise.level", "team"], [("h", 0)], None), (["lab.noise"], [("h", 0), ("cx", 0, 1)], "core"),
    ([], [("x", 1)], "idle"), (["other.thing", "lab.mark", "lab.noise.kind.a"], [("cz", 1, 2)], "late"),
    (["team.rule", "solo"], [("x", 0), ("z", 0)], None),
]
circuit = QuantumCircuit(3)
order = []
for names, gates, label in boxes:
    circuit.t(0)
    with circuit.box([Note(name) for name in names], label=label):
        for name, *wires in gates:
            getattr(circuit, name)(*wires)
    notes, size, count = names, len({{w for _, *ws in gates for w in ws}}), len(gates)
    order += {picked}
for handlers in (
    {{"": "any", "lab": "L", "lab.noise": "N", "team": "T"}},
    {{"": "root", "lab.noise.kind": "K", "other": "O", "solo": "S", "lab.mark": "M", "lab": "B"}},
):
    got, want = candidate(circuit, dict(handlers)), {result}
    assert got == want, (got, want)
""",
        params={"what": text, "scope": scope, "shape": shape},
    )
