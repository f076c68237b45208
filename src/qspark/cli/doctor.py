"""`qspark doctor`: what this machine can do."""

import json
from typing import Annotated

import typer


def doctor(
    workers: Annotated[int, typer.Option(min=1, help="Judging processes.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what this machine can do, and attack the sandbox to see which guarantees hold."""
    from rich.console import Console

    from qspark.report.doctor import print_diagnosis
    from qspark.report.progress import reporter
    from qspark.verify.doctor import broken, diagnose

    console = Console(stderr=as_json)
    with reporter(console) as (_, progress):
        found = diagnose(workers, lambda done, total: progress("doctor", done, total))
    if as_json:
        typer.echo(json.dumps(found))
    else:
        print_diagnosis(found, console)
    if broken(found):
        raise typer.Exit(1)
