"""The `qspark` command: a module per group of commands, each importing the rest when it runs.

So `qspark --help` is quick: at the top, modules of this package import typer and nothing heavy.
"""

import os
import sys

import typer

from qspark.cli import (
    check,
    compare,
    data,
    doctor,
    eval,
    explain,
    export,
    fix,
    judge,
    report,
    run,
    train,
)
from qspark.errors import QSparkError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Verified Qiskit code from language models: data, training, evaluation.",
)
COMMANDS = (
    run.run, judge.judge, compare.compare, report.report, export.export, check.check, fix.fix,
    explain.explain, doctor.doctor, run.version,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.command("eval")(eval.evaluate)
app.add_typer(data.app, name="data")
app.add_typer(train.app, name="train")

_INTERRUPTED = 130  # what typer makes of a KeyboardInterrupt
_AGAIN = "free space or choose another place, then run the same command again"
_FULL = (
    "No space left on device", "disk is full", "disk I/O error", "file write failed",
    "unexpected pos",  # torch's writer: less was written than it gave
)  # fmt: skip


def main() -> None:
    """Run the command line; a fault that the user can mend ends in one sentence and exit code 2.

    Ctrl-C ends in one sentence and exit code 130.
    """
    # The hub's client warns of each of its retries; what came of them is said once, at the end.
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    try:
        app()
    except SystemExit as stopped:
        if stopped.code == _INTERRUPTED:
            print("qspark: stopped; run the same command again to go on", file=sys.stderr)
        raise
    except QSparkError as error:
        _fail(str(error))
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        _fail(f"cannot read or write{where}: {error.strerror}; {_AGAIN}")
    except Exception as error:
        # SQLite, torch and safetensors say in their own words that a disk is full.
        if not any(words in str(error) for words in _FULL):
            raise
        _fail(f"the disk is full; {_AGAIN}")


def _fail(sentence: str) -> None:
    print(f"qspark: {sentence}", file=sys.stderr)
    sys.exit(2)
