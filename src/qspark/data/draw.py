"""Which candidates a build looks at: drawn by topic, no two alike, none like a benchmark's task.

A topic's families take turns until it has its share or no family has anything new. What is drawn
follows from the seed alone: the random numbers of instance `n` of a family depend on nothing else.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from qspark.config import Build
from qspark.data.candidate import Candidate, of_family
from qspark.data.contamination import Benchmarks, renamed
from qspark.data.families.base import Family
from qspark.data.likeness import code_sketch, normal_form, text_sketch
from qspark.errors import QSparkError
from qspark.tasks.syntax import fault

_PATIENCE = 25  # draws in a row with nothing new, after which a family is given up


@dataclass
class Drawn:
    """The candidates in order, and what was left out: counts by reason, and the flags by key."""

    keep_going: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    audit: list[dict[str, Any]] = field(default_factory=list)


class Novelty:
    """Tells what is new: by syntax tree, by prompt, and by MinHash of both."""

    def __init__(self, threshold: float):
        from datasketch import MinHashLSH

        self._forms: set[str] = set()
        self._asks: set[str] = set()
        self._threshold = threshold
        self._near = MinHashLSH(threshold=threshold, num_perm=256)
        self._sketches: dict[str, tuple[Any, Any]] = {}

    def refuses(self, candidate: Candidate) -> str:
        """Why a candidate is no new one ("" if it is); a new one is remembered."""
        instance = candidate.instance
        form = hashlib.sha256(normal_form(instance.solution()).encode()).hexdigest()
        if form in self._forms:
            return "duplicate: syntax tree"
        if instance.asks[0] in self._asks:
            return "duplicate: prompt"
        code, text = code_sketch(instance.solution()), text_sketch(instance.asks[0])
        if code is not None:
            for key in self._near.query(code):
                if self._near_too(key, code, text):
                    return "duplicate: MinHash"
            self._near.insert(candidate.key, code)
            self._sketches[candidate.key] = (code, text)
        self._forms.add(form)
        self._asks.add(instance.asks[0])
        return ""

    def _near_too(self, key: str, code: Any, text: Any) -> bool:
        """Whether code and prompt are both as alike as the threshold says."""
        other_code, other_text = self._sketches[key]
        return (
            text is not None
            and other_text is not None
            and other_code.jaccard(code) >= self._threshold
            and other_text.jaccard(text) >= self._threshold
        )


def draw(
    families: Sequence[Family],
    others: Iterable[Candidate],
    settings: Build,
    seed: int,
    benchmarks: Benchmarks,
    keep_going: bool = False,
) -> Drawn:
    """Candidates of the families, topic by topic, and then those given in `others`.

    Raises QSparkError for one that is no Python, unless `keep_going`.
    """
    drawn = Drawn(keep_going)
    novelty = Novelty(settings.near_duplicate)
    topics: dict[str, list[Family]] = defaultdict(list)
    for family in families:
        topics[family.topic].append(family)
    for topic in sorted(topics):
        _draw_topic(topics[topic], settings.per_topic, seed, novelty, benchmarks, drawn)
    for candidate in others:
        _take(candidate, novelty, benchmarks, drawn)
    return drawn


def split_of(candidate: Candidate, settings: Build) -> str:
    """`train` or `test`, by a hash of the family and its parameters: no seed can move an instance."""
    family = hashlib.sha256(candidate.group.encode()).digest()
    if candidate.origin == "family" and family[0] < 256 * settings.unseen_share:
        return "test"
    facts = candidate.origin_facts.get("params") or candidate.instance.solution()
    key = json.dumps([candidate.group, facts], sort_keys=True, default=str)
    own = hashlib.sha256(key.encode()).digest()
    return "test" if own[0] < 256 * settings.test_share else "train"


def unseen(candidate: Candidate, settings: Build) -> bool:
    """Whether the whole family is in the test split."""
    first = hashlib.sha256(candidate.group.encode()).digest()[0]
    return candidate.origin == "family" and first < 256 * settings.unseen_share


def _draw_topic(
    families: Sequence[Family], count: int, seed: int, novelty: Novelty,
    benchmarks: Benchmarks, drawn: Drawn,
) -> None:  # fmt: skip
    numbers = dict.fromkeys((family.name for family in families), 0)
    patience = dict.fromkeys(numbers, _PATIENCE)
    active, taken = list(families), 0
    while active and taken < count:
        for family in list(active):
            if taken == count:
                break
            found = False
            while not found and patience[family.name]:
                number = numbers[family.name]
                numbers[family.name] += 1
                instance = family.draw(Random(f"{seed}/{family.name}/{number}"))
                candidate = of_family(family, instance, number, seed)
                found = _take(candidate, novelty, benchmarks, drawn)
                patience[family.name] = _PATIENCE if found else patience[family.name] - 1
            if found:
                taken += 1
            else:
                active.remove(family)


def _take(candidate: Candidate, novelty: Novelty, benchmarks: Benchmarks, drawn: Drawn) -> bool:
    """Take a candidate in if it is new and like no benchmark's task."""
    for text in (candidate.instance.solution(), candidate.instance.check()):
        if reason := fault(text):
            if not drawn.keep_going:
                raise QSparkError(
                    f"{candidate.key} (seed {candidate.origin_facts.get('seed', '-')}) is no Python: "
                    f"{reason}; correct {candidate.group}, or leave it out with --keep-going"
                )
            drawn.dropped["no Python"] += 1
            return False
    if benchmarks.taken(candidate.instance.entry_point):
        old = candidate.instance.entry_point
        candidate = renamed(candidate, benchmarks)
        drawn.audit.append(
            {"key": candidate.key, "gate": "name", "nearest": old, "evidence": old,
             "action": "renamed"}
        )  # fmt: skip
    if reason := novelty.refuses(candidate):
        drawn.dropped[reason] += 1
        return False
    if flags := benchmarks.flags(candidate):
        drawn.dropped[f"contaminated: {flags[0].gate}"] += 1
        drawn.audit += [
            {"key": candidate.key, "gate": flag.gate, "nearest": flag.nearest,
             "evidence": flag.evidence, "action": "dropped"}
            for flag in flags
        ]  # fmt: skip
        return False
    drawn.candidates.append(candidate)
    return True
