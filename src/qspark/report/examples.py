"""What training changed, shown on programs: the tasks that turned, both answers side by side."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from markupsafe import Markup, escape

from qspark.evaluate.scored import said
from qspark.report.text import one_line, plain, without_paths
from qspark.tasks.task import Task

GAINED, LOST = 8, 4
MAX_LINES, MAX_WIDTH, MAX_PROMPT, MAX_TEXT = 120, 200, 4_000, 200_000

Row = Mapping[str, Any]
Outcome = Literal["gained", "lost"]


@dataclass(frozen=True)
class Line:
    """One line of one side: its number (0: a gap), its escaped text, and same | changed | gap."""

    number: int
    text: Markup
    kind: str


@dataclass(frozen=True)
class Side:
    """One model's answer to the task: its verdict in words, and its lines.

    `message` is plain text of one line, or two when the verdict names the line that raised.
    """

    model: str
    passed: bool
    reason: str
    message: str
    extracted: bool
    lines: Sequence[Line]


@dataclass(frozen=True)
class Example:
    """A task that the base failed and `model` passes (gained), or the other way round (lost)."""

    task: Task
    prompt: str
    model: str
    outcome: Outcome
    base: Side
    trained: Side


def turned(base: Sequence[Row], trained: Sequence[Row]) -> dict[Outcome, list[str]]:
    """Ids of the tasks whose greedy answer was gained or lost, without infra on either side."""
    before = _greedy(base)
    found: dict[Outcome, list[str]] = {"gained": [], "lost": []}
    for task_id, row in _greedy(trained).items():
        old = before.get(task_id)
        if old is None or "infra" in (old["verdict"]["status"], row["verdict"]["status"]):
            continue
        if row["passed"] != old["passed"]:
            found["gained" if row["passed"] else "lost"].append(task_id)
    return found


def pick_examples(
    tasks: Mapping[str, Task], base: str, model: str, results: Mapping[str, Sequence[Row]]
) -> list[Example]:
    """At most GAINED + LOST examples, spread over families, a family's smallest change first."""
    before, after = _greedy(results[base]), _greedy(results[model])
    examples = []
    for outcome, ids in turned(results[base], results[model]).items():
        known = [task_id for task_id in ids if task_id in tasks]
        sizes = {task_id: _change(before[task_id], after[task_id]) for task_id in known}
        used: Counter[Any] = Counter()
        limit = GAINED if outcome == "gained" else LOST
        while known and sum(used.values()) < limit:
            best = min(known, key=lambda i: (used[_family(tasks[i])], sizes[i]))
            known.remove(best)
            used[_family(tasks[best])] += 1
            examples.append(_example(tasks[best], base, model, outcome, before[best], after[best]))
    return examples


def numbered(program: str) -> list[Line]:
    """The lines of one program."""
    return [_line(index, line, "same", None) for index, line in enumerate(_lines(program))]


def side_by_side(left: str, right: str) -> tuple[list[Line], list[Line]]:
    """Two programs as two aligned columns; lines that differ, and words within them, are marked."""
    old, new = _lines(left), _lines(right)
    columns: tuple[list[Line], list[Line]] = ([], [])
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for offset in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + offset, j1 + offset
            a, b = old[i] if i < i2 else None, new[j] if j < j2 else None
            marked = (None, None)
            if tag == "replace" and a is not None and b is not None:
                marked = _words(a, b)
            kind = "same" if tag == "equal" else "changed"
            columns[0].append(_line(i, a, kind, marked[0]))
            columns[1].append(_line(j, b, kind, marked[1]))
    return columns


def _line(index: int, text: str | None, kind: str, marked: Markup | None) -> Line:
    if text is None:
        return Line(0, Markup(""), "gap")
    return Line(index + 1, escape(text) if marked is None else marked, kind)


def _words(a: str, b: str) -> tuple[Markup | None, Markup | None]:
    old, new = (re.findall(r"\w+|\s+|[^\w\s]", line) for line in (a, b))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:
        return None, None
    left, right = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for side, piece in ((left, "".join(old[i1:i2])), (right, "".join(new[j1:j2]))):
            changed = tag != "equal" and piece
            side.append(Markup("<mark>{}</mark>").format(piece) if changed else escape(piece))
    return Markup("").join(left), Markup("").join(right)


def _lines(program: str) -> list[str]:
    text = plain(program[:MAX_TEXT]).expandtabs(4).strip("\n")
    lines = [_cut(line.rstrip()) for line in text.split("\n")]
    if len(lines) > MAX_LINES:
        lines = [*lines[:MAX_LINES], f"# ... {len(lines) - MAX_LINES} more lines are not shown"]
    return lines


def _cut(line: str) -> str:
    return line if len(line) <= MAX_WIDTH else line[:MAX_WIDTH] + " ..."


def _example(
    task: Task, base: str, model: str, outcome: Outcome, before: Row, after: Row
) -> Example:
    left, right = side_by_side(source_of(before), source_of(after))
    prompt = prompt_of(task)
    sides = side_of(base, before, left), side_of(model, after, right)
    return Example(task, prompt, model, outcome, *sides)


def prompt_of(task: Task) -> str:
    """A task's prompt as plain text, cut where it is very long."""
    prompt = plain(task.prompt[:MAX_TEXT]).strip("\n")
    return prompt if len(prompt) <= MAX_PROMPT else prompt[:MAX_PROMPT] + "\n..."


def side_of(model: str, row: Row, lines: Sequence[Line]) -> Side:
    """One answer with its verdict in words; `lines` are those of its program."""
    verdict = row["verdict"]
    reason = f"{verdict['category'] or 'failed'}, at {verdict['stage']}"
    message = without_paths(one_line(verdict["message"], 300))
    if verdict.get("line"):
        message += f"\n> {one_line(verdict['line'])}"
    extracted = row["program"] is not None
    return Side(
        model, row["passed"], "passed" if row["passed"] else reason, message, extracted, lines
    )


def source_of(row: Row) -> str:
    """The program of an answer, or the whole answer where none was found in it."""
    return said(row) if row["program"] is None else row["program"]


def _change(before: Row, after: Row) -> int:
    old, new = _lines(source_of(before)), _lines(source_of(after))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return len(old) + len(new) - 2 * sum(block.size for block in blocks)


def _family(task: Task) -> Any:
    return task.annotations.get("family", task.task_id)


def _greedy(rows: Sequence[Row]) -> dict[str, Row]:
    return {row["task_id"]: row for row in rows if row["mode"] == "greedy"}
