"""`qspark train merge`, `export` and `push`: what is done with a model afterwards."""

from pathlib import Path
from typing import Annotated

import typer

from qspark.errors import QSparkError


def merge(
    adapter: Annotated[Path, typer.Argument(help="A stage's folder, or an adapter's.")],
    out: Annotated[Path, typer.Argument(help="A new folder for the whole model.")],
    dtype: Annotated[str, typer.Option(help="auto (the base's), float32 or bfloat16.")] = "auto",
) -> None:
    """Add an adapter to the weights of its base model."""
    from qspark.report.model_card import model_folder, write_model_card
    from qspark.train.export import merge as add

    source = model_folder(adapter)
    if dtype not in ("auto", "float32", "bfloat16"):
        raise QSparkError(f"no dtype {dtype!r}: give auto, float32 or bfloat16")
    add(source, out, dtype)  # type: ignore[arg-type]
    write_model_card(source, out, [], merged=True)
    typer.echo(f"Model: {out}")


def export(
    model: Annotated[Path, typer.Argument(help="A stage's folder, or a model's.")],
    out: Annotated[Path, typer.Argument(help="A new folder to give away.")],
    score: Annotated[
        list[Path] | None, typer.Option(help="The folder of a `qspark eval` of it; repeatable.")
    ] = None,
) -> None:
    """Copy a model or adapter, with a card (README.md) that has every figure of its run."""
    from qspark.report.model_card import facts, model_folder, write_model_card
    from qspark.train.export import copy

    source, scores = model_folder(model), score or []
    facts(source, scores)  # before anything is written: a wrong --score is a fault
    copy(source, out)
    write_model_card(source, out, scores, merged=False)
    typer.echo(f"Model and card: {out}")


def push(
    folder: Annotated[Path, typer.Argument(help="What `merge` or `export` wrote.")],
    repository: Annotated[str, typer.Argument(help="OWNER/NAME on the hub.")],
    private: Annotated[bool, typer.Option(help="Make a new repository private.")] = False,
    message: Annotated[str, typer.Option(help="The commit's message.")] = "",
) -> None:
    """Upload an exported model to the Hugging Face hub (HF_TOKEN or `hf auth login`)."""
    from qspark.data.hub import send

    if not any(folder.glob("*.safetensors")) or not (folder / "README.md").is_file():
        raise QSparkError(
            f"{folder} holds no model with a card: make one with `qspark train export STAGE {folder}`"
        )
    from qspark.train.files import MODEL_FILES

    said = message or f"Model trained with QSpark ({folder.name})"
    typer.echo(send(folder, repository, "model", private, said, ["README.md", *MODEL_FILES]))
