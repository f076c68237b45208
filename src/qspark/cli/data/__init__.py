"""`qspark data`: build, try, show and describe datasets."""

import typer

from qspark.cli.data import trial

app = typer.Typer(no_args_is_help=True, help="Datasets of verified tasks.")
app.command("try")(trial.try_)
