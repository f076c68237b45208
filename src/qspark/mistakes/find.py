"""Everything that is wrong in one program, as findings."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from qspark.mistakes import migration, names, rules
from qspark.mistakes.catalogue import CATALOGUE, Mistake, Rewrite
from qspark.mistakes.guards import excused, is_excused, narrowed
from qspark.mistakes.moves import find_moves
from qspark.mistakes.patterns import Match, compiled, head
from qspark.mistakes.program import Finding, Fix, Program
from qspark.mistakes.source import Edit
from qspark.mistakes.symbols import Index, installed_index

_IGNORE = re.compile(r"#\s*qspark:\s*ignore(?:\[([\w\s,-]*)\])?")
_OF_SOME_KINDS = {"B16", "B17"}  # attributes that operations lost, save those of some classes
_WORD = re.compile(r"qiskit")

_REWRITES: dict[str, list[tuple[Mistake, Rewrite]]] = defaultdict(list)
for _mistake in CATALOGUE.values():
    for _rewrite in _mistake.rewrites:
        _key = head(_rewrite.find) or type(compiled(_rewrite.find)).__name__
        _REWRITES[_key].append((_mistake, _rewrite))


def check_source(text: str, index: Index | None = None, name: str = "<text>") -> list[Finding]:
    """The findings in a source text, in the order of their places. Raises SourceError.

    `index` says which Qiskit the program is for; without it, the one that is installed.
    """
    index = index or installed_index()
    return findings(Program(text, index, name))


def findings(program: Program) -> list[Finding]:
    """The findings of a program, without those that its comments ask to ignore."""
    if not _WORD.search(program.source.text):
        return []
    spans, kinds, asked = excused(program), narrowed(program), _ignored(program)
    found = [*find_moves(program), *_rewritten(program), *rules.find_by_rules(program)]
    said = bytearray(len(program.source.text) + 1)  # 1 where the catalogue has spoken
    for f in found:
        said[f.start : f.end] = b"\1" * (f.end - f.start)
    lines = {f.line for f in found}
    for extra in names.find_names(program):
        if said.find(1, extra.start, extra.end) < 0:
            found.append(extra)
            lines.add(extra.line)
            said[extra.start : extra.end] = b"\1" * (extra.end - extra.start)
    found += [f for f in migration.find_migrations(program) if f.line not in lines]
    unique: dict[tuple[str, int], Finding] = {}  # of one kind at one place, the one that mends
    for f in found:
        other = unique.get((f.id, f.start))
        if other is None or (bool(f.fix), f.end) > (bool(other.fix), other.end):
            unique[f.id, f.start] = f
    kept = [
        f
        for f in unique.values()
        if not _is_ignored(f, asked)
        and not is_excused(f, spans + kinds if f.id in _OF_SOME_KINDS else spans)
    ]
    return sorted(kept, key=lambda f: (f.start, f.end, f.id))


def _rewritten(program: Program) -> Iterator[Finding]:
    strict, loose = program.matcher(False), program.matcher(True)
    for node in program.nodes:
        if not isinstance(node, ast.expr):
            continue
        for mistake, rewrite in _candidates(program, node):
            level = mistake.level(program.index.version)
            if level is None:
                continue
            if rewrite.statement and node not in program.statements:
                continue
            defined = head(rewrite.find) in program.inference.bound
            matcher = loose if rewrite.loose and not defined else strict
            match = matcher.match(rewrite.find, node, rewrite.types)
            if match is None or (matcher is loose and _is_own(match)):
                continue
            fix, text = _fix(program, mistake, rewrite, match)
            yield program.finding(mistake.id, level, mistake.explanation, node, fix, text)
            break


def _candidates(program: Program, node: ast.expr) -> Iterator[tuple[Mistake, Rewrite]]:
    yield from _REWRITES.get(type(node).__name__, ())
    outer: ast.AST = node.func if isinstance(node, ast.Call) else node
    if isinstance(outer, ast.Attribute):
        yield from _REWRITES.get(outer.attr, ())
    elif isinstance(node, ast.Call) and isinstance(outer, ast.Name):
        origin = program.inference.of(outer).origin
        own, known = origin.rpartition(".")[2], program.index.resolve(origin).rpartition(".")[2]
        yield from _REWRITES.get(own, ())
        if known != own:
            yield from _REWRITES.get(known, ())
    elif isinstance(node, ast.Subscript):
        yield from _REWRITES.get("[]", ())


def _is_own(match: Match) -> bool:
    """Whether a hole is `self`: a class of the program itself, with attributes of its own."""
    return any(isinstance(held, ast.Name) and held.id == "self" for held in match.holes.values())


def _fix(
    program: Program, mistake: Mistake, rewrite: Rewrite, match: Match
) -> tuple[Fix | None, str]:
    if not rewrite.fix:
        return None, ""
    text, imports = program.write(rewrite.fix, match)
    node = match.node
    if rewrite.statement:
        statement = program.statements[node]  # type: ignore[index]
        if "\n" in text:
            if not program.source.stands_alone(statement):
                return None, text
            indent = program.source.indent(statement)
            text = text.rstrip("\n").replace("\n", program.source.newline + indent)
    start, end = program.source.span(node)
    return Fix((Edit(start, end, text),), imports, mistake.safe), f"use {text}"


def _ignored(program: Program) -> dict[int, set[str]]:
    """The lines with a comment that asks for quiet, and the ids that it names (none: all)."""
    asked = {}
    for number, line in enumerate(program.source.lines, start=1):
        if found := _IGNORE.search(line):
            named = found[1].split(",") if found[1] else []
            asked[number] = {part.strip().upper() for part in named}
    return asked


def _is_ignored(finding: Finding, asked: dict[int, set[str]]) -> bool:
    return any(
        line in asked and (not asked[line] or finding.id in asked[line])
        for line in (finding.line, finding.end_line)
    )
