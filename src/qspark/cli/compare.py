"""`qspark compare`: whether one model is better than another on the same tasks."""

import json
from pathlib import Path
from typing import Annotated

import typer

Scores = Annotated[Path, typer.Argument(help="A run folder, or a results.jsonl.")]


def compare(
    a: Scores,
    b: Scores,
    suite: Annotated[str, typer.Option(help="The tasks, where results name no suite.")] = "",
    common: Annotated[
        bool, typer.Option("--common", help="Compare the equal tasks of two different suites.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare two scored runs task by task: the difference, whether it is one, and what turned."""
    from rich.console import Console

    from qspark.evaluate.compare import compare as compare_scores
    from qspark.evaluate.scored import load_scored
    from qspark.report.comparison import print_comparison

    found = compare_scores(load_scored(a, suite), load_scored(b, suite), common, seed)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        print_comparison(found, Console())
