"""The three figures of a score (`evaluate.figures`) on the terminal, and what they rest on."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from qspark.mistakes.catalogue import CATALOGUE
from qspark.report.tables import table as new_table
from qspark.report.text import count, percent, plain


def print_figures(summary: Mapping[str, Any], console: Console) -> None:
    """Print `figures` of a summary, with each one's Wilson interval, as a table."""
    table = new_table()
    table.add_column("pass@1 of", overflow="fold")
    for title in ("passed", "tasks", "share, %", "95 % interval"):
        table.add_column(title, justify="right", no_wrap=True)
    for name, figure in summary["figures"].items():
        cells = [figure["label"], f"{figure['passed']:.4g}", str(figure["tasks"]), "-", "-"]
        if figure["ci95"]:
            low, high = (percent(value) for value in figure["ci95"])
            cells[3:] = [percent(figure["pass_at_1"]), f"{low} to {high}"]
        table.add_row(*map(Text, cells), style="bold" if name == "all" else "")
    console.print(Text(f"{plain(summary['suite'])}: the score, three ways", style="bold"))
    console.print(table)
    console.print()


def print_repairs(summary: Mapping[str, Any], console: Console) -> None:
    """Print the score with mechanical repair beside the one without, and what was mended."""
    repairs, total = summary["repairs"], summary["figures"]["all"]["tasks"]
    for label, passed, share, interval in (
        ("without repair", "passed", "pass_at_1", "ci95"),
        ("with repair", "passed_fixed", "pass_at_1_fixed", "ci95_fixed"),
    ):
        if summary[interval]:
            low, high = (percent(value) for value in summary[interval])
            line = f"{label}: {summary[passed]} pass, pass@1 {percent(summary[share])} %"
            console.print(Text(f"{line} ({low} to {high}) of {total} tasks"))
    line = f"Repair changed {repairs['changed']} programs, of which {repairs['passed']} now pass"
    console.print(Text(f"{line}. It saw exceptions of their own code, no assertion of a test."))
    for name, counts in repairs["by_mistake"].items():
        title = CATALOGUE[name].title if name in CATALOGUE else ""
        line = f"  {name} {title}: in {counts['changed']}, of which {counts['passed']} now pass"
        console.print(Text(plain(line)))
    console.print()


def print_headline(summary: Mapping[str, Any], console: Console) -> None:
    """Print the score in one line, for the end of much text: `figures`' first, and its interval."""
    score = summary["figures"]["all"]
    if not score["ci95"]:
        return
    low, high = (percent(value) for value in score["ci95"])
    part = score["tasks"] + summary["unanswered"] if summary["unanswered"] else 0
    of = f"{score['tasks']} of the {part} tasks" if part else count(score["tasks"], "task")
    line = (
        f"pass@1 {percent(score['pass_at_1'])} % ({low} to {high}), {score['passed']:.4g} passed, "
    )
    console.print(Text(f"{line}over {of} of {plain(summary['suite'])}.", style="bold"))


def print_grounds(summary: Mapping[str, Any], pins: str, stand_in: bool, console: Console) -> None:
    """Print what the figures rest on: references that fail here, faulty tests, the stand-in.

    `pins` says how the suite's tasks compare with the published ones; it may be empty.
    """
    failing = summary["reference_faults"]
    if failing:
        console.print(Text(f"References that fail here ({len(failing)}):", style="yellow"))
        for task_id, reason in failing.items():
            console.print(Text(plain(f"  {task_id}: {reason}")))
    unsound = summary["figures"]["sound_tests"]["left_out"]
    if unsound:
        names = ", ".join(map(plain, unsound))
        console.print(Text(f"Tests known to refuse right answers: {names}."))
    if summary["stood_in"]:
        line = f"{count(summary['stood_in'], 'answer')} used the stand-in for IBM's service"
        console.print(Text(f"{line} (--no-stand-in: without it)."))
    elif not stand_in:
        console.print(Text("IBM's service was not stood in for (--no-stand-in)."))
    if pins:
        console.print(Text(f"Suite: {plain(pins)}.", style="dim"))
