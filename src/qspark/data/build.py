"""`qspark data build`: families and candidates become a dataset, through the gates.

Candidates are drawn, examined in batches, and each finished batch is kept in `work/` under a hash
of all that decides it, so that a killed build goes on where it was. The files are then put
together from the batches alone: the same seed gives the same bytes on any number of workers.
"""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from qspark.config import DataProfile
from qspark.data.candidate import Candidate
from qspark.data.card import write_cards
from qspark.data.contamination import Benchmarks
from qspark.data.draw import Drawn, draw
from qspark.data.families.base import Family
from qspark.data.gates import Examined, Failure, Strictness, examine
from qspark.data.pairs import Balance, pair_rows
from qspark.data.rows import Row, base_row, older_indexes, twin_row
from qspark.data.store import SPLITS, write_rows
from qspark.data.twins import Twin, choice, migrations, repairs
from qspark.errors import QSparkError
from qspark.runs import differences, hold, read_json, write_json, write_jsonl
from qspark.runs import versions as installed
from qspark.tasks.task import Task
from qspark.verify.cache import environment_fingerprint
from qspark.verify.judge import Limits
from qspark.verify.pool import JudgePool

_FORMAT = 1  # goes up when a batch of the same candidates may come out differently
_PAIRS_OF_TWINS = 2
Say = Callable[[str], None]
Report = Callable[[str, int, int], None]


def build(
    profile: DataProfile,
    folder: Path,
    pool: JudgePool,
    families: Sequence[Family],
    others: Iterable[Candidate] = (),
    against: Sequence[Task] = (),
    benchmarks: Benchmarks | None = None,
    keep_going: bool = False,
    say: Say = lambda _: None,
    report: Report = lambda *_: None,
) -> dict[str, Any]:
    """Build a dataset in `folder`; returns its card.

    `against` are the tasks that nothing may be like (`benchmarks`, where they are prepared
    already). Raises QSparkError for a reference that fails, unless `keep_going`; RunError for a
    folder that is in use; QSparkError for one that holds what another profile, other families or
    other suites made.
    """
    known = benchmarks or Benchmarks(against)
    with hold(folder):
        _claim(folder, profile, families, known)
        report("draw", 0, 1)
        drawn = draw(families, others, profile.build, profile.seed, known, keep_going)
        report("draw", 1, 1)
        say(f"drawn: {len(drawn.candidates)} candidates of {len(families)} families")
        admitted = _examine_all(profile, folder, pool, drawn, known, keep_going, report)
        return _assemble(profile, folder, drawn, admitted, families, known)


def limits_of(profile: DataProfile) -> Limits:
    """The sandbox limits of a profile."""
    verify = profile.verify
    return Limits(verify.cpu_seconds, verify.wall_seconds, verify.memory_mb)


def _claim(
    folder: Path, profile: DataProfile, families: Sequence[Family], known: Benchmarks
) -> None:
    stored = folder / "profile.json"
    resolved = profile.model_dump(mode="json")
    resolved["verify"] = {"isolation": profile.verify.isolation}  # how, not what
    resolved["families"] = _short(sorted(family.name for family in families))
    resolved["against"] = _short(sorted(task.sha256 for task in known.tasks))
    if stored.exists() and (differing := differences(read_json(stored), resolved)):
        raise QSparkError(
            f"{folder} holds a dataset made of something else ({', '.join(differing[:3])} differ): "
            "choose another folder with --out, or remove that one"
        )
    write_json(stored, resolved)


def _examine_all(
    profile: DataProfile, folder: Path, pool: JudgePool, drawn: Drawn, known: Benchmarks,
    keep_going: bool, report: Report,
) -> list[Row]:  # fmt: skip
    """What came of each candidate, in order."""
    size, total = profile.build.batch, len(drawn.candidates)
    results: list[Row] = []
    for start in range(0, total, size):
        batch = drawn.candidates[start : start + size]
        path = folder / "work" / f"{_digest(profile, batch, known)}.json.gz"
        if path.exists():
            results += json.loads(gzip.decompress(path.read_bytes()))
        else:

            def judged(done: int, jobs: int, start: int = start, count: int = len(batch)) -> None:
                report("examine", start + count * done // max(1, jobs), total)

            rows = _examine(profile, pool, batch, known, keep_going, judged)
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".tmp")
            beside.write_bytes(gzip.compress(json.dumps(rows).encode(), 5, mtime=0))
            beside.replace(path)
            results += rows
        report("examine", start + len(batch), total)
    return results


def _digest(profile: DataProfile, batch: Sequence[Candidate], known: Benchmarks) -> str:
    settings = profile.build.model_dump(exclude={"per_topic", "pairs_per_task", "batch"})
    content = [
        _FORMAT, profile.seed, settings, environment_fingerprint(),
        [task.sha256 for task in known.tasks], [c.model_dump(mode="json") for c in batch],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _examine(
    profile: DataProfile, pool: JudgePool, batch: Sequence[Candidate], known: Benchmarks,
    keep_going: bool, judged: Callable[[int, int], None],
) -> list[Row]:  # fmt: skip
    settings, limits, seed = profile.build, limits_of(profile), profile.seed
    strictness = Strictness(settings.mutants, settings.catalogue_mutants, settings.kill_share)
    examined = examine(batch, pool, limits, strictness, seed, judged)
    for one in examined:
        if one.dropped == "reference fails" and not keep_going:
            raise QSparkError(
                f"the reference of {one.candidate.key} (seed {seed}) does not pass: {one.detail}; "
                f"correct {one.candidate.group}, or leave it out with --keep-going"
            )
    fine = [one for one in examined if not one.dropped]
    flags = known.twins([one.candidate for one in fine], pool, limits) if known.tasks else []
    for one, flag in zip(fine, flags or [None] * len(fine), strict=True):
        if flag is not None:
            one.dropped, one.detail = "contaminated: twin", f"{flag.nearest}: {flag.evidence}"
    fine = [one for one in fine if not one.dropped]
    shares = (settings.repair_share, settings.migrate_share, settings.choose_share)
    repairing, migrating, choosing = (
        [one for one in fine if _share(one, kind) < share]
        for kind, share in zip(("repair", "migrate", "choose"), shares, strict=True)
    )
    twins: dict[str, list[Twin]] = {one.candidate.key: [] for one in fine}
    for ones, made in (
        (repairing, repairs(repairing, pool, limits, seed)),
        (migrating, migrations(migrating, pool, limits, seed)),
        (choosing, [choice(one, seed) for one in choosing]),
    ):
        for one, twin in zip(ones, made, strict=True):
            if twin is not None:
                twins[one.candidate.key].append(twin)
    indexes = older_indexes()
    environment = {
        "qiskit": installed()["qiskit"],
        "fingerprint": hashlib.sha256(environment_fingerprint().encode()).hexdigest()[:16],
    }
    rows = []
    for one in examined:
        row: Row = {
            "key": one.candidate.key, "group": one.candidate.group, "dropped": one.dropped,
            "detail": one.detail, "killed": one.killed, "mutants": one.mutants,
            "equivalent": one.equivalent, "survivors": [m for _, m in one.survivors],
        }  # fmt: skip
        if not one.dropped:
            near = known.likeness(one.candidate)
            kinds = ("complete", "write") if _share(one, "kind") < 0.5 else ("write", "complete")
            bases = (
                base_row(one, kind, settings, near, indexes, environment)
                for kind in kinds
                if kind == "write" or one.candidate.instance.signature
            )
            base = next((b for b in bases if not known.shared_run(b["prompt"])), None)
            if base is None:
                row |= {"dropped": "contaminated: ngram", "detail": "in every form"}
                rows.append(row)
                continue
            own = [(t, twin_row(one, t, base)) for t in twins[one.candidate.key]]
            own = [(t, made) for t, made in own if not known.shared_run(made["prompt"])]
            first = one.references[0]
            row |= {
                "base": base,
                "twins": [made for _, made in own],
                "failures": [asdict(f) for f in one.failures],
                "wrong": [[asdict(f) for f in t.wrong] for t, _ in own],
                "cost": [first.cpu_seconds, first.wall_seconds, first.peak_mb],
            }  # fmt: skip
        rows.append(row)
    return rows


def _short(names: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _share(one: Examined, what: str) -> float:
    """A number in 0..1 that a candidate's key decides."""
    return Random(f"{one.candidate.key}/{what}").random()


def _assemble(
    profile: DataProfile, folder: Path, drawn: Drawn, results: Sequence[Row],
    families: Sequence[Family], known: Benchmarks,
) -> dict[str, Any]:  # fmt: skip
    """Write every file from what the batches hold."""
    tasks: list[Row] = []
    pairs: list[Row] = []
    costs: list[Row] = []
    balance = Balance()
    candidates = {candidate.key: candidate for candidate in drawn.candidates}
    for row in results:
        if row["dropped"]:
            continue
        instance = candidates[row["key"]].instance
        failures = [Failure(**f) for f in row["failures"]]
        base = row["base"]
        tasks.append(base)
        pairs += pair_rows(base, instance, failures, balance, profile.build.pairs_per_task)
        for twin, wrong in zip(row["twins"], row["wrong"], strict=True):
            tasks.append(twin)
            given = [Failure(**f) for f in wrong]
            pairs += pair_rows(twin, instance, given, balance, _PAIRS_OF_TWINS)
        seconds, wall, peak = row["cost"]
        costs.append(
            {"task_id": base["task_id"], "cpu_seconds": seconds, "wall_seconds": wall,
             "peak_mb": peak}
        )  # fmt: skip
    if not tasks:
        reasons = Counter(row["dropped"] for row in results)
        said = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common(3))
        raise QSparkError(f"no task was admitted, for {said}: draw more of each topic")
    split = {task["task_id"]: task["split"] for task in tasks}
    for name in SPLITS:
        own = [task for task in tasks if task["split"] == name]
        write_rows(folder / "tasks" / f"{name}.parquet", "tasks", own)
        sft = [{**task, "completion": task["canonical_solution"]} for task in own]
        write_rows(folder / "sft" / f"{name}.parquet", "sft", sft)
        rl = [task for task in own if task["judged_apart"]]
        write_rows(folder / "rl" / f"{name}.parquet", "rl", rl)
        chosen = [pair for pair in pairs if split[pair["task_id"]] == name]
        write_rows(folder / "pairs" / f"{name}.parquet", "pairs", chosen)
    write_rows(folder / "measured" / "costs.parquet", "measured", costs)
    audit = list(drawn.audit)
    for row in results:
        if row["dropped"].startswith("contaminated"):
            nearest, _, evidence = row["detail"].rpartition(": ")
            gate = row["dropped"].removeprefix("contaminated: ")
            audit.append(
                {"key": row["key"], "gate": gate, "nearest": nearest, "evidence": evidence,
                 "action": "dropped"}
            )  # fmt: skip
    write_jsonl(folder / "audit.jsonl", audit)
    weak = [
        {"key": row["key"], "reason": row["dropped"], "detail": row["detail"]}
        for row in results
        if row["dropped"]
    ]
    write_jsonl(folder / "dropped.jsonl", weak)
    dropped = drawn.dropped + Counter(row["dropped"] for row in results if row["dropped"])
    return write_cards(profile, folder, tasks, pairs, results, dropped, audit, families, known)
