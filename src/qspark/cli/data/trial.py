"""`qspark data try`: execute a few instances of families, for whoever writes one."""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from qspark.cli.options import Workers
from qspark.errors import QSparkError


def try_(
    names: Annotated[
        list[str] | None, typer.Argument(help="Families, topics, or files of families [all].")
    ] = None,
    count: Annotated[int, typer.Option("-n", min=1, help="Instances of each family.")] = 3,
    seed: Annotated[int, typer.Option(help="Another seed draws others.")] = 0,
    show: Annotated[bool, typer.Option(help="Print the first instance of each.")] = False,
    coverage: Annotated[
        str, typer.Option(help="List what of a module's public surface is not touched.")
    ] = "",
    workers: Workers = 2,
) -> None:
    """Draw a few tasks of families, execute them and their mutants, and say what survives."""
    from rich.console import Console

    from qspark.data.families import all_families, families_of_file
    from qspark.data.surface import surface
    from qspark.data.trial import distinct, try_families
    from qspark.report.progress import reporter
    from qspark.verify.pool import JudgePool

    families = []
    for name in names or [""]:
        if name.endswith(".py"):
            families += families_of_file(Path(name))
            continue
        found = [f for f in all_families() if name in ("", f.name, f.topic)]
        if not found:
            raise QSparkError(
                f"no family or topic {name!r}: give the path of a file, or none for all"
            )
        families += found
    console = Console(soft_wrap=True, highlight=False)
    with JudgePool(workers) as pool, reporter(console) as (_, progress):
        trials = try_families(families, count, seed, pool, lambda a, b: progress("judge", a, b))
    bad, symbols = 0, set()
    for family in families:
        own = [trial for trial in trials if trial.family is family]
        if show:
            first = own[0].instance
            console.print(f"\n{first.solution()}\n{first.check()}", markup=False)
            for ask in first.asks:
                console.print(f"- {ask}", markup=False)
        references = [v for trial in own for v in trial.references]
        mutants = [pair for trial in own for pair in trial.mutants]
        alive = [(t, m) for t in own for m, v in t.mutants if v.status == "pass"]
        wrong = [pair for trial in own for pair in trial.wrong]
        slow = max(v.cpu_seconds for v in references)
        forms, asks = distinct(family, 60, seed)
        console.print(
            f"{family.name} ({family.topic}, {family.difficulty}): references "
            f"{sum(v.passed for v in references)}/{len(references)}, mutants killed "
            f"{len(mutants) - len(alive)}/{len(mutants)}, wrong answers failing "
            f"{sum(v.status == 'fail' for _, v in wrong)}/{len(wrong)}, {slow:.2f} s, "
            f"of 60 draws {forms} solutions and {asks} prompts differ",
            markup=False,
        )
        for trial in own:
            for verdict in trial.references:
                if not verdict.passed:
                    bad += 1
                    console.print(
                        f"  FAILS {verdict.category} {verdict.message[:300]} {verdict.line}\n"
                        f"  params {trial.instance.params}",
                        markup=False,
                    )
            if trial.trace:
                symbols.update(trial.trace.symbols)
            elif trial.references[0].passed:
                bad += 1
                console.print("  the trace came back empty", markup=False)
            for mistake, verdict in trial.wrong:
                if verdict.status != "fail":
                    console.print(f"  wrong answer {mistake}: {verdict.status}", markup=False)
        for trial, mutant in alive:
            kind = getattr(mutant, "kind", "") or getattr(mutant, "mistake", "")
            lines = list(
                difflib.unified_diff(
                    trial.instance.solution().splitlines(), mutant.program.splitlines(), n=0,
                    lineterm="",
                )
            )[3:]  # fmt: skip
            console.print(f"  survives ({kind}): {' '.join(lines)}", markup=False)
    touched = surface().objects.keys() & symbols
    console.print(
        f"{len(families)} families touch {len(touched)} objects and "
        f"{len(surface().members & symbols)} members"
    )
    if coverage:
        here = f"{coverage}."
        objects = sorted(n for n in surface().objects if n.startswith(here) and n not in symbols)
        members = sorted(n for n in surface().members if n.startswith(here) and n not in symbols)
        console.print("objects not touched: " + " ".join(n.removeprefix(here) for n in objects))
        console.print("members not touched: " + " ".join(n.removeprefix(here) for n in members))
    if bad:
        raise typer.Exit(1)
