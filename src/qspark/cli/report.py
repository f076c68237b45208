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

    from qspark.cli.judge import default_cache
    from qspark.errors import SandboxError
    from qspark.evaluate.scored import load_scored
    from qspark.report.drawing import Drawing, draw_circuits
    from qspark.report.evaluation import render_evaluation
    from qspark.report.page import write_page
    from qspark.report.progress import reporter
    from qspark.report.shown import programs_to_draw
    from qspark.verify.pool import JudgePool

    runs = [load_scored(source, suite) for source in sources]
    found: dict[tuple[str, str], Drawing | None] = {}
    note = "" if drawings else "Circuits are not drawn (--no-drawings)."
    programs = programs_to_draw(runs) if drawings else []
    try:
        with (
            reporter(Console(stderr=True)) as (_, progress),
            JudgePool(workers, default_cache()) as pool,
        ):
            drawn = draw_circuits(programs, pool, lambda done, n: progress("draw", done, n))
        keys = [(task.task_id, program) for task, program in programs]
        found = dict(zip(keys, drawn, strict=True))
    except SandboxError:
        note = "Circuits are not drawn: the sandbox does not start here (see `qspark doctor`)."
    write_page(target, render_evaluation(runs, found, common, note))
