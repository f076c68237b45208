"""Parameters, fifth part: which vectors and elements a circuit uses, and growing them."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_HEAD = "elements = [p for p in circuit.parameters if isinstance(p, ParameterVectorElement)]"
# Words, code, value from `used` (vector name -> indices), `sizes` (name -> length), `single` (names).
_FACTS = (
    ("a dict from the name of each vector that occurs to the sorted list of the indices of its "
     "elements in the "
     "circuit", "{name: sorted(p.index for p in elements if p.vector.name == name) "
     "for name in {p.vector.name for p in elements}}", "used"),
    ("the number of single parameters that belong to no vector", "circuit.num_parameters - len(elements)",
     "len(single)"),
    ("the sorted names of the elements that the occurring vectors have but the circuit does not use",
     "sorted(e.name for vector in {p.vector.name: p.vector for p in elements}.values() "
     "for e in vector if not circuit.has_parameter(e))",
     "sorted(f'{v}[{i}]' for v in used for i in range(sizes[v]) if i not in used[v])"),
    ("a dict from the name of each vector that occurs to its length",
     "{p.vector.name: len(p.vector) for p in elements}", "{v: sizes[v] for v in used}"),
    ("the largest index of an element in the circuit", "max(p.index for p in elements)",
     "max(i for v in used.values() for i in v)"),
    ("whether the circuit has a parameter called `{v}[{k}]`", 'circuit.has_parameter("{v}[{k}]")',
     "{k} in used.get('{v}', [])"),
    ("the index of the parameter called `{v}[{k}]`, or None where the circuit has no such parameter",
     'getattr(circuit.get_parameter("{v}[{k}]", None), "index", None)',
     "{k} if {k} in used.get('{v}', []) else None"),
    ("the names of the last element of each vector that occurs, sorted",
     "sorted({p.vector.params[-1].name for p in elements})", "sorted(f'{v}[{sizes[v] - 1}]' for v in used)"),
    ("the sum over all elements in the circuit of their distance from the end of their vector (0 "
     "for the last)",
     "sum(len(p.vector) - 1 - p.vector.index(p) for p in elements)",
     "sum(sizes[v] - 1 - i for v in used for i in used[v])"),
)  # fmt: skip


@family(
    "parameters",
    "intermediate",
    oracle="value",
    skills=("parameter-vector", "circuit-inspection"),
    why="An element of a vector knows its index and its vector; a single Parameter has neither.",
)
def vector_usage(rng: Random) -> Instance:
    """Facts about the vectors whose elements a circuit uses."""
    v, k = rng.choice(["w", "x"]), rng.randint(0, 4)
    picked = [
        [
            part.replace("{v}", v).replace("{k}", str(k)) if "[{k}]" in fact[0] else part
            for part in fact
        ]
        for fact in rng.sample(_FACTS, 2)
    ]
    keys = rng.sample(["first", "second", "one", "two", "left", "right"], 2)
    style = rng.choice(["dict", "tuple", "list"])
    values = [fact[1] for fact in picked]
    if style == "dict":
        last = f'return {{"{keys[0]}": {values[0]}, "{keys[1]}": {values[1]}}}'
        how, want = (
            f"a dict with `{keys[0]}` for A and `{keys[1]}` for B",
            f'{{"{keys[0]}": A, "{keys[1]}": B}}',
        )
    else:
        left, right = ("", "") if style == "tuple" else ("[", "]")
        last = f"a = {values[0]}\nb = {values[1]}\nreturn {left}a, b{right}"
        how, want = f"a {style} of A and B", "(A, B)" if style == "tuple" else "[A, B]"
    head = f"{_HEAD}\n" if "elements" in last else ""
    need = "\nfrom qiskit.circuit import ParameterVectorElement" if head else ""
    asked = f"A: {picked[0][0]}; B: {picked[1][0]}"
    return Instance(
        entry_point=rng.choice(["vector_report", "used_elements", "about_vectors"]),
        signature=f"(circuit: QuantumCircuit) -> {style}",
        asks=(
            f"The parameters of a circuit are elements of ParameterVectors and single ones. Find "
            f"{asked}. Return {how}.",
            f"I want to know which vectors a parametrized circuit uses. {asked}. Give {how}.",
            f"Report on the parameters of "
            f"`circuit`.\n{asked.replace('; B:', chr(10) + 'B:')}\nReturn {how}.",
            f"How do I get this from a circuit with ParameterVector elements and single "
            f"parameters? {asked}. The "
            f"answer is {how}.",
        ),
        imports=f"from qiskit import QuantumCircuit{need}",
        body=head + last,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
cases = [
    ({{"w": [0, 3], "angle": [1, 2, 4]}}, {{"w": 5, "angle": 7}}, ["phi", "a"]),
    ({{"x": [2, 10, 1], "w": [1]}}, {{"x": 12, "w": 2}}, ["z"]),
    ({{"w": [4, 2]}}, {{"w": 6}}, []),
]
for used, sizes, single in cases:
    vectors = {{v: ParameterVector(v, n) for v, n in sizes.items()}}
    circuit = QuantumCircuit(2)
    for v, indices in used.items():
        for i in indices:
            circuit.rx(2 * vectors[v][i], i % 2)
    for name in single:
        circuit.rz(Parameter(name), 0)
    used = {{v: sorted(i) for v, i in used.items()}}
    A = {picked[0][2]}
    B = {picked[1][2]}
    got, want = candidate(circuit), {want}
    assert type(got) is type(want) and got == want, (got, want)
""",
        params={"facts": [fact[0] for fact in picked], "style": style},
    )


_NEW = (
    ("{gate} with a new element on every qubit, in order", "for q in range(circuit.num_qubits):\n"
     "    new.{gate}(vector[size + q], q)", "n", "want.{gate}(values[size + q], q)", "range(n)"),
    ("{gate} with a new element on every qubit, from the last qubit to the first",
     "for k, q in enumerate(reversed(range(circuit.num_qubits))):\n    new.{gate}(vector[size + k], q)", "n",
     "want.{gate}(values[size + n - 1 - q], q)", "range(n)"),
    ("one new element, used in {gate} on every qubit", "new.{gate}(vector[size], "
     "range(circuit.num_qubits))", "1",
     "want.{gate}(values[size], q)", "range(n)"),
    ("{gate} by {t} times a new element on every qubit, in order",
     "for q in range(circuit.num_qubits):\n    new.{gate}({t} * vector[size + q], q)", "n",
     "want.{gate}({t} * values[size + q], q)", "range(n)"),
    ("a controlled {gate} from qubit q to qubit q+1 with a new element for each q below n-1, in order",
     "for q in range(circuit.num_qubits - 1):\n    new.c{gate}(vector[size + q], q, q + 1)", "n - 1",
     "want.c{gate}(values[size + q], q, q + 1)", "range(n - 1)"),
)  # fmt: skip


@family(
    "parameters",
    "advanced",
    oracle="unitary",
    skills=("parameter-vector", "resize", "composition"),
    why="resize keeps the existing elements, so a circuit and its extension share one vector.",
    tolerance=1e-8,
)
def grown_vector(rng: Random) -> Instance:
    """A circuit extended by a layer whose parameters continue its vector."""
    text, code, count, want, span = rng.choice(_NEW)
    gate, t = rng.choice(["rx", "ry", "rz"]), angle(rng)
    text = text.replace("{gate}", gate.upper()).replace("{t}", str(t))
    code, want = (part.replace("{gate}", gate).replace("{t}", str(t)) for part in (code, want))
    front, fence = rng.random() < 0.4, rng.random() < 0.4
    link, linked, links = rng.choice(
        [
            ("", "", ""),
            (
                " after a CX from qubit 0 to qubit n-1",
                "new.cx(0, circuit.num_qubits - 1)",
                "want.cx(0, n - 1)",
            ),
            (" after an H on every qubit", "new.h(circuit.qubits)", "want.h(range(n))"),
            (" after an S on qubit 0", "new.s(0)", "want.s(0)"),
        ]
    )
    number = {
        "n": "size + circuit.num_qubits",
        "1": "size + 1",
        "n - 1": "size + circuit.num_qubits - 1",
    }[count]
    lines = [
        "vector = circuit.parameters[0].vector",
        "size = len(vector)",
        f"vector.resize({number})",
        "new = QuantumCircuit(circuit.num_qubits)" if front else "new = circuit.copy()",
        *(["new.barrier()"] if fence else []),
        *([linked] if linked else []),
        *code.split("\n"),
        "return new.compose(circuit)" if front else "return new",
    ]
    place = "in front of it" if front else "behind it"
    barrier = " The layer begins with a barrier over all qubits." if fence else ""
    return Instance(
        entry_point=rng.choice(["extend", "grow", "add_layer"]),
        signature="(circuit: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"All parameters of a circuit on n qubits are elements of one ParameterVector. Resize "
            f"that vector, and "
            f"return a circuit that has {text}{link}, {place}; `circuit` itself keeps its "
            f"instructions.{barrier}",
            f"I want to add a layer to a parametrized circuit, {place}: {text}{link}. The new "
            f"parameters continue the "
            f"ParameterVector that the circuit (on n qubits) uses; the vector grows by just as "
            f"many elements as are "
            f"new. Return a new circuit.{barrier}",
            f"Input: a circuit on n qubits over one ParameterVector.\nOutput: a new circuit with "
            f"{text}{link}, "
            f"{place}.\nThe new elements are appended to the same vector by resizing it to the "
            f"needed length."
            f"{barrier}",
            f"How do I extend a circuit's own ParameterVector? The circuit has n qubits, and "
            f"{place} I need {text}"
            f"{link}, where new elements are the ones that the vector gains, and it gains no "
            f"others.{barrier}",
        ),
        imports="from qiskit import QuantumCircuit",
        body="\n".join(lines),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
for n, size in ((3, 4), (2, 1)):
    vector = ParameterVector("v", size)
    circuit = QuantumCircuit(n)
    for i, p in enumerate(vector):
        circuit.ry(p, i % n)
        circuit.crx(0.5 * p, i % n, (i + 1) % n)
    before = circuit.copy()
    got = candidate(circuit)
    assert isinstance(got, QuantumCircuit) and circuit == before
    total = size + {count}
    assert got.num_parameters == total
    assert [p.name for p in got.parameters] == [f"v[{{i}}]" for i in range(total)]
    values = rng.uniform(-2, 2, size=total)
    old = circuit.assign_parameters(list(values[:size]))
    want = QuantumCircuit(n) if {front} else old.copy()
    {links or "pass"}
    for q in {span}:
        {want}
    if {front}:
        want = want.compose(old)
    assert got.count_ops().get("barrier", 0) == {int(fence)}
    assert Operator(got.assign_parameters(list(values))).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"layer": text, "front": front, "barrier": fence, "link": link},
    )
