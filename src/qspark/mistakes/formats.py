"""Findings in words for people, and as JSON and SARIF for programs."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from qspark import __version__
from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.files import Document
from qspark.mistakes.program import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_BY = {"safe": "", "unsafe": " (with qspark fix --unsafe)", "": " (not by qspark fix)"}
Found = Sequence[tuple[Document, list[Finding]]]


def title_of(id: str) -> str:
    """What a kind is called; the rules of the migration plugin have no title of their own."""
    return CATALOGUE[id].title if id in CATALOGUE else "flake8-qiskit-migration"


def uri_of(document: Document) -> str:
    """The URI reference of a document, as RFC 3986 writes it: relative where its name is."""
    if document.path is None:
        return "stdin"
    return (
        document.path.as_uri() if document.path.is_absolute() else quote(document.path.as_posix())
    )


def place_of(document: Document, finding: Finding) -> str:
    """file:line:column, or file:cell N:line:column."""
    if document.notebook is None:
        return f"{document.name}:{finding.line}:{finding.column}"
    cell, line = document.notebook.place(finding.line)
    return f"{document.name}:cell {cell}:{line}:{finding.column}"


def human(found: Found) -> Iterator[str]:
    """A line per finding, with what to write instead on the next."""
    for document, findings in found:
        for finding in findings:
            mark = "" if finding.severity == "error" else "warning: "
            yield f"{place_of(document, finding)}: {finding.id} {mark}{finding.message}"
            if finding.suggestion:
                text = " ".join(finding.suggestion.split())
                yield f"    {text[:160]}{_BY[by_fix(finding)]}"


def by_fix(finding: Finding) -> str:
    """Whether `qspark fix` mends it: "safe", "unsafe" (with --unsafe) or ""."""
    return "" if finding.fix is None else "safe" if finding.fix.safe else "unsafe"


def summary(found: Found, checked: int) -> str:
    """How many findings there are in how many files, and how many `qspark fix` mends."""
    by = [by_fix(finding) for _, findings in found for finding in findings]
    said = f"{len(by)} finding{'s' if len(by) > 1 else ''} in {len(found)} of {checked} files"
    if safe := by.count("safe"):
        said += f"; qspark fix mends {safe} of them"
    if unsafe := by.count("unsafe"):
        said += (
            f"; with --unsafe {unsafe} more" if safe else f"; qspark fix --unsafe mends {unsafe}"
        )
    return said


def rows(found: Found) -> list[dict[str, Any]]:
    """A dictionary per finding; `cell` in notebooks only."""
    listed = []
    for document, findings in found:
        for finding in findings:
            row = {
                "file": document.name, "id": finding.id, "title": title_of(finding.id),
                "severity": finding.severity, "line": finding.line, "column": finding.column,
                "end_line": finding.end_line, "end_column": finding.end_column,
                "message": finding.message, "suggestion": finding.suggestion,
                "fix": by_fix(finding),
            }  # fmt: skip
            if document.notebook is not None:
                cell, line = document.notebook.place(finding.line)
                _, end = document.notebook.place(finding.end_line)
                row |= {"cell": cell, "line": line, "end_line": end}
            listed.append(row)
    return listed


def sarif(found: Found) -> dict[str, Any]:
    """One SARIF 2.1.0 log."""
    uris = {document.name: uri_of(document) for document, _ in found}
    ids = sorted({finding.id for _, findings in found for finding in findings})
    rules = [
        {
            "id": id,
            "name": "".join(c for c in title_of(id).title() if c.isalnum()) or id,
            "shortDescription": {"text": title_of(id)},
            "fullDescription": {
                "text": CATALOGUE[id].explanation if id in CATALOGUE else title_of(id)
            },
        }
        for id in ids
    ]
    results = []
    for row in rows(found):
        region = {
            "startLine": row["line"], "startColumn": row["column"],
            "endLine": row["end_line"], "endColumn": row["end_column"],
        }  # fmt: skip
        where: dict[str, Any] = {
            "physicalLocation": {
                "artifactLocation": {"uri": uris[row["file"]]},
                "region": region,
            }
        }
        if "cell" in row:
            where["logicalLocations"] = [{"name": f"cell {row['cell']}", "kind": "module"}]
        results.append(
            {
                "ruleId": row["id"],
                "ruleIndex": ids.index(row["id"]),
                "level": row["severity"],
                "message": {"text": row["message"]},
                "locations": [where],
            }
        )
    driver = {
        "name": "qspark check", "version": __version__, "rules": rules,
        "informationUri": "https://arxiv.org/abs/2507.12642",
    }  # fmt: skip
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
