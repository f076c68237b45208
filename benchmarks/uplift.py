"""How much ORPO, GRPO and both lift the base model, over several seeds.

    python benchmarks/uplift.py --seeds 0 1 2 --out runs/uplift

Runs `qspark run` once per seed (minutes each on two cores; a run that was stopped goes on), prints
pass@1 per seed and the paired difference to the base model pooled over seeds, and writes uplift.json.
"""

import argparse
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from qspark.evaluate.stats import pooled_paired_difference
from qspark.pipeline import MODELS
from qspark.runs import read_json, read_jsonl, write_json


def greedy(run: Path, model: str) -> dict[str, float]:
    """Whether the greedy answer to each held-out task passed, in the same order for every model."""
    rows = read_jsonl(run / "evaluate" / model / "results.jsonl")
    return {row["task_id"]: float(row["passed"]) for row in rows if row["mode"] == "greedy"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
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
    table = Table(title=f"pass@1 on held-out tasks, profile {options.profile}")
    table.add_column("model")
    for seed in options.seeds:
        table.add_column(f"seed {seed}", justify="right")
    table.add_column("minus base, pooled, 95 % interval", justify="right")
    result: dict = {"profile": options.profile, "seeds": options.seeds, "models": {}}
    scores = {model: [greedy(run, model) for run in runs] for model in MODELS}
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
        result["models"][model] = entry
        table.add_row(model, *(f"{share:.1%}" for share in shares), cell)
    stages = [read_json(run / "manifest.json")["stages"] for run in runs]
    result["seconds"] = [sum(stage["seconds"] for stage in seconds.values()) for seconds in stages]
    console.print(table)
    console.print(f"seconds per run: {', '.join(f'{total:.0f}' for total in result['seconds'])}")
    write_json(options.out / "uplift.json", result)


if __name__ == "__main__":
    main()
