"""What `qspark compare` found, as tables on the terminal and as sentences for any page."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qspark.report.tables import table as new_table
from qspark.report.text import (
    common_folder,
    difference_with_interval,
    one_line,
    p_value,
    percent,
    plain,
    points,
)

_LEFT_OUT = {
    "infra": "not judged on one side (infra)",
    "unanswered": "without an answer on one side",
    "changed": "not the same task in both suites",
}
_TESTS = {"mcnemar": "the exact McNemar test", "sign": "the sign test over tasks that moved"}


def print_comparison(found: Mapping[str, Any], console: Console) -> None:
    """Print what `compare` returned: the difference, its parts, and the tasks that turned."""
    for side, name in (("before", found["a"]["name"]), ("after", found["b"]["name"])):
        console.print(Text(f"{side + ':':8}{one_line(name, 200)}", style="bold"))
    console.print()
    table = new_table(f"pass@1, {found['tasks']} tasks")
    for title in ("before, %", "after, %", "difference, points", "won", "lost", "p"):
        table.add_column(title, justify="right", no_wrap=True)
    for name, part in found["by_difficulty"].items():
        _row(table, f"{name} ({part['tasks']})", part, part["p_holm"])
    table.add_section()
    _row(table, "all", found["pass_at_1"], found["pass_at_1"]["p"], "bold")
    if found["pass_at_k"]:
        many = found["pass_at_k"]
        _row(table, f"all, pass@{many['k']}", many, many["p"])
    console.print(table)
    console.print()
    _print_flips(found["flips"], console)
    console.print(Text(verdict_on(found), style="bold"))
    console.print(Text(reach_of(found["pass_at_1"])))
    for sentence in left_out(found):
        console.print(Text(sentence, style="yellow"))
    console.print(Text(method_of(found), style="dim"))


def verdict_on(found: Mapping[str, Any]) -> str:
    """One sentence: which is better by how much, or that the tasks do not tell."""
    a, b = plain(found["a"]["name"]), plain(found["b"]["name"])
    gain = found["pass_at_1"]
    moved = f"{gain['wins']} won, {gain['losses']} lost, p {p_value(gain['p'])}"
    if gain["p"] < 0.05 and gain["low"] * gain["high"] > 0:
        better, worse = (b, a) if gain["difference"] > 0 else (a, b)
        by = points(abs(gain["difference"])).lstrip("+")
        return f"{better} is better than {worse} by {by} points of pass@1 ({moved})."
    return f"These tasks do not tell {b} from {a} ({points(gain['difference'])} points; {moved})."


def reach_of(gain: Mapping[str, Any]) -> str:
    """One sentence: the smallest difference that these tasks could have shown."""
    moved = gain["wins"] + gain["losses"]
    if gain["net_needed"] is None:
        least = percent(6 / gain["tasks"]) if gain["tasks"] >= 6 else ""
        rest = f": it takes six in one direction, {least} points" if least else ""
        return f"With {moved} tasks moved no outcome could have reached p < 0.05{rest}."
    return (
        f"With {moved} tasks moved, the smallest difference that could have reached p < 0.05 is "
        f"{percent(gain['smallest'])} points ({gain['net_needed']} tasks)."
    )


def left_out(found: Mapping[str, Any]) -> list[str]:
    """A sentence for each reason why tasks are not compared."""
    sentences = []
    for key, words in _LEFT_OUT.items():
        ids = found["left_out"][key]
        if ids:
            more = f" and {len(ids) - 8} more" if len(ids) > 8 else ""
            names = ", ".join(map(plain, ids[:8]))
            sentences.append(f"Not compared, {words}: {names}{more} ({len(ids)} in all).")
    return sentences


def method_of(found: Mapping[str, Any]) -> str:
    """One sentence: how the interval and the p values were found, and on what."""
    parts = len(found["by_difficulty"])
    corrected = f"; p of the {parts} parts after Holm" if parts > 1 else ""
    return (
        f"95 % intervals by a bootstrap over tasks (seed {found['seed']}), p by "
        f"{_TESTS[found['pass_at_1']['test']]}{corrected}. Suite {plain(found['suite'])}, sha256 "
        f"{found['suite_sha256'][:12]}."
    )


def outcome_of(side: Mapping[str, Any]) -> str:
    """One side of a flip in words: passed, or the share that passed, and the failure's category."""
    if side["share"] == 1:
        return "passed"
    share = f"{percent(side['share'])} % passed, " if side["share"] else ""
    return f"{share}{one_line(side['category'], 40) or 'failed'}"


def _row(table: Table, name: str, part: Mapping[str, Any], p: float, style: str = "") -> None:
    colour = "green" if part["low"] > 0 else "red" if part["high"] < 0 else ""
    table.add_row(
        Text(name, style),
        Text(percent(part["a"]), style),
        Text(percent(part["b"]), style),
        Text(difference_with_interval(part), f"{style} {colour}".strip()),
        Text(str(part["wins"]), style),
        Text(str(part["losses"]), style),
        Text(p_value(p), style),
    )


def _print_flips(flips: list[Mapping[str, Any]], console: Console) -> None:
    folder = common_folder([flip["task_id"] for flip in flips])
    under = f" (task ids are under {plain(folder)})" if folder else ""
    for won, title in ((False, "Lost"), (True, "Won")):
        chosen = [flip for flip in flips if flip["won"] == won]
        if not chosen:
            continue
        console.print(Text(f"{title} ({len(chosen)}){under}", style="bold"))
        table = new_table("task", "difficulty", "before", "after", "message")
        rows = [
            [
                plain(flip["task_id"][len(folder) :]),
                flip["difficulty"],
                outcome_of(flip["a"]),
                outcome_of(flip["b"]),
                flip["a"]["message"] if won else flip["b"]["message"],
            ]
            for flip in chosen
        ]
        used = sum(max(len(cells[column]) for cells in rows) for column in range(4))
        for *cells, message in rows:
            room = max(24, console.width - used - 12)
            table.add_row(*map(Text, cells), Text(one_line(message, room)))
        console.print(table)
        console.print()
