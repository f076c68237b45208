"""ORPO and GRPO steps at the shape of Qwen2.5-Coder-32B, ours beside TRL's: memory, speed, parts of time.

    python benchmarks/gpu_step.py [--length 2048] [--completion 128] [--only orpo] [--out gpu_step.json]
    python benchmarks/gpu_step.py --shape tiny         # everything once, on a CPU, in a minute or two

The model has random weights that are made on the GPU (no checkpoint is read), under the adapter of the
profile h200-32b. Each case runs in a process of its own under a time limit: `--steps` updates, of which
those after the first are timed. Random tokens fill every sequence to its length. Of a case that runs out
of memory or time, or fails, table and JSON say so, and the next one is run.

`gpu_cases.py` makes the cases, and says what stands for the programs that are judged; `gpu_meter.py`
says what the components of memory are. Speed is over all tokens of a step. The share of the card's peak
([device] in the profile) is of updates alone, and counts recomputation, as `--dry-run` does.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

CASES = ("orpo", "trl-orpo", "grpo", "trl-grpo")
NAMES = {"orpo": "ORPO", "trl-orpo": "TRL ORPO", "grpo": "GRPO", "trl-grpo": "TRL GRPO"}
# What --shape tiny takes in place of the defaults.
TINY = {
    "length": 96, "prompt": 16, "batch": 2, "group": 4, "answers": 8, "micro": 4, "completion": 12,
    "workers": 1,
}  # fmt: skip


def options(argv: Sequence[str]) -> argparse.Namespace:
    """The command line, checked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--shape", choices=("32B", "tiny"), default="32B")
    parser.add_argument("--layers", type=int, help="blocks, in place of the shape's own")
    parser.add_argument("--length", type=int, default=2048, help="ORPO: tokens of a sequence")
    parser.add_argument("--batch", type=int, default=2, help="ORPO: pairs of a step")
    parser.add_argument("--prompt", type=int, default=300, help="tokens of a prompt")
    parser.add_argument("--completion", type=int, default=128, help="GRPO: tokens of an answer")
    parser.add_argument("--group", type=int, default=8, help="GRPO: answers to a prompt")
    parser.add_argument("--answers", type=int, default=64, help="GRPO: answers of a step")
    parser.add_argument("--micro", type=int, default=8, help="GRPO: answers of a micro batch")
    parser.add_argument("--steps", type=int, default=2, help="updates; the first is not timed")
    parser.add_argument("--only", choices=CASES, action="append", help="this case; repeatable")
    parser.add_argument("--limit", type=float, default=140, help="seconds for a case")
    parser.add_argument("--workers", type=int, default=14, help="judging processes")
    parser.add_argument(
        "--isolation", default="limits", help="least isolation; what is judged is our own"
    )
    parser.add_argument("--out", type=Path, default=Path("gpu_step.json"))
    parser.add_argument("--child", choices=CASES, help=argparse.SUPPRESS)
    if parser.parse_known_args(argv)[0].shape == "tiny":
        parser.set_defaults(**TINY)
    given = parser.parse_args(argv)
    if given.steps < 2:
        parser.error("--steps must be 2 or more: the first is not timed")
    if given.answers % given.group or given.answers % given.micro:
        parser.error("--answers must be a multiple of --group and of --micro")
    if given.prompt >= given.length:
        parser.error("--prompt must be shorter than --length")
    return given


def run_case(case: str, argv: Sequence[str], limit: float) -> dict[str, Any]:
    """The row of a case, measured in a process of its own; `failed` says why there are no figures."""
    environment = {
        **os.environ,
        "TRL_EXPERIMENTAL_SILENCE": "1",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        "PYTORCH_ALLOC_CONF": "expandable_segments:True",
    }
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(
            [sys.executable, __file__, *argv, "--child", case],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # so that its judging processes can be ended with it
        )
        try:
            said, _ = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            return {"case": case, "failed": f"not done in {limit:g} s"}
        if child.returncode == 0:
            return json.loads(said.splitlines()[-1])
        errors.seek(0)
        lines = errors.read().strip().splitlines() or [f"ended with {child.returncode}"]
    print("\n".join(lines[-25:]), file=sys.stderr)
    return {"case": case, "failed": lines[-1][:200]}


def measured(case: str, given: argparse.Namespace) -> dict[str, Any]:
    """In the case's own process: its row."""
    import torch
    from gpu_cases import measure

    try:
        return measure(case, given)
    except torch.OutOfMemoryError as error:
        return {"case": case, "failed": f"out of memory: {str(error)[:150]}"}


def table(rows: Sequence[dict[str, Any]], title: str) -> Table:
    """A column per case, a row per figure; below it why a case has none."""
    shown = Table(title=title)
    shown.add_column("")
    for row in rows:
        shown.add_column(NAMES[row["case"]], justify="right")
    kinds = {name for row in rows for name in row.get("memory_gib", ())}
    order = ("weights", "adapter", "gradients", "optimizer", "activations", "head and loss",
             "backward", "generation")  # fmt: skip
    for name in (name for name in order if name in kinds):
        shown.add_row(f"{name}, GiB", *(_figure(row, "memory_gib", name) for row in rows))
    shown.add_row("peak, GiB", *(_figure(row, "peak_gib") for row in rows), end_section=True)
    shown.add_row("seconds a step", *(_figure(row, "seconds") for row in rows))
    for name in ("generation", "scoring", "update"):
        shown.add_row(f"  {name}", *(_figure(row, "split", name) for row in rows))
    shown.add_row("tokens a second", *(_figure(row, "tokens_per_second") for row in rows))
    shown.add_row("  of updates", *(_figure(row, "update_tokens_per_second") for row in rows))
    shown.add_row("  generated", *(_figure(row, "generated_per_second") for row in rows))
    shown.add_row("share of peak FLOP/s", *(_figure(row, "share_of_peak") for row in rows))
    failed = [f"{NAMES[row['case']]}: {row['failed']}" for row in rows if "failed" in row]
    shown.caption = escape("\n".join(failed))
    return shown


def _figure(row: dict[str, Any], *keys: str) -> str:
    value: Any = row
    for key in keys:
        value = value.get(key) if value else None
    if value is None:
        return "-"
    if keys[-1] == "share_of_peak":
        return f"{value:.1%}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"


def main() -> None:
    """Run the cases one after the other, print the table, write the JSON."""
    given = options(sys.argv[1:])
    if given.child:
        print(json.dumps(measured(given.child, given)))
        return
    console, rows = Console(), []
    device = _device()
    settings = {k: v for k, v in vars(given).items() if k not in ("out", "child", "only")}
    versions = {name: metadata.version(name) for name in ("torch", "transformers", "trl", "peft")}
    for case in given.only or CASES:
        rows.append(run_case(case, sys.argv[1:], given.limit))
        note = rows[-1].get("failed") or f"{rows[-1]['seconds']:.2f} s a step"
        console.print(f"{NAMES[case]}: {note}", markup=False, highlight=False)
        found = {"device": device, "versions": versions, "settings": settings, "cases": rows}
        given.out.write_text(json.dumps(found, indent=1) + "\n")
    console.print(table(rows, f"{given.shape} on {device}"))


def _device() -> str:
    """The GPU by its driver, so that this process takes none of its memory."""
    try:
        asked = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "a CPU: memory is the process's, and says nothing of a GPU's"
    return said.splitlines()[0]


if __name__ == "__main__":
    main()
