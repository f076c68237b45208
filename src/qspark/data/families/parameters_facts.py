"""Parameters, fourth part: questions about expressions."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_QUERIES = (
    ("the number of parameters of the expression", "expression.num_parameters", "len(names)"),
    ("the sorted names of its parameters", "sorted(p.name for p in expression.parameters)", "sorted(names)"),
    ("whether it is nothing but one symbol", "expression.is_symbol()", "plain"),
    ("its value, as a number, when every parameter is {x}",
     "expression.bind_all({{p: {x} for p in expression.parameters}})", "value({x})"),
    ("its value, as a number, when every parameter is {x}, minus its value when every one is {y}",
     "(expression.bind_all({{p: {x} for p in expression.parameters}})\n"
     "    - expression.bind_all({{p: {y} for p in expression.parameters}}))", "value({x}) - value({y})"),
    ("three times its value, as a plain number, with every parameter bound to {y}",
     "3 * expression.bind({{p: {y} for p in expression.parameters}}).numeric()", "3 * value({y})"),
    ("whether the fully bound expression (every parameter {x}) is real",
     "expression.bind({{p: {x} for p in expression.parameters}}).is_real()", "real"),
    ("the absolute value, as a number, of the expression with every parameter at {x}",
     "expression.abs().bind_all({{p: {x} for p in expression.parameters}})", "abs(value({x}))"),
    ("the complex conjugate, as a number, of the expression with every parameter at {x}",
     "expression.conjugate().bind_all({{p: {x} for p in expression.parameters}})", "np.conj(value({x}))"),
    ("whether it has a parameter called `b`", "any(p.name == \"b\" for p in expression.parameters)",
     "'b' in names"),
    ("whether it is built exactly like its first parameter (by name) plus {x}",
     "bool(expression.parameters) and "
     "expression.structurally_equal(min(expression.parameters, key=lambda p: p.name) + {x})", "same({x})"),
    ("the square of its value, as a number, with every parameter at {y}",
     "(expression**2).bind_all({{p: {y} for p in expression.parameters}})", "value({y}) ** 2"),
)  # fmt: skip


@family(
    "parameters",
    "intermediate",
    oracle="value",
    skills=("parameter-expressions",),
    why="bind gives an expression, bind_all and numeric give a number; is_symbol tells a bare parameter.",
    tolerance=1e-9,
)
def expression_queries(rng: Random) -> Instance:
    """Two facts about a symbolic expression."""
    picked = rng.sample(_QUERIES, 2)
    x, y = angle(rng), rng.randint(3, 9)
    parts = [[text.format(x=x, y=y) for text in query] for query in picked]
    names = rng.sample(["first", "second", "one", "two", "left", "right"], 2)
    style = rng.choice(["tuple", "dict", "list"])
    if style == "dict":
        body = f'return {{\n    "{names[0]}": {parts[0][1]},\n    "{names[1]}": {parts[1][1]},\n}}'
        sort, how = "dict", f"a dict with the keys `{names[0]}` (A) and `{names[1]}` (B)"
        want = f'{{"{names[0]}": {parts[0][2]}, "{names[1]}": {parts[1][2]}}}'
    else:
        mark = "()" if style == "tuple" else "[]"
        body = f"a = {parts[0][1]}\nb = {parts[1][1]}\nreturn {mark[0]}a, b{mark[1]}".replace(
            "(a, b)", "a, b"
        )
        sort, how = style, f"a {style} of A and B"
        want = f"{mark[0]}{parts[0][2]}, {parts[1][2]}{mark[1]}"
    asked = f"A, {parts[0][0]}, and B, {parts[1][0]}"
    return Instance(
        entry_point=rng.choice(["expression_facts", "inspect_expression", "about"]),
        signature=f"(expression: ParameterExpression) -> {sort}",
        asks=(
            f"For a ParameterExpression, find {asked}. Return {how}.",
            f"Given a symbolic `expression`, I need {asked}. The result is {how}.",
            f"Report on `expression`.\n- A: {parts[0][0]}\n- B: {parts[1][0]}\nReturn {how}.",
            f"How can I get {asked} out of a ParameterExpression? Give {how}.",
        ),
        imports="from qiskit.circuit import ParameterExpression",
        body=body,
        test=f"""
import numpy as np
from qiskit.circuit import Parameter
a, b, c = Parameter("a"), Parameter("b"), Parameter("c")
cases = [
    (2 * a - b.sin() + 0.5, {{"a", "b"}}, lambda v: 2 * v - np.sin(v) + 0.5, True, False),
    (b, {{"b"}}, lambda v: v, True, True),
    (a + {x}, {{"a"}}, lambda v: v + {x}, True, False),
    (1j * c * b - 2, {{"b", "c"}}, lambda v: 1j * v * v - 2, False, False),
    (c * a * b - 30.0, {{"a", "b", "c"}}, lambda v: v**3 - 30.0, True, False),
]

def close(one, two):
    if isinstance(two, list) or type(two) in (bool, int):
        return one == two
    return not hasattr(one, "parameters") and abs(complex(one) - complex(two)) < 1e-9

for number, (expression, names, value, real, plain) in enumerate(cases):
    def same(offset):
        return number == 2 and offset == {x}
    want = {want}
    got = candidate(expression)
    assert type(got) is type(want) and len(got) == 2
    pairs = [(got[k], want[k]) for k in want] if isinstance(want, dict) else zip(got, want)
    assert all(close(one, two) for one, two in pairs), (got, want)
""",
        params={"queries": [text for text, *_ in parts], "style": style},
    )
