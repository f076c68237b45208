"""What judging costs: a fresh interpreter each, no protection at all, one process, two processes.

    python benchmarks/judge_throughput.py SUITE... [--rounds 5] [--fresh-rounds 1] [--out FILE]

Judges the canonical solutions of the suites (paths). Everything is CPU seconds of the whole process
tree (user and system), medians over rounds that take turns; only the two-worker figure is wall
time. `floor` is one process with warm imports that execs one program and test after another.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from qspark.tasks.suites import load_suite
from qspark.verify.judge import Job, Limits, reference_job
from qspark.verify.pool import JudgePool
from qspark.verify.server import SERVER_ENVIRONMENT
from qspark.verify.verdict import Verdict

LIMITS = Limits(cpu_seconds=300, wall_seconds=1200)

# One program and its test, as a harness without protection runs them.
UNPROTECTED = """
def judge(program, test, entry_point):
    space = {"__name__": "candidate"}
    try:
        exec(compile(program, "<candidate>", "exec"), space)
        exec(compile(test, "<test>", "exec"), space)
        space["check"](space[entry_point])
        return True
    except BaseException:
        return False
"""
FLOOR = (
    UNPROTECTED
    + """
import json, os, sys, time
from qspark.verify.warm import warm_up
warm_up()
jobs, spent = json.load(open(sys.argv[1])), []
for job in jobs:
    before = time.process_time()
    passed = judge(**job)
    spent.append([time.process_time() - before, passed])
print("\\n" + json.dumps(spent))
"""
)
FRESH = UNPROTECTED + "import json, sys\nsys.exit(not judge(**json.load(open(sys.argv[1]))))\n"


def texts(jobs: Sequence[Job]) -> list[dict[str, str]]:
    return [{"program": j.program, "test": j.test, "entry_point": j.entry_point} for j in jobs]


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env={**SERVER_ENVIRONMENT, "HOME": folder, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=folder,
            capture_output=True,
            text=True,
        )


def children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def fresh(jobs: Sequence[Job]) -> list[tuple[float, bool]]:
    """CPU seconds and outcome of each program in an interpreter of its own."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts(jobs)):
            path = Path(folder, f"{number}.json")
            path.write_text(json.dumps(text))
            before = children_cpu()
            done = python(FRESH, str(path))
            found.append((children_cpu() - before, done.returncode == 0))
    return found


def floor(jobs: Sequence[Job]) -> list[tuple[float, bool]]:
    """CPU seconds and outcome of each program in one process, without the process's start."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "jobs.json")
        path.write_text(json.dumps(texts(jobs)))
        done = python(FLOOR, str(path))
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return [(spent, passed) for spent, passed in json.loads(done.stdout.splitlines()[-1])]


def tree_cpu() -> float:
    """CPU seconds of this process and everything below it, ended or not (ticks of 10 ms)."""
    me = psutil.Process()
    total = me.cpu_times()
    spent = total.user + total.system
    for process in me.children(recursive=True):
        times = process.cpu_times()
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


def judged(jobs: Sequence[Job], workers: int) -> tuple[float, float, list[Verdict]]:
    """CPU seconds of the tree and wall seconds for a batch on warm servers, and the verdicts."""
    with JudgePool(workers) as pool:
        warm = [
            Job(f"def f():\n    return {n}\n", "def check(c):\n    c()\n", "f") for n in range(8)
        ]
        pool.judge(warm)
        spent, started = tree_cpu(), time.monotonic()
        verdicts = pool.judge(jobs)
        return tree_cpu() - spent, time.monotonic() - started, verdicts


def shared(total: float, verdicts: Sequence[Verdict]) -> list[float]:
    """CPU seconds per program: its own processes', and an equal part of the servers' and pool's."""
    rest = (total - sum(verdict.cpu_seconds for verdict in verdicts)) / len(verdicts)
    return [verdict.cpu_seconds + max(rest, 0.0) for verdict in verdicts]


def middle(rounds: Sequence[Sequence[float]]) -> list[float]:
    """Median over rounds, program by program."""
    return [median(values) for values in zip(*rounds, strict=True)]


def measure(jobs: Sequence[Job], rounds: int, fresh_rounds: int, say: Any) -> dict[str, Any]:
    """Every way of judging in turn, `rounds` times."""
    alone = [replace(job, trusted=True) for job in jobs]
    spent: dict[str, list[list[float]]] = {"fresh": [], "floor": [], "one": [], "two": []}
    walls: dict[int, list[float]] = {1: [], 2: []}
    outcomes: dict[str, list[bool]] = {}
    verdicts: list[Verdict] = []
    for number in range(rounds):
        if number < fresh_rounds:
            found = fresh(jobs)
            spent["fresh"].append([seconds for seconds, _ in found])
        found = floor(jobs)
        spent["floor"].append([seconds for seconds, _ in found])
        outcomes["floor"] = [passed for _, passed in found]
        total, _, some = judged(alone, 1)
        spent["one"].append(shared(total, some))
        total, wall, verdicts = judged(jobs, 1)
        spent["two"].append(shared(total, verdicts))
        walls[1].append(wall)
        walls[2].append(judged(jobs, 2)[1])
        say(f"round {number + 1} of {rounds}: " + ", ".join(
            f"{name} {sum(values[-1]):.1f} s" for name, values in spent.items() if values
        ))  # fmt: skip
    outcomes["two"] = [verdict.passed for verdict in verdicts]
    return summary(jobs, spent, walls, outcomes, verdicts)


def summary(
    jobs: Sequence[Job],
    spent: dict[str, list[list[float]]],
    walls: dict[int, list[float]],
    outcomes: dict[str, list[bool]],
    verdicts: Sequence[Verdict],
) -> dict[str, Any]:
    """The ratios that the judge is held to."""
    cost = {name: middle(values) for name, values in spent.items() if values}
    passed = [verdict for verdict in verdicts if verdict.passed]
    result: dict[str, Any] = {
        "programs": len(jobs),
        "passed": len(passed),
        "strong_share": sum(v.integrity == "strong" for v in passed) / max(len(passed), 1),
        "agreement_with_floor": sum(
            a == b for a, b in zip(outcomes["floor"], outcomes["two"], strict=True)
        ) / len(jobs),
        "disagreeing": [
            number for number, (a, b) in enumerate(
                zip(outcomes["floor"], outcomes["two"], strict=True)) if a != b
        ],
        "cpu_seconds": {name: sum(values) for name, values in cost.items()},
        "median_ms": {name: 1000 * median(values) for name, values in cost.items()},
        "one_over_floor": sum(cost["one"]) / sum(cost["floor"]),
        "two_over_floor": sum(cost["two"]) / sum(cost["floor"]),
        "speedup_of_two_workers": median(walls[1]) / median(walls[2]),
        "programs_per_second_two_workers": len(jobs) / median(walls[2]),
    }  # fmt: skip
    if "fresh" in cost:
        light = [n for n, seconds in enumerate(cost["fresh"]) if seconds < 2]
        result |= {
            "light_programs": len(light),
            "fresh_over_two_median": median(cost["fresh"]) / median(cost["two"]),
            "fresh_over_two_light": sum(cost["fresh"][n] for n in light)
            / sum(cost["two"][n] for n in light),
            "fresh_over_two_all": sum(cost["fresh"]) / sum(cost["two"]),
        }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fresh-rounds", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("judge_throughput.json"))
    options = parser.parse_args()
    jobs: list[Job] = []
    for suite in options.suites:
        for task in load_suite(suite).tasks:
            job = reference_job(task, LIMITS)
            if isinstance(job, Job):
                jobs.append(job)
    console = Console()
    result = measure(jobs, options.rounds, options.fresh_rounds, console.print)
    options.out.write_text(json.dumps(result, indent=1))
    table = Table("figure", "value", box=None)
    for name, value in result.items():
        shown = f"{value:.3g}" if isinstance(value, float) else str(value)
        table.add_row(name, shown)
    console.print(table)


if __name__ == "__main__":
    main()
