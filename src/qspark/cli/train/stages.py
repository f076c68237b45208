"""`qspark train sft`, `orpo`, `grpo` and `accelerate`: one stage, and how several processes start it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qspark.cli.options import AsJson

if TYPE_CHECKING:
    from qspark.train.estimate import Stage

ProfileName = Annotated[str, typer.Option(help="A profile's name, or a TOML file.")]
Data = Annotated[
    Path | None,
    typer.Option(help="A dataset's folder, or a run's data folder [the profile's]."),
]
Start = Annotated[
    str, typer.Option(help="A Hugging Face id or a folder [OUT/sft/model, or the profile's].")
]
Out = Annotated[Path | None, typer.Option(help="The run folder [runs/PROFILE].")]
Seed = Annotated[int | None, typer.Option(help="Replace the profile's seed.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only print settings, and what they would need.")
]


def sft(
    profile: ProfileName = "tiny-cpu", data: Data = None, start: Start = "", out: Out = None,
    seed: Seed = None, dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Supervised fine-tuning on verified answers. Goes on where it was stopped."""
    _train("sft", profile, data, start, out, seed, dry_run, as_json)


def orpo(
    profile: ProfileName = "tiny-cpu", data: Data = None, start: Start = "", out: Out = None,
    seed: Seed = None, dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Preference training (ORPO) on pairs of a passing and a failing answer. Goes on where it was stopped."""
    _train("orpo", profile, data, start, out, seed, dry_run, as_json)


def grpo(
    profile: ProfileName = "tiny-cpu", data: Data = None, start: Start = "", out: Out = None,
    seed: Seed = None, dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Reinforcement learning (GRPO) with rewards by execution. Goes on where it was stopped."""
    _train("grpo", profile, data, start, out, seed, dry_run, as_json)


def accelerate(
    profile: ProfileName = "cluster-32b",
    out: Annotated[Path | None, typer.Option(help="A YAML file [standard output].")] = None,
) -> None:
    """Write accelerate's configuration for the machines of a profile."""
    from qspark.config import load_profile
    from qspark.runs import write_text
    from qspark.train.launch import accelerate_config

    text = accelerate_config(load_profile(profile))
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text)
    typer.echo(f"accelerate launch --config_file {out} -m qspark train sft --profile {profile}")


def _train(
    stage: "Stage", name: str, data: Path | None, start: str, out: Path | None, seed: int | None,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    from rich.console import Console

    from qspark.config import load_profile

    profile = load_profile(name, seed)
    folder = out or Path("runs") / profile.name
    console = Console(stderr=as_json)
    if dry_run:
        from qspark.report.estimate import figures, print_estimate
        from qspark.train.shape import shape_of

        shape = shape_of(start or profile.model.name, profile.model.scratch)
        if as_json:
            typer.echo(json.dumps(figures(profile, stage, shape)))
        else:
            print_estimate(profile, stage, shape, console)
        return
    from qspark.report.training import training_view
    from qspark.runs import read_jsonl
    from qspark.stage import train_in
    from qspark.train.launch import rank

    console.quiet = rank() > 0
    with training_view(console) as (say, progress, show):
        model = train_in(folder, profile, stage, data, start, say, progress, show)
    rows = read_jsonl(folder / stage / "heldout.jsonl")
    if as_json and rank() == 0:
        typer.echo(json.dumps({"model": str(model), "heldout": rows}))
        return
    for row in rows:
        infra = f", {row['infra']} not judged" if row["infra"] else ""
        console.print(
            f"step {row['step']}: {row['passed']} of {row['total']} {row['set']} tasks pass{infra}"
        )
    console.print(f"Model: {model}", soft_wrap=True)
