"""`qspark data`: build, try, show and describe datasets."""

import typer

from qspark.cli.data import build, mine, pairs, push, show, teach, trial

app = typer.Typer(no_args_is_help=True, help="Datasets of verified tasks.")
app.command()(build.build)
app.command()(show.show)
app.command()(show.stats)
app.command()(show.verify)
app.command()(pairs.pairs)
app.command()(push.push)
app.command("try")(trial.try_)
app.command()(teach.teach)
app.command()(mine.mine)
