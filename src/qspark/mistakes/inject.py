"""Making mistakes in right programs: mutants for the rejected side of preference pairs.

`inject` writes them; `failing` keeps those that were seen to fail.
"""

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qspark.mistakes.catalogue import CATALOGUE, Mistake, Rewrite
from qspark.mistakes.fix import apply_fixes
from qspark.mistakes.injectors import INJECTORS
from qspark.mistakes.moves import fix_import
from qspark.mistakes.patterns import Match, compiled, head
from qspark.mistakes.program import Fix, Program
from qspark.mistakes.source import Edit, applied
from qspark.mistakes.symbols import Index, installed_index
from qspark.tasks.syntax import parse
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool


@dataclass(frozen=True)
class Mutant:
    """A program with one mistake more than the one that it was made from."""

    program: str
    mistake: str


def inject(
    program: str, rng: random.Random, index: Index | None = None, most: int = 0
) -> Iterator[Mutant]:
    """Mutants of a program in random order, at most `most` (0: all), one per kind and place.

    Each differs from the program and from the others by its syntax tree. Whether it fails is not
    known before it is executed. Raises SourceError.
    """
    source = Program(program, index or installed_index())
    seen = {ast.dump(source.source.tree)}
    made = list(_mutants(source))
    rng.shuffle(made)
    count = 0
    for mutant in made:
        tree = parse(mutant.program)
        if tree is None or ast.dump(tree) in seen:
            continue
        seen.add(ast.dump(tree))
        yield mutant
        count += 1
        if most and count >= most:
            return


def failing(
    mutants: Sequence[Mutant], pool: JudgePool, test: str, entry_point: str, given: str = "",
    limits: Limits | None = None,
) -> list[Mutant]:  # fmt: skip
    """The mutants that were executed and failed the test by their own fault."""
    jobs = [
        Job(m.program, test, entry_point, limits or Limits(), given=given, trusted=True)
        for m in mutants
    ]
    verdicts = pool.judge(jobs)
    return [
        mutant
        for mutant, verdict in zip(mutants, verdicts, strict=True)
        if verdict.status == "fail" and not verdict.category.startswith(("resource/", "env/"))
    ]


def _mutants(program: Program) -> Iterator[Mutant]:
    yield from _by_pattern(program)
    yield from _by_import(program)
    for id, mistake in CATALOGUE.items():
        if mistake.injector:
            for edits in INJECTORS[mistake.injector](program):
                yield Mutant(applied(program.source.text, edits), id)


def _by_pattern(program: Program) -> Iterator[Mutant]:
    matcher = program.matcher(False)
    expressions = [node for node in program.nodes if isinstance(node, ast.expr)]
    for mistake, injection in _INJECTIONS:
        kind = type(compiled(injection.find))
        name = head(injection.find)
        for node in expressions:
            if type(node) is not kind:
                continue
            outer = node.func if isinstance(node, ast.Call) else node
            if name not in ("", "[]") and isinstance(outer, ast.Attribute) and outer.attr != name:
                continue
            if injection.statement and node not in program.statements:
                continue
            match = matcher.match(injection.find, node, injection.types)
            if match is not None:
                yield from _written(program, mistake, injection.fix, match)


def _written(program: Program, mistake: Mistake, template: str, match: Match) -> Iterator[Mutant]:
    try:
        text, imports = program.write(template, match)
    except KeyError:
        return  # the wrong form says something that the right one does not
    start, end = program.source.span(match.node)
    if "\n" in text:
        return
    fix = Fix((Edit(start, end, text),), imports)
    found = program.finding(mistake.id, "error", "", match.node, fix)
    mutated, _ = apply_fixes(program, [found])
    yield Mutant(mutated, mistake.id)


def _by_import(program: Program) -> Iterator[Mutant]:
    """Imports from where a name used to be, or is believed to be."""
    for statement in program.nodes:
        if not isinstance(statement, ast.ImportFrom) or not statement.module:
            continue
        for alias in statement.names:
            path = f"{statement.module}.{alias.name}"
            for mistake, old in _old_paths(path):
                fix = fix_import(program, statement, alias, path, old, True)
                if fix is not None:
                    found = program.finding(mistake.id, "error", "", alias, fix)
                    text, _ = apply_fixes(program, [found])
                    yield Mutant(text, mistake.id)


def _old_paths(path: str) -> Iterator[tuple[Mistake, str]]:
    name = path.rpartition(".")[2]
    for mistake in CATALOGUE.values():
        for old, targets in mistake.moves.items():
            for target in filter(None, targets.split("|")):
                if "{" in target:
                    plain = name.removesuffix("V2") if target.endswith("{name}V2") else name
                    if target.format(name=plain) == path:
                        yield mistake, f"{old}.{plain}"
                elif path == target:
                    yield mistake, old
                elif path.startswith(target + ".") and "." in target:
                    yield mistake, old + path[len(target) :]


_INJECTIONS: list[tuple[Mistake, Rewrite]] = [
    (mistake, Rewrite(r.fix, r.find, r.types, statement=r.statement))
    for mistake in CATALOGUE.values()
    for r in mistake.rewrites
    if r.fix and r.inject and "\n" not in r.fix and not r.fix[1:].isidentifier()
] + [(mistake, injection) for mistake in CATALOGUE.values() for injection in mistake.injections]
