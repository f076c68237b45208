"""How a rule says what it has found."""

import ast
from collections.abc import Iterator

from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.program import Finding, Fix, Import, Program
from qspark.mistakes.source import Edit


def report(
    program: Program, id: str, node: ast.AST, edits: list[Edit] | None = None,
    imports: tuple[Import, ...] = (), say: str = "", safe: bool | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """The finding of a kind at a node, where it is a mistake in the program's Qiskit."""
    mistake = CATALOGUE[id]
    level = mistake.level(program.index.version)
    if level is None:
        return
    fix = None
    if edits:
        fix = Fix(tuple(edits), imports, mistake.safe if safe is None else safe)
    said = mistake.explanation
    suggestion = f"use {edits[0].text.strip()}" if edits and edits[0].text.strip() else ""
    yield program.finding(id, level, f"{said} {say}".strip(), node, fix, suggestion)


def replace(program: Program, node: ast.AST, text: str) -> list[Edit]:
    """The edit that writes a text in the place of a node."""
    return [Edit(*program.source.span(node), text)]


def before(program: Program, node: ast.AST, text: str) -> list[Edit] | None:
    """The edit that puts a statement on a line of its own before the one that a node is in."""
    statement: ast.AST | None = node
    while statement is not None and not isinstance(statement, ast.stmt):
        statement = program.parents.get(statement)
    if statement is None or (not program.source.indent(statement) and statement.col_offset):
        return None
    start, _ = program.source.span(statement)
    indent = program.source.indent(statement)
    return [Edit(start, start, f"{text}{program.source.newline}{indent}")]


def without_argument(program: Program, call: ast.Call, word: ast.keyword) -> list[Edit]:
    """The edit that takes a keyword argument out of a call."""
    source = program.source
    everything = sorted([*call.args, *call.keywords], key=lambda a: source.span(a))
    place = everything.index(word)
    start, end = source.span(word)
    if place + 1 < len(everything):
        return [Edit(start, source.span(everything[place + 1])[0], "")]
    if place:
        return [Edit(source.span(everything[place - 1])[1], end, "")]
    return [Edit(start, end, "")]


def method(node: ast.AST) -> str:
    """The name of the method that a call calls, or ""."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return ""


def receiver(node: ast.AST) -> ast.expr:
    """What a method is called on."""
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return node.func.value


def plain(node: ast.AST) -> bool:
    """Whether an expression may be written twice: it has no effect and costs nothing."""
    return isinstance(node, ast.Name | ast.Constant) or (
        isinstance(node, ast.Attribute) and plain(node.value)
    )
