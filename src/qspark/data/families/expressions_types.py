"""Classical expressions: types and conditions of the old form."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.expressions import LEAVES

_QUERIES = {
    "order": ("types.order({}, {}).name", "the name of the member of `types.Ordering` that says how {} "
                                          "compares with {}"),
    "cast": ("types.cast_kind({}, {}).name", "the name of the `types.CastKind` of a cast from {} to {}"),
    "sub": ("types.is_subtype({}, {})", "whether {} is a subtype of {} (equal types included)"),
    "strict_sub": ("types.is_subtype({}, {}, strict=True)", "whether {} is a proper subtype of {}"),
    "super": ("types.is_supertype({}, {})", "whether {} is a supertype of {} (equal types included)"),
    "strict_super": ("types.is_supertype({}, {}, strict=True)", "whether {} is a proper supertype of {}"),
    "safe": (
        "types.cast_kind({}, {}) in (types.CastKind.EQUAL, types.CastKind.IMPLICIT, types.CastKind.LOSSLESS)",
        "whether every value of type {} survives a cast to {} unchanged or is cast implicitly (cast "
        "kinds EQUAL, "
        "IMPLICIT and LOSSLESS)",
    ),
    "kinds": ("len({{t.kind for t in pair}}) == 1", "whether {} and {} are of the same kind, whatever "
                                                    "their widths"),
    "ordered": ("types.order(*pair) is not types.Ordering.NONE", "whether {} and {} can be ordered at all"),
}  # fmt: skip


@family(
    "expressions",
    "basic",
    oracle="value",
    skills=("classical-types",),
    why="Uint types are ordered by width; Bool, Float and Duration are ordered with nothing but themselves.",
)
def type_relations(rng: Random) -> Instance:
    """Questions about two classical types, several answers in one dict."""
    chosen = rng.sample(sorted(_QUERIES), rng.randint(2, 3))
    wider = rng.random() < 0.4
    keys = {name: rng.choice([name, f"{name}_ab", f"rel_{name}"]) for name in chosen}
    lines, said, want = [], [], []
    for name in chosen:
        code, words = _QUERIES[name]
        pair = rng.choice([("a", "b"), ("b", "a")])
        if name in ("kinds", "ordered"):
            pair = ("a", "b")
        lines.append(f'    "{keys[name]}": {code.format(*pair)},')
        said.append(f"'{keys[name]}': {words.format(*(f'`{p}`' for p in pair))}")
        want.append(f'"{keys[name]}": {_INDEPENDENT[name].format(*pair)},')
    body = "return {\n" + "\n".join(lines) + "\n}"
    if wider:
        body = "facts = " + body.removeprefix("return ")
        body += "\nif types.order(*pair) is not types.Ordering.NONE:"
        body += '\n    facts["wider"] = types.greater(*pair)'
        body += "\nreturn facts"
        said.append(
            "'wider': the greater of the two types (this key only where they can be ordered)"
        )
    if "pair" in body:
        body = f"pair = a, b\n{body}"
    text = "; ".join(said)
    return Instance(
        entry_point=rng.choice(["compare_types", "type_facts", "relate"]),
        signature="(a: types.Type, b: types.Type) -> dict",
        asks=(
            "For two classical types `a` and `b` of Qiskit's expression system return a dict with these "
            f"entries: {text}.",
            f"I write a checker for typed circuits. Given types `a` and `b`, tell me, as a dict: {text}.",
            "Using `qiskit.circuit.classical.types`, build a dict about `a` and `b` with exactly the "
            f"keys described: {text}.",
        ),
        imports="from qiskit.circuit.classical import types",
        body=body,
        test=f"""
from qiskit.circuit.classical import types
every = [types.Bool(), types.Uint(2), types.Uint(5), types.Uint(9), types.Float(), types.Duration()]
def rank(t):
    return t.width if isinstance(t, types.Uint) else 0
def order(a, b):
    if type(a) is not type(b):
        return "NONE"
    return "EQUAL" if a == b else "LESS" if rank(a) < rank(b) else "GREATER"
def cast(a, b):
    if a == b:
        return "EQUAL"
    return _CASTS[type(a).__name__, type(b).__name__, rank(a) > rank(b)]
{_CASTS}
for a in every:
    for b in every:
        want = {{{" ".join(want)}}}
        if {wider} and order(a, b) != "NONE":
            want["wider"] = max(a, b, key=rank)
        got = candidate(a, b)
        assert got == want and isinstance(got, dict)
""",
        params={"asked": chosen, "wider": wider},
    )


_INDEPENDENT = {
    "order": "order({}, {})",
    "cast": "cast({}, {})",
    "sub": 'order({}, {}) in ("LESS", "EQUAL")',
    "strict_sub": 'order({}, {}) == "LESS"',
    "super": 'order({}, {}) in ("GREATER", "EQUAL")',
    "strict_super": 'order({}, {}) == "GREATER"',
    "safe": 'cast({}, {}) in ("EQUAL", "IMPLICIT", "LOSSLESS")',
    "kinds": "type({}) is type({})",
    "ordered": 'order({}, {}) != "NONE"',
}


_CASTS = """
_CASTS = {
    ('Bool', 'Uint', False): 'LOSSLESS',
    ('Bool', 'Float', False): 'LOSSLESS',
    ('Bool', 'Duration', False): 'NONE',
    ('Uint', 'Bool', True): 'IMPLICIT',
    ('Uint', 'Uint', False): 'LOSSLESS',
    ('Uint', 'Float', True): 'DANGEROUS',
    ('Uint', 'Duration', True): 'NONE',
    ('Uint', 'Uint', True): 'DANGEROUS',
    ('Float', 'Bool', False): 'DANGEROUS',
    ('Float', 'Uint', False): 'DANGEROUS',
    ('Float', 'Duration', False): 'NONE',
    ('Duration', 'Bool', False): 'NONE',
    ('Duration', 'Uint', False): 'NONE',
    ('Duration', 'Float', False): 'NONE',
}
"""


@family(
    "expressions",
    "intermediate",
    oracle="value",
    skills=("classical-expressions",),
    why="A legacy condition (bit or register, value) becomes an expression with lift_legacy_condition.",
)
def combined_conditions(rng: Random) -> Instance:
    """Join a list of (bit or register, value) conditions into one expression."""
    how = rng.choice(["all", "any", "parity", "none", "not_all"])
    start = rng.choice(["reduce", "loop"])
    strict = rng.choice(["", "skip", "extra"])
    join = {
        "all": "logic_and",
        "none": "logic_or",
        "any": "logic_or",
        "parity": "bit_xor",
        "not_all": "logic_and",
    }[how]
    negate = how in ("none", "not_all")
    each = rng.choice(["", "inverted", "backwards"])
    single = "expr.lift_legacy_condition(pair)"
    if each == "inverted":
        single = f"expr.logic_not({single})"
    source = "pairs"
    if strict == "skip":
        source = "list(filter(None, pairs))"
    if each == "backwards":
        source = f"reversed({source})"
    head = f"terms = [{single} for pair in {source}]\n"
    if strict == "extra":
        head += "terms.append(expr.lift(flag))\n"
    if start == "reduce":
        body = head + f"joined = reduce(expr.{join}, terms)\n"
        imports = "from functools import reduce\n\n"
    else:
        body = (
            head
            + f"joined = terms[0]\nfor term in terms[1:]:\n    joined = expr.{join}(joined, term)\n"
        )
        imports = ""
    body += "return expr.logic_not(joined)" if negate else "return joined"
    words = {
        "all": "true exactly when all conditions hold",
        "any": "true exactly when at least one condition holds",
        "parity": "true exactly when an odd number of conditions hold",
        "none": "true exactly when no condition holds",
        "not_all": "true exactly when at least one condition fails",
    }[how]
    note = {
        "": "",
        "skip": " Entries of the list that are None are left out.",
        "extra": " The clbit `flag` counts as one more condition (that it is 1), after the others.",
    }[strict]
    note += {
        "": " Operands keep the order of the list.",
        "inverted": " Here a condition counts as holding when the bit or register does NOT have the value. "
        "Operands keep the order of the list.",
        "backwards": " The last condition of the list shall become the first operand, and so on backwards.",
    }[each]
    final = {
        "all": "all(hold)", "any": "any(hold)", "parity": "sum(hold) % 2 == 1", "none": "not any(hold)",
        "not_all": "not all(hold)",
    }[how]  # fmt: skip
    extra = ", flag: Clbit" if strict == "extra" else ""
    return Instance(
        entry_point=rng.choice(["join_conditions", "merge_conditions", "combine"]),
        signature=f"(pairs: list{extra}) -> expr.Expr",
        asks=(
            "`pairs` is a list of old-style conditions, each a tuple (clbit or classical register, "
            "integer). Turn them "
            f"into one expression that is {words}.{note}",
            "Migrate my conditions: from a list `pairs` of (bit or register, value) tuples make a "
            "single `expr.Expr` of "
            f"type Bool, {words}.{note}",
            f"Return a run-time expression, {words}, from `pairs`, whose items are (Clbit or "
            "ClassicalRegister, value) "
            f"as used by `if_test`.{note}",
        ),
        imports=imports
        + ("from qiskit.circuit import Clbit\n" if extra else "")
        + "from qiskit.circuit.classical import expr",
        body=body,
        test=EXACT
        + LEAVES
        + f"""
from itertools import product
from qiskit.circuit import Clbit, ClassicalRegister
a, b = ClassicalRegister(2, "a"), ClassicalRegister(1, "b")
bit, flag = Clbit(), Clbit()
cmap = {{c: i for i, c in enumerate([*a, *b, bit, flag])}}
for pairs in ([(a, 2), (bit, 0), (b, 1)], [(bit, 1), (a, 1)], [(b, 0)]):
    given = [None, *pairs, None] if {strict == "skip"} else list(pairs)
    got = candidate(given{", flag" if extra else ""})
    assert isinstance(got, expr.Expr) and got.type == types.Bool()
    for bits in product((0, 1), repeat=5):
        hold = [worth(pair, cmap, bits, {{}}) != {each == "inverted"} for pair in pairs]
        hold += [bits[4] == 1] if {bool(extra)} else []
        assert bool(worth(got, cmap, bits, {{}})) == bool({final})
    names = [x for x in leaves(got) if isinstance(x, str)]
    order = [getattr(p[0], "name", "bit") for p in pairs][::{-1 if each == "backwards" else 1}]
    assert names == order + ["bit"] * {int(bool(extra))}
""",
        params={"how": how, "form": start, "variant": strict},
        wrong=(
            Wrong(
                "S24",
                body.replace(
                    f"expr.{join}", "expr.logic_or" if join != "logic_or" else "expr.logic_and"
                ),
            ),
        ),
    )
