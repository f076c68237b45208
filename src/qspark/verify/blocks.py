"""Fenced blocks of an answer, and which of them make the program."""

import ast
import builtins
import re
from collections.abc import Container
from dataclasses import dataclass

from qspark.tasks.syntax import parse
from qspark.verify.assemble import defines, only_imports

FENCE = re.compile(r"^([ \t]*)(```+|~~~+)[ \t]*([^\s`]*)[^`]*$")


@dataclass(frozen=True)
class Fenced:
    """An answer seen as fenced blocks: the text before the first; (label, body) of each; whether
    the last is closed.
    """

    before: str
    blocks: list[tuple[str, str]]
    closed: bool


def fenced(answer: str) -> Fenced:
    """The fenced blocks of an answer. The last may lack its end, or have it behind its last line."""
    before: list[str] = []
    blocks: list[tuple[str, int, list[str]]] = []
    mark = ""
    for line in answer.split("\n"):
        match = FENCE.match(line)
        if not mark and match:
            mark = match[2]
            blocks.append((match[3].lower().strip("{}."), len(match[1]), []))
        elif mark and match and match[2].startswith(mark) and not match[3]:
            mark = ""
        elif mark:
            blocks[-1][2].append(line)
        elif not blocks:
            before.append(line)
    if mark and blocks:
        lines = "\n".join(blocks[-1][2]).rstrip()
        if lines.endswith(mark):
            blocks[-1] = (*blocks[-1][:2], [lines.removesuffix(mark)])
            mark = ""
    bodies = [(label, _moved("\n".join(lines), width)) for label, width, lines in blocks]
    return Fenced("\n".join(before), bodies, not mark)


def _moved(body: str, width: int) -> str:
    """The body of a fence that is indented, in a list say, moved left by as much."""
    lines = body.split("\n")
    if not width or any(line.strip() and line[:width].strip() for line in lines):
        return body
    return "\n".join(line[width:] for line in lines)


def choose(blocks: list[str], entry_point: str, given: Container[str]) -> str:
    """One program of several blocks: the last that defines the entry point, with what it needs.

    What it needs are earlier blocks of imports, and the imports, functions, classes and constants
    of other blocks for names that neither it nor the task (`given`) has. Without a block that
    defines the entry point, all of them.
    """
    for number in reversed(range(len(blocks))):
        if defines(blocks[number], entry_point):
            imports = [block for block in blocks[:number] if only_imports(block)]
            whole = "\n".join([*imports, blocks[number]])
            nearest = [*reversed(range(number)), *range(number + 1, len(blocks))]
            return "\n".join([*_missing(whole, blocks, nearest, {entry_point}, given), whole])
    return "\n".join(blocks)


def _missing(
    program: str, blocks: list[str], nearest: list[int], never: set[str], given: Container[str]
) -> list[str]:
    """Definitions in other blocks of names that a program uses and has not, in their order.

    Where several define a name, the first of the `nearest` blocks does; names in `never` are not
    asked for.
    """
    offers: dict[str, tuple[int, int, ast.stmt]] = {}
    for number in nearest:
        tree = parse(blocks[number])
        for place, statement in enumerate(tree.body if tree else []):
            for name in _offered(statement):
                offers.setdefault(name, (number, place, statement))
    taken: dict[tuple[int, int], str] = {}
    wanted = _unbound(program, given) - never
    while wanted:
        number, place, statement = offers.get(wanted.pop(), (-1, -1, ast.Pass()))
        if number >= 0 and (number, place) not in taken:
            taken[number, place] = ast.unparse(statement)
            wanted |= _unbound(taken[number, place], given) - never
    return [source for _, source in sorted(taken.items())]


def _offered(statement: ast.stmt) -> list[str]:
    """Names that a statement defines without running anything: imports, definitions, constants."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).split(".")[0] for alias in statement.names]
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        try:
            ast.literal_eval(statement.value)
        except ValueError:
            return []
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _unbound(source: str, given: Container[str]) -> set[str]:
    """Names that a source text reads and nowhere binds."""
    tree = parse(source)
    nodes = list(ast.walk(tree)) if tree else []
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.name for node in nodes if isinstance(node, ast.ExceptHandler) and node.name}
    for node in nodes:
        if isinstance(node, ast.stmt):
            bound.update(_offered(node))
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return {name for name in read - bound if not hasattr(builtins, name) and name not in given}
