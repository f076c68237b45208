"""`qspark explain`: what a kind of mistake is."""

import json
from typing import Annotated

import typer

from qspark.errors import QSparkError


def explain(
    id: Annotated[str, typer.Argument(metavar="[ID]", help="Such as B12; none: list all.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what a kind of mistake is, with a wrong and a right program."""
    from rich.console import Console
    from rich.markup import escape
    from rich.syntax import Syntax

    from qspark.mistakes.catalogue import CATALOGUE

    console = Console()
    if not id:
        if as_json:
            typer.echo(json.dumps([{"id": m.id, "title": m.title} for m in CATALOGUE.values()]))
            return
        for mistake in CATALOGUE.values():
            console.print(f"[bold]{mistake.id}[/]  {escape(mistake.title)}", highlight=False)
        return
    found = CATALOGUE.get(id.upper())
    if found is None:
        near = [m.id for m in CATALOGUE.values() if id.lower() in m.title.lower()]
        hint = f" (perhaps {', '.join(near[:5])})" if near else ""
        raise QSparkError(f"there is no kind {id!r}{hint}: `qspark explain` lists them all")
    if as_json:
        content = {
            "id": found.id, "title": found.title, "severity": found.severity,
            "deprecated": found.deprecated, "removed": found.removed,
            "explanation": found.explanation, "wrong": found.wrong, "right": found.right,
            "fix": "" if not found.fixable else "safe" if found.safe else "unsafe",
        }  # fmt: skip
        typer.echo(json.dumps(content))
        return
    console.print(f"[bold]{found.id}[/]  {escape(found.title)}", highlight=False)
    since = [
        f"{word} in Qiskit {version}"
        for word, version in (("deprecated", found.deprecated), ("removed", found.removed))
        if version and version != "3.0"
    ]
    if since:
        console.print(", ".join(since), highlight=False)
    console.print(f"\n{escape(found.explanation)}\n", highlight=False)
    for word, text in (("Wrong", found.wrong), ("Right", found.right)):
        console.print(f"[bold]{word}[/]")
        console.print(Syntax(text.rstrip(), "python", background_color="default"))
        console.print()
