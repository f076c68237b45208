"""What a dataset says of itself: card.json for programs, README.md for people and for the hub."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from qspark.config import DataProfile
from qspark.data.contamination import GATES, Benchmarks
from qspark.data.families.base import Family
from qspark.data.surface import FAKES, coverage, surface
from qspark.runs import versions, write_json, write_text

Row = dict[str, Any]


def write_cards(
    profile: DataProfile, folder: Path, tasks: Sequence[Row], pairs: Sequence[Row],
    results: Sequence[Row], dropped: Counter[str], audit: Sequence[Row],
    families: Sequence[Family], known: Benchmarks,
) -> Row:  # fmt: skip
    """Write card.json and README.md; returns the card."""
    card = {
        "name": profile.name, "seed": profile.seed, "versions": versions(),
        **figures(tasks, pairs),
        "families": len({task["family"] for task in tasks if task["origin"] == "family"}),
        "families_offered": len(families),
        "unseen_families": sorted({task["family"] for task in tasks if task["unseen_family"]}),
        "gates": _gates(results, dropped, audit, known),
        "against": sorted({task.suite for task in known.tasks}),
    }  # fmt: skip
    write_json(folder / "card.json", card)
    page = Environment(
        loader=PackageLoader("qspark", "data/templates"), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    ).get_template("card.md")  # fmt: skip
    size, version = _size(len(tasks)), version_of(tasks, pairs)
    write_text(folder / "README.md", page.render(card=card, size=size, version=version))
    return card


def version_of(tasks: Sequence[Row], pairs: Sequence[Row]) -> str:
    """A version that follows from the rows.

    `load_dataset` keeps a copy of what it has read under the card's words and this version, whatever
    the files say: without it another dataset with the same counts would not be read at all.
    """
    text = json.dumps([list(tasks), list(pairs)], sort_keys=True, default=str)
    return f"1.0.{int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)}"


def figures(tasks: Sequence[Row], pairs: Sequence[Row]) -> Row:
    """The counts of a dataset that its rows alone decide.

    `coverage` is the share of public objects (the fake backends left out) and of public methods and
    properties that the references themselves call or read; `qhe`-like names play no part in it.
    """
    symbols = Counter(s for t in tasks for s in t["api_calls"] if not t["parent"])
    covered = coverage(symbols)
    objects, members = covered.shares
    topics = Counter(task["topic"] for task in tasks)
    cells = Counter((task["difficulty"], task["kind"]) for task in tasks)
    whole = len(surface().objects) + len(surface().members)
    written = [t for t in tasks if not t["parent"]]
    return {
        "tasks": len(tasks), "references": len(written), "pairs": len(pairs),
        "coverage": {"objects": round(objects, 4), "methods": round(members, 4)},
        "covered": {
            "objects": covered.objects, "of_objects": covered.of_objects,
            "methods": covered.members, "of_methods": covered.of_members,
            "in_10_tasks": round(sum(n >= 10 for n in symbols.values()) / whole, 4),
            "by_module": _by_module(set(symbols)),
        },
        "topic_max_share": round(max(topics.values()) / len(tasks), 4),
        "advanced_share": round(sum(t["difficulty"] == "advanced" for t in tasks) / len(tasks), 4),
        "mutants": {
            "killed": sum(t["mutants_killed"] for t in written),
            "total": sum(t["mutants"] for t in written),
            "equivalent": sum(t["mutants_equivalent"] for t in written),
        },
        "by_split": dict(sorted(Counter(t["split"] for t in tasks).items())),
        "by_kind": dict(sorted(Counter(t["kind"] for t in tasks).items())),
        "by_difficulty": dict(sorted(Counter(t["difficulty"] for t in tasks).items())),
        "by_oracle": dict(sorted(Counter(t["oracle"] for t in tasks).items())),
        "by_origin": dict(sorted(Counter(t["origin"] for t in tasks).items())),
        "by_licence": dict(sorted(Counter(t["licence"] for t in tasks).items())),
        "by_topic": dict(sorted(topics.items())),
        "cells": {f"{d} x {k}": n for (d, k), n in sorted(cells.items())},
        "pairs_by_class": dict(sorted(Counter(p["mistake_class"] for p in pairs).items())),
        "pairs_by_mistake": dict(Counter(p["mistake"] for p in pairs).most_common()),
        "pairs_by_source": dict(sorted(Counter(p["source"] for p in pairs).items())),
    }  # fmt: skip


def _by_module(symbols: set[str]) -> dict[str, list[int]]:
    """For each public module: objects touched and there, members touched and there."""
    whole = surface()
    found: dict[str, list[int]] = {}
    for name in whole.objects:
        if not name.startswith(FAKES):
            row = found.setdefault(name.rpartition(".")[0], [0, 0, 0, 0])
            row[0] += name in symbols
            row[1] += 1
    for name in whole.members:
        row = found.setdefault(name.rpartition(".")[0].rpartition(".")[0], [0, 0, 0, 0])
        row[2] += name in symbols
        row[3] += 1
    return dict(sorted(found.items()))


def _gates(
    results: Sequence[Row], dropped: Counter[str], audit: Sequence[Row], known: Benchmarks
) -> Row:
    killed = sum(row["killed"] for row in results)
    total = sum(row["mutants"] for row in results)
    actions = Counter((row["gate"], row["action"]) for row in audit)
    return {
        "examined": len(results),
        "admitted": sum(not row["dropped"] for row in results),
        "dropped": dict(sorted(dropped.items())),
        "mutants_before_dropping": {"killed": killed, "total": total},
        "contamination": {
            gate: {
                action: actions[gate, action]
                for action in ("renamed", "dropped")
                if actions[gate, action]
            }
            for gate in GATES
        },
        "benchmark_tasks": len(known.tasks),
    }


def _size(tasks: int) -> str:
    """The hub's size category."""
    for most, name in ((1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K")):
        if tasks < most:
            return name
    return "100K<n<1M"
