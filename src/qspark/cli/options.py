"""Options that several commands share, and what they stand for."""

import os
from pathlib import Path
from typing import Annotated

import typer

from qspark.errors import QSparkError

Workers = Annotated[int, typer.Option(min=1, help="Judging processes.")]
Isolation = Annotated[
    str, typer.Option(help="Least isolation: limits, landlock+seccomp, namespaces+...")
]
StandIn = Annotated[bool, typer.Option(help="Stand in for IBM's cloud service in the sandbox.")]
Fix = Annotated[bool, typer.Option(help="Also score what mechanical repair makes of it.")]
Ray = Annotated[str, typer.Option(help="Judge on a Ray cluster: its address, or 'local'.")]
Cache = Annotated[
    Path | None, typer.Option(help="Verdict cache [~/.cache/qspark/verdicts.sqlite].")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def least_isolation(name: str) -> str:
    """The least isolation that is asked for, or the usual one. Raises QSparkError."""
    from qspark.verify.pool import DEFAULT_ISOLATION, ISOLATIONS

    least = name or DEFAULT_ISOLATION
    if least not in ISOLATIONS:
        raise QSparkError(f"no isolation {least!r}: give one of {', '.join(ISOLATIONS)}")
    return least


def default_cache() -> Path:
    """Where verdicts are kept when no other place is given."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "qspark" / "verdicts.sqlite"
