"""A dataset's card on the terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table


def print_card(card: dict[str, Any], console: Console) -> None:
    """Print what a dataset holds and what its gates did."""
    table = Table(title=f"Tasks of {card['name']}, seed {card['seed']}")
    difficulties = list(card["by_difficulty"])
    for title in ("kind", *difficulties, "all"):
        table.add_column(title, justify="left" if title == "kind" else "right")
    for kind, count in card["by_kind"].items():
        cells = [str(card["cells"].get(f"{d} x {kind}", 0)) for d in difficulties]
        table.add_row(kind, *cells, str(count))
    table.add_section()
    table.add_row("all", *map(str, card["by_difficulty"].values()), str(card["tasks"]))
    console.print(table)
    mutants, gates = card["mutants"], card["gates"]
    covered = card["covered"]
    share = mutants["killed"] / max(1, mutants["total"])
    lines = [
        f"{card['tasks']} tasks of {card['references']} references, {card['pairs']} pairs, "
        f"{card['families']} families, {len(card['by_topic'])} topics",
        f"largest topic {card['topic_max_share']:.1%}, advanced {card['advanced_share']:.1%}",
        f"coverage: {covered['objects']} of {covered['of_objects']} objects "
        f"({card['coverage']['objects']:.1%}), {covered['methods']} of {covered['of_methods']} "
        f"methods and properties ({card['coverage']['methods']:.1%})",
        f"mutants killed: {mutants['killed']} of {mutants['total']} ({share:.1%}), "
        f"{mutants['equivalent']} more proven equivalent",
        f"examined {gates['examined']}, admitted {gates['admitted']}",
    ]
    for line in lines:
        console.print(line, highlight=False)
    if gates["dropped"]:
        reasons = Table(title="Left out")
        reasons.add_column("reason")
        reasons.add_column("candidates", justify="right")
        for reason, count in gates["dropped"].items():
            reasons.add_row(reason, str(count))
        console.print(reasons)
