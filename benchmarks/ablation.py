"""What graded rewards, NGRPO, GRPO-LEAD, dynamic sampling and a curriculum do for GRPO.

    python benchmarks/uplift.py --out runs/uplift
    python benchmarks/ablation.py --runs runs/uplift/seed-* --out runs/ablation

Every variant starts from the same SFT model of each run, and trains with the same prompts and number
of steps. Prints the share of all answers (greedy and sampled) that pass on held-out tasks, all and
advanced, and the paired difference to stock GRPO with binary rewards, pooled over the runs; writes
ablation.json. What is finished is not done again.
"""

import argparse
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table

from qspark.config import Grpo, Profile, Rewards, load_profile
from qspark.evaluate.measure import measure
from qspark.evaluate.stats import pooled_paired_difference
from qspark.runs import open_run, read_json, read_jsonl, write_json
from qspark.stage import train_stage, training_here
from qspark.verify.pool import JudgePool

BINARY = {"pass": 1.0} | dict.fromkeys(
    ("extract", "parse", "names", "runs", "type", "checks", "closeness"), 0.0
)
VARIANTS: dict[str, tuple[bool, dict[str, Any]]] = {  # name: (binary rewards, settings of GRPO)
    "binary": (True, {}),
    "graded": (False, {}),
    "ngrpo": (True, {"advantage": "ngrpo", "clip_low": 0.16, "clip_high": 0.24}),
    "lead": (True, {"advantage": "lead"}),
    "dynamic": (True, {"dynamic_budget": 16}),
    "curriculum": (True, {"sampling": "curriculum"}),
    "graded+ngrpo": (False, {"advantage": "ngrpo", "clip_low": 0.16, "clip_high": 0.24}),
    "graded+curriculum": (False, {"sampling": "curriculum"}),
}
STOCK = "binary"


def variant(profile: Profile, name: str, seed: int) -> Profile:
    """The profile with the settings of a variant."""
    binary, settings = VARIANTS[name]
    stock = {"advantage": "grpo", "dynamic_budget": 0, "sampling": "uniform"}
    grpo = Grpo.model_validate(profile.grpo.model_dump() | stock | settings)
    rewards = Rewards(weights=BINARY) if binary else Rewards()
    return profile.model_copy(update={"grpo": grpo, "rewards": rewards, "seed": seed, "name": name})


def train_and_measure(profile: Profile, run: Path, folder: Path) -> None:
    """GRPO from the run's SFT model, and its answers to the run's held-out tasks."""
    with (
        training_here(profile),
        open_run(folder, profile) as own,
        JudgePool(profile.verify.workers, folder / "verdicts.sqlite") as pool,
    ):
        quiet = lambda *_: None  # noqa: E731
        start, data = str(run / "sft" / "model"), run / "data"
        own.stage("grpo", lambda f: train_stage(profile, "grpo", data, start, f, pool, quiet))
        model = folder / "grpo" / "model"
        heldout = data / "heldout.jsonl"
        own.stage("evaluate", lambda f: measure(profile, heldout, model, f, pool))


def shares(folder: Path, wanted: set[str]) -> dict[str, float]:
    """The share of a task's answers that pass, for each task that is wanted."""
    passed = defaultdict(list)
    for row in read_jsonl(folder / "evaluate" / "results.jsonl"):
        if row["task_id"] in wanted:
            passed[row["task_id"]].append(float(row["passed"]))
    return {name: mean(values) for name, values in passed.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, nargs="+", required=True)
    parser.add_argument("--profile", default="tiny-cpu")
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--out", type=Path, default=Path("runs/ablation"))
    options = parser.parse_args()
    profile = load_profile(options.profile)
    found: dict[str, dict[str, list[dict[str, float]]]] = defaultdict(lambda: defaultdict(list))
    wrong: dict[str, list[float]] = defaultdict(list)
    for run in options.runs:
        seed = read_json(run / "profile.json")["seed"]
        tasks = read_jsonl(run / "data" / "heldout.jsonl")
        sets = {
            "all": {task["task_id"] for task in tasks},
            "advanced": {t["task_id"] for t in tasks if t["difficulty"] == "advanced"},
        }
        for name in options.variants:
            folder = options.out / name / run.name
            train_and_measure(variant(profile, name, seed), run, folder)
            for which, wanted in sets.items():
                found[which][name].append(shares(folder, wanted))
            log = read_jsonl(folder / "grpo" / "log.jsonl")
            wrong[name] += [row["all_wrong_share"] for row in log if "all_wrong_share" in row]

    console = Console()
    table = Table(
        title=f"GRPO from one SFT model, {len(options.runs)} runs: answers that pass, minus {STOCK}"
    )
    table.add_column("variant")
    for which in ("all", "advanced"):
        table.add_column(which, justify="right")
        table.add_column("minus stock, 95 %", justify="right")
    table.add_column("all-wrong groups", justify="right")
    result: dict[str, Any] = {"profile": options.profile, "runs": len(options.runs), "variants": {}}
    for name in options.variants:
        row, entry = [name], {}
        for which in ("all", "advanced"):
            own, stock = found[which][name], found[which].get(STOCK, [])
            share = mean(value for one in own for value in one.values())
            entry[which] = {"share": share}
            row.append(f"{share:.1%}")
            if name == STOCK or not stock:
                row.append("")
                continue
            pairs = [
                (list(base.values()), [one[task] for task in base])
                for base, one in zip(stock, own, strict=True)
            ]
            pooled = pooled_paired_difference(pairs, seed=0)
            entry[which]["minus_stock"] = asdict(pooled)
            row.append(f"{pooled.difference:+.1%} [{pooled.low:+.1%}, {pooled.high:+.1%}]")
        entry["all_wrong_share"] = mean(wrong[name]) if wrong[name] else None
        row.append(f"{mean(wrong[name]):.1%}" if wrong[name] else "")
        table.add_row(*row)
        result["variants"][name] = entry
    console.print(table)
    write_json(options.out / "ablation.json", result)


if __name__ == "__main__":
    main()
