"""Repairing a program guided by the exceptions that its own code raises.

Each round proposes changed programs for the exception at hand: the fixes of the catalogue first,
then those where the exception tells what a value is, then remedies for that very exception. The
first proposal that runs is kept, or else the first that gets further. Neither a test's assertion
nor an expected answer is seen.
"""

import re
from collections.abc import Iterator
from itertools import islice

from qspark.mistakes.execute import Fault, Run
from qspark.mistakes.find import findings
from qspark.mistakes.fix import apply_fixes, fix_source
from qspark.mistakes.program import Finding, Program
from qspark.mistakes.remedies import remedies
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import Index, installed_index

_MOST_ROUNDS = 12
_MOST_RUNS = 40
_MOST_PROPOSALS = 8
# What says that a value is not what the program takes it for.
_OF_TYPES = ("AttributeError", "TypeError")
_HOPELESS = ("resource/", "infra/", "integrity/", "AccountNotFoundError", "SyntaxError")


def repair(
    program: str, run: Run, index: Index | None = None, fault: Fault | None = None
) -> tuple[str, tuple[str, ...]]:
    """The program that the search settles on, and the ids of the mistakes that were mended.

    `run` executes a program and says the exception that its own code raises, or None; `fault` is
    what it says of the given one, where that is known. A program without fault, or that cannot be
    got any further, comes back as it is.
    """
    index = index or installed_index()
    fault = fault or run(program)
    done: list[str] = []
    seen = {program}
    faults = {_key(fault)}
    runs = 0
    for _ in range(_MOST_ROUNDS):
        if fault is None or fault.type.startswith(_HOPELESS):
            break
        kept: tuple[str, list[str], Fault | None] | None = None
        for text, ids in islice(proposals(program, fault, index), _MOST_PROPOSALS):
            if text in seen or runs >= _MOST_RUNS:
                continue
            seen.add(text)
            runs += 1
            after = run(text)
            if after is None:
                kept = text, ids, None
                break
            if kept is None and _further(fault, after, faults):
                kept = text, ids, after
        if kept is None:
            break
        program, ids, fault = kept
        faults.add(_key(fault))
        done += ids
    return program, tuple(dict.fromkeys(done))


def proposals(text: str, fault: Fault, index: Index) -> Iterator[tuple[str, list[str]]]:
    """Changed programs for an exception, the likeliest first, with the ids of what they mend."""

    def is_error(finding: Finding) -> bool:
        return finding.severity == "error"

    try:
        program = Program(text, index)
    except SourceError:
        return
    plain = fix_source(text, index, wanted=is_error)
    if plain.text != text:
        yield plain.text, list(plain.applied)
    lines = _lines_of(program, fault.line) if fault.type in _OF_TYPES else frozenset[int]()
    loose = Program(text, index, loose=lines)
    here = [f for f in findings(loose) if f.fix and _at(loose, f, fault.line)]
    missing = re.search(r"has no attribute '(\w+)'", fault.message)
    if missing:
        here = [f for f in here if missing[1] in text[f.start : f.end]]
    for finding in sorted(here, key=lambda f: (f.severity != "error", not f.fix or not f.fix.safe)):
        changed, taken = apply_fixes(loose, [finding])
        if taken:
            yield changed, [finding.id]
    for id, changed in remedies(program, fault):
        yield changed, [id]
    unsafe = fix_source(text, index, unsafe=True, wanted=is_error)
    if unsafe.text not in (text, plain.text):
        yield unsafe.text, list(unsafe.applied)


def _lines_of(program: Program, line: int) -> frozenset[int]:
    """The lines of the statement that a line belongs to."""
    if not line:
        return frozenset()
    best = (line, line)
    for node in program.nodes:
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
        if first <= line <= last and not getattr(node, "body", None) and last - first < 40:
            best = (min(best[0], first), max(best[1], last))
    return frozenset(range(best[0], best[1] + 1))


def _at(program: Program, finding: Finding, line: int) -> bool:
    return bool({finding.line, finding.end_line} & (program.loose or {line}))


def _key(fault: Fault | None) -> tuple[str, str]:
    return (fault.type, fault.message) if fault else ("", "")


def _further(before: Fault, after: Fault, seen: set[tuple[str, str]]) -> bool:
    """Whether a change got a program further: another exception, not one that was there before."""
    if after.type.startswith(("resource/", "infra/", "integrity/")) or _key(after) in seen:
        return False
    broken = ("SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "NameError")
    if after.type in broken and before.type not in broken:
        return False
    return not (before.reached and after.reached and after.reached < before.reached - 3)
