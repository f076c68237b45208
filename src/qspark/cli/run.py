"""`qspark run`, `report` and `version`: a run folder from start to end."""

from pathlib import Path
from typing import Annotated

import typer

Seed = Annotated[int | None, typer.Option(help="Replace the profile's seed.")]


def run(
    profile: Annotated[str, typer.Option(help="A profile's name, or a TOML file.")] = "tiny-cpu",
    out: Annotated[Path | None, typer.Option(help="The run folder [runs/PROFILE].")] = None,
    seed: Seed = None,
) -> None:
    """Train and measure: data, SFT, ORPO, GRPO, evaluation, report. Goes on where it was stopped."""
    from rich.console import Console

    from qspark.config import load_profile
    from qspark.report.progress import reporter

    settings = load_profile(profile, seed)
    folder = out or Path("runs") / settings.name
    console = Console()
    from qspark.pipeline import run_pipeline
    from qspark.report.terminal import print_summary
    from qspark.runs import read_json

    with reporter(console) as (say, progress):
        report = run_pipeline(settings, folder, say, progress)
    print_summary(read_json(folder / "evaluate" / "summary.json"), console)
    console.print(f"Report: {report}", soft_wrap=True)


def report(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    out: Annotated[Path | None, typer.Option(help="The HTML file [RUN/report.html].")] = None,
) -> None:
    """Write the HTML report of a run folder."""
    from qspark.errors import RunError
    from qspark.report.html import write_report

    if not (run / "manifest.json").is_file():
        raise RunError(f"{run} is not a run folder: give one that `qspark run` made")
    target = out or run / "report.html"
    write_report(run, target)
    typer.echo(str(target))


def version() -> None:
    """Print the version."""
    from qspark import __version__

    typer.echo(__version__)
