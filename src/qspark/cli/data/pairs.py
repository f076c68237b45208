"""`qspark data pairs`: a model's own failures become rejected answers."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from qspark.cli.options import AsJson, Ray, Workers


def pairs(
    on_policy: Annotated[
        str, typer.Option(help="A Hugging Face id or folder, openai:NAME, or samples:FILE.")
    ],
    data: Annotated[Path, typer.Argument(help="A dataset's folder.")] = Path("datasets/full"),
    samples: Annotated[int, typer.Option(min=1, help="Answers per task.")] = 4,
    temperature: Annotated[
        float | None, typer.Option(min=0, help="0 is greedy [0.8 for several answers].")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many tasks.")] = None,
    split: Annotated[str, typer.Option(help="train or test.")] = "train",
    most: Annotated[int, typer.Option(min=1, help="Pairs per task at the most.")] = 4,
    prompt: Annotated[str, typer.Option(help="completion, chat, official, trained ...")] = "",
    base_url: Annotated[str, typer.Option(help="The server's address.")] = "",
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at a time.")] = 8,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="New tokens per answer.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides what is drawn.")] = 0,
    workers: Workers = 2,
    ray: Ray = "",
    as_json: AsJson = False,
) -> None:
    """Ask a model the dataset's tasks; its verified failures become pairs, its pass rates are kept."""
    from rich.console import Console

    from qspark.data.onpolicy import fold_in
    from qspark.evaluate.evaluation import ask, judge, open_folder
    from qspark.evaluate.journal import JournalPool
    from qspark.evaluate.models import Options, plan
    from qspark.report.progress import reporter
    from qspark.tasks.suites import choose, load_suite

    suite = load_suite(str(data / "tasks" / f"{split}.parquet"))
    given = on_policy.startswith("samples:")
    options = Options(
        model=on_policy, samples=None if given else samples, temperature=temperature,
        max_tokens=max_tokens, prompt=prompt, seed=seed, base_url=base_url, concurrency=concurrency,
    )  # fmt: skip
    planned = plan(options, suite, choose(suite, [], limit))
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", on_policy).strip(".-")[:80]
    folder = data / "work" / "on-policy" / f"{name}-{split}-{seed}"
    console = Console(stderr=as_json)
    with open_folder(folder, planned.settings, planned.recorded), reporter(console) as (_, report):
        answers = ask(folder, planned.settings, planned.requests, planned.backend, report)
        with JournalPool(
            folder / "verdicts.jsonl", workers, folder / "cache.sqlite", ray=ray
        ) as pool:
            rows = judge(suite, planned.samples(answers), answers, pool, planned.settings, report)
    found = fold_in(data, on_policy, rows, most)
    if as_json:
        typer.echo(json.dumps(found))
        return
    console.print(
        f"{found['model']}: {found['passed']} of {found['samples']} answers to {found['tasks']} tasks "
        f"pass; it solves {found['always']} tasks always, {found['never']} never, "
        f"{found['between']} sometimes"
    )
    console.print(f"{found['pairs']} pairs added to {data / 'pairs'}", soft_wrap=True)
