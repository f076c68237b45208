"""`qspark data build`: a dataset of verified tasks and preference pairs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from qspark.cli.options import AsJson, Isolation, Ray, least_isolation


def build(
    profile: Annotated[str, typer.Option(help="full, small, or a TOML file.")] = "full",
    out: Annotated[
        Path | None, typer.Option(help="The dataset's folder [datasets/PROFILE].")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Replace the profile's seed.")] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(help="A suite that no task may be like; may be given several times."),
    ] = None,
    add: Annotated[
        list[Path] | None, typer.Option(help="Candidates from `teach` or `mine`, as JSONL.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this topic or family; may be repeated.")
    ] = None,
    embed: Annotated[
        str, typer.Option(help="openai:NAME of an embedding model, for the gate of meaning.")
    ] = "",
    base_url: Annotated[str, typer.Option(help="Its server.")] = "",
    keep_going: Annotated[bool, typer.Option(help="Leave out references that fail.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Judging processes.")] = None,
    isolation: Isolation = "",
    ray: Ray = "",
    as_json: AsJson = False,
) -> None:
    """Build a dataset: families through the gates. Goes on where it was stopped."""
    from rich.console import Console

    from qspark.config import load_data_profile
    from qspark.data.build import build as build_dataset
    from qspark.data.candidate import read_candidates
    from qspark.data.contamination import Benchmarks
    from qspark.data.families import all_families
    from qspark.errors import QSparkError
    from qspark.report.dataset import print_card
    from qspark.report.progress import reporter
    from qspark.tasks.suites import load_suite
    from qspark.verify.pool import JudgePool

    settings = load_data_profile(profile, seed)
    folder = out or Path("datasets") / settings.name
    families = [f for f in all_families() if not only or {f.name, f.topic} & set(only)]
    if not families:
        raise QSparkError(f"no topic or family {', '.join(only or [])}: see `qspark data try`")
    others = [candidate for path in add or [] for candidate in read_candidates(path)]
    tasks = [task for suite in against or [] for task in load_suite(suite).tasks]
    vectors = _embedding(embed, base_url) if embed else None
    console = Console(stderr=as_json)
    verify = settings.verify
    least = least_isolation(isolation or verify.isolation)
    with (
        reporter(console) as (say, progress),
        JudgePool(workers or verify.workers, None, least, ray or verify.ray) as pool,
    ):
        card = build_dataset(
            settings, folder, pool, families, others, benchmarks=Benchmarks(tasks, vectors),
            keep_going=keep_going, say=say, report=progress,
        )  # fmt: skip
    if as_json:
        typer.echo(json.dumps({**card, "out": str(folder)}))
        return
    print_card(card, console)
    if not tasks:
        console.print("No suite was given with --against: nothing is known of contamination.")
    console.print(f"Dataset: {folder}", soft_wrap=True)


def _embedding(name: str, base_url: str):
    """What turns texts into unit vectors, by an OpenAI-compatible server."""
    from qspark.errors import QSparkError
    from qspark.evaluate.embeddings import embedder

    if not name.startswith("openai:"):
        raise QSparkError(f"no embedding model {name!r}: give openai:NAME and --base-url")
    return embedder(name.removeprefix("openai:"), base_url)
