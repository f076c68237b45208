"""A run's numbers and a judged file's scores as tables on the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qspark.evaluate.stats import wilson
from qspark.report.tables import table as new_table
from qspark.report.text import (
    common_folder,
    count,
    difference_with_interval,
    one_line,
    p_value,
    percent,
    plain,
    share_with_interval,
)
from qspark.tasks.task import DIFFICULTIES


def print_summary(summary: Mapping[str, Any], console: Console) -> None:
    """Print what `summarise` returned: each model's scores, its gain over the base, and slices."""
    models, base = summary["models"], summary["base"]
    _print_table(console, "Pass rate on held-out tasks, %", _scores_table(summary))
    _print_table(console, "The same pass@1 by slice, passed/total", _slices_table(models))
    notes = [
        f"{summary['tasks']} tasks of {summary['suite']} (sha256 {summary['suite_sha256'][:12]}), "
        f"95 % intervals, bootstrap seed {summary['seed']}; differences are paired with {base}, in "
        "points, with the exact McNemar p after Holm."
    ]
    if guard := summary.get("guard"):
        kept = [
            f"{plain(name)} {percent(entry['pass_at_1']['value'])}"
            for name, entry in guard["models"].items()
        ]
        notes.append(
            f"General ability, pass@1 on {guard['tasks']} plain Python tasks, %: {', '.join(kept)}."
        )
    for name, entry in models.items():
        if entry["infra"]:
            notes.append(
                f"{plain(name)}: {entry['infra']} could not be judged (infra); they count as not "
                "passed."
            )
    for note in notes:
        console.print(Text(note, style="dim"))


def _scores_table(summary: Mapping[str, Any]) -> Table:
    table = new_table()
    table.add_column("model")
    table.add_column("pass@1 (greedy)", justify="right")
    if summary["k"]:
        table.add_column(f"pass@{summary['k']} (sampled)", justify="right")
    table.add_column(f"pass@1 over {summary['base']}", justify="right")
    table.add_column("p", justify="right")
    for name, entry in summary["models"].items():
        cells = [plain(name), share_with_interval(entry["pass_at_1"])]
        if summary["k"]:
            many = entry["pass_at_k"]
            cells.append(share_with_interval(many) if many else "-")
        versus = entry["versus_base"]
        style = ""
        if versus is None:
            cells += ["base", ""]
        else:
            gain = versus["pass_at_1"]
            cells += [difference_with_interval(gain), p_value(gain["p_holm"])]
            style = "green" if gain["low"] > 0 else "red" if gain["high"] < 0 else ""
        table.add_row(*map(Text, cells[:-2]), *(Text(cell, style) for cell in cells[-2:]))
    return table


def _slices_table(models: Mapping[str, Any]) -> Table:
    table = new_table()
    table.add_column("model")
    first = next(iter(models.values()))
    slices = [(part, name) for part in ("by_difficulty", "by_group") for name in first[part]]
    for part, name in slices:
        title = f"{name} family" if part == "by_group" else name
        table.add_column(title, justify="right")
    for name, entry in models.items():
        rates = [entry[part][key]["pass_at_1"] for part, key in slices]
        cells = [f"{rate['passed']}/{rate['total']} {100 * rate['value']:.0f}%" for rate in rates]
        table.add_row(Text(plain(name)), *cells)
    return table


def print_scores(
    summary: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], console: Console
) -> None:
    """Print what `qspark judge` found: the share per difficulty, then the reason for each failure.

    `summary` has suite, suite_sha256, total, passed, infra, by_difficulty
    `{basic: {total, passed}}`, by_category, unanswered, pass_at_1, ci95 and passed_weakly; `rows`
    have task_id, sample, passed and verdict (a dumped Verdict).
    """
    table = new_table()
    table.add_column("difficulty")
    for title in ("passed", "total", "share, %", "95 % interval"):
        table.add_column(title, justify="right")
    parts = summary["by_difficulty"]
    for name in DIFFICULTIES:
        if name in parts:
            _score_row(table, name, parts[name]["passed"], parts[name]["total"])
    table.add_section()
    _score_row(table, "all", summary["passed"], summary["total"], "bold")
    title = f"{plain(summary['suite'])}: passed, with the 95 % Wilson interval"
    _print_table(console, title, table)

    failures = [row for row in rows if not row["passed"]]
    if failures:
        folder = common_folder([row["task_id"] for row in failures])
        title = "What failed" + (f" (task ids are under {plain(folder)})" if folder else "")
        _print_table(console, title, _failures_table(failures, folder, console.width))
    if summary["by_category"]:
        counts = sorted(summary["by_category"].items(), key=lambda item: (-item[1], item[0]))
        line = ", ".join(f"{plain(category)} {number}" for category, number in counts)
        console.print(Text(f"By category: {line}."))
    lost = summary["by_category"].get("infra/request", 0)
    whys = {"never came: the request failed": lost}
    whys["could not be judged (infra): a fault of the sandbox or the environment"] = (
        summary["infra"] - lost
    )
    for why, number in whys.items():
        if number:
            counted = "It counts" if number == 1 else "They count"
            line = (
                f"{number} of {count(summary['total'], 'answer')} {why}. {counted} as not passed."
            )
            console.print(Text(line, style="yellow"))
    if summary["unanswered"]:
        one = summary["unanswered"] == 1
        line = f"{count(summary['unanswered'], 'task')} of the suite {'has' if one else 'have'} no answer: "
        line += "it is not in this score." if one else "they are not in this score."
        console.print(Text(line, style="yellow"))
    tasks = len({row["task_id"] for row in rows})
    if tasks < len(rows) and summary["ci95"]:
        low, high = (percent(value) for value in summary["ci95"])
        line = f"pass@1 over {tasks} tasks: {percent(summary['pass_at_1'])} % ({low} to {high})"
        console.print(Text(f"{line}; the table counts every answer."))
    weak = summary["passed_weakly"]
    if summary["passed"]:
        line = f"Integrity: {summary['passed'] - weak} of {count(summary['passed'], 'pass')}"
        line += " is strong" if summary["passed"] == 1 else " are strong"
        was = "was judged in one process with its test"
        were = "were judged in one process with their test"
        rest = f", {weak} {was if weak == 1 else were}" if weak else ""
        console.print(Text(f"{line}{rest}."))
    console.print(Text(f"Suite sha256 {summary['suite_sha256']}", style="dim"))


def _score_row(table: Table, name: str, passed: int, total: int, style: str = "") -> None:
    cells = [name, str(passed), str(total), "-", "-"]
    if total:
        interval = wilson(passed, total)
        cells[3] = percent(interval.value)
        cells[4] = f"{percent(interval.low)} to {percent(interval.high)}"
    table.add_row(*cells, style=style)


def _failures_table(failures: Sequence[Mapping[str, Any]], folder: str, width: int) -> Table:
    several = len({row["sample"] for row in failures}) > 1
    table = new_table()
    rows = []
    for row in failures:
        verdict = row["verdict"]
        task = row["task_id"][len(folder) :] + (f" #{row['sample']}" if several else "")
        cells = [task, verdict["stage"], verdict["category"] or verdict["status"]]
        rows.append(([one_line(cell, 28) for cell in cells], verdict))
    used = sum(max(len(cells[column]) for cells, _ in rows) for column in range(3))
    for title in ("task", "stage", "category", "message"):
        table.add_column(title, overflow="fold")
    for cells, verdict in rows:
        message = one_line(verdict["message"], max(24, width - used - 8))
        style = "yellow" if verdict["status"] == "infra" else ""
        table.add_row(*map(Text, [*cells, message]), style=style)
    return table


def _print_table(console: Console, title: str, table: Table) -> None:
    console.print(Text(title, style="bold"))
    console.print(table)
    console.print()
