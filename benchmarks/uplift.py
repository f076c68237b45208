"""How much ORPO, GRPO and both lift the base model, over several seeds, and what it costs.

    python benchmarks/uplift.py --seeds 0 1 2 3 4 --out runs/uplift

Runs `qspark run` once per seed (minutes each on two cores; a run that was stopped goes on). Prints
pass@1 per seed and the paired difference to the base model pooled over seeds: on all held-out
tasks, on the advanced ones, and on plain Python, which is not to be unlearnt. Then the share of
GRPO's time that scoring takes. Writes uplift.json.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from qspark.evaluate.stats import pooled_paired_difference
from qspark.pipeline import MODELS
from qspark.runs import read_json, read_jsonl, write_json

Outcomes = dict[str, float]


def greedy(folder: Path) -> Outcomes:
    """Whether the greedy answer to each task passed, in the same order for every model."""
    rows = read_jsonl(folder / "results.jsonl")
    return {row["task_id"]: float(row["passed"]) for row in rows if row["mode"] == "greedy"}


def advanced(run: Path, outcomes: Outcomes) -> Outcomes:
    """The outcomes of the advanced tasks among them."""
    tasks = read_jsonl(run / "data" / "heldout.jsonl")
    names = {task["task_id"] for task in tasks if task["difficulty"] == "advanced"}
    return {name: passed for name, passed in outcomes.items() if name in names}


def compare(
    console: Console, title: str, runs: list[Path], read: Callable[[Path, str], Outcomes]
) -> dict:
    """One table: pass@1 of each model per seed, and minus the base over all seeds."""
    scores = {model: [read(run, model) for run in runs] for model in MODELS}
    table = Table(title=f"{title} ({sum(map(len, scores['base']))} tasks in all)")
    table.add_column("model")
    for run in runs:
        table.add_column(run.name, justify="right")
    table.add_column("minus base, pooled, 95 % interval", justify="right")
    result = {}
    for model in MODELS:
        shares = [sum(score.values()) / len(score) for score in scores[model]]
        entry: dict = {"pass_at_1": shares}
        cell = ""
        if model != "base":
            pairs = [
                (list(base.values()), [score[task] for task in base])
                for base, score in zip(scores["base"], scores[model], strict=True)
            ]
            pooled = pooled_paired_difference(pairs, seed=0)
            entry["minus_base"] = asdict(pooled)
            cell = f"{pooled.difference:+.1%} [{pooled.low:+.1%}, {pooled.high:+.1%}]"
        result[model] = entry
        table.add_row(model, *(f"{share:.1%}" for share in shares), cell)
    console.print(table)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--profile", default="tiny-cpu")
    parser.add_argument("--out", type=Path, default=Path("runs/uplift"))
    options = parser.parse_args()
    runs = []
    for seed in options.seeds:
        run = options.out / f"seed-{seed}"
        command = [sys.executable, "-m", "qspark", "run", "--profile", options.profile]
        subprocess.run([*command, "--seed", str(seed), "--out", str(run)], check=True)
        runs.append(run)

    console = Console()
    name = options.profile
    result = {
        "profile": name,
        "seeds": options.seeds,
        "models": compare(
            console, f"pass@1 on held-out tasks, profile {name}", runs,
            lambda run, model: greedy(run / "evaluate" / model),
        ),
        "advanced": compare(
            console, "the same, advanced tasks", runs,
            lambda run, model: advanced(run, greedy(run / "evaluate" / model)),
        ),
        "python": compare(
            console, "pass@1 on plain Python", runs,
            lambda run, model: greedy(run / "evaluate" / model / "python"),
        ),
    }  # fmt: skip
    stages = [read_json(run / "manifest.json")["stages"] for run in runs]
    result["seconds"] = [sum(stage["seconds"] for stage in seconds.values()) for seconds in stages]
    scoring = [
        row["scoring_share"] for run in runs for row in read_jsonl(run / "grpo" / "log.jsonl")
        if "scoring_share" in row
    ]  # fmt: skip
    result["scoring_share"] = median(scoring) if scoring else None
    console.print(f"seconds per run: {', '.join(f'{total:.0f}' for total in result['seconds'])}")
    if scoring:
        console.print(f"scoring: {median(scoring):.1%} of a GRPO step's time (median)")
    write_json(options.out / "uplift.json", result)


if __name__ == "__main__":
    main()
