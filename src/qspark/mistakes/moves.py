"""Names that were moved, renamed or removed: imports, and uses by a dotted path."""

import ast
import re
from collections.abc import Iterator

from qspark.mistakes.catalogue import CATALOGUE, Mistake, Severity
from qspark.mistakes.patterns import dotted
from qspark.mistakes.program import Finding, Fix, Import, Program
from qspark.mistakes.source import Edit

_FROM = re.compile(r"from\s+([\w.]+)\s+import\b")
_BY_PATH: dict[str, Mistake] = {
    old: mistake for mistake in CATALOGUE.values() for old in mistake.moves
}


def moved(path: str) -> tuple[Mistake, str] | None:
    """The mistake that speaks of a dotted path or something that it is in, and what it names."""
    known = path
    while known:
        if known in _BY_PATH:
            return _BY_PATH[known], known
        known = known.rpartition(".")[0]
    return None


def new_path(program: Program, mistake: Mistake, known: str, path: str) -> str:
    """Where a path is now; "" if nowhere. The first of several places that exists."""
    rest = path[len(known) :]
    name = path.rpartition(".")[2]
    for target in filter(None, mistake.moves[known].split("|")):
        new = target.format(name=name) if "{" in target else target + rest
        if program.index.resolve(new) or new.partition(".")[0] not in program.index.modules:
            return new
    return ""


def find_moves(program: Program) -> Iterator[Finding]:
    """Findings of every import, and of every path of attributes, that is not there any more."""
    for node in program.nodes:
        match node:
            case ast.ImportFrom(level=0) if node.module:
                for alias in node.names:
                    yield from _imported(program, node, alias, f"{node.module}.{alias.name}")
            case ast.Import():
                for alias in node.names:
                    yield from _imported(program, node, alias, alias.name)
            case ast.Name(ctx=ast.Load()):
                yield from _starred(program, node)
            case ast.Attribute():
                parent = program.parents.get(node)
                if not isinstance(parent, ast.Attribute):
                    yield from _used(program, node)


def _level(program: Program, mistake: Mistake, path: str) -> Severity | None:
    level = mistake.level(program.index.version)
    if level is None or (level == "error" and program.index.resolve(path)):
        return None
    return level


def _imported(
    program: Program, statement: ast.Import | ast.ImportFrom, alias: ast.alias, path: str
) -> Iterator[Finding]:
    found = moved(path)
    if found is None or path.endswith(".*"):
        return
    mistake, known = found
    level = _level(program, mistake, path)
    if level is None:
        return
    new = new_path(program, mistake, known, path)
    fix = fix_import(program, statement, alias, path, new, mistake.safe)
    say = f"{path}: {mistake.explanation}"
    yield program.finding(mistake.id, level, say, alias, fix, f"use {new}" if new else "")


def fix_import(
    program: Program, statement: ast.Import | ast.ImportFrom, alias: ast.alias, path: str,
    new: str, safe: bool,
) -> Fix | None:  # fmt: skip
    """The fix that imports a name from a new path; with "" it is dropped if nothing uses it."""
    local = alias.asname or alias.name
    uses = _uses(program, local, path)
    if not new:
        if uses or not isinstance(statement, ast.ImportFrom):
            return None
        return Fix(tuple(without(program, statement, alias)), (), safe, late=True)
    module, _, name = new.rpartition(".")
    if isinstance(statement, ast.Import):
        if not alias.asname:
            # import a.b.c: every use spells the path out, and is a finding of its own
            return (
                Fix((Edit(*program.source.span(alias), new),), (), safe, late=True)
                if uses
                else None
            )
        edits = [Edit(*program.source.span(alias), f"{new} as {alias.asname}")]
        return Fix(tuple(edits), (), safe, late=True) if new in program.index.modules else None
    keep = alias.asname or ""
    if not keep and name != alias.name:
        # Rename the uses, unless the new name means something else here.
        known = program.inference.imports.get(name)
        free = name not in program.inference.bound or (
            known is not None and program.index.resolve(known) == program.index.resolve(new)
        )
        keep = "" if free and _single(program, alias.name) else alias.name
        if not keep:
            renamed = [Edit(*program.source.span(use), name) for use in uses]
            return _replaced(program, statement, alias, Import(module, name), renamed, safe)
    return _replaced(program, statement, alias, Import(module, name, keep), [], safe)


def _replaced(
    program: Program, statement: ast.ImportFrom, alias: ast.alias, new: Import,
    more: list[Edit], safe: bool,
) -> Fix:  # fmt: skip
    """Import something else in the place of an alias."""
    if len(statement.names) == 1:
        edit = Edit(*program.source.span(statement), str(new))
        return Fix((edit, *more), (), safe, late=True)
    if not more and (whole := _moved_whole(program, statement, new.module)):
        return Fix((whole,), (), safe, late=True)
    edits = [*without(program, statement, alias), *more]
    if statement in program.source.tree.body:
        return Fix(tuple(edits), (new,), safe, late=True)
    indent = program.source.indent(statement)
    at = program.source.span(statement)[0]
    edits.append(Edit(at, at, f"{new}{program.source.newline}{indent}"))
    return Fix(tuple(edits), (), safe, late=True)


def _moved_whole(program: Program, statement: ast.ImportFrom, module: str) -> Edit | None:
    """The edit of the module's name, where every name of an import moved to one module."""
    for alias in statement.names:
        path = f"{statement.module}.{alias.name}"
        found = moved(path)
        if found is None or _level(program, found[0], path) is None:
            return None
        if new_path(program, *found, path) != f"{module}.{alias.name}":
            return None
    start, end = program.source.span(statement)
    named = _FROM.match(program.source.text, start, end)
    return Edit(*named.span(1), module) if named else None


def _single(program: Program, name: str) -> bool:
    """Whether a name is only ever bound by one import."""
    bound = 0
    for node in program.nodes:
        if isinstance(node, ast.alias):
            bound += (node.asname or node.name) == name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound += node.id == name
        elif isinstance(node, ast.arg):
            bound += node.arg == name
    return bound == 1


def _uses(program: Program, local: str, path: str) -> list[ast.Name]:
    head = local.partition(".")[0]
    return [
        node
        for node in program.reads
        if node.id == head and program.inference.of(node).origin in (path, head)
    ]


def without(
    program: Program, statement: ast.ImportFrom | ast.Import, alias: ast.alias
) -> list[Edit]:
    """Edits that take one name out of an import statement."""
    source, names = program.source, statement.names
    place = names.index(alias)
    if len(names) == 1:
        start, end = source.span(statement)
        parent = program.parents[statement]
        body = next(
            (b for b in (getattr(parent, f, None) for f in ("body", "orelse", "finalbody"))
             if isinstance(b, list) and statement in b), []
        )  # fmt: skip
        if len(body) == 1 and not isinstance(parent, ast.Module):
            return [Edit(start, end, "pass")]
        line_start = start - len(source.indent(statement))
        tail = source.text[end : end + 2]
        if source.stands_alone(statement) and not source.text[end:].lstrip(" \t").startswith("#"):
            end += len(source.text[end:]) - len(source.text[end:].lstrip(" \t"))
            tail = source.text[end : end + 2]
            end += 2 if tail == "\r\n" else len(tail[:1]) if tail[:1] in "\r\n" else 0
            return [Edit(line_start, end, "")]
        semicolon = source.text[end:].lstrip(" \t")
        if semicolon.startswith(";"):
            end = len(source.text) - len(semicolon) + 1
            end += len(source.text[end:]) - len(source.text[end:].lstrip(" \t"))
        return [Edit(start, end, "")]
    if place + 1 < len(names):
        return [Edit(source.span(alias)[0], source.span(names[place + 1])[0], "")]
    return [Edit(source.span(names[place - 1])[1], source.span(alias)[1], "")]


def _starred(program: Program, node: ast.Name) -> Iterator[Finding]:
    """A name that a star import brought in earlier versions."""
    path = program.inference.starred.get(node.id, "")
    if (
        not path
        or node.id in program.inference.imports
        or program.inference.of(node).origin != path
        or program.index.resolve(path)
    ):
        return
    found = moved(path)
    level = found[0].level(program.index.version) if found else None
    if found is None or level is None:
        return
    mistake, known = found
    new = new_path(program, mistake, known, path)
    module, _, name = new.rpartition(".")
    fix = Fix((), (Import(module, name),), mistake.safe) if new and name == node.id else None
    say = f"{path}: {mistake.explanation}"
    yield program.finding(mistake.id, level, say, node, fix, f"use {new}" if new else "")


def _used(program: Program, node: ast.Attribute) -> Iterator[Finding]:
    """A path such as `qiskit.Aer.get_backend` after `import qiskit`."""
    path = dotted(node)
    origin = program.inference.of(node).origin
    if not path or not origin:
        return
    found = moved(origin)
    if found is None:
        return
    mistake, known = found
    parts = known.count(".") + 1
    root = program.inference.imports.get(path.partition(".")[0], "")
    if root and moved(root) is not None:
        return  # the import itself is the finding
    inner: ast.expr = node
    while (
        isinstance(inner, ast.Attribute) and program.inference.of(inner).origin.count(".") >= parts
    ):
        inner = inner.value
    level = _level(program, mistake, known)
    if level is None or not isinstance(inner, ast.Attribute):
        return
    new = new_path(program, mistake, known, known)
    fix = None
    if new:
        text, needed = program.name_of(new)
        edit = Edit(*program.source.span(inner), text)
        fix = Fix((edit,), (needed,) if needed else (), mistake.safe)
    yield program.finding(
        mistake.id,
        level,
        f"{known}: {mistake.explanation}",
        inner,
        fix,
        f"use {new}" if new else "",
    )
