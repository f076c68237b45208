"""Classical expressions: trees of typed operators on registers, bits and constants."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, family

_BINARY = {
    "bit_and": "&", "bit_or": "|", "bit_xor": "^", "add": "+", "sub": "-", "mul": "*",
}  # fmt: skip
_COMPARE = {
    "equal": "==", "not_equal": "!=", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=",
}  # fmt: skip


def _uint(rng: Random, depth: int) -> tuple[str, str, str]:
    """(expr source, infix words, Python source on the ints a and b) of a 3-bit value."""
    if depth == 0:
        name = rng.choice("ab")
        return name, name, name
    code, words, python = _uint(rng, depth - 1)
    kind = rng.choice([*_BINARY, *_BINARY, "bit_not", "shift_left", "shift_right", "div"])
    if kind == "bit_not":
        return f"expr.bit_not({code})", f"~{words}", f"(~{python} & 7)"
    if kind in ("shift_left", "shift_right", "div"):
        number, sign = (
            rng.choice([1, 2]),
            {"shift_left": "<<", "shift_right": ">>", "div": "/"}[kind],
        )
        number += kind == "div"
        code = f"expr.{kind}({code}, {number})"
        return (
            code,
            f"({words} {sign} {number})",
            f"({python} {sign.replace('/', '//')} {number} & 7)",
        )
    literal = (str(rng.randint(2, 6)),) * 3
    other = literal if rng.random() < 0.4 else _uint(rng, rng.randint(0, depth - 1))
    if other[0] == code:
        other = literal
    code = f"expr.{kind}({code}, {other[0]})"
    python = f"(({python} {_BINARY[kind]} {other[2]}) & 7)"
    return code, f"({words} {_BINARY[kind]} {other[1]})", python


def _bool(rng: Random, depth: int) -> tuple[str, str, str]:
    """The same of a truth value; the clbit is called `bit`."""
    kind = rng.choice(["compare", "compare", "index", "join", "join", "not", "cast"])
    if depth == 0:
        kind = rng.choice(["compare", "bit", "index"])
    if kind == "bit":
        return "expr.lift(bit)", "bit", "bit"
    if kind == "cast":
        code, words, python = _uint(rng, 1)
        return f"expr.cast({code}, types.Bool())", f"bool{words}", f"({python} != 0)"
    if kind == "index":
        code, words, python = _uint(rng, rng.randint(0, 1))
        at = rng.randint(0, 2)
        return f"expr.index({code}, {at})", f"{words}[{at}]", f"({python} >> {at} & 1 == 1)"
    if kind == "compare":
        one, two = _uint(rng, rng.randint(0, depth)), _uint(rng, rng.randint(0, 1))
        if rng.random() < 0.5 or one == two:
            two = (str(rng.randint(2, 6)),) * 3
        name = rng.choice(list(_COMPARE))
        return (
            f"expr.{name}({one[0]}, {two[0]})",
            f"({one[1]} {_COMPARE[name]} {two[1]})",
            f"({one[2]} {_COMPARE[name]} {two[2]})",
        )
    one = _bool(rng, depth - 1)
    if kind == "not":
        return f"expr.logic_not({one[0]})", f"!{one[1]}", f"(not {one[2]})"
    two = _bool(rng, depth - 1)
    while two == one:
        two = _bool(rng, depth - 1)
    name, sign, word = rng.choice(
        [("logic_and", "&&", "and"), ("logic_or", "||", "or"), ("bit_xor", "^", "!=")]
    )
    return (
        f"expr.{name}({one[0]}, {two[0]})",
        f"({one[1]} {sign} {two[1]})",
        f"(bool({one[2]}) {word} bool({two[2]}))",
    )


def _split(code: str) -> str:
    """The source of an expression on several lines where it is long."""
    depth, out = 0, ""
    for char in code:
        depth += (char == "(") - (char == ")")
        out += char
        if char == "," and depth == 1 and len(code) > 70:
            out += "\n   "
    return out


LEAVES = """
def leaves(e):
    if isinstance(e, expr.Value):
        return [e.value]
    if isinstance(e, expr.Var):
        return [e.name if e.standalone else getattr(e.var, "name", "bit")]
    parts = [getattr(e, name, None) for name in ("left", "right", "operand", "target", "index")]
    return [leaf for part in parts if part is not None for leaf in leaves(part)]
"""


@family(
    "expressions",
    "intermediate",
    oracle="value",
    skills=("classical-expressions",),
    why="Python operators do not build expressions; every operator is a function of "
    "qiskit.circuit.classical.expr.",
)
def formula_as_expression(rng: Random) -> Instance:
    """An expression tree for a formula over two registers and a bit, or over variables."""
    wanted = rng.choice(["Bool", "Uint(3)"])
    code, words, python = (_bool if wanted == "Bool" else _uint)(rng, rng.choice([2, 2, 3]))
    variables = rng.choice([True, False])
    kind = "expr.Var" if variables else "ClassicalRegister"
    signature = f"(a: {kind}, b: {kind}, bit: Clbit) -> expr.Expr"
    what = "variables of type Uint(3)" if variables else "classical registers of three bits"
    given = '(expr.Var.new(n, types.Uint(3)) for n in "ab")'
    given = given if variables else '(ClassicalRegister(3, n) for n in "ab")'
    imports = [
        "from qiskit.circuit import Clbit"
        if variables
        else "from qiskit.circuit import ClassicalRegister, Clbit"
    ]
    imports += [
        "from qiskit.circuit.classical import expr" + (", types" if "types." in code else "")
    ]
    values = (
        "[], dict(a=x, b=y)"
        if variables
        else "[x & 1, x >> 1 & 1, x >> 2, y & 1, y >> 1 & 1, y >> 2], {}"
    )
    return Instance(
        entry_point=rng.choice(["as_expression", "make_condition", "classical_formula"]),
        signature=signature,
        asks=(
            f"Write the formula {words} as a real-time classical expression of Qiskit. `a` and `b` are "
            f"{what} and "
            "`bit` is a clbit. Operators work on unsigned 3-bit values (mod 8), `x[i]` is bit i of x, "
            "&& || ! are "
            "logical, ^ between truth values is exclusive or. Keep the operands in the order that is "
            "written.",
            f"I need an `expr.Expr` (not a Python value) for: {words}. Here `a` and `b` are {what}, "
            "`bit` a single "
            f"clbit; arithmetic is modulo 8; `[i]` takes bit i (0 = least significant). The tree's operands "
            "must have the order of the formula.",
            f"Return the expression tree of type {wanted} that stands for {words}, with C-like operators "
            f"on {what} "
            "`a`, `b` and a clbit `bit` (3-bit unsigned arithmetic that wraps, indexing from the least "
            "significant "
            "bit), operands as ordered in the formula.",
        ),
        imports="\n".join(imports),
        body=f"return {_split(code)}",
        test=EXACT
        + LEAVES
        + f"""
from qiskit.circuit import Clbit, ClassicalRegister
a, b = {given}
bit = Clbit()
got = candidate(a, b, bit)
assert isinstance(got, expr.Expr) and got.type == types.{wanted if wanted != "Bool" else "Bool()"}
cmap = {{bit: 0, **{"{}" if variables else "{c: i + 1 for i, c in enumerate([*a, *b])}"}}}
formula = lambda a, b, bit: {python}
for x in range(8):
    for y in range(8):
        for z in (False, True):
            values, names = {values}
            assert worth(got, cmap, [z, *values], names) == formula(x, y, z)
assert leaves(got) == {_leaves_of(code)}
""",
        params={"formula": words, "variables": variables},
        difficulty="advanced" if code.count("expr.") > 5 else None,
    )


def _leaves_of(code: str) -> list[str | int]:
    """The operands in a source of an expression from left to right."""
    text = code.replace("types.Bool()", "")
    parts = "".join(c if c.isalnum() or c in "._" else " " for c in text).split()
    return [int(p) if p.isdigit() else p for p in parts if p in ("a", "b", "bit") or p.isdigit()]


@family(
    "expressions",
    "advanced",
    oracle="distribution",
    skills=("classical-expressions", "control-flow", "register-names"),
    why="An if_test takes an expression over whole registers, evaluated while the circuit runs.",
    tolerance=1e-9,
)
def guarded_flip(rng: Random) -> Instance:
    """Measure two numbers and act on a target when a formula of them holds."""
    code, words, python = _bool(rng, 2)
    while "bit)" in code.replace("expr.lift(bit)", "bit)") or (
        "index" not in code and "a" not in words
    ):
        code, words, python = _bool(rng, 2)
    one, two = rng.sample(["left", "right", "alpha", "beta", "u", "v", "lhs", "rhs"], 2)
    order = rng.sample(range(7), 7)
    target = order[6]
    alternative = rng.choice(["none", "else", "not"])
    act = {"none": f"    qc.x({target})\n", "else": f"    qc.x({target})\nwith otherwise:\n    "
                                                    f"qc.h({target})\n",
           "not": f"    qc.x({target})\n"}[alternative]  # fmt: skip
    as_else = " as otherwise" if alternative == "else" else ""
    condition = "expr.logic_not(condition)" if alternative == "not" else "condition"
    body = f"""
qc = QuantumCircuit(7)
a, b = ClassicalRegister(3, "{one}"), ClassicalRegister(3, "{two}")
qc.add_register(a)
qc.add_register(b)
qc.measure({order[:3]}, a)
qc.measure({order[3:6]}, b)
condition = {_split(code)}
with qc.if_test({condition}){as_else}:
{act}return qc
"""
    then = {
        "none": f"if it holds flip qubit {target} with X",
        "else": f"if it holds flip qubit {target} with X, otherwise put an H on qubit {target}",
        "not": f"unless it holds flip qubit {target} with X",
    }[alternative]
    hit = "not holds" if alternative == "not" else "holds"
    miss = "H" if alternative == "else" else "I"
    imports = "from qiskit import ClassicalRegister, QuantumCircuit\nfrom qiskit.circuit.classical "
    imports += "import expr"
    return Instance(
        entry_point=rng.choice(["guarded_circuit", "compare_and_flip", "run_time_check"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"A circuit of 7 qubits and two 3-bit registers `{one}` and `{two}` in this order. Measure "
            "the qubits "
            f"{order[:3]} into bits 0, 1, 2 of `{one}` and the qubits {order[3:6]} into bits 0, 1, 2 of "
            f"`{two}`. "
            f"Call their integer values a and b (bit 0 lowest). Evaluate at run time {words} with unsigned "
            f"arithmetic modulo 8 and bit indexing x[i] from the least significant bit; {then}.",
            f"I want the control system itself to check {words} (a, b: the 3-bit unsigned values, mod 8 "
            "arithmetic, "
            f"x[i] = bit i) and react: {then}. a is measured from qubits {order[:3]} into register "
            f"`{one}`, b from "
            f"qubits {order[3:6]} into register `{two}`, lowest bit first; there are 7 qubits.",
            f"Use `qiskit.circuit.classical.expr` for a condition on two registers. Registers: `{one}` "
            "<- qubits "
            f"{order[:3]}, `{two}` <- qubits {order[3:6]} (bit 0 first, `{one}` is added first). "
            "Condition on their "
            f"values a and b: {words}, 3-bit unsigned (wraps), [i] means bit i. Then: {then}. 7 qubits "
            "in all.",
        ),
        imports=imports + (", types" if "types." in code else ""),
        body=body,
        test=EXACT
        + f"""
qc = candidate()
assert qc.num_qubits == 7
assert [(r.name, r.size) for r in qc.cregs] == [("{one}", 3), ("{two}", 3)]
rng = np.random.default_rng(np.random.randint(2**31))
pairs = [(int(i) & 7, int(i) >> 3) for i in rng.permutation(64)]
rule = lambda a, b: {python}
holding = [p for p in pairs if rule(*p)][:9] + [p for p in pairs if not rule(*p)][:9]
for a, b in holding:
    label = ["0"] * 7
    for place, (i, number) in zip({order[:6]}, [(i, a) for i in range(3)] + [(i, b) for i in range(3)]):
        label[6 - place] = str(number >> i & 1)
    [(weight, bits, _, after)] = exact(qc, Statevector.from_label("".join(label)))
    assert sum(v << i for i, v in enumerate(bits)) == a | b << 3
    holds = rule(a, b)
    want = Statevector.from_label("".join(label)).evolve(
        Operator.from_label("X" if {hit} else "{miss}"), [{target}]
    )
    assert abs(abs(np.vdot(after.data, want.data)) - 1) < 1e-9
""",
        params={"formula": words, "action": alternative},
    )
