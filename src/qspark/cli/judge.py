"""`qspark judge`: score completions that already exist."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from qspark.cli.options import (
    AsJson,
    Cache,
    Fix,
    Isolation,
    Ray,
    StandIn,
    Workers,
    default_cache,
    least_isolation,
)
from qspark.errors import QSparkError


def judge(
    samples: Annotated[Path | None, typer.Argument(help="JSONL of completions.")] = None,
    suite: Annotated[
        str, typer.Option(help="qiskit-humaneval, ...-hard, humaneval, or a path.")
    ] = "",
    canonical: Annotated[bool, typer.Option(help="Judge the reference solutions.")] = False,
    stand_in: StandIn = True,
    workers: Workers = 2,
    isolation: Isolation = "",
    fix: Fix = False,
    ray: Ray = "",
    cache: Cache = None,
    out: Annotated[Path | None, typer.Option(help="Where results go, as JSONL.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score completions that already exist, or with --canonical the suite's own solutions."""
    from rich.console import Console

    from qspark.evaluate.mended import diagnose_rows, repair_rows, summarise_repairs
    from qspark.evaluate.score import (
        judge_references,
        score_canonical,
        score_samples,
        summarise_scores,
    )
    from qspark.report.figures import (
        print_figures,
        print_grounds,
        print_headline,
        print_repairs,
    )
    from qspark.report.progress import reporter
    from qspark.report.terminal import print_scores
    from qspark.runs import write_jsonl
    from qspark.tasks.pins import compare
    from qspark.tasks.samples import load_samples
    from qspark.tasks.suites import load_suite
    from qspark.verify.attacks import gives_not
    from qspark.verify.pool import ISOLATIONS, JudgePool

    least = least_isolation(isolation)
    if not suite:
        raise QSparkError("no suite: give --suite with the name of one, or the path of its tasks")
    if canonical == (samples is not None):
        raise QSparkError("give a file of completions, or --canonical, and not both")
    if fix and canonical:
        raise QSparkError("references are not repaired: leave --fix or --canonical out")
    tasks = load_suite(suite)
    answers = load_samples(str(samples), tasks) if samples else None
    results = out or Path("results.jsonl")
    if results.resolve() in {Path(given).resolve() for given in (samples, suite, cache) if given}:
        raise QSparkError(f"{results} is an input: give another place with --out")
    results.open("ab").close()  # a place that cannot be written is said before the work, not after
    console = Console(stderr=as_json)
    with (
        reporter(console) as (_, progress),
        JudgePool(workers, cache or default_cache(), least, ray) as pool,
    ):

        def judged(done: int, total: int) -> None:
            progress("judge", done, total)

        def referred(done: int, total: int) -> None:
            progress("references", done, total)

        if answers is None:
            rows = score_canonical(tasks, pool, stand_in, judged)
        else:
            references = judge_references(tasks, answers, pool, stand_in, referred)
            rows = score_samples(tasks, answers, pool, references, stand_in, judged)
            given = (pool, references, stand_in)
            rows = diagnose_rows(tasks, rows, *given, partial(progress, "diagnose"))
            if fix:
                rows = repair_rows(tasks, rows, *given, partial(progress, "repair"))
    rungs = {row["verdict"]["isolation"] for row in rows} - {""}
    reached = min(rungs, key=ISOLATIONS.index, default="")
    write_jsonl(results, rows)
    summary = {
        **summarise_scores(tasks, rows),
        **(summarise_repairs(rows) if fix else {}),
        "isolation": reached,
        "isolation_gives_not": gives_not(reached) if reached else [],
        "results": str(results),
    }
    if as_json:
        typer.echo(json.dumps(summary))
        return
    print_figures(summary, console)
    print_scores(summary, rows, console)
    if fix:
        print_repairs(summary, console)
    print_grounds(summary, compare(tasks.tasks).sentence(), stand_in, console)
    if reached:
        console.print(f"Sandbox: {reached}; it does not give {', '.join(gives_not(reached))}")
    print_headline(summary, console)
    console.print(f"Results: {results}", soft_wrap=True)
