"""Python code with holes: matching it against a program, and writing it out again.

    $x        any expression; the same one wherever the name occurs again
    $$rest    what remains of a call's arguments
    $name     after a dot: any attribute

Dotted paths that start at a known package (`qiskit.transpile`, `math.pi`) match whatever refers to
that thing in the program, whichever way it was imported; written out, they become the name by which
the program knows it, with an import where it does not.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from qspark.mistakes.infer import Inference
from qspark.mistakes.source import Source

ROOTS = (
    "qiskit",
    "qiskit_aer",
    "qiskit_ibm_runtime",
    "qiskit_ibm_provider",
    "numpy",
    "math",
    "qiskit_algorithms",
)
_SAME = {"numpy.pi": "math.pi", "cmath.pi": "math.pi", "scipy.pi": "math.pi"}
_HOLE = re.compile(r"\$\$(\w+)|\$(\w+)")
_PATH = re.compile(rf"(?<![\w.\"'])(?:{'|'.join(ROOTS)})(?:\.\w+)+")
_ATOMS = (
    ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Dict, ast.Set, ast.ListComp,
    ast.JoinedStr,
)  # fmt: skip

Bound = ast.expr | str


@dataclass
class Match:
    """Where a pattern was found, and what its holes hold."""

    node: ast.expr | ast.stmt
    holes: dict[str, Bound] = field(default_factory=dict)
    rest: dict[str, list[ast.expr | ast.keyword]] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> ast.expr:
    """The tree of a pattern (one expression)."""
    text = _HOLE.sub(lambda m: f"*_A_{m[1]}" if m[1] else f"_M_{m[2]}", pattern)
    return ast.parse(text.strip(), mode="eval").body


def dotted(node: ast.AST) -> str:
    """The path that a chain of attributes spells; "" for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def head(pattern: str) -> str:
    """The name by which to look for a pattern: its outermost attribute or function, or ""."""
    node = compiled(pattern)
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return "" if node.attr.startswith("_M_") else node.attr
    if isinstance(node, ast.Subscript):
        return "[]"
    return ""


class Matcher:
    """Finds patterns in one program. `accepts(value node, class)` decides on holes with a type."""

    def __init__(self, inference: Inference, accepts: Callable[[ast.expr, str], bool]):
        self.inference = inference
        self.accepts = accepts

    def match(self, pattern: str, node: ast.expr, types: dict[str, str]) -> Match | None:
        """The match of a pattern at a node, or None."""
        found = Match(node)
        if not self._fits(compiled(pattern), node, found):
            return None
        for hole, wanted in types.items():
            held = found.holes.get(hole)
            if isinstance(held, ast.expr) and not self.accepts(held, wanted):
                return None
        return found

    def _fits(self, pattern: ast.AST, node: ast.AST, found: Match) -> bool:
        if isinstance(pattern, ast.Name) and pattern.id.startswith("_M_"):
            assert isinstance(node, ast.expr)
            return self._hold(pattern.id[3:], node, found)
        path = dotted(pattern)
        if path and path.partition(".")[0] in ROOTS and not path.count("_M_"):
            return self._names(node, path)
        if type(pattern) is not type(node):
            return False
        match pattern:
            case ast.Call():
                assert isinstance(node, ast.Call)
                return self._fits(pattern.func, node.func, found) and self._arguments(
                    pattern, node, found
                )
            case ast.Attribute():
                assert isinstance(node, ast.Attribute)
                if pattern.attr.startswith("_M_"):
                    if not self._hold(pattern.attr[3:], node.attr, found):
                        return False
                elif pattern.attr != node.attr:
                    return False
                return self._fits(pattern.value, node.value, found)
            case ast.Constant():
                assert isinstance(node, ast.Constant)
                return type(pattern.value) is type(node.value) and pattern.value == node.value
            case _:
                return self._same_fields(pattern, node, found)

    def _same_fields(self, pattern: ast.AST, node: ast.AST, found: Match) -> bool:
        for name in pattern._fields:
            if name in ("ctx", "kind", "type_comment"):
                continue
            one, two = getattr(pattern, name, None), getattr(node, name, None)
            if isinstance(one, list):
                if not isinstance(two, list) or len(one) != len(two):
                    return False
                if not all(map(lambda a, b: self._field(a, b, found), one, two)):
                    return False
            elif not self._field(one, two, found):
                return False
        return True

    def _field(self, one: object, two: object, found: Match) -> bool:
        if isinstance(one, ast.AST) and isinstance(two, ast.AST):
            return self._fits(one, two, found)
        return one == two

    def _arguments(self, pattern: ast.Call, node: ast.Call, found: Match) -> bool:
        if any(isinstance(a, ast.Starred) for a in node.args):
            return False
        rest: list[ast.expr | ast.keyword] = []
        place, hole = 0, ""
        for wanted in pattern.args:
            if isinstance(wanted, ast.Starred) and dotted(wanted.value).startswith("_A_"):
                hole = dotted(wanted.value)[3:]
                rest += node.args[place:]
                place = len(node.args)
            else:
                if place >= len(node.args) or not self._fits(wanted, node.args[place], found):
                    return False
                place += 1
        if place < len(node.args):
            return False
        given = {word.arg: word for word in node.keywords}
        for word in pattern.keywords:
            name = word.arg
            if name not in given or not self._fits(word.value, given.pop(name).value, found):
                return False
        if given and not hole:
            return False
        if hole:
            found.rest[hole] = [*rest, *given.values()]
        return True

    def _hold(self, name: str, what: Bound, found: Match) -> bool:
        if name in found.holes:
            held = found.holes[name]
            if isinstance(held, str) or isinstance(what, str):
                return held == what
            return ast.dump(held) == ast.dump(what)
        found.holes[name] = what
        return True

    def _names(self, node: ast.AST, path: str) -> bool:
        origin = self.inference.of(node).origin
        if not origin:
            return False
        origin, path = _SAME.get(origin, origin), _SAME.get(path, path)
        if origin == path:
            return True
        index = self.inference.index
        at = index.resolve(path)
        return bool(at) and at == index.resolve(origin)


def written(template: str, match: Match, source: Source, name_of: Callable[[str], str]) -> str:
    """A template with its holes filled and its paths named as the program does."""
    text = _PATH.sub(lambda m: name_of(m[0]), template)

    def fill(found: re.Match[str]) -> str:
        if found[1]:
            parts = [source.segment(part) for part in match.rest.get(found[1], [])]
            return ", ".join(parts) or "\0"
        held = match.holes[found[2]]
        if isinstance(held, str):
            return held
        segment = source.segment(held)
        if isinstance(held, ast.Tuple | ast.GeneratorExp) and not segment.startswith("("):
            segment = f"({segment})"
        if isinstance(held, _ATOMS) or segment.startswith("("):
            return segment
        after, before = text[found.end() : found.end() + 2], text[: found.start()].rstrip()
        if isinstance(held, ast.Constant):
            bare = not isinstance(held.value, int | float) or not after.startswith(".")
            return segment if bare else f"({segment})"
        alone = (not after or after[0] in ",)]}:\n=") and (not before or before[-1] in "(,[{=:")
        return segment if alone else f"({segment})"

    text = _HOLE.sub(fill, text)
    return re.sub(r"(,\s*)?\0(\s*,\s*)?", lambda m: ", " if m[1] and m[2] else "", text)
