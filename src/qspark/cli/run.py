"""`qspark run` and `version`: a run folder from start to end."""

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


def version() -> None:
    """Print the version."""
    from qspark import __version__

    typer.echo(__version__)
