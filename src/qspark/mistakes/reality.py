"""How many of the names of Qiskit that a program uses exist."""

import ast
from collections.abc import Iterator

from qspark.mistakes.program import Program
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import ROOTS, Index, installed_index


def real_names(text: str, index: Index | None = None) -> float | None:
    """The share, 0..1, of the names of Qiskit in a program that the index knows.

    Counted once each, by what they belong to: modules and what is imported from them, and members of
    modules and of values whose class is known. The default index is that of the installed Qiskit.
    None where the text is no Python or names nothing of Qiskit.
    """
    try:
        program = Program(text, index or installed_index())
    except SourceError:
        return None
    known = dict(_names(program))
    return sum(known.values()) / len(known) if known else None


def _names(program: Program) -> Iterator[tuple[str, bool]]:
    """Dotted paths that the program uses, and whether each exists."""
    index = program.index
    for node in program.nodes:
        match node:
            case ast.ImportFrom(level=0, module=str(module)) if _ours(module):
                if not index.exists(module):
                    yield module, False
                    continue
                for alias in node.names:
                    if alias.name != "*" and not alias.name.startswith("_"):
                        path = f"{module}.{alias.name}"
                        yield path, index.exists(path)
            case ast.Import():
                for alias in node.names:
                    if _ours(alias.name):
                        yield alias.name, index.exists(alias.name)
            case ast.Attribute(ctx=ast.Load()) if not node.attr.startswith("_"):
                path, real = _member(program, node)
                if path:
                    yield path, real


def _ours(path: str) -> bool:
    return path.partition(".")[0] in ROOTS


def _member(program: Program, node: ast.Attribute) -> tuple[str, bool]:
    """The path of an attribute and whether it exists; "" where it is not known what it belongs to."""
    index, base = program.index, program.inference.of(node.value)
    if base.origin and not base.kind:
        at = index.resolve(base.origin) if _ours(base.origin) else ""
        if at in index.modules:
            return f"{at}.{node.attr}", bool(index.resolve(f"{at}.{node.attr}"))
    else:
        at = base.kind
    known = index.classes.get(at)
    if known is None or not known["members"]:
        return "", False
    real = known["open"] or node.attr in known["members"]
    return ("", False) if base.guess and not real else (f"{at}.{node.attr}", real)
