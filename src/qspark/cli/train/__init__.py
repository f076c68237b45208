"""`qspark train`: one stage of training, and what is done with the model afterwards."""

import typer

from qspark.cli.train import models, stages

app = typer.Typer(no_args_is_help=True, help="Train a model: SFT, ORPO, GRPO.")
app.command()(stages.sft)
app.command()(stages.orpo)
app.command()(stages.grpo)
app.command()(stages.accelerate)
app.command()(models.merge)
app.command()(models.export)
app.command()(models.push)
