"""`qspark check`: find what is wrong in Qiskit code."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from qspark.errors import QSparkError


def check(
    places: Annotated[
        list[str], typer.Argument(metavar="FILE|DIR|-", help="Python files, notebooks, folders.")
    ],
    qiskit: Annotated[
        str,
        typer.Option(help="The version of Qiskit that the code is for; else the installed one."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Print one SARIF 2.1.0 log.")] = False,
    errors_only: Annotated[bool, typer.Option(help="Leave warnings out.")] = False,
) -> None:
    """Find what is wrong in Qiskit code. Exit code 1: findings; 2: a file that cannot be read."""
    from qspark.mistakes.files import Document, decoded, documents, read_document
    from qspark.mistakes.find import check_source
    from qspark.mistakes.formats import human, rows, sarif, summary
    from qspark.mistakes.program import Finding
    from qspark.mistakes.source import SourceError
    from qspark.mistakes.symbols import installed_index, stored_index

    if as_json and as_sarif:
        raise QSparkError("give --json or --sarif, not both")
    index = stored_index(qiskit) if qiskit else installed_index()
    named = [Path(place) for place in places if place != "-"]
    found: list[tuple[Document, list[Finding]]] = []
    broken: list[str] = []
    checked = 0

    def look(document: Document) -> None:
        findings = check_source(document.program, index, document.name)
        wanted = [f for f in findings if f.severity == "error" or not errors_only]
        if wanted:
            found.append((document, wanted))

    for place in [*(["-"] if "-" in places else []), *documents(named)]:
        checked += 1
        try:
            if isinstance(place, Path):
                look(read_document(place))
            else:
                look(decoded(sys.stdin.buffer.read(), "<stdin>"))
        except SourceError as error:
            broken.append(str(error))
    for sentence in broken:
        print(f"qspark: {sentence}", file=sys.stderr)
    if as_json:
        content = {
            "qiskit": index.version,
            "files": checked,
            "findings": rows(found),
            "errors": broken,
        }
        typer.echo(json.dumps(content))
    elif as_sarif:
        typer.echo(json.dumps(sarif(found)))
    else:
        for line in human(found):
            typer.echo(line)
        if found:
            typer.echo(summary(found, checked), err=True)
        elif not broken:
            typer.echo(f"No findings in {checked} file{'s' if checked != 1 else ''}.", err=True)
    if broken:
        raise typer.Exit(2)
    if found:
        raise typer.Exit(1)
