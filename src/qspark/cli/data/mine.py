"""`qspark data mine`: tasks from code that exists, with the behaviour that was seen as their test."""

import json
from pathlib import Path
from typing import Annotated

import typer

from qspark.cli.data.teach import candidates_in
from qspark.cli.options import AsJson, Cache, Workers, default_cache
from qspark.errors import QSparkError


def mine(
    places: Annotated[
        list[str], typer.Argument(help="Folders, files, notebooks, addresses of git repositories.")
    ],
    out: Annotated[Path, typer.Option(help="The candidates: a JSONL file.")],
    no_licence_needed: Annotated[
        bool, typer.Option("--no-licence-needed", help="Also take files without a known licence.")
    ] = False,
    workers: Workers = 2,
    cache: Cache = None,
    as_json: AsJson = False,
) -> None:
    """Find functions with docstrings, mend them, see what they do, and make tasks of them."""
    from rich.console import Console
    from rich.table import Table

    from qspark.data.mining.find import opened
    from qspark.data.mining.mine import Counts
    from qspark.data.mining.mine import mine as find
    from qspark.report.progress import reporter
    from qspark.runs import write_jsonl
    from qspark.verify.pool import JudgePool

    if any(candidate.origin != "mined" for candidate in candidates_in(out)):
        raise QSparkError(f"{out} holds candidates of another origin: give another --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    counts, rows, seen = Counts(), [], set[str]()
    console = Console(stderr=as_json, highlight=False)
    with (
        JudgePool(workers, cache or default_cache()) as pool,
        reporter(console) as (_, report),
    ):
        for place in places:
            with opened(place) as repository:
                total = sum(1 for _ in repository.functions())
                found = find(repository, pool, counts, seen, not no_licence_needed)
                report(repository.name, 0, total)
                for number, candidate in enumerate(found, 1):
                    if candidate is not None:
                        rows.append(candidate.model_dump(mode="json"))
                    report(repository.name, number, total)
    write_jsonl(out, rows)
    reasons = dict(counts.rejected.most_common())
    if as_json:
        result = {"functions": counts.functions, "kept": counts.kept, "rejected": reasons}
        typer.echo(json.dumps({**result, "files": dict(counts.files), "candidates": str(out)}))
        return
    table = Table("functions", "what became of them", box=None)
    table.add_row(str(counts.kept), "kept")
    for reason, count in reasons.items():
        table.add_row(str(count), reason)
    table.add_row(str(counts.functions), "in all")
    console.print(table)
    files = ", ".join(
        f"{n} {what.removeprefix('files: ')}" for what, n in sorted(counts.files.items())
    )
    console.print(f"Files: {files}", soft_wrap=True, markup=False)
    if any("licence" in reason for reason in reasons):
        console.print(
            "Files without a known licence are taken with --no-licence-needed", soft_wrap=True
        )
    console.print(f"Candidates: {out}", soft_wrap=True, markup=False)
