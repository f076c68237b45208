"""Taking the program out of what a model said, by fixed rules that never look at the test.

The answer is narrowed to pieces of code (after the last reasoning block; fenced blocks; else the
text itself, or what is left of it without prose). Each piece is put together with the prompt
(`assemble.py`); the first piece, in a fixed order, that gives a Python program is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qspark.tasks.task import Task
from qspark.verify.assemble import assemble, defines, only_imports

_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([^\s`]*)[^`]*$")
_PYTHON = {"python", "py", "python3", "python2", "ipython", "qiskit"}
_STATEMENT = re.compile(
    r"^\s*(return\b|def \w|class \w|from [\w.]+ import|import \w|for .+:|if .+:|while .+:"
    r"|with .+:|@\w|[\w.\[\], ]+(\[.*\])?\s*[-+*/]?=[^=]|[\w.]+\(|pass$|raise\b|yield\b|try:)",
    re.MULTILINE,
)
_OPENING = re.compile(r"^(from [\w.]+ import|import \w|def \w|class \w|async def \w|@\w)")
_LONGEST = 1 << 18
_MOST_TRIMS = 20


@dataclass(frozen=True)
class Extraction:
    """The program taken out of an answer, and the rule that found it.

    Without a program, `rule` says why: `empty`, `no-code` (prose only) or `too-long` (over 256
    KiB).
    """

    program: str | None
    rule: str


def extract(task: Task, text: str) -> Extraction:
    """The program in an answer to a task. Never raises; a program may still be wrong Python."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > _LONGEST:
        return Extraction(None, "too-long")
    answer = _without_reasoning(text)
    if not answer.strip():
        return Extraction(None, "empty")
    first: str | None = None
    for rule, piece in _pieces(answer, task.entry_point):
        program, how = assemble(task, piece)
        if how:
            return Extraction(program, f"{rule}/{how}")
        first = program if first is None else first
    if first is None or not _STATEMENT.search(answer):
        return Extraction(None, "no-code")
    return Extraction(first, "not-python")


def _without_reasoning(text: str) -> str:
    """What follows the last reasoning block; nothing when the block never ends."""
    _, closed, after = text.rpartition("</think>")
    text = after if closed else text
    return text.partition("<think>")[0]


def _pieces(answer: str, entry_point: str) -> Iterator[tuple[str, str]]:
    """Pieces of the answer that may be the code, best first, each with the rule that found it."""
    before, blocks, closed = _fenced(answer)
    if blocks:
        if not closed and not blocks[0][0] and before.strip():
            yield "text-before-fence", before
        for rule, group in (
            ("python-fence", [body for label, body in blocks if label in _PYTHON]),
            ("fence", [body for label, body in blocks if not label]),
            ("other-fence", [body for _, body in blocks]),
        ):
            if group:
                yield rule, _choose(group, entry_point)
        unfenced = [line for line in answer.split("\n") if not _FENCE.match(line)]
        answer = "\n".join(unfenced)
    yield "text", answer
    yield from _without_prose(answer)


def _fenced(answer: str) -> tuple[str, list[tuple[str, str]], bool]:
    """Text before the first fence; (label, body) of each block; whether the last is closed."""
    before: list[str] = []
    blocks: list[tuple[str, list[str]]] = []
    mark = ""
    for line in answer.split("\n"):
        match = _FENCE.match(line)
        if not mark and match:
            mark = match[1]
            blocks.append((match[2].lower().strip("{}."), []))
        elif mark and match and match[1].startswith(mark) and not match[2]:
            mark = ""
        elif mark:
            blocks[-1][1].append(line)
        elif not blocks:
            before.append(line)
    bodies = [(label, "\n".join(lines)) for label, lines in blocks]
    return "\n".join(before), bodies, not mark


def _choose(blocks: list[str], entry_point: str) -> str:
    """The last block that defines the entry point, behind blocks of imports; else all, joined."""
    for number in reversed(range(len(blocks))):
        if defines(blocks[number], entry_point):
            imports = [block for block in blocks[:number] if only_imports(block)]
            return "\n".join([*imports, blocks[number]])
    return "\n".join(blocks)


def _without_prose(answer: str) -> Iterator[tuple[str, str]]:
    """The answer from its first line of code on, and then without its last paragraphs."""
    lines = answer.split("\n")
    openings = [number for number, line in enumerate(lines) if _OPENING.match(line)][:1]
    indented = [number for number, line in enumerate(lines) if re.match(r"[ \t]+\S", line)][:1]
    for start in dict.fromkeys([*openings, *indented, 0]):
        paragraphs = re.split(r"\n[ \t]*\n", "\n".join(lines[start:]).strip("\n"))
        for end in range(len(paragraphs), max(0, len(paragraphs) - _MOST_TRIMS), -1):
            yield "text-without-prose", "\n\n".join(paragraphs[:end])
