"""One offline HTML file that shows an evaluation: scores, a grid of tasks, every task with its answer.

With a second run: what turned between the two, on the tasks that both answered.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qspark.evaluate.breakdown import break_down
from qspark.evaluate.compare import compare
from qspark.evaluate.scored import Row, Scored, is_infra, share_passed
from qspark.report import comparison, svg, text
from qspark.report.drawing import Drawing
from qspark.report.examples import Side, numbered, prompt_of, side_by_side, side_of, source_of
from qspark.report.html import flat
from qspark.report.page import render_page
from qspark.tasks.task import DIFFICULTIES, Task
from qspark.verify.attacks import gives_not
from qspark.verify.containment import ISOLATIONS

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
    reference: Drawing | None = None

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


def render_evaluation(
    runs: Sequence[Scored], drawings: Drawings | None = None, common: bool = False, note: str = ""
) -> str:
    """The page of one run, or of two to compare. Whatever comes from a run is escaped.

    `drawings` are by (task id, program); `note` says why there are none. With two runs the first is
    "before"; RunError where they cannot be compared (see `compare`).
    """
    found = compare(runs[0], runs[1], common) if len(runs) == 2 else None
    tasks = list(runs[0].suite.tasks)
    if found:
        other = runs[1].suite.by_id()
        tasks = [task for task in tasks if task.task_id in other]
    shown = _tasks(tasks, runs, drawings or {})
    return render_page(
        "evaluation.html.j2",
        {
            "runs": [_run(run, index, tasks) for index, run in enumerate(runs)],
            "colours": ["m1", "m2"],
            "suite": runs[0].suite,
            "found": found,
            "said": _sentences(found) if found else {},
            "forest": _forest(runs, tasks),
            "topics": _topics(runs, tasks),
            "states": {**TURNS} if found else {**STATES},
            "counts": Counter(item.state for item in shown),
            "grid": {
                name: [item for item in shown if item.task.difficulty == name]
                for name in DIFFICULTIES
                if any(item.task.difficulty == name for item in shown)
            },
            "categories": _categories(runs, tasks),
            "shown": _detailed(shown),
            "not_shown": max(0, len(shown) - MAX_SHOWN),
            "slugs": sorted({item.category for item in shown if item.category}),
            "note": note,
            "benchmark": _is_benchmark(runs[0].suite.name),
        },
    )


def _run(run: Scored, index: int, tasks: Sequence[Task]) -> dict[str, Any]:
    """What the head and the score table say of one run."""
    first = [row for rows in run.first_answers().values() for row in rows]
    every = [row for rows in run.all_answers().values() for row in rows]
    score, many = break_down(tasks, first), break_down(tasks, every)
    passes = [row["verdict"] for row in run.rows if row["passed"]]
    rungs = {row["verdict"].get("isolation", "") for row in run.rows} & set(ISOLATIONS)
    rung = min(rungs, key=ISOLATIONS.index, default="")
    settings = {key: value for key, value in run.settings.items() if key != "versions"}
    return {
        "name": run.name,
        "index": index,
        "score": score,
        "pass_at_k": {k: v for k, v in many["all"]["pass_at_k"].items() if v is not None},
        "figures": figures_of(run.summary),
        "passes": len(passes),
        "weak": sum(verdict.get("integrity") == "weak" for verdict in passes),
        "strong": sum(verdict.get("integrity") == "strong" for verdict in passes),
        "isolation": rung,
        "gives_not": gives_not(rung) if rung else [],
        "versions": run.settings.get("versions") or {},
        "settings": [(key, text.without_paths(value)) for key, value in flat(settings)],
        "sha256": run.suite.sha256,
    }


def figures_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures that a summary gives for parts of the suite: [{label, passed, total, value, low, high}].

    They are under `figures`, a list or a mapping by label; what is not of that form is left out.
    """
    found = summary.get("figures") or []
    items = found.items() if isinstance(found, Mapping) else [("", item) for item in found]
    figures = []
    for key, item in items:
        if not isinstance(item, Mapping):
            continue
        label = item.get("label") or item.get("name") or key
        value = item.get("value", item.get("pass_at_1"))
        low, high = item.get("ci95") or (item.get("low"), item.get("high"))
        if isinstance(value, int | float) and isinstance(low, int | float) and label:
            figures.append(
                {
                    "label": str(label).replace("_", " "),
                    "passed": item.get("passed", ""),
                    "total": item.get("total", item.get("tasks", "")),
                    "estimate": {"value": value, "low": low, "high": high},
                }
            )
    return figures


def _sentences(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "verdict": comparison.verdict_on(found),
        "reach": comparison.reach_of(found["pass_at_1"]),
        "left_out": comparison.left_out(found),
        "method": comparison.method_of(found),
    }


def _forest(runs: Sequence[Scored], tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Sections of the pass@1 plot: all tasks, then each difficulty; a row per run."""
    parts = [("All tasks", list(tasks))]
    for name in DIFFICULTIES:
        part = [task for task in tasks if task.difficulty == name]
        if part and len(part) < len(tasks):
            parts.append((f"{name.capitalize()} tasks", part))
    return [_section(title, runs, part) for title, part in parts]


def _section(title: str, runs: Sequence[Scored], part: Sequence[Task]) -> dict[str, Any]:
    rows = []
    for index, run in enumerate(runs):
        answers = [row for found in run.first_answers().values() for row in found]
        cell = break_down(part, answers)["all"]
        rate = cell["pass_at_1"]
        if rate:
            label = f"{text.plain(run.name)}: {text.share_with_interval(rate)}"
            spot = (rate["value"], rate["low"], rate["high"])
            rows.append((index, run.name, rate, svg.interval_bar(*spot, (0.0, 1.0), None, label)))
    return {
        "title": title,
        "total": len(part),
        "rows": rows,
        "axis": svg.interval_axis((0.0, 1.0), "pass@1, % of tasks"),
    }


def _topics(runs: Sequence[Scored], tasks: Sequence[Task]) -> list[tuple[str, list[Any]]]:
    """Per topic, per run its cell (None where it has no judged answer there)."""
    cells = [
        break_down(tasks, [row for found in run.first_answers().values() for row in found])
        for run in runs
    ]
    names = sorted({topic for cell in cells for topic in cell["by_topic"]})
    return [(name, [cell["by_topic"].get(name) for cell in cells]) for name in names]


def _categories(runs: Sequence[Scored], tasks: Sequence[Task]) -> list[tuple[str, list[int]]]:
    """Failure categories with the number of answers per run, most frequent first."""
    known = {task.task_id for task in tasks}
    counts = [
        Counter(
            row["verdict"]["category"] or "no category"
            for row in run.rows
            if not row["passed"] and row["task_id"] in known
        )
        for run in runs
    ]
    names = {name for count in counts for name in count}
    rows = [(name, [count[name] for count in counts]) for name in names]
    return sorted(rows, key=lambda row: (-sum(row[1]), row[0]))


def _tasks(tasks: Sequence[Task], runs: Sequence[Scored], drawings: Drawings) -> list[Shown]:
    answers = [run.first_answers() for run in runs]
    shown = []
    for number, task in enumerate(tasks):
        rows = [found.get(task.task_id, []) for found in answers]
        picked = [_shown_row(found) for found in rows]
        failed = [row for row in picked if row is not None and not row["passed"]]
        category = failed[-1]["verdict"]["category"] or "no category" if failed else ""
        state = _turn(*rows) if len(rows) == 2 else _state(rows[0])
        words = {**TURNS, **STATES}[state] if len(rows) == 1 else TURNS[state]
        shown.append(
            Shown(
                task,
                number,
                text.plain(task.task_id.rpartition("/")[2] or task.task_id)[-14:],
                state,
                category,
                f"{words}{f' ({text.one_line(category, 60)})' if category else ''}",
                prompt_of(task),
                _sides([run.name for run in runs], picked),
                [_count(found) for found in rows],
                [_drawing(task, row, drawings) for row in picked],
                drawings.get((task.task_id, task.program(task.canonical_solution))),
            )
        )
    return shown


def _detailed(shown: Sequence[Shown]) -> list[Shown]:
    """The tasks that get their own entry, the ones to look at first; at most MAX_SHOWN."""
    order = list(TURNS if any(item.state in ("won", "lost", "both") for item in shown) else STATES)
    ranked = sorted(shown, key=lambda item: order.index(item.state))
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


def _drawing(task: Task, row: Row | None, drawings: Drawings) -> Drawing | None:
    if row is None or row["program"] is None:
        return None
    return drawings.get((task.task_id, row["program"]))


def _is_benchmark(name: str) -> bool:
    return "humaneval" in name.lower().replace("_", "").replace("-", "")
