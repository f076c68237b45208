"""Taking the program out of what a model said, by fixed rules that never look at the test.

The answer is narrowed to pieces of code: after the last reasoning block, what its fenced blocks
make (`blocks.py`); else the text itself, without marks of formatting, or what is left of it without
prose. Each piece is put together with the prompt (`assemble.py`); the first piece, in a fixed
order, that gives a Python program is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qspark.tasks.task import Task
from qspark.verify.assemble import assemble, given_names
from qspark.verify.blocks import FENCE, choose, fenced

_PYTHON = {"python", "py", "python3", "python2", "ipython", "qiskit"}
_STATEMENT = re.compile(
    r"^\s*(return\b|def \w|class \w|from [\w.]+ import|import \w|for .+:|if .+:|while .+:"
    r"|with .+:|@\w|[\w.\[\], ]+(\[.*\])?\s*[-+*/]?=[^=]|[\w.]+\(|pass$|raise\b|yield\b|try:)",
    re.MULTILINE,
)
_OPENING = re.compile(r"^(from [\w.]+ import|import \w|def \w|class \w|async def \w|@\w)")
# How a block of reasoning starts and ends: DeepSeek and Qwen, Seed, Magistral, Kimi, gpt-oss.
_THINKS = re.compile(
    r"<(?:think|thinking|thought|reasoning|seed:think)>|\[THINK\]|◁think▷"
    r"|<\|channel\|>analysis<\|message\|>"
)
_THOUGHT = re.compile(
    r"</(?:think|thinking|thought|reasoning|seed:think)>|\[/THINK\]|◁/think▷"
    r"|<\|channel\|>final<\|message\|>"
)
_END_TOKEN = re.compile(r"(?:<\|[\w-]{1,40}\|>|<\uff5c[\w▁]{1,40}\uff5c>|</s>|<end_of_turn>)$")
_TAG_LINE = re.compile(r"^[ \t]*(?:</?[a-zA-Z]+>)+[ \t]*$", re.MULTILINE)
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
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > _LONGEST:
        return Extraction(None, "too-long")
    program, how = assemble(task, text) if text.strip() else ("", "")
    if how:  # a program, whatever it has in its strings
        return Extraction(program, f"text/{how}")
    answer = _without_end_tokens(_without_reasoning(text))
    if not answer.strip():
        return Extraction(None, "empty")
    first: str | None = None
    for rule, piece in _pieces(answer, task):
        program, how = assemble(task, piece)
        if how:
            return Extraction(program, f"{rule}/{how}")
        first = program if first is None else first
    if first is None or not _STATEMENT.search(answer):
        return Extraction(None, "no-code")
    return Extraction(first, "not-python")


def _without_reasoning(text: str) -> str:
    """What follows the last reasoning block; nothing when the block never ends."""
    ends = [match.end() for match in _THOUGHT.finditer(text)]
    return _THINKS.split(text[ends[-1] if ends else 0 :], maxsplit=1)[0]


def _without_end_tokens(answer: str) -> str:
    """The answer without the tokens that end a model's turn, which some servers leave in."""
    for _ in range(_MOST_TRIMS):
        bare = answer.rstrip()
        match = _END_TOKEN.search(bare, max(0, len(bare) - 64))
        if not match:
            break
        answer = bare[: match.start()]
    return answer


def _pieces(answer: str, task: Task) -> Iterator[tuple[str, str]]:
    """Pieces of the answer that may be the code, best first, each with the rule that found it."""
    plain = _TAG_LINE.sub("", answer.replace("\u00a0", " "))
    texts = [("", answer), ("unformatted-", plain)] if plain != answer else [("", answer)]
    for prefix, text in texts:
        for rule, piece in _as_it_stands(text, task):
            yield prefix + rule, piece
    for prefix, text in texts:
        for piece in _without_prose(_without_fences(text)):
            yield f"{prefix}text-without-prose", piece


def _without_fences(answer: str) -> str:
    lines = answer.split("\n")
    return "\n".join(line for line in lines if not FENCE.match(line))


def _as_it_stands(answer: str, task: Task) -> Iterator[tuple[str, str]]:
    seen = fenced(answer)
    blocks = seen.blocks
    if blocks:
        if not seen.closed and not blocks[0][0] and seen.before.strip():
            yield "text-before-fence", seen.before
        given = given_names(task)
        for rule, group in (
            ("python-fence", [body for label, body in blocks if label in _PYTHON]),
            ("fence", [body for label, body in blocks if not label]),
            ("other-fence", [body for _, body in blocks]),
        ):
            if group:
                yield rule, choose(group, task.entry_point, given)
    yield "text", _without_fences(answer)


def _without_prose(answer: str) -> Iterator[str]:
    """The answer from its first line of code on, and then without its last paragraphs."""
    lines = answer.split("\n")
    openings = [number for number, line in enumerate(lines) if _OPENING.match(line)][:1]
    indented = [number for number, line in enumerate(lines) if re.match(r"[ \t]+\S", line)][:1]
    for start in dict.fromkeys([*openings, *indented, 0]):
        paragraphs = re.split(r"\n[ \t]*\n", "\n".join(lines[start:]).strip("\n"))
        for end in range(len(paragraphs), max(0, len(paragraphs) - _MOST_TRIMS), -1):
            yield "\n\n".join(paragraphs[:end])
