"""The hostile suite, many times over, in a shuffled order and with sound programs mixed in.

    python benchmarks/hostile_soak.py --rounds 20 --workers 2 --out soak.json

Prints what went wrong, which must be nothing: forged passes, attacks that got an infra verdict,
escapes, servers lost, wrong verdicts of sound programs, processes and descriptors left behind.
Attacks listed in tests/hostile/open_holes.py are left out unless --open is given.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "hostile"))

import open_holes
from attacks import ATTACKS, TEST, Attack
from hostile_attack import in_one_process
from outside import LIMITS, Outside, held

from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool

Case = tuple[Attack | None, bool]
SOUND = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
def answer():
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    assert abs(Statevector(circuit).data[3]) > 0.7
    with open("mine", "w") as file:
        file.write("x")
    return 42
"""


def cases(with_open: bool) -> list[Case]:
    """Every attack in both ways, and a sound program for every four of them; shuffled later."""
    closed = {False: open_holes.PAIR, True: open_holes.ALONE}
    attacks: list[Case] = [
        (attack, alone)
        for attack in ATTACKS
        for alone in (False, True)
        if with_open or attack.name not in closed[alone]
    ]
    return [*attacks, *((None, bool(n % 2)) for n in range(len(attacks) // 4))]


def job_of(case: Case, outside: Outside, note: str) -> Job:
    attack, alone = case
    if attack is not None:
        job = outside.job(attack, alone)
        return replace(job, program=f"{job.program}# {note}\n")
    return Job(f"{SOUND}# {note}\n", in_one_process(TEST) if alone else TEST, "answer", LIMITS)


def one_round(
    pool: JudgePool, outside: Outside, mixed: list[Case], number: int, wrong: Counter[str]
) -> list[str]:
    """Judge all cases; count what went wrong, and name it."""
    named = []
    jobs = [job_of(case, outside, f"{number}.{place}") for place, case in enumerate(mixed)]
    for (attack, alone), verdict in zip(mixed, pool.judge(jobs), strict=True):
        kind = ""
        if attack is None:
            kind = "" if verdict.passed else "wrong verdicts of sound programs"
        elif verdict.status == "infra":
            kind = "infra at will"
        elif verdict.passed and attack.allowed(alone):
            kind = "forged passes"
        elif not verdict.passed and verdict.category not in attack.allowed(alone):
            kind = "other categories"
        if kind:
            wrong[kind] += 1
            name = attack.name if attack else "sound program"
            way = "one process" if alone else "two processes"
            named.append(f"{kind}: {name} ({way}): {verdict.category} {verdict.message[:80]}")
    return named


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--open", action="store_true", help="run the attacks on open holes too")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    kinds = (
        "forged passes", "infra at will", "other categories", "escapes", "servers lost",
        "wrong verdicts of sound programs", "processes left", "descriptors left",
    )  # fmt: skip
    wrong: Counter[str] = Counter(dict.fromkeys(kinds, 0))
    named: list[str] = []
    order = random.Random(options.seed)
    mixed = cases(options.open)
    started = time.monotonic()
    console = Console()
    with tempfile.TemporaryDirectory() as folder, JudgePool(options.workers) as pool:
        outside = Outside(Path(folder))
        pool.judge([job_of((None, False), outside, f"warm {n}") for n in range(options.workers)])
        before = held()
        for number in range(options.rounds):
            order.shuffle(mixed)
            named += one_round(pool, outside, mixed, number, wrong)
            console.print(
                f"round {number + 1}: {time.monotonic() - started:.0f} s", highlight=False
            )
        after = held()
        wrong["servers lost"] = pool.stats.replaced
        wrong["processes left"] = max(0, len(after) - len(before))
        wrong["descriptors left"] = max(0, sum(after.values()) - sum(before.values()))
        escapes = outside.escapes()
        wrong["escapes"] = len(escapes)
        named += escapes
        outside.close()
    seconds = time.monotonic() - started

    programs = options.rounds * len(mixed)
    table = Table(title=f"{programs} programs in {seconds:.0f} s, {len(ATTACKS)} attacks")
    table.add_column("what went wrong")
    table.add_column("times", justify="right")
    for kind in kinds:
        table.add_row(kind, str(wrong[kind]))
    console.print(table)
    for line in sorted(set(named)):
        console.print(line, highlight=False, markup=False)
    if options.out:
        found = {
            "rounds": options.rounds, "workers": options.workers, "seed": options.seed,
            "attacks": len(ATTACKS), "programs": programs, "seconds": round(seconds, 1),
            "wrong": dict(wrong), "named": named,
        }  # fmt: skip
        options.out.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(1 if any(wrong.values()) else 0)


if __name__ == "__main__":
    main()
