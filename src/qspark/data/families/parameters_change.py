"""Parameters, third part: substitution of parameters, and derivatives by shifted circuits."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

_REPARAM = {
    "prefix": ("rename every parameter by putting `{name}_` before its name",
               "{p: Parameter(f\"{name}_{p.name}\") for p in circuit.parameters}",
               "{p.name: f\"{name}_{p.name}\" for p in free}", "one"),
    "vector": ("replace the parameters, in the order of `circuit.parameters`, by the elements of a "
               "ParameterVector `{name}` of fitting length",
               "ParameterVector(\"{name}\", circuit.num_parameters)",
               "{p.name: f\"{name}[{i}]\" for i, p in enumerate(free)}", "one"),
    "scaled": ("replace every parameter p by {x} * p (the same parameters)",
               "{p: {x} * p for p in circuit.parameters}", "{p.name: p.name for p in free}", "x"),
    "tied": ("replace all parameters by one new Parameter `{name}`",
             "one = Parameter(\"{name}\")\n{p: one for p in circuit.parameters}",
             "{p.name: \"{name}\" for p in free}", "one"),
    "ramp": ("replace parameter number i (counted from 1, in the order of `circuit.parameters`) by i "
             "times one new "
             "Parameter `{name}`",
             "one = Parameter(\"{name}\")\n{p: i * one for i, p in enumerate(circuit.parameters, 1)}",
             "{p.name: \"{name}\" for p in free}", "i + 1"),
    "line": ("replace parameter number i (from 0, in the order of `circuit.parameters`) by {name}_a + i * "
             "{name}_b, "
             "with two new parameters `{name}_a` and `{name}_b`",
             "a, b = Parameter(\"{name}_a\"), Parameter(\"{name}_b\")\n"
             "{p: a + i * b for i, p in enumerate(circuit.parameters)}", "line", "one"),
    "reverse": ("exchange the parameters: the first of `circuit.parameters` is replaced by the last, the "
                "second by "
                "the last but one, and so on",
                "dict(zip(circuit.parameters, reversed(circuit.parameters)))",
                "{p.name: free[-1 - i].name for i, p in enumerate(free)}", "one"),
    "shifted": ("replace every parameter p by p + {x} (the same parameters)",
                "{p: p + {x} for p in circuit.parameters}", "{p.name: p.name for p in free}", "shift"),
}  # fmt: skip
_AFTER = {
    "alone": ("return the new circuit", "return {c}", "first"),
    "both": (
        "return a circuit in which `circuit` runs first and the new circuit after it",
        "return circuit.compose({c})",
        "old.compose(first)",
    ),
    "inverse": (
        "return a circuit in which the new circuit runs first and then the inverse of `circuit`",
        "return {c}.compose(circuit.inverse())",
        "first.compose(old.inverse())",
    ),
    "beside": (
        "return a circuit of twice the width with `circuit` on the low qubits and the new "
        "circuit on the high ones",
        "return {c}.tensor(circuit)",
        "first.tensor(old)",
    ),
}


@family(
    "parameters",
    "advanced",
    oracle="unitary",
    skills=("assign-parameters", "parameter-expressions", "composition"),
    why="Parameters may be assigned expressions of other ones, all at once; equal names must not meet.",
    tolerance=1e-8,
)
def reparametrized(rng: Random) -> Instance:
    """New parameters or expressions in place of the old ones, and the two circuits combined."""
    kind, after = rng.choice(sorted(_REPARAM)), rng.choice(sorted(_AFTER))
    name, x = rng.choice(["k", "mu", "new", "shared", "lam"]), angle(rng)
    text, code, table, factor = (
        p.replace("{name}", name).replace("{x}", str(x)) for p in _REPARAM[kind]
    )
    said, last, want = _AFTER[after]
    *lines, mapping = code.split("\n")
    body = "\n".join(
        [*lines, f"changed = circuit.assign_parameters({mapping})", last.format(c="changed")]
    )
    needs = [cls for cls in ("Parameter", "ParameterVector") if f"{cls}(" in code]
    need = f"\nfrom qiskit.circuit import {', '.join(needs)}" if needs else ""
    return Instance(
        entry_point=rng.choice(["reparametrize", "retie", "new_parameters", "substitute"]),
        signature="(circuit: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"In a parametrized circuit, {text}; then {said}. The input circuit itself must not change.",
            f"I want to {text}. After that, {said}. Keep `circuit` as it is.",
            f"Step 1: {text}.\nStep 2: {said}.\n`circuit` is an input and stays unchanged.",
            f"How do I {text} in a given circuit? In the end {said}, without changing `circuit`.",
        ),
        imports=f"from qiskit import QuantumCircuit{need}",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
for names in (["b", "c", "a"], ["s2", "s10", "s1", "r"]):
    symbols = [Parameter(n) for n in names]
    circuit = QuantumCircuit(2)
    for i, p in enumerate(symbols):
        circuit.ry(p, i % 2)
        circuit.crx(0.5 * p + 0.3 * i, i % 2, 1 - i % 2)
    circuit.rzx(symbols[0] - symbols[2], 1, 0)
    free = sorted(symbols, key=lambda p: p.name)
    x, one, shift = {x}, 1.0, "shift"
    table = {table if table != "line" else "None"}
    before = circuit.copy()
    got = candidate(circuit)
    assert isinstance(got, QuantumCircuit) and circuit == before
    new = {{"{name}_a", "{name}_b"}} if table is None else set(table.values())
    fresh = new | (set() if "{after}" == "alone" else set(names))
    assert {{p.name for p in got.parameters}} == fresh
    values = {{name: float(rng.uniform(0.2, 2.9)) for name in fresh | set(names)}}
    first = {{}}
    for i, p in enumerate(free):
        if table is None:
            first[p.name] = values["{name}_a"] + i * values["{name}_b"]
        elif "{factor}" == "shift":
            first[p.name] = values[table[p.name]] + x
        else:
            first[p.name] = values[table[p.name]] * ({factor if factor != "shift" else "one"})
    first = circuit.assign_parameters(first)
    old = circuit.assign_parameters({{n: values[n] for n in names}})
    bound = got.assign_parameters({{n: values[n] for n in fresh}})
    assert Operator(bound).equiv(Operator({want}), atol=1e-8, rtol=0)
""",
        params={"kind": kind, "after": after, "name": name, "x": x},
    )


_SHIFTS = {
    "gradient": (
        "the gradient of the expectation value of `observable` as an array, one entry per "
        "parameter in the order "
        "of `circuit.parameters`",
        [
            "gradient = np.zeros(len(values))",
            "for i in range(len(values)):",
            "    for sign in (1, -1):",
            "        moved = np.array(values, dtype=float)",
            "        moved[i] += sign * {s}",
            "        gradient[i] += sign * expectation(circuit, moved, observable) / {d}",
            "return gradient",
        ],
        "np.array([d(i) for i in range(len(values))])",
    ),
    "diagonal": (
        "the second derivatives of the expectation value of `observable` with respect to each "
        "single parameter, "
        "as an array in the order of `circuit.parameters`",
        [
            "result = np.zeros(len(values))",
            "centre = expectation(circuit, values, observable)",
            "for i in range(len(values)):",
            "    up, down = np.array(values, dtype=float), np.array(values, dtype=float)",
            "    up[i] += {s}",
            "    down[i] -= {s}",
            "    both = expectation(circuit, up, observable) + expectation(circuit, down, observable)",
            "    result[i] = (both - 2 * centre) / (2 - 2 * math.cos({s}))",
            "return result",
        ],
        "np.array([dd(i, i) for i in range(len(values))])",
    ),
    "mixed": (
        "the mixed second derivative of the expectation value of `observable` with respect to "
        "parameters number "
        "{i} and {j} of `circuit.parameters`, as a float",
        [
            "total = 0.0",
            "for one in (1, -1):",
            "    for two in (1, -1):",
            "        moved = np.array(values, dtype=float)",
            "        moved[{i}] += one * {s}",
            "        moved[{j}] += two * {s}",
            "        total += one * two * expectation(circuit, moved, observable)",
            "return total / {d} ** 2",
        ],
        "dd({i}, {j})",
    ),
    "directional": (
        "the derivative of the expectation value of `observable` along the direction with {w} "
        "for parameter {i}, "
        "1 for parameter {j} and 0 for the others (numbered as in `circuit.parameters`), as a float",
        [
            "slope = 0.0",
            "for i, weight in (({i}, {w}), ({j}, 1.0)):",
            "    for sign in (1, -1):",
            "        moved = np.array(values, dtype=float)",
            "        moved[i] += sign * {s}",
            "        slope += weight * sign * expectation(circuit, moved, observable) / {d}",
            "return slope",
        ],
        "{w} * d({i}) + d({j})",
    ),
    "step": (
        "the parameter values after one step of gradient descent on the expectation value of "
        "`observable` with "
        "step size {w}, as an array in the order of `circuit.parameters`",
        [
            "new = np.array(values, dtype=float)",
            "for i in range(len(values)):",
            "    for sign in (1, -1):",
            "        moved = np.array(values, dtype=float)",
            "        moved[i] += sign * {s}",
            "        new[i] -= {w} * sign * expectation(circuit, moved, observable) / {d}",
            "return new",
        ],
        "np.array([x - {w} * d(i) for i, x in enumerate(values)])",
    ),
}


@family(
    "parameters",
    "advanced",
    oracle="value",
    skills=("parameter-shift", "expectation", "gradient"),
    why="For a Pauli rotation the derivative is an exact difference at shifts of pi/2, halved.",
    tolerance=1e-5,
)
def parameter_shift(rng: Random) -> Instance:
    """Exact derivatives of an expectation value by shifted circuits."""
    kind = rng.choice(sorted(_SHIFTS))
    said, lines, want = _SHIFTS[kind]
    i, j = rng.sample(range(3), 2)
    # Any shift s is exact for a rotation, with the divisor 2 sin(s).
    number = rng.randint(30, 140) / 100
    shift, divisor = rng.choice(
        [
            ("math.pi / 2", "2"),
            ("math.pi / 4", "math.sqrt(2)"),
            (f"{number}", f"(2 * math.sin({number}))"),
        ]
    )
    if kind == "diagonal":
        shift = f"{number}"
    fill = {"{i}": str(i), "{j}": str(j), "{w}": str(angle(rng)), "{s}": shift, "{d}": divisor}
    parts = [said, "\n".join(lines), want]
    for old, new in fill.items():
        parts = [part.replace(old, new) for part in parts]
    said, code, want = parts
    kept = shift.removeprefix("math.")
    helper = """
def expectation(circuit: QuantumCircuit, values: list[float], observable: SparsePauliOp) -> float:
    state = Statevector(circuit.assign_parameters(values))
    return state.expectation_value(observable).real
"""
    entry = rng.choice(["derivative", "shift_rule", "exact_derivative", "by_shifts"])
    sort = "float" if kind in ("mixed", "directional") else "np.ndarray"
    inner = code.replace("\n", "\n    ")
    head = f"def {entry}(circuit: QuantumCircuit, values: list[float], observable: SparsePauliOp) -> {sort}:"
    maths = "import math\n\n" if "math." in code else ""
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            f"With the parameter-shift rule (shifts of {kept}), compute {said}. Arguments: `circuit` (each "
            "parameter in one RX, RY or RZ, unscaled), `values` in that order, `observable`. Use "
            "exact states.",
            "`circuit` starts from zeros and has every parameter in exactly one Pauli rotation. "
            f"I need {said}, "
            f"without finite differences: shifts by {kept}. Arguments are circuit, values (a "
            "list in that order) "
            "and observable (a SparsePauliOp); statevectors are fine.",
            f"Compute {said}, exactly, at the point `values`, from evaluations shifted by "
            f"{kept}. Signature: "
            "circuit, values, observable. No sampling.",
            f"How do I get {said} from shifted circuits (shift {kept}) and statevectors? The "
            "function takes "
            "circuit, values and observable; each parameter drives one RX, RY or RZ.",
        ),
        imports=f"{maths}import numpy as np\nfrom qiskit import QuantumCircuit\n"
        "from qiskit.quantum_info import SparsePauliOp, Statevector",
        body=f"{helper}\n\n{head}\n    {inner}",
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
v = ParameterVector("v", 4)
one = QuantumCircuit(2)
for k, p in enumerate(v):
    one.h(k % 2)
    getattr(one, ("ry", "rx", "rz", "ry")[k])(p, k % 2)
    one.cx(k % 2, 1 - k % 2)
    one.t(0)
two = QuantumCircuit(2)
for k, name in enumerate(("z", "a", "m")):
    getattr(two, ("rx", "ry", "rx")[k])(Parameter(name), k % 2)
    two.crx(0.7, k % 2, 1 - k % 2)
for circuit, label in ((one, ["XZ", "ZY", "IZ"]), (two, ["ZZ", "YX", "XI"])):
    observable = SparsePauliOp(label, [0.7, -1.1, 0.4])
    values = [float(x) for x in rng.uniform(0.3, 2.7, size=circuit.num_parameters)]

    def f(x):
        state = Statevector(circuit.assign_parameters(list(x))).data
        return (state.conj() @ observable.to_matrix() @ state).real

    def d(i, at=None, h=1e-2):
        at = np.array(values if at is None else at)
        e = np.eye(len(at))[i] * h
        return (45 * (f(at + e) - f(at - e)) - 9 * (f(at + 2 * e) - f(at - 2 * e))
                + f(at + 3 * e) - f(at - 3 * e)) / (60 * h)

    def dd(i, j):
        one, two = np.eye(len(values))[i], np.eye(len(values))[j]
        def cross(h):
            signs = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            return sum(s * f(np.array(values) + h * (a * one + b * two)) for a, b, s in signs) / (4 * h * h)
        return (4 * cross(0.02) - cross(0.04)) / 3

    want = {want}
    got = candidate(circuit, list(values), observable)
    assert np.shape(got) == np.shape(want)
    assert np.allclose(got, want, atol=1e-5, rtol=0)
""",
        params={"kind": kind, "shift": shift, "i": i, "j": j},
        wrong=(Wrong("S17", f"{helper}\n\n{head}\n    {inner}".replace(f"/ {divisor}", "")),)
        if kind == "gradient"
        else (),
    )
