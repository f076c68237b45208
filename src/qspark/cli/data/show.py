"""`qspark data show`, `stats` and `verify`: looking at a dataset."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from qspark.cli.options import AsJson, Workers
from qspark.errors import QSparkError

Folder = Annotated[Path, typer.Argument(help="A dataset's folder.")]


def show(
    task_id: Annotated[str, typer.Argument(help="A task's id, or the start of one.")],
    data: Annotated[Path, typer.Option(help="The dataset's folder.")] = Path("datasets/full"),
) -> None:
    """Print one task as a person would read it: prompt, reference, test, annotations, pairs."""
    from rich.console import Console

    from qspark.data.store import read_rows
    from qspark.report.task import print_task

    tasks = {row["task_id"]: row for row in read_rows(data, "tasks")}
    found = (
        [task_id] if task_id in tasks else [known for known in tasks if known.startswith(task_id)]
    )
    if not found:
        raise QSparkError(f"no task {task_id!r} in {data}: its ids look like {next(iter(tasks))!r}")
    if len(found) > 1:
        shown = "\n  ".join(found[:20]) + (
            f"\n  and {len(found) - 20} more" if len(found) > 20 else ""
        )
        raise QSparkError(f"{len(found)} tasks start with {task_id!r}: give one of\n  {shown}")
    pairs = [pair for pair in read_rows(data, "pairs") if pair["task_id"] == found[0]]
    rates = read_rows(data, "rates") if (data / "rates").is_dir() else []
    own = [rate for rate in rates if rate["task_id"] == found[0]]
    print_task(tasks[found[0]], pairs, own, Console())


def stats(
    data: Folder = Path("datasets/full"),
    against: Annotated[
        list[str] | None, typer.Option(help="Also count the tasks that are like this suite's.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Where the plot goes (.svg, .png) [DATA/stats.svg].")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a dataset holds: counts, coverage of Qiskit's public surface, and a plot."""
    from rich.console import Console

    from qspark.data.card import figures
    from qspark.data.contamination import contaminated
    from qspark.data.store import is_dataset, read_rows
    from qspark.report.dataset import draw_stats, print_stats
    from qspark.runs import read_json
    from qspark.tasks.suites import load_suite

    if not is_dataset(data):
        raise QSparkError(f"{data} is no dataset: make one with `qspark data build --out {data}`")
    tasks, pairs = read_rows(data, "tasks"), read_rows(data, "pairs")
    card = read_json(data / "card.json")
    found: dict[str, Any] = {**figures(tasks, pairs), "name": card["name"], "seed": card["seed"]}
    suites = [task for suite in against or [] for task in load_suite(suite).tasks]
    like = contaminated(tasks, suites) if suites else []
    known = bool(suites) or bool(card["gates"]["benchmark_tasks"])
    found["contaminated"] = len(like) if known else None
    found["contaminated_tasks"] = like
    page = plot or data / "stats.svg"
    draw_stats(found, page)
    if as_json:
        typer.echo(json.dumps({**found, "plot": str(page)}))
        return
    console = Console()
    print_stats(found, console)
    console.print(f"Plot: {page}", soft_wrap=True)


def verify(
    data: Folder = Path("datasets/full"),
    sample: Annotated[
        int, typer.Option(min=0, help="So many references and rejected answers (0: all).")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Which ones are drawn.")] = 0,
    workers: Workers = 2,
    as_json: AsJson = False,
) -> None:
    """Execute a dataset again: references must pass, rejected answers must fail."""
    from rich.console import Console

    from qspark.data.store import read_rows
    from qspark.data.verify import verify as execute
    from qspark.report.progress import reporter
    from qspark.verify.judge import Limits
    from qspark.verify.pool import JudgePool

    tasks, pairs = read_rows(data, "tasks"), read_rows(data, "pairs")
    console = Console(stderr=as_json)
    with reporter(console) as (_, progress), JudgePool(workers) as pool:
        found = execute(
            tasks, pairs, sample, seed, pool, Limits(), lambda a, b: progress("verify", a, b)
        )
    if as_json:
        typer.echo(json.dumps(found))
    else:
        wrong = [w for w in found["wrong"] if w["what"] == "reference"]
        console.print(
            f"{found['references'] - len(wrong)} of {found['references']} references pass "
            f"({found['strong']} of them in a process apart from the test), "
            f"{found['rejected'] - len(found['wrong']) + len(wrong)} of {found['rejected']} "
            "rejected answers fail"
        )
        for item in found["wrong"][:20]:
            console.print(f"  {item['task_id']}: {item['what']}: {item['said']}", markup=False)
    if found["wrong"]:
        raise typer.Exit(1)
