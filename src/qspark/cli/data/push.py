"""`qspark data push`: a dataset to the Hugging Face hub."""

from pathlib import Path
from typing import Annotated

import typer


def push(
    repository: Annotated[str, typer.Argument(help="OWNER/NAME on the hub.")],
    data: Annotated[Path, typer.Option(help="The dataset's folder.")] = Path("datasets/full"),
    private: Annotated[bool, typer.Option(help="Make a new repository private.")] = False,
    message: Annotated[str, typer.Option(help="The commit's message.")] = "",
) -> None:
    """Upload a dataset to the Hugging Face hub (HF_TOKEN or `hf auth login`)."""
    from qspark.data.hub import upload

    typer.echo(upload(data, repository, private, message))
