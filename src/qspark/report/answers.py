"""What `qspark eval` has to say beside the score: how the answers came, and how code was found in them."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from qspark.report.text import count, percent, plain


def print_answers(summary: Mapping[str, Any], console: Console) -> None:
    """Print pass@k, the answers that were cut off or empty, failed requests, and extraction rules."""
    for k, cell in summary["breakdown"]["all"]["pass_at_k"].items():
        if cell is None:
            continue
        low, high = percent(cell["low"]), percent(cell["high"])
        console.print(
            Text(f"pass@{k}: {percent(cell['value'])} % ({low} to {high}, bootstrap over tasks)")
        )
    answers = summary["answers"]
    came = answers["wanted"] - answers["failed_requests"]
    said = [count(came, "answer")]
    if answers["truncated"]:
        said.append(f"{answers['truncated']} cut off at the token limit ({_rate(answers)} %)")
    if answers["empty"]:
        said.append(f"{answers['empty']} empty")
    if answers["completion_tokens"]:
        said.append(f"{answers['completion_tokens']} tokens")
    if answers["served"]:
        said.append(f"served as {', '.join(map(plain, answers['served']))}")
    console.print(Text(f"Model {plain(summary['model'])}: {', '.join(said)}."))
    rules = sorted(summary["extraction"].items(), key=lambda item: (-item[1], item[0]))
    if rules:
        console.print(Text("Extraction: " + ", ".join(f"{rule} {n}" for rule, n in rules) + "."))
    if summary["isolation"]:
        gives_not = ", ".join(summary["isolation_gives_not"])
        console.print(Text(f"Sandbox: {summary['isolation']}; it does not give {gives_not}"))
    if answers["failed_requests"]:
        line = (
            f"{count(answers['failed_requests'], 'request')} failed (infra/request; errors.jsonl has "
            "why): the same command asks again."
        )
        console.print(Text(line, style="yellow"))


def _rate(answers: Mapping[str, Any]) -> str:
    return percent(answers["truncation_rate"])
