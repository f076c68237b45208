"""One task of a dataset as a person would read it."""

import difflib
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

_FACTS = (
    "kind", "family", "topic", "difficulty", "split", "oracle", "tolerance", "false_alarm",
    "test_calls", "checks", "judged_apart", "qubits", "depth", "lines", "skills", "rationale", "api_calls",
    "mistakes", "shown_mistakes", "qiskit_min", "qiskit", "parent", "params", "origin", "licence",
    "nearest_benchmark_task", "longest_ngram", "minhash", "cosine",
)  # fmt: skip


def print_task(
    row: dict[str, Any], pairs: Sequence[dict[str, Any]], rates: Sequence[dict[str, Any]],
    console: Console,
) -> None:  # fmt: skip
    """Print prompt, reference, test, what is known, and how the rejected answers differ."""
    console.rule(Text(row["task_id"]))
    if row["form"] == "completion":
        console.print(_code(row["prompt"] + row["canonical_solution"]))
    else:
        console.print(Text(row["prompt"]))
        console.rule("reference", style="dim")
        console.print(_code(row["canonical_solution"]))
    console.rule("test", style="dim")
    console.print(_code(row["test"]))
    console.rule("what is known", style="dim")
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name in _FACTS:
        value = row[name]
        if value in ("", [], None) or (name in ("tolerance", "false_alarm") and not value):
            continue
        facts.add_row(
            name.replace("_", " "),
            Text(", ".join(value) if isinstance(value, list) else str(value)),
        )
    facts.add_row(
        "mutants", f"{row['mutants_killed']} of {row['mutants']} killed"
        + (f", {row['mutants_equivalent']} more equivalent" if row["mutants_equivalent"] else ""),
    )  # fmt: skip
    for rate in rates:
        facts.add_row("pass rate", f"{rate['passed']} of {rate['samples']} by {rate['model']}")
    console.print(facts)
    for pair in pairs:
        error = pair["error_head"] or pair["category"]
        console.rule(
            Text(f"rejected: {pair['mistake']} ({pair['source']}): {error[:80]}"), style="dim"
        )
        diff = difflib.unified_diff(
            pair["chosen"].splitlines(), pair["rejected"].splitlines(), "chosen", "rejected", n=1,
            lineterm="",
        )  # fmt: skip
        console.print(
            Syntax("\n".join(list(diff)[2:]), "diff", background_color="default", word_wrap=True)
        )


def _code(text: str) -> Syntax:
    return Syntax(text.strip("\n"), "python", background_color="default", word_wrap=True)
