"""`qspark export`: a scored run in the conventions of other tools."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What a run can be written as."""

    HUMAN_EVAL = "human-eval"
    EVALPLUS = "evalplus"
    EVAL_ARENA = "eval-arena"
    MODEL_INDEX = "model-index"


def export(
    run: Annotated[Path, typer.Argument(help="A run folder, or a results.jsonl.")],
    to: Annotated[Format, typer.Option(help="The convention.")],
    suite: Annotated[str, typer.Option(help="The tasks, where results name no suite.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="The file; - for standard output [beside the results].")
    ] = None,
) -> None:
    """Write a scored run for another tool: HumanEval, EvalPlus, eval-arena, a model card."""
    from qspark.errors import QSparkError
    from qspark.evaluate.interop.exports import FORMATS
    from qspark.evaluate.scored import load_scored
    from qspark.runs import write_text

    write, name = FORMATS[to]
    folder = run if run.is_dir() else run.parent
    text = write(load_scored(run, suite))
    if out == Path("-"):
        typer.echo(text, nl=False)
        return
    target = out or folder / name
    if target.resolve() in {run.resolve(), (folder / "results.jsonl").resolve()}:
        raise QSparkError(f"{target} is the input: give another place with --out")
    write_text(target, text)
    typer.echo(str(target))
