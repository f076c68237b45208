"""`qspark fix`: mend Qiskit code."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qspark.errors import QSparkError

if TYPE_CHECKING:
    from qspark.mistakes.execute import Run
    from qspark.mistakes.files import Document
    from qspark.verify.pool import JudgePool


def fix(
    places: Annotated[
        list[str], typer.Argument(metavar="FILE|DIR|-", help="Python files, notebooks, folders.")
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Change the files; - is written to standard output.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print what would change (default).")
    ] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Also what may change what a running program does.")
    ] = False,
    run: Annotated[
        bool, typer.Option("--run", help="Execute scripts in the sandbox; keep what gets further.")
    ] = False,
    test: Annotated[
        Path | None, typer.Option(help="A file that defines check(candidate), to execute with.")
    ] = None,
    entry_point: Annotated[str, typer.Option(help="With --test: the name of the candidate.")] = "",
    qiskit: Annotated[str, typer.Option(help="The version of Qiskit to write for.")] = "",
) -> None:
    """Mend Qiskit code: a diff, or with --write the files themselves. What was mended is on stderr."""
    from qspark.mistakes.files import Document, decoded, documents, read_document
    from qspark.mistakes.source import SourceError
    from qspark.mistakes.symbols import installed_index, stored_index

    if write and diff:
        raise QSparkError("give --write or --diff, not both")
    if (test is None) != (not entry_point):
        raise QSparkError("--test and --entry-point belong together: give both or neither")
    if qiskit and (run or test):
        raise QSparkError("only the installed Qiskit can run programs: leave --qiskit out")
    index = stored_index(qiskit) if qiskit else installed_index()
    broken = 0

    def mend(document: Document) -> tuple[str, tuple[str, ...], str]:
        if runner is not None:
            return _executed(document.program, runner)
        from qspark.mistakes.fix import fix_source

        fixed = fix_source(document.program, index, unsafe, document.name)
        left = sum(f.severity == "error" for f in fixed.left)
        return fixed.text, fixed.applied, f"{left} left" if left else ""

    pool, runner = _runner(test, entry_point) if run or test else (None, None)
    try:
        named = [Path(place) for place in places if place != "-"]
        for place in [*(["-"] if "-" in places else []), *documents(named)]:
            try:
                if isinstance(place, Path):
                    document = read_document(place)
                else:
                    document = decoded(sys.stdin.buffer.read(), "<stdin>")
                text, ids, note = mend(document)
            except SourceError as error:
                print(f"qspark: {error}", file=sys.stderr)
                broken += 1
                continue
            if not write:
                _print_diff(document, text)
            elif document.path is None:
                sys.stdout.buffer.write(_restored(document, text).encode(document.encoding))
                sys.stdout.flush()
            elif text != document.program:
                document.write(text)
            _say(document, ids, note)
    finally:
        if pool is not None:
            pool.close()
    if broken:
        raise typer.Exit(2)


def _runner(test: Path | None, entry_point: str) -> "tuple[JudgePool, Run]":
    from qspark.mistakes.execute import script_runner, task_runner
    from qspark.verify.pool import JudgePool

    pool = JudgePool(workers=1)
    if test is None:
        return pool, script_runner(pool)
    try:
        text = test.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QSparkError(f"{test} cannot be read: give a Python file with a test") from error
    return pool, task_runner(pool, text, entry_point)


def _executed(program: str, runner: "Run") -> tuple[str, tuple[str, ...], str]:
    from qspark.mistakes.repair import repair
    from qspark.mistakes.source import Source

    Source(program)
    fault = runner(program)
    if fault is None:
        return program, (), "it runs as it is"
    text, ids = repair(program, runner, fault=fault)
    after = runner(text) if text != program else fault
    return text, ids, "it runs now" if after is None else f"it still fails ({after})"


def _restored(document: "Document", text: str) -> str:
    return document.notebook.with_program(text) if document.notebook else text


def _print_diff(document: "Document", text: str) -> None:
    import difflib

    old, new = document.program.splitlines(keepends=True), text.splitlines(keepends=True)
    name = document.name.lstrip("/")
    for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}"):
        typer.echo(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", nl=False
        )


def _say(document: "Document", ids: tuple[str, ...], note: str) -> None:
    said = f"mended {', '.join(dict.fromkeys(ids))}" if ids else "nothing to mend"
    typer.echo(f"{document.name}: {said}" + (f"; {note}" if note else ""), err=True)
