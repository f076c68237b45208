"""One offline HTML file that shows an evaluation: scores, a grid of tasks, every task with its answer.

With a second run: what turned between the two, on the tasks that both answered.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qspark.errors import SandboxError
from qspark.evaluate.breakdown import break_down
from qspark.evaluate.compare import compare
from qspark.evaluate.scored import Row, Scored
from qspark.report import comparison, svg, text
from qspark.report.drawing import draw_circuits
from qspark.report.html import flat
from qspark.report.page import render_page, write_page
from qspark.report.shown import (
    MAX_SHOWN,
    STATES,
    TURNS,
    Drawings,
    in_order,
    programs_to_draw,
    show_tasks,
)
from qspark.tasks.task import DIFFICULTIES, Task
from qspark.verify.attacks import gives_not
from qspark.verify.containment import ISOLATIONS
from qspark.verify.pool import JudgePool


def write_evaluation(
    runs: Sequence[Scored],
    out: Path,
    pool: JudgePool | None = None,
    common: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write the page of one run, or of two to compare, to the file `out`, replacing it in one step.

    Circuits are drawn in `pool`; without one, or where its sandbox does not start, the page says that
    they are not. RunError when two runs cannot be compared or `out` cannot be written.
    """
    if len(runs) == 2:
        compare(runs[0], runs[1], common)  # refuses before the work, not after
    drawings: Drawings = {}
    note = "Circuits are not drawn here."
    if pool is not None:
        programs = programs_to_draw(runs)
        try:
            drawn = draw_circuits(programs, pool, progress)
            keys = [(task.task_id, program) for task, program in programs]
            drawings, note = dict(zip(keys, drawn, strict=True)), ""
        except SandboxError:
            note = "Circuits are not drawn: the sandbox does not start here (see `qspark doctor`)."
    write_page(out, render_evaluation(runs, drawings, common, note))


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
        tasks = [task for task in tasks if task.task_id not in found["left_out"]["changed"]]
    shown = show_tasks(tasks, runs, drawings or {})
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
            "shown": in_order(shown),
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
    versions = run.settings.get("versions")
    hidden = ("versions", "tasks", "base_url")  # an address may be private, or hold a key
    settings = {key: value for key, value in run.settings.items() if key not in hidden}
    return {
        "name": run.name,
        "index": index,
        "score": score,
        "pass_at_k": {k: v for k, v in many["all"]["pass_at_k"].items() if v is not None},
        "figures": figures_of(run.summary) or _two_figures(tasks, first, score),
        "passes": len(passes),
        "weak": sum(verdict.get("integrity") == "weak" for verdict in passes),
        "strong": sum(verdict.get("integrity") == "strong" for verdict in passes),
        "troubles": _troubles(run.summary),
        "isolation": rung,
        "gives_not": gives_not(rung) if rung else [],
        "versions": versions if isinstance(versions, Mapping) else {},
        "settings": [(key, text.without_paths(value)) for key, value in flat(settings)],
        "sha256": run.suite.sha256,
    }


def _troubles(summary: Mapping[str, Any]) -> list[str]:
    """What a summary counts of answers that are not what was asked for, in words."""
    answers = summary.get("answers")
    words = {
        "truncated": "cut off at the token limit",
        "empty": "empty",
        "failed_requests": "never came (the request failed)",
    }
    counts = {key: answers.get(key) for key in words} if isinstance(answers, Mapping) else {}
    return [f"{n} {words[key]}" for key, n in counts.items() if isinstance(n, int) and n]


def _two_figures(
    tasks: Sequence[Task], first: Sequence[Row], score: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """With and without what could not be judged, where there is such; for runs without a summary."""
    if not score["infra"]:
        return []
    judged = break_down(tasks, first, count_infra=False)["all"]
    parts = {"all tasks that were answered": score["all"], "tasks that could be judged": judged}
    return [
        {
            "label": label,
            "passed": str(cell["passed"]) if cell["answers"] == cell["tasks"] else "\u2013",
            "total": cell["tasks"],
            "estimate": cell["pass_at_1"],
        }
        for label, cell in parts.items()
        if cell["pass_at_1"]
    ]


def figures_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures that a summary gives for parts of the suite: [{label, passed, total, value, low, high}].

    They are under `figures`, a list or a mapping by label; what is not of that form is left out.
    """
    found = summary.get("figures")
    items = found.items() if isinstance(found, Mapping) else [("", i) for i in _list(found)]
    figures = []
    for key, item in items:
        if not isinstance(item, Mapping):
            continue
        label = item.get("label") or item.get("name") or key
        interval = _list(item.get("ci95")) or [item.get("low"), item.get("high")]
        numbers = [item.get("value", item.get("pass_at_1")), *interval]
        if label and len(numbers) == 3 and all(isinstance(n, int | float) for n in numbers):
            passed = item.get("passed")
            figures.append(
                {
                    "label": str(label).replace("_", " "),
                    "passed": f"{passed:g}" if isinstance(passed, int | float) else "\u2013",
                    "total": item.get("total", item.get("tasks", "")),
                    "estimate": dict(zip(("value", "low", "high"), numbers, strict=True)),
                }
            )
    return figures


def _list(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else []


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
            bar = svg.interval_bar(*spot, (0.0, 1.0), None, label)
            rows.append((index, run.name, rate, bar, cell["tasks"]))
    return {
        "title": title,
        "total": rows[0][4] if rows else 0,
        "rows": [row[:4] for row in rows],
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


def _is_benchmark(name: str) -> bool:
    return "humaneval" in name.lower().replace("_", "").replace("-", "")
