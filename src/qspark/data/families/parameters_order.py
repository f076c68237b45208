"""Parameters: vectors and the order of parameters."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family


@family(
    "parameters",
    "intermediate",
    oracle="unitary",
    skills=("parameter-vector", "parameter-order"),
    why="Elements of a vector sort by index; single parameters sort by name, so t10 comes before t2.",
    tolerance=1e-8,
)
def vector_layers(rng: Random) -> Instance:
    """A layered circuit over a ParameterVector with a given use of the elements."""
    name = rng.choice(["theta", "w", "x", "p", "angles"])
    first, second = rng.sample(["rx", "ry", "rz", "p"], 2)
    link, linked = rng.choice(
        [("cx", "CX"), ("cz", "CZ"), ("cy", "CY"), ("ch", "controlled-H"), ("crx", "CRX")]
    )
    shape = rng.choice(["chain", "ring", "down", "pairs"])
    order = rng.choice(["layer", "qubit", "reverse"])
    closing = rng.random() < 0.5
    per = 2 if link != "crx" else 3
    pieces = {
        "layer": (
            "in every layer the first n elements not used yet go to the {first} gates of qubits "
            "0..n-1, the next "
            "n to the {second} gates",
            "{v}[{per} * n * layer + q]", "{v}[{per} * n * layer + n + q]",
            "{v}[{per} * n * layer + 2 * n + q]",
        ),
        "qubit": (
            "in every layer, qubit 0 takes the next two elements ({first}, then {second}), qubit "
            "1 the two after "
            "them, and so on",
            "{v}[{per} * n * layer + 2 * q]", "{v}[{per} * n * layer + 2 * q + 1]",
            "{v}[{per} * n * layer + 2 * n + q]",
        ),
        "reverse": (
            "in every layer the first n elements not used yet go to the {first} gates of qubits "
            "n-1 down to 0, "
            "the next n to the {second} gates of qubits 0..n-1",
            "{v}[{per} * n * layer + n - 1 - q]", "{v}[{per} * n * layer + n + q]",
            "{v}[{per} * n * layer + 2 * n + q]",
        ),
    }[order]  # fmt: skip
    text, one, two, three = (part.format(v="v", per=per, first=first.upper(), second=second.upper())
                             for part in pieces)  # fmt: skip
    loop, target, path = {
        "chain": ("range(n - 1)", "q, q + 1", "from q to q+1 for q = 0..n-2, ascending"),
        "ring": ("range(n)", "q, (q + 1) % n", "from q to q+1 modulo n for q = 0..n-1, ascending"),
        "down": ("range(n - 1)", "q + 1, q", "from q+1 to q for q = 0..n-2, ascending"),
        "pairs": ("range(0, n - 1, 2)", "q, q + 1", "from q to q+1 for even q below n-1"),
    }[shape]
    entangle = f"qc.{link}({three + ', ' if link == 'crx' else ''}{target})"
    # The elements of a layer are used by the rotations and, with CRX, by its links.
    if link == "crx":
        text += "; then come n elements for CRX, of which the gate starting its pair at q takes number q"
        text += " (an element may stay unused)" if shape != "ring" else ""
    size = f"{per} * n * layers" + (" + n" if closing else "")
    lines = [
        f'v = ParameterVector("{name}", {size})',
        "qc = QuantumCircuit(n)",
        "for layer in range(layers):",
        "    for q in range(n):",
        f"        qc.{first}({one}, q)",
        f"        qc.{second}({two}, q)",
        f"    for q in {loop}:",
        f"        {entangle}",
    ]
    if closing:
        lines += ["for q in range(n):", f"    qc.{first}(v[{per} * n * layers + q], q)"]
        text += f"; the last n elements go to a closing {first.upper()} on qubits 0..n-1"
    lines.append("return qc")
    rule = (
        f"Per layer and qubit: {first.upper()}, then {second.upper()}; then {linked} gates {path}"
    )
    return Instance(
        entry_point=rng.choice(
            ["layered", "ansatz_circuit", "vector_circuit", "layers_from_vector"]
        ),
        signature="(n: int, layers: int) -> QuantumCircuit",
        asks=(
            "Build a parametrized circuit on `n` qubits with `layers` layers, whose parameters "
            "are the elements "
            f"of a ParameterVector `{name}` of length {size}. {rule}. Use of the elements: {text}.",
            f"I want my own ansatz with a `ParameterVector` called `{name}` ({size} elements). "
            f"{rule}. As to the "
            f"angles, {text}.",
            f"Layered circuit, arguments n and layers.\n- {rule}.\n- Parameters: vector "
            f"`{name}`, length {size}.\n"
            f"- Order: {text}.",
            f"How do I index a ParameterVector `{name}` of {size} elements so that {text}? The "
            "circuit has n "
            f"qubits. {rule}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import ParameterVector",
        body="\n".join(lines),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
for n, layers in ((2, 1), (3, 2), (4, 1)):
    got = candidate(n, layers)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == n
    size = {size}
    values = rng.uniform(-2.5, 2.5, size=size)
    names = {{p.name for p in got.parameters}}
    assert names <= {{f"{name}[{{i}}]" for i in range(size)}}
    qc, used = QuantumCircuit(n), iter(range(size))
    for layer in range(layers):
        mine = [next(used) for _ in range({per} * n)]
        {
            "a, b = mine[:n], mine[n:2 * n]"
            if order == "layer"
            else "a, b = mine[:2 * n:2], mine[1:2 * n:2]"
            if order == "qubit"
            else "a, b = mine[:n][::-1], mine[n:2 * n]"
        }
        for q in range(n):
            qc.{first}(values[a[q]], q)
            qc.{second}(values[b[q]], q)
        for q in {loop}:
            qc.{link}({"values[mine[2 * n + q]], " if link == "crx" else ""}{target})
    if {closing}:
        for q in range(n):
            qc.{first}(values[next(used)], q)
    bound = got.assign_parameters({{f"{name}[{{i}}]": values[i] for i in range(size)
                                   if f"{name}[{{i}}]" in names}})
    assert Operator(bound).equiv(Operator(qc), atol=1e-8, rtol=0)
    assert all(p.vector.name == "{name}" and len(p.vector) == size for p in got.parameters)
""",
        params={"name": name, "shape": shape, "order": order, "link": link},
    )


_KEYS = {
    "suffix": (
        "ascending by the number at the end of its name (t2 before t10)",
        'sorted(circuit.parameters, key=lambda p: int(p.name.removeprefix("t")))',
        "sorted(names, key=lambda s: int(s[1:]))",
    ),
    "descending": (
        "descending by the number at the end of its name (t10 before t2)",
        'sorted(circuit.parameters, key=lambda p: int(p.name.removeprefix("t")), reverse=True)',
        "sorted(names, key=lambda s: -int(s[1:]))",
    ),
    "name": (
        "in alphabetical order of the names (t10 before t2)",
        "circuit.parameters",
        "sorted(names)",
    ),
    "backwards": (
        "in reverse alphabetical order of the names",
        "reversed(circuit.parameters)",
        "sorted(names)[::-1]",
    ),
    "first_use": (
        "in the order in which the parameters first occur in the circuit's instructions",
        "dict.fromkeys(p for item in circuit.data for x in item.params for p in x.parameters)",
        "order",
    ),
    "length": (
        "by the length of the name and then alphabetically",
        "sorted(circuit.parameters, key=lambda p: (len(p.name), p.name))",
        "sorted(names, key=lambda s: (len(s), s))",
    ),
}
_RESULTS = {
    "bind": (
        "Return the circuit with all of them bound", "circuit.assign_parameters(dict(zip(ordered, values)))",
        "list[float]", "QuantumCircuit", "bound",
    ),
    "negative": (
        "Return the circuit with every parameter bound to minus its value",
        "circuit.assign_parameters({p: -x for p, x in zip(ordered, values)})",
        "list[float]", "QuantumCircuit", "negative",
    ),
    "scaled": (
        "Return the circuit with every parameter bound to {t} times its value",
        "circuit.assign_parameters({p: {t} * x for p, x in zip(ordered, values)})",
        "list[float]", "QuantumCircuit", "scaled",
    ),
    "moved": (
        "Return the circuit with every parameter bound to its value plus {t}",
        "circuit.assign_parameters({p: x + {t} for p, x in zip(ordered, values)})",
        "list[float]", "QuantumCircuit", "moved",
    ),
    "dict": (
        "Return a dict from parameter name to its value", "{p.name: x for p, x in zip(ordered, values)}",
        "list[float]", "dict[str, float]", "dict",
    ),
    "align": (
        "Return the values again as a list in the order of `circuit.parameters`",
        "[table[p] for p in circuit.parameters]", "list[float]", "list[float]", "align",
    ),
    "partial": (
        "Return the circuit with only the first {k} of them bound, the others staying free",
        "circuit.assign_parameters(dict(list(zip(ordered, values))[:{k}]))",
        "list[float]", "QuantumCircuit", "partial",
    ),
    "last": (
        "Return the circuit with only the last {k} of them bound, the others staying free",
        "circuit.assign_parameters(dict(list(zip(ordered, values))[-{k}:]))",
        "list[float]", "QuantumCircuit", "last",
    ),
    "skip": (
        "Return the circuit with all of them bound but number {k} of that order (counted from "
        "0), which stays "
        "free",
        "circuit.assign_parameters({p: x for i, (p, x) in enumerate(zip(ordered, values)) if i != {k}})",
        "list[float]", "QuantumCircuit", "skip",
    ),
}  # fmt: skip


@family(
    "parameters",
    "intermediate",
    oracle="value",
    skills=("parameter-order", "assign-parameters"),
    why="circuit.parameters sorts single parameters by name, so t10 comes before t2.",
    tolerance=1e-9,
)
def ordering_traps(rng: Random) -> Instance:
    """Values that come in an order which is not that of circuit.parameters."""
    key, result = rng.choice(sorted(_KEYS)), rng.choice(sorted(_RESULTS))
    if result == "align" and key == "name":
        key = "suffix"
    said, code, names = _KEYS[key]
    k, t = rng.randint(1, 4), angle(rng)
    fields = (part.replace("{k}", str(k)).replace("{t}", str(t)) for part in _RESULTS[result])
    task, last, sort, out, how = fields
    body = f"ordered = {code}\n"
    if result == "align":
        body += "table = dict(zip(ordered, values))\n"
    body += f"return {last}"
    note = "All parameters are single `Parameter` objects called t<number>"
    return Instance(
        entry_point=rng.choice(["assign_in_order", "ordered_values", "match_values"]),
        signature=f"(circuit: QuantumCircuit, values: {sort}) -> {out}",
        asks=(
            f"`values` holds one number per parameter of `circuit`, {said}. {note}. {task}.",
            f"My parameters are called t0, t1, ..., t12 ({note.lower()}), and the list `values` "
            "gives their numbers "
            f"{said}. {task}.",
            f"{note}. The entries of `values` belong to the parameters {said}. {task}. Do not "
            "change `circuit`.",
            f"How do I match a list of values with a circuit's parameters if the list is {said}? "
            f"{note}. {task}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
rng = np.random.default_rng(np.random.randint(2**31))
for numbers in ([3, 11, 2, 10, 0, 7], [12, 1, 5, 100, 20]):
    order = [f"t{{i}}" for i in numbers]
    symbols = [Parameter(name) for name in order]
    circuit = QuantumCircuit(2)
    for i, p in enumerate(symbols):
        circuit.crx(2 * p + 0.1, i % 2, 1 - i % 2) if i % 3 else circuit.ry(p, i % 2)
    circuit.rz(symbols[1], 0)
    names = list(order)
    values = [float(x) for x in rng.uniform(0.1, 3.0, size=len(order))]
    table = dict(zip({names}, values))
    ranked, k, how = {names}, {k}, "{how}"
    before = circuit.copy()
    got = candidate(circuit, list(values))
    assert circuit == before
    if how == "dict":
        assert got == table
        continue
    if how == "align":
        assert list(got) == [table[name] for name in sorted(names)]
        continue
    if how == "negative":
        table = {{name: -x for name, x in table.items()}}
    elif how == "scaled":
        table = {{name: {t} * x for name, x in table.items()}}
    elif how == "moved":
        table = {{name: x + {t} for name, x in table.items()}}
    elif how == "partial":
        table = {{name: table[name] for name in ranked[:k]}}
    elif how == "last":
        table = {{name: table[name] for name in ranked[-k:]}}
    elif how == "skip":
        del table[ranked[k]]
    assert isinstance(got, QuantumCircuit)
    assert {{p.name for p in got.parameters}} == set(names) - set(table)
    for old, new in zip(circuit.data, got.data):
        free = {{p: table[p.name] for p in old.params[0].parameters if p.name in table}}
        want = old.params[0].bind(free) if free else old.params[0]
        if want.parameters:
            assert new.params[0] == want
        else:
            assert abs(float(new.params[0]) - float(want)) < 1e-9
""",
        params={"order": key, "result": result, "k": k},
        wrong=(Wrong("S21", body.replace(code, "circuit.parameters")),) if key != "name" else (),
    )
