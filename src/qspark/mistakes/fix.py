"""Mending a program: apply what findings propose until nothing is left to apply.

Only the text that a fix speaks of is changed, so formatting and comments stay. Fixes that do not
overlap are applied together, then the program is read again. Imports that a fix needs are added,
and those whose last use it took away are removed.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qspark.mistakes.find import findings
from qspark.mistakes.guards import in_try
from qspark.mistakes.moves import without
from qspark.mistakes.program import Finding, Import, Program
from qspark.mistakes.source import Edit, SourceError, applied
from qspark.mistakes.symbols import Index, installed_index

_MOST_PASSES = 20


@dataclass(frozen=True)
class Fixed:
    """A mended text, the ids of what was mended in order, and the findings that are left."""

    text: str
    applied: tuple[str, ...]
    left: tuple[Finding, ...]


def fix_source(
    text: str, index: Index | None = None, unsafe: bool = False, name: str = "<text>",
    wanted: Callable[[Finding], bool] | None = None,
) -> Fixed:  # fmt: skip
    """Mend a source text. Raises SourceError.

    With `unsafe` also what may change the meaning of a program that runs; `wanted` chooses among
    the findings.
    """
    index = index or installed_index()
    done: list[str] = []
    seen = {text}
    program = Program(text, index, name)
    for _ in range(_MOST_PASSES):
        found = findings(program)
        chosen = [
            f for f in found if f.fix and (f.fix.safe or unsafe) and (wanted is None or wanted(f))
        ]
        early = [f for f in chosen if f.fix and not f.fix.late]
        new, taken = apply_fixes(program, early or chosen)
        if new == text or new in seen:
            break
        try:
            program = Program(new, index, name)
        except SourceError:
            break  # a fix that breaks the syntax is not taken
        text = new
        seen.add(text)
        done += [f.id for f in taken]
    return Fixed(text, tuple(done), tuple(findings(program)))


def apply_fixes(program: Program, chosen: Iterable[Finding]) -> tuple[str, list[Finding]]:
    """The text after the fixes of some findings, and those that were applied.

    Of fixes that overlap the outermost is applied.
    """
    taken: list[Finding] = []
    edits: dict[Edit, None] = {}
    occupied = _Taken(len(program.source.text))
    imports: set[Import] = set()
    for finding in sorted(chosen, key=lambda f: (f.start, -f.end)):
        assert finding.fix is not None
        new = [e for e in finding.fix.edits if e not in edits]
        if any(occupied.overlaps(edit) for edit in new):
            continue
        edits |= dict.fromkeys(new)
        for edit in new:
            occupied.add(edit)
        imports |= set(finding.fix.imports)
        taken.append(finding)
    if not taken:
        return program.source.text, []
    added = [edit for edit in _additions(program, imports) if edit.text]
    text = applied(program.source.text, [*edits, *added])
    return _pruned(program, text), taken


class _Taken:
    """Which characters edits replace, and where they insert: whether another one overlaps them."""

    def __init__(self, length: int):
        self._replaced = bytearray(length + 1)
        self._inside = bytearray(length + 1)  # behind the first character of an edit
        self._inserts = bytearray(length + 1)

    def add(self, edit: Edit) -> None:
        if edit.start == edit.end:
            self._inserts[edit.start] = 1
            return
        length = edit.end - edit.start
        self._replaced[edit.start : edit.end] = b"\1" * length
        self._inside[edit.start + 1 : edit.end] = b"\1" * (length - 1)

    def overlaps(self, edit: Edit) -> bool:
        if edit.start == edit.end:
            return bool(self._inserts[edit.start] or self._inside[edit.start])
        replaced = self._replaced.find(1, edit.start, edit.end) >= 0
        return replaced or self._inserts.find(1, edit.start + 1, edit.end) >= 0


def _additions(program: Program, imports: set[Import]) -> list[Edit]:
    """Edits that add imports: to a statement that is there, or as new lines after the others."""
    source, edits, lines = program.source, [], []
    added: dict[str, list[str]] = {}
    body = source.tree.body
    for new in sorted(imports):
        known = next(
            (
                s
                for s in body
                if isinstance(s, ast.ImportFrom) and s.module == new.module and not s.level
                and new.name and s.names[0].name != "*"
            ),
            None,
        )  # fmt: skip
        if known is None and new.name:
            added.setdefault(new.module, []).append(str(new).partition(" import ")[2])
            continue
        if known is None:
            lines.append(str(new))
            continue
        if any(a.name == new.name and (a.asname or "") == new.alias for a in known.names):
            continue
        at = source.span(known.names[-1])[1]
        alias = f" as {new.alias}" if new.alias and new.alias != new.name else ""
        edits.append(Edit(at, at, f", {new.name}{alias}"))
    lines += [f"from {module} import {', '.join(names)}" for module, names in added.items()]
    if lines:
        at = _import_place(program)
        text = "".join(line + source.newline for line in lines)
        if at and source.text[at - 1] not in "\r\n":
            text = source.newline + text
        edits.append(Edit(at, at, text))
    return edits


def _import_place(program: Program) -> int:
    """Where new imports go: behind the imports at the top, or before the first statement."""
    source, place, past = program.source, 0, False
    for number, statement in enumerate(source.tree.body):
        docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(
            statement.value, ast.Constant
        )  # fmt: skip
        if isinstance(statement, ast.Import | ast.ImportFrom) or docstring:
            end_line = statement.end_lineno or statement.lineno
            place, past = source.offset(end_line, 0) + len(source.lines[end_line - 1]), True
        else:
            break
    if past or not source.tree.body:
        return place
    first = source.tree.body[0]
    line = first.lineno
    for decorator in getattr(first, "decorator_list", []):
        line = min(line, decorator.lineno)
    return source.offset(line, 0)


def _pruned(program: Program, text: str) -> str:
    """Without the imported names that were used before and are not any more."""
    used = _loaded(program.source.tree)
    try:
        after = Program(text, program.index)
    except SourceError:
        return text
    still = _loaded(after.source.tree)
    edits: list[Edit] = []
    for statement in after.nodes:
        if not isinstance(statement, ast.Import | ast.ImportFrom) or in_try(after, statement):
            continue
        for alias in statement.names:
            local = (alias.asname or alias.name).partition(".")[0]
            if local in used and local not in still and not edits:
                edits += without(after, statement, alias)
    if not edits:
        return text
    return _pruned(program, applied(text, edits))


def _loaded(tree: ast.Module) -> set[str]:
    """The names that a program reads, also in its list of exported names."""
    names = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets
        ):
            constants = [c for c in ast.walk(node.value) if isinstance(c, ast.Constant)]
            names |= {c.value for c in constants if isinstance(c.value, str)}
    return names
