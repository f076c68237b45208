"""Parameters: symbolic expressions, and the forms of assigning values."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

# Words, method chain on {a}, numpy on {a}; all smooth and defined for the test's values.
_UNARY = (
    ("sin({0})", "({1}).sin()", "np.sin({2})"),
    ("cos({0})", "({1}).cos()", "np.cos({2})"),
    ("tan({0})", "({1}).tan()", "np.tan({2})"),
    ("exp({0})", "({1}).exp()", "np.exp({2})"),
    ("log({0})", "({1}).log()", "np.log({2})"),
    ("arctan({0})", "({1}).arctan()", "np.arctan({2})"),
    ("arcsin({0})", "({1}).arcsin()", "np.arcsin({2})"),
    ("arccos({0})", "({1}).arccos()", "np.arccos({2})"),
    ("|{0}|", "({1}).abs()", "np.abs({2})"),
    ("({0})^2", "({1}) ** 2", "({2}) ** 2"),
    ("({0})^3", "({1}) ** 3", "({2}) ** 3"),
)
_JOIN = (
    ("({0}) + ({1})", "{0} + {1}"),
    ("({0}) - ({1})", "{0} - {1}"),
    ("({0}) * ({1})", "({0}) * ({1})"),
    ("({0}) / ({1})", "({0}) / ({1})"),
)


def _term(rng: Random, name: str) -> tuple[str, str, str]:
    """One function of one parameter; scales keep arcsin and log in their domains."""
    scale = rng.randint(2, 9) / 10
    call = rng.choice(_UNARY)
    plain = rng.random() < 0.5
    inner = name if plain else f"{scale}*{name}"
    code = name if plain else f"{scale} * {name}"
    text, chain, value = (part.format(inner, code, code) for part in call)
    return text, chain.replace(f"({name})", name), value


@family(
    "parameters",
    "intermediate",
    oracle="value",
    skills=("parameter-expressions", "gradient"),
    why="Parameters have their own sin, cos, exp and so on; math.sin needs a number.",
    tolerance=1e-5,
)
def symbolic_expression(rng: Random) -> Instance:
    """A formula in two parameters, then a derivative, a substitution or a partial binding."""
    a, b = rng.sample(["alpha", "beta", "gamma", "theta", "phi", "omega"], 2)
    (t1, c1, v1), (t2, c2, v2) = _term(rng, a), _term(rng, b)
    joined = rng.choice(_JOIN)
    text, code, value = joined[0].format(t1, t2), joined[1].format(c1, c2), joined[1].format(v1, v2)
    if rng.random() < 0.5:
        extra = rng.choice([a, b])
        k = rng.randint(2, 5)
        text, code, value = (
            f"{text} + {k}*{extra}",
            f"{code} + {k} * {extra}",
            f"{value} + {k} * {extra}",
        )
    small, k = rng.randint(11, 39) / 100, rng.randint(2, 4)
    end = rng.choice(
        ["plain", "gradient", "second", "mixed", "bind", "subs", "swap", "assign", "exchange"]
    )
    said, last, want = {
        "plain": ("", "", "f(x, y)"),
        "gradient": (
            f"its derivative with respect to {a}",
            f"return expression.gradient({a})",
            "d(f, x, y)",
        ),
        "second": (
            f"its derivative with respect to {b}, minus the formula itself",
            f"return expression.gradient({b}) - expression",
            "d2(f, x, y) - f(x, y)",
        ),
        "mixed": (
            f"the sum of its derivatives with respect to {a} and {b}",
            f"return expression.gradient({a}) + expression.gradient({b})",
            "d(f, x, y) + d2(f, x, y)",
        ),
        "bind": (
            f"the formula with {a} bound to {small} ({b} stays free)",
            f"return expression.bind({{{a}: {small}}})",
            f"f({small}, y)",
        ),
        "subs": (
            f"the formula with {a} replaced by {k}*{b}",
            f"return expression.subs({{{a}: {k} * {b}}})",
            f"f({k} * y, y)",
        ),
        "swap": (
            f"the formula with {b} replaced by sin({a})",
            f"return expression.assign({b}, {a}.sin())",
            "f(x, np.sin(x))",
        ),
        "assign": (
            f"the formula with {b} set to {small} ({a} stays free)",
            f"return expression.assign({b}, {small})",
            f"f(x, {small})",
        ),
        "exchange": (
            f"the formula with {a} and {b} exchanged",
            f"return expression.subs({{{a}: {b}, {b}: {a}}})",
            "f(y, x)",
        ),
    }[end]
    if end == "plain":
        body, asked = f"return {code}", f"the expression {text}"
    else:
        body, asked = f"expression = {code}\n{last}", f"for the formula {text}: {said}"
    return Instance(
        entry_point=rng.choice(["expression", "symbolic", "formula", "make_expression"]),
        signature=f"({a}: Parameter, {b}: Parameter) -> ParameterExpression",
        asks=(
            f"With Qiskit parameters `{a}` and `{b}`, return {asked}, as a ParameterExpression.",
            f"I have two `Parameter` objects, {a} and {b}, and need a symbolic result: {asked}. "
            "No numbers yet.",
            f"Symbolically (ParameterExpression, in the parameters {a} and {b}): {asked}.",
            f"How do I write this with Qiskit's parameters {a} and {b}, so that it can be bound "
            "later? I want "
            f"{asked}.",
        ),
        imports="from qiskit.circuit import Parameter, ParameterExpression",
        body=body,
        test=f"""
import numpy as np
from qiskit.circuit import Parameter, ParameterExpression

def f({a}, {b}):
    return {value}

def d(f, x, y, h=2e-4):
    return (8 * (f(x + h, y) - f(x - h, y)) - f(x + 2 * h, y) + f(x - 2 * h, y)) / (12 * h)

def d2(f, x, y):
    return d(lambda u, v: f(v, u), y, x)

p, q = Parameter("{a}"), Parameter("{b}")
got = candidate(p, q)
assert isinstance(got, ParameterExpression)
for x, y in ((0.31, 0.22), (0.12, 0.18), (0.2, 0.05)):
    values = {{k: v for k, v in ((p, x), (q, y)) if k in got.parameters}}
    assert set(got.parameters) <= {{p, q}}
    number = complex(got.bind(values)) if values else complex(got)
    want = {want}
    assert abs(number - want) <= 1e-5 * max(1.0, abs(want)), (number, want)
""",
        params={"formula": text, "then": end},
    )


_SETS = {
    "by_parameter": (
        "`values` maps Parameter objects to numbers", "dict[Parameter, float]",
        "values", "{p: float(x) for p, x in zip(free, numbers)}", "dict(zip(free, numbers))",
    ),
    "by_name": (
        "`values` maps parameter names to numbers", "dict[str, float]",
        "values", "{p.name: float(x) for p, x in zip(free, numbers)}", "dict(zip(free, numbers))",
    ),
    "in_order": (
        "`values` lists the numbers in the order of `circuit.parameters`", "list[float]",
        "values", "[float(x) for x in numbers]", "dict(zip(free, numbers))",
    ),
    "reverse_order": (
        "`values` lists the numbers in the opposite order of `circuit.parameters`", "list[float]",
        "values[::-1]", "[float(x) for x in numbers]", "dict(zip(free, numbers[::-1]))",
    ),
    "degrees": (
        "`values` maps parameter names to angles in degrees", "dict[str, float]",
        "{name: math.radians(x) for name, x in values.items()}",
        "{p.name: float(x) for p, x in zip(free, numbers)}", "dict(zip(free, np.radians(numbers)))",
    ),
    "offset": (
        "`values` maps Parameter objects to numbers, to each of which @T is added", "dict[Parameter, float]",
        "{p: x + @T for p, x in values.items()}", "{p: float(x) for p, x in zip(free, numbers)}",
        "dict(zip(free, numbers + @T))",
    ),
    "known": (
        "`values` maps names to numbers and may hold names that the circuit lacks, which are ignored",
        "dict[str, float]", "{name: x for name, x in values.items() if circuit.has_parameter(name)}",
        "{**{p.name: float(x) for p, x in zip(free, numbers)}, 'unused': 1.0}", "dict(zip(free, numbers))",
    ),
    "loose": (
        "`values` maps Parameter objects to numbers and may hold some that the circuit lacks; "
        "those are ignored",
        "dict[Parameter, float]", "values, strict=False",
        "{**{p: float(x) for p, x in zip(free, numbers)}, Parameter('unused'): 1.0}",
        "dict(zip(free, numbers))",
    ),
    "default": (
        "`values` maps some parameter names to numbers; all other parameters become @T", "dict[str, float]",
        "{p: values.get(p.name, @T) for p in circuit.parameters}",
        "{p.name: float(x) for p, x in list(zip(free, numbers))[1:3]}",
        "{p: (x if i in (1, 2) else @T) for i, (p, x) in enumerate(zip(free, numbers))}",
    ),
    "shared": (
        "`values` is one number that every parameter gets", "float",
        "{p: values for p in circuit.parameters}", "float(numbers[0])", "{p: numbers[0] for p in free}",
    ),
}  # fmt: skip
_THEN = {
    "plain": ("return the bound circuit", "return @C", "want"),
    "inverse": (
        "return the inverse of the bound circuit",
        "return @C.inverse()",
        "want.inverse()",
    ),
    "twice": (
        "return the bound circuit run twice in a row",
        "return @C.repeat(2)",
        "want.compose(want)",
    ),
    "echo": (
        "return the bound circuit followed by the inverse of the circuit in which all parameters are @T",
        "other = circuit.assign_parameters([@T] * circuit.num_parameters)\nreturn "
        "@C.compose(other.inverse())",
        "want.compose(bound({p: @T for p in free}).inverse())",
    ),
    "phase": (
        "return the bound circuit with a global phase of @T added",
        "qc = @C\nqc.global_phase += @T\nreturn qc",
        "phased(want, @T)",
    ),
}


@family(
    "parameters",
    "basic",
    oracle="unitary",
    skills=("assign-parameters", "parameter-order"),
    why="assign_parameters returns a new circuit unless inplace=True; a list goes by circuit.parameters.",
    tolerance=1e-8,
)
def assign_forms(rng: Random) -> Instance:
    """Binding all parameters of a circuit from dicts, names, lists and defaults."""
    kind, then = rng.choice(sorted(_SETS)), rng.choice(sorted(_THEN))
    t = angle(rng)
    said, sort, argument, given, bound = _SETS[kind]
    said, argument, bound = (part.replace("@T", str(t)) for part in (said, argument, bound))
    finish, last, want = (part.replace("@T", str(t)) for part in _THEN[then])
    call = f"circuit.assign_parameters({argument})"
    if rng.random() < 0.5 or then == "phase":
        body = last.replace("@C", call)
    else:
        body = f"bound = {call}\n" + last.replace("@C", "bound")
    head = "import math\n\n" if "math." in body else ""
    need = "\nfrom qiskit.circuit import Parameter" if "Parameter" in sort else ""
    return Instance(
        entry_point=rng.choice(["bind_circuit", "with_values", "assigned", "fix_parameters"]),
        signature=f"(circuit: QuantumCircuit, values: {sort}) -> QuantumCircuit",
        asks=(
            f"Assign numbers to all parameters of `circuit`: {said}. Then {finish}. Leave "
            "`circuit` as it is.",
            f"`circuit` has free parameters, and {said}. After binding, {finish}; the input "
            "circuit must not "
            "change.",
            f"Input: a parametrized circuit; {said}. Output: {finish}, while `circuit` keeps its "
            "parameters.",
            f"How do I bind every parameter of a circuit if {said}? Finally, {finish} (a new one).",
        ),
        imports=f"{head}from qiskit import QuantumCircuit{need}",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
z, y, w, v = Parameter("z"), Parameter("a10"), Parameter("a9"), ParameterVector("v", 2)

def phased(qc, t):
    qc = qc.copy()
    qc.global_phase += t
    return qc

for free in ([y, w, v[0], v[1], z], [y, w, z]):
    circuit = QuantumCircuit(2, global_phase=0.3)
    circuit.ry(z, 0)
    circuit.crx(2 * w, 0, 1)
    circuit.rz(y + 0.2, 1)
    if len(free) == 5:
        circuit.rxx(v[1], 0, 1)
        circuit.rx(v[0] - v[1], 0)
    circuit.ry(y * 0.7, 1)

    def bound(values):
        qc = QuantumCircuit(2, global_phase=0.3)
        for item in circuit.data:
            where = [circuit.find_bit(q).index for q in item.qubits]
            angle = item.params[0].bind({{p: float(values[p]) for p in item.params[0].parameters}})
            qc.append(type(item.operation)(float(angle)), where)
        return qc

    numbers = rng.uniform(0.2, 2.8, size=len(free))
    before = circuit.copy()
    want = bound({bound})
    got = candidate(circuit, {given})
    assert isinstance(got, QuantumCircuit) and got.num_parameters == 0
    assert circuit == before and circuit.num_parameters == len(free)
    assert np.allclose(Operator(got).data, Operator({want}).data, atol=1e-8, rtol=0)
""",
        params={"values": kind, "then": then, "t": t},
        wrong=(Wrong("S09", f"circuit.assign_parameters({argument})\nreturn circuit"),),
    )
