"""Repairing a program guided by the exceptions that its own code raises.

Each round proposes changed programs for the exception at hand: the fixes of the catalogue first,
then those where the exception tells what a value is, then remedies for that very exception. The
first proposal that gets further is kept. Neither a test's assertion nor an expected answer is seen.
"""

from collections.abc import Iterator

from qspark.mistakes.execute import Fault, Run
from qspark.mistakes.find import findings
from qspark.mistakes.fix import apply_fixes, fix_source
from qspark.mistakes.program import Finding, Program
from qspark.mistakes.remedies import remedies
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import Index, installed_index

_MOST_ROUNDS = 12
_MOST_RUNS = 40
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
        for text, ids in proposals(program, fault, index):
            if text in seen or runs >= _MOST_RUNS:
                continue
            seen.add(text)
            runs += 1
            after = run(text)
            if after is None or _further(fault, after, faults):
                program, fault = text, after
                faults.add(_key(after))
                done += ids
                break
        else:
            break
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
    loose = Program(text, index, loose=_lines_of(program, fault.line))
    here = [f for f in findings(loose) if f.fix and _at(loose, f, fault.line)]
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
    return not (before.line and after.line and after.line < before.line - 3)
