"""A page that is one file: templates, style and script put together, and written in one step."""

import base64
import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from qspark.errors import RunError
from qspark.evaluate.published import (
    BENCHMARKS,
    PUBLISHED,
    STATUS,
    Benchmark,
    Published,
    Source,
    best_known,
)
from qspark.report import text

HERE = Path(__file__).parent


def render_page(template: str, content: Mapping[str, Any]) -> str:
    """The page of a template, with the style, the script and the published results that all share.

    Whatever is in `content` is escaped. The one script is allowed by its hash, nothing is loaded.
    """
    script = (HERE / "report.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "plain": text.plain,
        "percent": text.percent,
        "share": text.share_with_interval,
        "points": text.difference_with_interval,
        "p": text.p_value,
        "signed": text.signed,
        "duration": text.duration,
    }
    return environment.get_template(template).render(
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=Markup((HERE / "report.css").read_text(encoding="utf-8")),
        status=STATUS,
        published=_published(),
        benchmarks=BENCHMARKS,
        best_known={b: (best_known(b), _aided(b)) for b in BENCHMARKS},
        **content,
    )


def write_page(out: Path, page: str) -> None:
    """Write a page to the file `out`, replacing it in one step. RunError when it cannot be written."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=out.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(page.encode("utf-8", "backslashreplace"))
            Path(name).chmod(0o644)
            Path(name).replace(out)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RunError(f"cannot write {out} ({error.strerror}): give another --out") from error


def _published() -> list[tuple[Source, list[tuple[str, list[Published | None]]]]]:
    """Per source, per model: its results in the order of the table's columns."""
    by_source: dict[Source, dict[str, dict[str, Published]]] = {}
    for result in PUBLISHED:
        models = by_source.setdefault(result.source, {})
        models.setdefault(result.model, {})[result.benchmark] = result
    return [
        (
            source,
            [(model, [found.get(b) for b in BENCHMARKS]) for model, found in models.items()],
        )
        for source, models in by_source.items()
    ]


def _aided(benchmark: Benchmark) -> Published | None:
    """The best score with help beyond the prompt, where that is the better one."""
    best = best_known(benchmark, aided=True)
    return best if best.aid else None
