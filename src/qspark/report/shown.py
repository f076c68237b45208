"""The tasks on a page: what became of each, and what is shown of its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qspark.evaluate.scored import Row, Scored, is_infra, share_passed
from qspark.report import text
from qspark.report.drawing import Drawing
from qspark.report.examples import Side, numbered, prompt_of, side_by_side, side_of, source_of
from qspark.tasks.task import Task

MAX_SHOWN = 600
STATES = {
    "fail": "failed",
    "part": "some answers passed",
    "infra": "not judged (infra)",
    "none": "not answered",
    "weak": "passed, weakly",
    "pass": "passed",
}
TURNS = {
    "lost": "lost: passed before, not after",
    "won": "won: passed after, not before",
    "neither": "passed by neither",
    "infra": "not compared",
    "both": "passed by both",
}
_ORDER = ("lost", "won", "fail", "part", "neither", "infra", "none", "weak", "both", "pass")


@dataclass(frozen=True)
class Shown:
    """One task on the page. `state` is a key of STATES, or of TURNS where two runs are shown.

    `label` is the end of its id, `words` say the state and the reason; `sides` and `drawings` have
    one place per run.
    """

    task: Task
    number: int
    label: str
    state: str
    category: str
    words: str
    prompt: str = ""
    sides: Sequence[Side] = ()
    counts: Sequence[str] = ()
    drawings: Sequence[Drawing | None] = ()
    faults: Sequence[str] = ()
    reference: Drawing | None = None
    percent: int = 0  # of the first run's judged answers

    @property
    def message(self) -> str:
        """The first line of what the last failing answer met; empty when none failed."""
        said = [side.message for side in self.sides if not side.passed]
        return said[-1].split("\n")[0] if said else ""


Drawings = Mapping[tuple[str, str], Drawing | None]


def programs_to_draw(runs: Sequence[Scored]) -> list[tuple[Task, str]]:
    """The programs whose circuits the page shows: of the tasks that are not passed by all runs.

    Each once, with the task's own reference beside them.
    """
    found: dict[tuple[str, str], tuple[Task, str]] = {}
    for task in runs[0].suite.tasks:
        rows = [_shown_row(run.first_answers().get(task.task_id, [])) for run in runs]
        if all(row is None or row["passed"] for row in rows):
            continue
        programs = [row["program"] for row in rows if row and row["program"] is not None]
        for program in [*programs, task.program(task.canonical_solution)]:
            found[task.task_id, program] = (task, program)
    return list(found.values())


def show_tasks(tasks: Sequence[Task], runs: Sequence[Scored], drawings: Drawings) -> list[Shown]:
    """Every task with the answers of one or two runs, in the order of `tasks`."""
    answers = [run.first_answers() for run in runs]
    shown = []
    for number, task in enumerate(tasks):
        rows = [found.get(task.task_id, []) for found in answers]
        picked = [_shown_row(found) for found in rows]
        failed = [row for row in picked if row is not None and not row["passed"]]
        category = text.one_line(failed[-1]["verdict"]["category"], 60) if failed else ""
        category = category or ("no category" if failed else "")
        state = _turn(*rows) if len(rows) == 2 else _state(rows[0])
        words = {**TURNS, **STATES}[state] if len(rows) == 1 else TURNS[state]
        shown.append(
            Shown(
                task,
                number,
                text.plain(task.task_id.rpartition("/")[2] or task.task_id)[-14:],
                state,
                category,
                f"{words}{f' ({category})' if category else ''}",
                prompt_of(task),
                _sides([run.name for run in runs], picked),
                [_count(found) for found in rows],
                [_drawing(task, row, drawings) for row in picked],
                _faults(picked),
                drawings.get((task.task_id, task.program(task.canonical_solution))),
                round(100 * share_passed(rows[0])) if state == "part" else 0,
            )
        )
    return shown


def in_order(shown: Sequence[Shown]) -> list[Shown]:
    """The tasks that get their own entry, the ones to look at first; at most MAX_SHOWN."""
    ranked = sorted(shown, key=lambda item: _ORDER.index(item.state))
    return ranked[:MAX_SHOWN]


def _state(rows: Sequence[Row]) -> str:
    judged = [row for row in rows if not is_infra(row)]
    if not judged:
        return "infra" if rows else "none"
    passed = sum(row["passed"] for row in judged)
    if passed < len(judged):
        return "part" if passed else "fail"
    weak = any(row["verdict"].get("integrity") == "weak" for row in judged)
    return "weak" if weak else "pass"


def _turn(before: Sequence[Row], after: Sequence[Row]) -> str:
    shares = share_passed(before), share_passed(after)
    if any(share != share for share in shares):  # NaN: nothing judged
        return "infra"
    if shares[0] == shares[1]:
        return "both" if shares[0] == 1 else "neither"
    return "won" if shares[1] > shares[0] else "lost"


def _shown_row(rows: Sequence[Row]) -> Row | None:
    """The answer that stands for a task: the first that failed, else the first."""
    failed = [row for row in rows if not row["passed"]]
    return next(iter([*failed, *rows]), None)


def _sides(names: Sequence[str], rows: Sequence[Row | None]) -> list[Side]:
    sources = [source_of(row) for row in rows if row is not None]
    lines = side_by_side(*sources) if len(sources) == 2 else [numbered(s) for s in sources]
    given = [(name, row) for name, row in zip(names, rows, strict=True) if row is not None]
    return [side_of(name, row, column) for (name, row), column in zip(given, lines, strict=True)]


def _count(rows: Sequence[Row]) -> str:
    if len(rows) < 2:
        return ""
    return f"{sum(row['passed'] for row in rows)} of {len(rows)} answers pass"


def _faults(rows: Sequence[Row | None]) -> list[str]:
    """What is known against the task itself: rows of newer judges say so in `reference_fault` and
    `test_fault`."""
    said = {
        "reference_fault": "The task's own reference fails here: ",
        "test_fault": "Its test is known to refuse right answers: ",
    }
    found = [
        words + text.without_paths(text.one_line(str(row[key]), 300))
        for row in rows
        if row is not None
        for key, words in said.items()
        if row.get(key)
    ]
    return list(dict.fromkeys(found))


def _drawing(task: Task, row: Row | None, drawings: Drawings) -> Drawing | None:
    if row is None or row["program"] is None:
        return None
    return drawings.get((task.task_id, row["program"]))
