"""`qspark report`: one offline HTML file for a run, an evaluation, or two to compare."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(help="A run folder, or a results.jsonl.")],
    other: Annotated[
        Path | None, typer.Argument(help="A second one, shown as what came after the first.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The HTML file [RUN/report.html].")] = None,
    suite: Annotated[str, typer.Option(help="The tasks, where results name no suite.")] = "",
    common: Annotated[
        bool, typer.Option("--common", help="Compare the equal tasks of two different suites.")
    ] = False,
    drawings: Annotated[
        bool, typer.Option(help="Run failing programs again, sandboxed, to draw their circuits.")
    ] = True,
    workers: Annotated[int, typer.Option(min=1, help="Processes that draw.")] = 2,
) -> None:
    """Write the HTML report of a run folder, of scored answers, or of two runs side by side."""
    from qspark.errors import QSparkError
    from qspark.report.html import write_report

    inputs = {path.resolve() for path in (run, other) if path}
    target = out or (run if run.is_dir() else run.parent) / "report.html"
    if target.resolve() in inputs or target.is_dir():
        raise QSparkError(f"{target} is an input or a folder: give an HTML file as --out")
    if (run / "manifest.json").is_file() and other is None:
        write_report(run, target)
    else:
        write_evaluation(
            [path for path in (run, other) if path], target, suite, common, drawings, workers
        )
    typer.echo(str(target))


def write_evaluation(
    sources: list[Path], target: Path, suite: str, common: bool, drawings: bool, workers: int
) -> None:
    """Write the page of one or two scored runs."""
    from rich.console import Console

    from qspark.cli.options import default_cache
    from qspark.evaluate.scored import load_scored
    from qspark.report.evaluation import write_evaluation
    from qspark.report.progress import reporter
    from qspark.verify.pool import JudgePool

    runs = [load_scored(source, suite) for source in sources]
    if not drawings:
        write_evaluation(runs, target, None, common)
        return
    with (
        reporter(Console(stderr=True)) as (_, progress),
        JudgePool(workers, default_cache()) as pool,
    ):
        write_evaluation(runs, target, pool, common, lambda done, n: progress("draw", done, n))
