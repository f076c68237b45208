"""Classical expressions: variables that are updated, and visitors of expression trees."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, family

_PROGRAMS = [
    ("counts the ones", "expr.add({v}, 1)", "old + bit", True, 0),
    ("adds i + {k} for every bit i that is one (modulo 2**{w})", "expr.add({v}, i + {k})",
     "old + bit * (i + {k})", True, 0),
    ("starts at {s} and is multiplied by {k} (modulo 2**{w}) for every one", "expr.mul({v}, {k})",
     "old * {k} if bit else old", True, None),
    ("starts at {s} and is XORed with i + {k} for every bit i that is one", "expr.bit_xor({v}, i + {k})",
     "old ^ (i + {k}) if bit else old", True, None),
    ("is a shift register: for every bit, ones and zeros alike, it is shifted left by one and the bit "
     "goes into its "
     "lowest place (modulo 2**{w})",
     "expr.bit_or(expr.shift_left({v}, 1), expr.cast({b}, types.Uint({w})))", "old << 1 | bit", False, 0),
    ("starts at {s} and goes down by {k} (modulo 2**{w}) for every one", "expr.sub({v}, {k})",
     "old - {k} * bit", True, None),
    ("is set to i + {k} for every bit i that is one, so that the last one counts", "i + {k}",
     "i + {k} if bit else old", True, 0),
    ("starts at {s} and is shifted right by one for every one", "expr.shift_right({v}, 1)", "old >> bit",
     True, None),
    ("starts at {s}; for every one it becomes the bitwise complement of itself plus {k} (modulo 2**{w})",
     "expr.add(expr.bit_not({v}), {k})", "~old + {k} if bit else old", True, None),
]  # fmt: skip
_TESTS = [
    ("less", "<", "is less than {t}"), ("greater_equal", ">=", "is at least {t}"),
    ("equal", "==", "equals {t}"), ("not_equal", "!=", "differs from {t}"),
    ("greater", ">", "is greater than {t}"),
]  # fmt: skip


def _finals(rule: str, start: int, width: int) -> list[int]:
    """The last values of the variable for all outcomes of three qubits."""
    found = []
    for number in range(8):
        old = start
        for i in range(3):
            old = eval(rule, {"old": old, "i": i, "bit": number >> i & 1}) % 2**width
        found.append(old)
    return found


@family(
    "expressions",
    "advanced",
    oracle="value",
    skills=("classical-variables", "control-flow"),
    why="add_var declares a typed variable with a start value and store assigns to it while the circuit "
    "runs.",
    tolerance=1e-9,
)
def variable_over_outcomes(rng: Random) -> Instance:
    """A Uint variable that is updated after each measurement and decides about a last gate."""
    words, update, rule, guarded, start = rng.choice(_PROGRAMS)
    width = rng.choice([4, 5, 8])
    facts = {"k": rng.randint(2, 3), "s": rng.randint(3, 13), "w": width, "t": rng.randint(2, 6)}
    start = facts["s"] if start is None else start
    name = rng.choice(["tally", "acc", "total", "level", "state_id", "code"])
    compare, sign, condition = rng.choice(_TESTS)
    last = _finals(rule.format(**facts), start, width)
    facts["t"] = rng.choice([x for x in sorted(set(last)) if 0 < x < 2**width - 1]) - (
        compare == "greater"
    )
    words, rule, condition = words.format(**facts), rule.format(**facts), condition.format(**facts)
    gate = rng.choice(["x", "y"])
    new = update.format(v="v", b="qc.clbits[i]", **facts)
    if not new.startswith("expr"):
        new = f"expr.lift({new}, types.Uint({width}))"
    store = f"qc.store(v, {new})"
    declared = rng.choice(["add_var", "uninitialized"])
    make = f'v = qc.add_var("{name}", expr.lift({start}, types.Uint({width})))'
    if declared == "uninitialized":
        make = f'v = expr.Var.new("{name}", types.Uint({width}))\nqc.add_uninitialized_var(v)\n'
        make += f"qc.store(v, expr.lift({start}, types.Uint({width})))"
    loop = (
        f"    with qc.if_test((qc.clbits[i], 1)):\n        {store}" if guarded else f"    {store}"
    )
    body = f"""
qc = QuantumCircuit(n + 1, n)
{make}
for i in range(n):
    qc.measure(i, i)
{loop}
with qc.if_test(expr.{compare}(v, {facts["t"]})):
    qc.{gate}(n)
return qc
"""
    said = f"a variable `{name}` of type Uint({width})"
    first = f"It starts at {start}. " if "starts" not in words else ""
    way = (
        "declare it with its start value by `add_var`"
        if declared == "add_var"
        else "declare it uninitialised (`add_uninitialized_var`) and store the start value first"
    )
    return Instance(
        entry_point=rng.choice(["accumulate", "stateful_circuit", "track_outcomes"]),
        signature="(n: int) -> QuantumCircuit",
        asks=(
            f"Build a circuit of n + 1 qubits and n clbits with {said} ({way}). {first}Qubits i = 0, 1, "
            "..., n-1 are "
            f"measured in turn into clbit i, and the variable {words}. When all are measured and the "
            f"variable {condition}, "
            f"apply {gate.upper()} to qubit n.",
            f"I want the controller to keep {said}: it {words}, where bit i is the outcome of qubit i, "
            "measured into "
            f"clbit i one after the other (i = 0 first). {first}Please {way}. In the end qubit n gets "
            f"{gate.upper()} if the "
            f"variable {condition}. n + 1 qubits, n clbits.",
            f"Real-time variable exercise. Circuit: n + 1 qubits, n clbits, {said}; {way}. {first}Loop "
            "in Python over "
            f"i < n: measure qubit i into clbit i, then update so that the variable {words}. Finally "
            f"{gate.upper()} on "
            f"qubit n if it {condition}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit.classical import expr, types",
        body=body,
        test=EXACT
        + f"""
n = 3
qc = candidate(n)
assert (qc.num_qubits, qc.num_clbits) == (n + 1, n)
[variable] = list(qc.iter_declared_vars())
assert variable.name == "{name}" and variable.type == types.Uint({width})
assert candidate(2).num_qubits == 3
for number in range(2**n):
    [(_, bits, names, after)] = exact(qc, Statevector.from_int(number, 2 ** (n + 1)))
    old = {start}
    for i in range(n):
        bit = number >> i & 1
        assert bits[i] == bit
        old = ({rule}) % 2**{width}
    assert names == {{"{name}": old}}
    flip = 2**n if old {sign} {facts["t"]} else 0
    assert abs(after.data[number + flip]) > 1 - 1e-9
""",
        params={"program": words, "width": width, "name": name},
    )


_VISITS = [
    ("the C-like text of the expression: fully parenthesised infix such as `(a & 5)`; a logical not is "
     "written `!x`, a "
     "bitwise one `~x`; casts are left out; a clbit is written `bit`, a register by its name", "render",
      "str"),
    ("how many operators (unary and binary ones; casts do not count) the expression has", "operators", "int"),
    ("the number of nodes of all kinds in the tree", "nodes", "int"),
    ("the depth of the tree, where a lone variable or constant has depth 1 and a cast counts as a "
     "level", "depth", "int"),
    ("the list of all constants in the expression from left to right", "constants", "list"),
    ("the list of the names of the binary operators in post-order (operands first), as in `Binary.Op`, "
     "e.g. 'BIT_AND'",
     "postfix", "list[str]"),
    ("the set of the widths of all Uint nodes of the tree, inner nodes included", "widths", "set[int]"),
    ("the number of nodes (of any kind) whose type is Bool", "bools", "int"),
    ("the number of leaves, that is of variables and constants", "leaves", "int"),
    ("the number of casts in the tree, implicit and explicit ones", "casts", "int"),
]  # fmt: skip


def _visitor(kind: str, name: str) -> str:
    """The source of a visitor class for one of the questions."""
    var, value = "return {}", "return {}"
    unary = cast = "return self.one(node, node.operand.accept(self))"
    binary = "return self.two(node, node.left.accept(self), node.right.accept(self))"
    if kind == "render":
        var = 'return getattr(node.var, "name", "bit")'
        value = "return str(node.value)"
        unary = 'return ("!" if node.op is expr.Unary.Op.LOGIC_NOT else "~") + node.operand.accept(self)'
        cast = "return node.operand.accept(self)"
        binary = 'return f"({node.left.accept(self)} {SIGNS[node.op]} {node.right.accept(self)})"'
    elif kind in ("operators", "nodes", "depth"):
        leaf = 0 if kind == "operators" else 1
        var = value = f"return {leaf}"
        unary = "return 1 + node.operand.accept(self)"
        cast = unary if kind != "operators" else "return node.operand.accept(self)"
        binary = "return 1 + node.left.accept(self) + node.right.accept(self)"
        if kind == "depth":
            binary = "return 1 + max(node.left.accept(self), node.right.accept(self))"
    elif kind in ("bools", "leaves", "casts"):
        here = "int(node.type == types.Bool())" if kind == "bools" else ""
        var = value = f"return {here or int(kind == 'leaves')}"
        more = f"{here} + " if here else ""
        unary = f"return {more}node.operand.accept(self)"
        cast = "return 1 + node.operand.accept(self)" if kind == "casts" else unary
        binary = f"return {more}node.left.accept(self) + node.right.accept(self)"
    elif kind in ("constants", "postfix"):
        var = "return []"
        value = "return [node.value]" if kind == "constants" else "return []"
        unary = cast = "return node.operand.accept(self)"
        binary = "return node.left.accept(self) + node.right.accept(self)"
        binary += " + [node.op.name]" if kind == "postfix" else ""
    else:
        var = value = "return self.width(node)"
        unary = cast = "return self.width(node) | node.operand.accept(self)"
        binary = "return self.width(node) | node.left.accept(self) | node.right.accept(self)"
    text = ""
    if kind == "render":
        text = """SIGNS = {
    expr.Binary.Op.BIT_AND: "&",
    expr.Binary.Op.BIT_OR: "|",
    expr.Binary.Op.BIT_XOR: "^",
    expr.Binary.Op.LESS: "<",
    expr.Binary.Op.EQUAL: "==",
    expr.Binary.Op.LOGIC_AND: "&&",
    expr.Binary.Op.ADD: "+",
}


"""
    text += f"class {name}(expr.ExprVisitor):\n"
    if kind == "widths":
        text += (
            "    def width(self, node):\n        return {node.type.width} if isinstance(node.type, "
        )
        text += "types.Uint) else set()\n\n"
    for method, code in (
        ("var", var),
        ("value", value),
        ("unary", unary),
        ("cast", cast),
        ("binary", binary),
    ):
        text += f"    def visit_{method}(self, node):\n        {code}\n\n"
    return text.rstrip()


@family(
    "expressions",
    "advanced",
    oracle="value",
    skills=("classical-expressions", "visitors"),
    why="Expr.accept(visitor) calls the visit method of the node's class; children are visited by hand.",
)
def expression_visitor(rng: Random) -> Instance:
    """A visitor class over expression trees, or a function that uses it."""
    words, kind, result = rng.choice(_VISITS)
    names = {"render": "Printer", "operators": "OperatorCount", "nodes": "NodeCount", "depth": "DepthOf",
             "constants": "Constants", "postfix": "Postfix", "widths": "Widths",
             "bools": "BoolCount", "leaves": "LeafCount", "casts": "CastCount"}  # fmt: skip
    name = names[kind]
    form = rng.choice(["class", "function", "condition", "conditions", "largest", "pair"])
    entry, body = name, _visitor(kind, name)
    if form == "largest" and kind in ("render", "constants", "postfix", "widths"):
        form = "condition"
    texts = {
        "class": f"Write a subclass of `expr.ExprVisitor` named `{name}`. `expression.accept({name}())` "
        f"returns {words}.",
        "function": f"For a classical expression (argument `expression`) return {words}.",
        "pair": f"For a classical expression (argument `expression`) return a pair: first {words}; "
        "second how often variables (clbits and registers included) occur in it.",
        "condition": "The argument is a circuit whose last instruction is an `if_test` or `while_loop` "
        "with an "
        f"expression as condition. Return {words}, for that condition.",
        "conditions": "For every if/while at the top level of a circuit whose condition is an "
        "expression (conditions that "
        f"are tuples are skipped) compute {words}. Return the results as a list in program order.",
        "largest": "The argument is a list of expressions. Return the greatest value of this number "
        "over the list, and 0 "
        f"for an empty list: {words}.",
    }
    if form != "class":
        entry = rng.choice(["analyse", "examine", "describe_condition"])
        code = {
            "function": f"(expression: expr.Expr) -> {result}:\n    return expression.accept({name}())",
            "pair": f"(expression: expr.Expr) -> tuple[{result}, int]:\n    reads = "
                    "list(expr.iter_vars(expression))\n"
            f"    return expression.accept({name}()), len(reads)",
            "condition": f"(qc: QuantumCircuit) -> {result}:\n    return "
                         f"qc.data[-1].operation.condition.accept({name}())",
            "conditions": f"(qc: QuantumCircuit) -> list[{result}]:\n    found = []\n    for inst in "
                          "qc.data:\n"
            "        condition = getattr(inst.operation, \"condition\", None)\n"
            "        if isinstance(condition, expr.Expr):\n            "
            f"found.append(condition.accept({name}()))\n"
            "    return found",
            "largest": f"(expressions: list[expr.Expr]) -> int:\n"
            f"    return max((e.accept({name}()) for e in expressions), default=0)",
        }[form]  # fmt: skip
        body += f"\n\n\ndef {entry}{code}"
    call = {
        "class": "tree.accept(candidate())",
        "function": "candidate(tree)",
        "pair": "pairwise(candidate(tree), tree)",
        "condition": "candidate(holder(tree))",
        "conditions": "candidate(holder(tree))[-1]",
        "largest": "candidate([expr.lift(True), tree])",
    }[form]
    extra = ""
    if form == "conditions":
        extra = "got = candidate(holder(e1, e3))\nassert len(got) == 2 and got[0] == WANT[0] and got[1] "
        extra += "== WANT[2]\n"
    elif form == "largest":
        extra = "assert candidate([]) == 0 and candidate([e2, e1, e3]) == max(WANT[:3])\n"
    wants = {
        "render": ["((a & 5) < b)", "!(bit && ((a ^ b) == c))", "((~b + 1) | a)", "bit"],
        "operators": [2, 4, 3, 0],
        "nodes": [6, 9, 6, 1],
        "depth": [3, 5, 4, 1],
        "constants": [[5], [], [1], []],
        "postfix": [["BIT_AND", "LESS"], ["BIT_XOR", "EQUAL", "LOGIC_AND"], ["ADD", "BIT_OR"], []],
        "widths": [{2, 3}, {3}, {3}, set()],
        "bools": "[tally(e, lambda x: x.type == types.Bool()) for e in trees]",
        "leaves": "[tally(e, lambda x: isinstance(x, (expr.Var, expr.Value))) for e in trees]",
        "casts": "[tally(e, lambda x: isinstance(x, expr.Cast)) for e in trees]",
    }[kind]
    if kind == "nodes":
        wants = "[count(e) for e in trees]"
    elif kind == "depth":
        wants = "[count(e, True) for e in trees]"
    imports = "from qiskit.circuit.classical import expr" + (", types" if "types." in body else "")
    if form in ("condition", "conditions"):
        imports = f"from qiskit import QuantumCircuit\n{imports}"
    narrow = ("small", 1) if kind in ("widths", "casts") else ("a", 5)
    types_ = ", types" if "types." in body else ""
    nodes = "Value, Var, Unary, Binary and Cast nodes"
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            f"{texts[form]} Trees consist of {nodes}"
            + ("; the binary operators are & | ^ < == && +." if kind == "render" else "."),
            f"I am analysing run-time conditions. {texts[form]} (Only {nodes} occur"
            + (", with the binary operators & | ^ < == && +.)" if kind == "render" else ".)"),
            f"Using the visitor of `qiskit.circuit.classical.expr` (expr{types_}): {texts[form]} It has "
            f"to cope with {nodes}"
            + ("; binary operators & | ^ < == && +." if kind == "render" else "."),
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import ClassicalRegister, Clbit
from qiskit.circuit.classical import expr, types
a, b, c, bit = ClassicalRegister(3, "a"), ClassicalRegister(3, "b"), ClassicalRegister(3, "c"), Clbit()
small = ClassicalRegister(2, "a")
e1 = expr.less(expr.bit_and({narrow[0]}, {narrow[1]}), b)
e2 = expr.logic_not(expr.logic_and(bit, expr.equal(expr.bit_xor(a, b), c)))
e3 = expr.bit_or(expr.add(expr.bit_not(b), 1), a)
trees = [e1, e2, e3, expr.lift(bit), expr.cast(e3, types.Bool())]
def count(e, deep=False):
    parts = [getattr(e, name) for name in ("left", "right", "operand") if hasattr(e, name)]
    inner = [count(part, deep) for part in parts]
    return 1 + (max(inner, default=0) if deep else sum(inner))
def pairwise(got, e):
    first, second = got
    assert second == tally(e, lambda x: isinstance(x, expr.Var))
    return first
def tally(e, rule):
    parts = [getattr(e, name) for name in ("left", "right", "operand") if hasattr(e, name)]
    return int(rule(e)) + sum(tally(part, rule) for part in parts)
def holder(*conditions):
    qc = QuantumCircuit(1)
    for register in (a, b, c, small):
        if register.name not in [r.name for r in qc.cregs]:
            qc.add_register(register)
    if any(x in (small[0],) for e in conditions for x in bits(e)):
        qc = QuantumCircuit(1)
        qc.add_register(small)
        qc.add_register(b)
    qc.add_bits([bit])
    qc.x(0)
    for condition in conditions:
        if condition.type != types.Bool():
            condition = expr.cast(condition, types.Bool())
        with qc.if_test((bit, 1)):
            qc.x(0)
        with qc.if_test(condition):
            qc.x(0)
    return qc
def bits(e):
    return [x for v in expr.iter_vars(e)
        for x in (v.var if isinstance(v.var, ClassicalRegister) else [v.var])]
WANT = {wants}
for tree, want in zip(trees, WANT):
    if {form in ("condition", "conditions")} and tree.type != types.Bool():
        continue
    got = {call}
    assert got == want
""".replace("got == want", "got == want" if form != "largest" else "got == max(want, WANT[3])")
        + (
            extra
            if form != "conditions"
            else "qc = holder(trees[1], trees[3])\ngot = candidate(qc)\nassert got == [WANT[1], WANT[3]]\n"
        ),
        params={"question": kind, "form": form},
    )
