"""Small semantic changes of a right program: what a strict test must notice.

A mutant differs by one place: a number, the order of two arguments, a dropped statement, a sign, a
comparison, a flag, a bound, a label, a gate. Places that a test has no business to look at (seeds,
optimization levels, tolerances) and arguments that commute are left alone, so that few mutants
mean the same as the program.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from qspark.mistakes.source import Edit, Source, applied
from qspark.tasks.syntax import parse


@dataclass(frozen=True)
class Mutation:
    """A program with one change; `kind` names the operator, `line` is where it was made."""

    program: str
    kind: str
    line: int


# Keywords whose values are free, or change no meaning.
_FREE = re.compile(
    r"seed|optimization_level|tol$|precision|maxiter|method$|device|dpi|figsize|annotated|validate|"
    r"name$|label$|description|style|check|copy|strict|max_parallel|num_processes|trials|callback|"
    r"filename|title|color|options|decimals|include_|digits|approximation_degree"
)
# Calls whose last two arguments commute (up to what a circuit does).
_SYMMETRIC = frozenset({
    "cz", "cp", "cu1", "swap", "iswap", "rzz", "rxx", "ryy", "ccz", "allclose", "isclose",
    "isinstance", "equiv", "max", "min", "gcd", "lcm", "add_edge", "setdefault", "getattr", "zip",
    "CouplingMap", "state_fidelity", "process_fidelity", "average_gate_fidelity",
    "hellinger_fidelity", "hellinger_distance", "commutator", "intersection", "union", "CZGate",
    "SwapGate", "pow", "round", "barrier", "add_register", "anticommutes", "commutes", "vdot",
})  # fmt: skip
_GATES = {
    "h": "x", "x": "h", "y": "h", "z": "x", "s": "sdg", "sdg": "s", "t": "tdg", "tdg": "t",
    "sx": "sxdg", "sxdg": "sx", "rx": "ry", "ry": "rx", "rz": "rx", "cx": "cz", "cz": "cx",
    "crx": "cry", "cry": "crz", "crz": "crx", "cp": "crx", "ccx": "ccz", "rzz": "rxx",
    "rxx": "rzz", "ryy": "rzz", "swap": "iswap", "iswap": "swap", "dot": "compose",
    "tensor": "expand", "expand": "tensor", "min": "max", "max": "min", "argmin": "argmax",
    "argmax": "argmin", "sin": "cos", "cos": "sin", "floor": "ceil", "ceil": "floor",
    "append": "", "prepend": "append", "bit_and": "bit_or", "bit_or": "bit_and",
    "logic_and": "logic_or", "logic_or": "logic_and", "less": "greater", "greater": "less",
    "equal": "not_equal", "not_equal": "equal", "any": "all", "all": "any",
}  # fmt: skip
_GATE_CLASSES = {
    "XGate": "YGate", "YGate": "ZGate", "ZGate": "XGate", "HGate": "XGate", "SGate": "SdgGate",
    "RXGate": "RYGate", "RYGate": "RXGate", "RZGate": "RXGate", "CXGate": "CZGate",
    "CZGate": "CXGate", "TGate": "TdgGate", "SXGate": "SXdgGate",
}  # fmt: skip
_COMPARED = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
_OPERATORS = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.Div: "*", ast.Mod: "+", ast.FloorDiv: "*",
    ast.Pow: "*", ast.BitXor: "|", ast.BitAnd: "|", ast.BitOr: "&", ast.LShift: ">>",
    ast.RShift: "<<",
}  # fmt: skip
_LABEL = re.compile(r"[IXYZ01+\-rl]{2,}")
_UNTOUCHED = (ast.JoinedStr, ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)
# What a statement may call without a circuit or operator being built differently.
_IDLE = frozenset({"print", "barrier", "warn", "seed", "close", "set_option", "simplefilter"})


def mutate(program: str, rng: Random, most: int = 12) -> list[Mutation]:
    """At most `most` mutants in random order, spread over the operators; each parses and is new.

    Whether one fails is not known before it is executed.
    """
    source = Source(program)
    seen = {ast.dump(source.tree)}
    piles: dict[str, list[Mutation]] = {}
    for kind, line, edits in _edits(source):
        text = applied(program, edits)
        tree = parse(text)
        if tree is None or (dump := ast.dump(tree)) in seen:
            continue
        seen.add(dump)
        piles.setdefault(kind, []).append(Mutation(text, kind, line))
    for kind in sorted(piles):
        rng.shuffle(piles[kind])
    order = sorted(piles)
    rng.shuffle(order)
    found: list[Mutation] = []
    while len(found) < most and any(piles.values()):
        for kind in order:
            if piles[kind] and len(found) < most:
                found.append(piles[kind].pop())
    return found


Edits = Iterator[tuple[str, int, list[Edit]]]


def _edits(source: Source) -> Edits:
    for node, free in _places(source.tree):
        if free:
            continue
        if isinstance(node, ast.Constant):
            yield from _constant(source, node)
        elif isinstance(node, ast.Call):
            yield from _call(source, node)
        elif isinstance(node, ast.BinOp):
            yield from _operator(source, node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
            yield "sign", node.lineno, [Edit(*source.span(node), source.segment(node.operand))]
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            yield from _comparison(source, node)
        elif isinstance(node, ast.If | ast.IfExp):
            test = source.segment(node.test)
            if not isinstance(node.test, ast.Compare | ast.UnaryOp):
                yield "condition", node.lineno, [Edit(*source.span(node.test), f"not ({test})")]
        elif isinstance(node, ast.Expr):
            yield from _statement(source, node)
        elif isinstance(node, ast.AugAssign) and type(node.op) in (ast.Add, ast.Sub):
            text = source.segment(node)
            turned = text.replace("+=", "\0").replace("-=", "+=").replace("\0", "-=")
            yield "sign", node.lineno, [Edit(*source.span(node), turned)]


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, bool]]:
    """Every node of the functions and classes with whether it is where nothing may be changed."""

    def walk(node: ast.AST, free: bool, looping: bool) -> Iterator[tuple[ast.AST, bool]]:
        yield node, free
        looping = looping or isinstance(node, ast.While)
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST):
                    continue
                inside = (
                    free
                    or name in ("annotation", "returns", "decorator_list", "ctx", "bases", "type")
                    or (isinstance(child, ast.keyword) and bool(_FREE.search(child.arg or "**")))
                    or isinstance(child, _UNTOUCHED)
                    or (looping and isinstance(child, ast.Expr | ast.AugAssign))
                )
                yield from walk(child, inside, looping)

    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield from walk(statement, False, False)


def _constant(source: Source, node: ast.Constant) -> Edits:
    value, span = node.value, source.span(node)
    if isinstance(value, bool):
        yield "flag", node.lineno, [Edit(*span, str(not value))]
    elif isinstance(value, int):
        yield "number", node.lineno, [Edit(*span, str(value + 1))]
    elif isinstance(value, float) and value:
        yield "number", node.lineno, [Edit(*span, repr(round(value * 1.5 + 0.1, 6)))]
    elif isinstance(value, str) and _LABEL.fullmatch(value) and value != value[::-1]:
        yield "label", node.lineno, [Edit(*span, repr(value[::-1]))]


def _call(source: Source, node: ast.Call) -> Edits:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = name or (node.func.id if isinstance(node.func, ast.Name) else "")
    if name == "range" and node.args:
        last = node.args[min(1, len(node.args) - 1)]
        text = source.segment(last)
        yield "bound", node.lineno, [Edit(*source.span(last), f"{text} - 1")]
        return
    plain = [arg for arg in node.args if not isinstance(arg, ast.Starred)]
    if len(plain) == len(node.args) >= 2 and name not in _SYMMETRIC:
        one, two = node.args[-2:]
        if not isinstance(one, ast.Lambda) and source.segment(one) != source.segment(two):
            edits = [
                Edit(*source.span(one), source.segment(two)),
                Edit(*source.span(two), source.segment(one)),
            ]
            yield "arguments", node.lineno, edits
    if isinstance(node.func, ast.Attribute):
        _, end = source.span(node.func)
        other = _GATES.get(name, "")
        if other:
            yield "gate", node.lineno, [Edit(end - len(name), end, other)]
        if name in ("inverse", "adjoint", "conjugate", "transpose", "reverse_bits"):
            receiver = source.segment(node.func.value)
            yield "dropped-call", node.lineno, [Edit(*source.span(node), receiver)]
    elif name in _GATE_CLASSES:
        yield "gate", node.lineno, [Edit(*source.span(node.func), _GATE_CLASSES[name])]
    elif name == "reversed" and len(node.args) == 1:
        yield "order", node.lineno, [Edit(*source.span(node), source.segment(node.args[0]))]


def _operator(source: Source, node: ast.BinOp) -> Edits:
    other = _OPERATORS.get(type(node.op))
    if other is None or isinstance(node.left, ast.JoinedStr | ast.List | ast.Tuple):
        return
    if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
        return
    left, right = source.segment(node.left), source.segment(node.right)
    yield "operator", node.lineno, [Edit(*source.span(node), f"({left}) {other} ({right})")]


def _comparison(source: Source, node: ast.Compare) -> Edits:
    left, right = source.segment(node.left), source.segment(node.comparators[0])
    other = _COMPARED[type(node.ops[0])]
    yield "comparison", node.lineno, [Edit(*source.span(node), f"({left}) {other} ({right})")]


def _statement(source: Source, node: ast.Expr) -> Edits:
    call = node.value
    if not isinstance(call, ast.Call):
        return
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = name or (call.func.id if isinstance(call.func, ast.Name) else "")
    if name not in _IDLE:
        yield "dropped", node.lineno, [Edit(*source.span(node), "pass")]
