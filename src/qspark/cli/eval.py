"""`qspark eval`: ask a model, judge its answers, score it."""

import json
import re
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


def evaluate(
    model: Annotated[
        str, typer.Argument(help="A Hugging Face id or folder, openai:NAME, or samples:FILE.")
    ],
    suite: Annotated[str, typer.Option(help="qiskit-humaneval, ...-hard, humaneval, or a path.")],
    samples: Annotated[int | None, typer.Option(min=1, help="Answers per task [1].")] = None,
    temperature: Annotated[
        float | None, typer.Option(min=0, help="0 is greedy [0; 0.8 for several answers].")
    ] = None,
    top_p: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Nucleus [0.95 where drawn].")
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="New tokens per answer [4096; completion 1024].")
    ] = None,
    prompt: Annotated[
        str,
        typer.Option(help="completion, chat, official, versions, trained (default: by the model)."),
    ] = "",
    system: Annotated[Path | None, typer.Option(help="A file with a system message.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides what is drawn.")] = 0,
    task_id: Annotated[list[str] | None, typer.Option(help="Only this task; repeatable.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many tasks.")] = None,
    base_url: Annotated[str, typer.Option(help="The server's address [OPENAI_BASE_URL].")] = "",
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at a time.")] = 8,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one answer.")] = 600,
    batch_size: Annotated[int, typer.Option(min=1, help="Answers at a time, here.")] = 16,
    dtype: Annotated[str, typer.Option(help="auto, float32, bfloat16, float16.")] = "auto",
    batching: Annotated[str, typer.Option(help="auto, static, continuous.")] = "auto",
    workers: Workers = 2,
    isolation: Isolation = "",
    stand_in: StandIn = True,
    fix: Fix = False,
    ray: Ray = "",
    cache: Cache = None,
    out: Annotated[
        Path | None, typer.Option(help="The run folder (default: runs/SUITE--MODEL).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a model for answers to a suite, judge them, score it. Goes on where it was stopped."""
    from rich.console import Console

    from qspark.cli.report import write_evaluation
    from qspark.evaluate.evaluation import ask, finish, judge, open_folder, timed
    from qspark.evaluate.journal import JournalPool
    from qspark.evaluate.models import Options, plan
    from qspark.report.answers import print_answers
    from qspark.report.figures import (
        print_figures,
        print_grounds,
        print_headline,
        print_repairs,
    )
    from qspark.report.progress import reporter
    from qspark.report.terminal import print_scores
    from qspark.tasks.pins import compare
    from qspark.tasks.suites import choose, load_suite

    least = least_isolation(isolation)
    tasks = load_suite(suite)
    options = Options(
        model=model,
        samples=samples,
        temperature=temperature,
        top_p=top_p,
        max_tokens=max_tokens,
        prompt=prompt,
        system=_text(system) if system else "",
        seed=seed,
        base_url=base_url,
        concurrency=concurrency,
        timeout=timeout,
        batch_size=batch_size,
        dtype=dtype,
        batching=batching,
        stand_in=stand_in,
    )
    planned = plan(options, tasks, choose(tasks, task_id or [], limit))
    folder = out or Path("runs") / _name(f"{tasks.name}--{model}")
    console = Console(stderr=as_json)
    place = str(Path(suite).resolve()) if Path(suite).exists() else suite
    recorded = {"suite_path": place, **planned.recorded}
    with open_folder(folder, planned.settings, recorded), reporter(console) as (_, report):
        answers = ask(folder, planned.settings, planned.requests, planned.backend, report)
        journal = folder / "verdicts.jsonl"
        with (
            timed(folder, "judge", len(answers)),
            JournalPool(journal, workers, cache or default_cache(), least, ray) as pool,
        ):
            samples_said = planned.samples(answers)
            rows = judge(tasks, samples_said, answers, pool, planned.settings, report, fix)
        summary = finish(folder, tasks, planned.settings, rows)
        page = folder / "report.html"
        write_evaluation([folder], page, place, False, False, workers)
    if as_json:
        typer.echo(json.dumps({**summary, "results": str(folder / "results.jsonl")}))
        return
    print_figures(summary, console)
    print_scores(summary, rows, console)
    if fix:
        print_repairs(summary, console)
    print_grounds(summary, compare(tasks.tasks).sentence(), stand_in, console)
    print_answers(summary, console)
    print_headline(summary, console)
    console.print(f"Results: {folder / 'results.jsonl'}, report: {page}", soft_wrap=True)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise QSparkError(f"{file} cannot be read: give --system a text file") from error


def _name(text: str) -> str:
    """A folder's name: letters, digits, dots, dashes; never hidden, never over-long."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-")[:120] or "eval"
