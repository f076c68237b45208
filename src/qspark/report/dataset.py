"""A dataset's card on the terminal."""

from pathlib import Path
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


def print_stats(found: dict[str, Any], console: Console) -> None:
    """Print coverage by module, topics, and what pairs teach."""
    modules = Table(title="Coverage of Qiskit's public surface")
    for title, side in (("module", "left"), ("objects", "right"), ("methods, properties", "right")):
        modules.add_column(title, justify=side)  # type: ignore[arg-type]
    for module, (objects, of_objects, members, of_members) in found["covered"]["by_module"].items():
        modules.add_row(module, f"{objects} of {of_objects}", f"{members} of {of_members}")
    modules.add_section()
    covered = found["covered"]
    modules.add_row(
        "all",
        f"{covered['objects']} of {covered['of_objects']}, {found['coverage']['objects']:.1%}",
        f"{covered['methods']} of {covered['of_methods']}, {found['coverage']['methods']:.1%}",
    )
    console.print(modules)
    cells = Table(title="Tasks by kind and difficulty")
    difficulties = list(found["by_difficulty"])
    for title in ("kind", *difficulties, "all"):
        cells.add_column(title, justify="left" if title == "kind" else "right")
    for kind, count in found["by_kind"].items():
        cells.add_row(
            kind, *(str(found["cells"].get(f"{d} x {kind}", 0)) for d in difficulties), str(count)
        )
    console.print(cells)
    topics = Table(title="Tasks by topic")
    topics.add_column("topic")
    topics.add_column("tasks", justify="right")
    topics.add_column("share", justify="right")
    for topic, count in sorted(found["by_topic"].items(), key=lambda item: -item[1]):
        topics.add_row(topic, str(count), f"{count / found['tasks']:.1%}")
    console.print(topics)
    classes = "  ".join(f"{name} {count}" for name, count in found["pairs_by_class"].items())
    mutants = found["mutants"]
    like = found["contaminated"]
    for line in (
        f"{found['tasks']} tasks of {found['references']} references, {found['pairs']} pairs",
        f"pairs by class of mistake: {classes}; {len(found['pairs_by_mistake'])} mistakes",
        f"advanced {found['advanced_share']:.1%}, largest topic {found['topic_max_share']:.1%}",
        f"mutants killed: {mutants['killed']} of {mutants['total']} "
        f"({mutants['killed'] / max(1, mutants['total']):.1%})",
        "contaminated: not known, no suite was given" if like is None else f"contaminated: {like}",
    ):
        console.print(line, highlight=False)


def draw_stats(found: dict[str, Any], path: Path) -> None:
    """Write a page of three charts: topics, coverage by module, pairs by class of mistake."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    topics = sorted(found["by_topic"].items(), key=lambda item: item[1])
    modules = [(m, r) for m, r in found["covered"]["by_module"].items() if r[1] + r[3] >= 5]
    modules.reverse()
    with rc_context({"font.size": 8, "svg.hashsalt": "qspark"}):
        figure = Figure(figsize=(13, 9), layout="constrained")
        left, middle, right = figure.subplots(1, 3, width_ratios=[3, 4, 2])
        left.barh([t for t, _ in topics], [n for _, n in topics], color="#4c72b0")
        left.set_title(f"{found['tasks']} tasks by topic")
        places = range(len(modules))
        for shift, start, color, label in (
            (0.2, 0, "#4c72b0", "classes, functions"), (-0.2, 2, "#dd8452", "methods, properties"),
        ):  # fmt: skip
            shares = [r[start] / r[start + 1] if r[start + 1] else 0 for _, r in modules]
            middle.barh([p + shift for p in places], shares, 0.4, color=color, label=label)
        middle.set_yticks(places, [m for m, _ in modules])
        middle.set_xlim(0, 1)
        middle.set_title("Share of the public surface that is used")
        middle.legend(loc="lower right")
        classes = found["pairs_by_class"]
        right.bar(list(classes), list(classes.values()), color="#55a868")
        right.set_title(f"{found['pairs']} pairs\nby class of mistake")
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
