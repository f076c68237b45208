"""Whether a candidate is, or is too like, a task of a benchmark: seven gates, in this order.

    1 name       the entry point is one of the benchmark's           renamed
    2 substring  a docstring, or a solution of 3 statements or more, stands in it whole   dropped
    3 ngram      8 words in a row of the request, or 10 of the whole prompt with its imports and code, are
                 shared (requests of under 10 words: Jaccard of 0.7)   dropped, or asked in another form
    4 tree       the body's syntax tree is the same (short bodies: and prompts of Jaccard 0.5)  dropped
    5 minhash    prompt or code has a MinHash Jaccard of 0.5 or more                        dropped
    6 meaning    the cosine of the prompts' vectors is 0.90 or more                         dropped
    7 twin       each one's reference passes the other one's test (executed)                dropped

The vectors of gate 6 are TF-IDF over words, or those of an embedding model where one is given.
Thresholds: calibrated on the benchmark itself, where they flag almost no task for another one.
"""

import ast
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from textwrap import dedent
from typing import Any

import numpy as np

from qspark.data.candidate import Candidate
from qspark.data.families.base import Instance
from qspark.data.likeness import (
    api_names,
    code_sketch,
    jaccard,
    ngrams,
    normal_form,
    statements,
    text_sketch,
    words,
)
from qspark.tasks.task import Task
from qspark.verify.judge import Job, Limits, given_by
from qspark.verify.pool import JudgePool

GATES = ("name", "substring", "ngram", "tree", "minhash", "meaning", "twin")
_LONG, _SHORT = 10, 8
_SAME_WORDS, _HALF, _COSINE = 0.7, 0.5, 0.9
_SHARED_NAMES = 0.25
_MOST_TWINS = 6
_MOST_RUN = 12

Embed = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Flag:
    """What a gate found: the gate, the benchmark's task, and the evidence in words."""

    gate: str
    nearest: str
    evidence: str


@dataclass
class _Known:
    """A task of a benchmark, prepared."""

    task: Task
    asked: str
    words: list[str]
    whole: list[str]
    solution: str
    names: frozenset[str]
    form: str
    length: int
    squeezed: str
    text: Any
    code: Any
    arity: int


@dataclass
class Likeness:
    """How near a candidate comes to the benchmarks, for its annotations."""

    longest_ngram: int = 0
    minhash: float = 0.0
    cosine: float = 0.0
    nearest: str = ""


@dataclass
class Benchmarks:
    """Suites that no task may be like. `embed` gives unit vectors of texts, one row a text."""

    tasks: Sequence[Task]
    embed: Embed | None = None
    _known: list[_Known] = field(init=False)

    def __post_init__(self) -> None:
        self._known = [_known(task) for task in self.tasks]
        self._names = {task.entry_point for task in self.tasks}
        self._runs = {
            size: set().union(*(ngrams(known.words, size) for known in self._known))
            for size in range(1, _MOST_RUN + 1)
        }
        self._grams = {size: self._index(size) for size in (_SHORT, _LONG)}
        embed = self.embed or _TfIdf([known.asked for known in self._known])
        self._embed = embed
        self._vectors = embed([known.asked for known in self._known]) if self._known else None

    def _index(self, size: int) -> dict[tuple[str, ...], str]:
        found: dict[tuple[str, ...], str] = {}
        for known in self._known:
            texts = (known.words, known.whole) if size == _LONG else (known.words,)
            for gram in set().union(*(ngrams(text, size) for text in texts)):
                found.setdefault(gram, known.task.task_id)
        return found

    def taken(self, name: str) -> bool:
        """Gate 1: whether a benchmark's entry point has this name."""
        return name in self._names

    def flags(self, candidate: Candidate) -> list[Flag]:
        """Gates 2 to 6, on every phrasing and on the reference."""
        if not self._known:
            return []
        instance = candidate.instance
        program = instance.solution()
        found = self._substrings(instance.asks, program)
        found += self._shared_ngrams(instance.asks)
        found += self._trees(instance.asks, program)
        found += self._sketches(instance.asks, program)
        found += self._meanings(instance.asks)
        return found

    def shared_run(self, prompt: str) -> str:
        """Ten words in a row, imports and code among them, that a whole prompt shares with one of theirs."""
        shared = ngrams(words(prompt), _LONG) & self._grams[_LONG].keys()
        return " ".join(min(shared)) if shared else ""

    def likeness(self, candidate: Candidate) -> Likeness:
        """How near the nearest task is."""
        if not self._known:
            return Likeness()
        asks = candidate.instance.asks
        longest = max(map(self._longest_shared, asks), default=0)
        code, texts = code_sketch(candidate.instance.solution()), [text_sketch(a) for a in asks]
        near = max((_alike(known, code, texts), known.task.task_id) for known in self._known)
        assert self._vectors is not None
        cosine = float((self._embed(list(asks)) @ self._vectors.T).max())
        return Likeness(longest, round(near[0], 3), round(cosine, 3), near[1])

    def _longest_shared(self, ask: str) -> int:
        """The length of the longest run of words that is shared with a request, 12 at the most."""
        said = words(ask)
        for size in range(_MOST_RUN, 0, -1):
            if ngrams(said, size) & self._runs[size]:
                return size
        return 0

    def twins(
        self, candidates: Sequence[Candidate], pool: JudgePool, limits: Limits
    ) -> list[Flag | None]:
        """Gate 7: for each candidate a task whose reference and test are interchangeable with its own.

        Executed are those with as many parameters that share a quarter of the names used, six of
        each at the most.
        """
        asked = [(i, known) for i, c in enumerate(candidates) for known in self._near(c)]
        theirs_on_ours = [_on_our_test(candidates[i], known.task, limits) for i, known in asked]
        passed = [
            pair for pair, verdict in zip(asked, pool.judge(theirs_on_ours), strict=True)
            if verdict.passed
        ]  # fmt: skip
        ours_on_theirs = [_on_their_test(candidates[i], known.task, limits) for i, known in passed]
        found: list[Flag | None] = [None] * len(candidates)
        for (i, known), verdict in zip(passed, pool.judge(ours_on_theirs), strict=True):
            if verdict.passed and found[i] is None:
                said = "each reference passes the other's test"
                found[i] = Flag("twin", known.task.task_id, said)
        return found

    def _near(self, candidate: Candidate) -> list[_Known]:
        program = candidate.instance.solution()
        names, arity = api_names(program), _arity(program, candidate.instance.entry_point)
        near = [
            (jaccard(set(names), set(known.names)), known.task.task_id, known)
            for known in self._known
            if known.arity == arity
        ]
        near = sorted((n for n in near if n[0] >= _SHARED_NAMES), key=lambda n: (-n[0], n[1]))
        seen, found = set(), []
        for _, _, known in near:
            if known.solution not in seen:
                seen.add(known.solution)
                found.append(known)
        return found[:_MOST_TWINS]

    def _substrings(self, asks: Sequence[str], program: str) -> list[Flag]:
        texts = [" ".join(words(ask)) for ask in asks]
        squeezed = _squeezed(program)
        for known in self._known:
            asked = " ".join(known.words)
            if len(known.words) >= 5 and any(asked in text for text in texts):
                return [Flag("substring", known.task.task_id, "its docstring is in the prompt")]
            if known.length >= 3 and known.squeezed in squeezed:
                return [Flag("substring", known.task.task_id, "its solution is in the reference")]
        return []

    def _shared_ngrams(self, asks: Sequence[str]) -> list[Flag]:
        for ask in asks:
            said = words(ask)
            for size in (_LONG, _SHORT):
                for gram in ngrams(said, size):
                    if gram in self._grams[size]:
                        return [Flag("ngram", self._grams[size][gram], " ".join(gram))]
            for known in self._known:
                if min(len(said), len(known.words)) < _LONG:
                    share = jaccard(set(said), set(known.words))
                    if share >= _SAME_WORDS:
                        evidence = f"prompts share {share:.2f} of their words"
                        return [Flag("ngram", known.task.task_id, evidence)]
        return []

    def _trees(self, asks: Sequence[str], program: str) -> list[Flag]:
        form = normal_form(program)
        for known in self._known:
            if known.form != form:
                continue
            if known.length >= 4:
                return [Flag("tree", known.task.task_id, "the same syntax tree")]
            share = max(jaccard(set(words(ask)), set(known.words)) for ask in asks)
            if share >= _HALF:
                evidence = f"the same short syntax tree, prompts share {share:.2f} of their words"
                return [Flag("tree", known.task.task_id, evidence)]
        return []

    def _sketches(self, asks: Sequence[str], program: str) -> list[Flag]:
        code, texts = code_sketch(program), [text_sketch(ask) for ask in asks]
        for known in self._known:
            share = _alike(known, code, texts)
            if share >= _HALF:
                return [Flag("minhash", known.task.task_id, f"MinHash Jaccard {share:.2f}")]
        return []

    def _meanings(self, asks: Sequence[str]) -> list[Flag]:
        assert self._vectors is not None
        cosines = self._embed(list(asks)) @ self._vectors.T
        best = int(cosines.max(axis=0).argmax())
        cosine = float(cosines.max())
        if cosine < _COSINE:
            return []
        return [Flag("meaning", self._known[best].task.task_id, f"cosine {cosine:.2f}")]


def renamed(candidate: Candidate, benchmarks: Benchmarks) -> Candidate:
    """The candidate, its entry point renamed where a benchmark has one of that name."""
    instance, name = candidate.instance, candidate.instance.entry_point
    if not benchmarks.taken(name):
        return candidate
    fresh = f"{name}_task"
    swap = re.compile(rf"\b{re.escape(name)}\b")
    changed = replace(
        instance,
        entry_point=fresh,
        imports=swap.sub(fresh, instance.imports),
        body=swap.sub(fresh, instance.body),
        wrong=tuple(replace(w, body=swap.sub(fresh, w.body)) for w in instance.wrong),
    )
    return candidate.model_copy(update={"instance": changed})


class _TfIdf:
    """Unit vectors of word counts, weighted by how few of the known texts have the word."""

    def __init__(self, texts: Sequence[str]):
        counted = Counter(word for text in texts for word in set(words(text)))
        self.places = {word: place for place, word in enumerate(sorted(counted))}
        self.weights = {w: math.log((1 + len(texts)) / (1 + n)) + 1 for w, n in counted.items()}
        self.unknown = math.log(1 + len(texts)) + 1

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """An array of shape (texts, words known); a word that is not known lengthens the vector only."""
        rows = np.zeros((len(texts), len(self.places)))
        for row, text in zip(rows, texts, strict=True):
            other = 0.0
            for word, count in Counter(words(text)).items():
                if word in self.places:
                    row[self.places[word]] = count * self.weights[word]
                else:
                    other += (count * self.unknown) ** 2
            row /= math.sqrt(float(row @ row) + other) or 1.0
        return rows


def _known(task: Task) -> _Known:
    program = task.program(task.canonical_solution)
    asked = _docstring(task)
    return _Known(
        task, asked, words(asked), words(task.prompt), program, api_names(program),
        normal_form(program), len(statements(program)), _squeezed("\n".join(statements(program))),
        text_sketch(asked), code_sketch(program), _arity(program, task.entry_point),
    )  # fmt: skip


def _docstring(task: Task) -> str:
    """What a task asks in words: the docstring, or the prompt where it is prose."""
    for end in ("", "\n    pass\n"):
        try:
            tree = ast.parse(task.prompt.rstrip() + end)
        except SyntaxError:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == task.entry_point:
                return ast.get_docstring(node) or ""
    return dedent(task.prompt)


def _arity(program: str, entry_point: str) -> int:
    """How many positional parameters the entry point needs; -1 for a class."""
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            return len(node.args.args) - len(node.args.defaults)
    return -1


def _squeezed(program: str) -> str:
    return re.sub(r"\s+", "", program)


def _alike(known: _Known, code: Any, texts: Sequence[Any]) -> float:
    """The larger of the MinHash similarities of code and of prompts."""
    shares = [0.0]
    if code is not None and known.code is not None:
        shares.append(code.jaccard(known.code))
    shares += [t.jaccard(known.text) for t in texts if t is not None and known.text is not None]
    return max(shares)


def _on_our_test(candidate: Candidate, task: Task, limits: Limits) -> Job:
    """Their reference with our test. Theirs is a stranger's program: it is not trusted."""
    name = candidate.instance.entry_point
    program = task.program(task.canonical_solution)
    if name != task.entry_point:
        program += f"\n\n{name} = {task.entry_point}\n"
    return Job(program, candidate.instance.check(), name, limits)


def _on_their_test(candidate: Candidate, task: Task, limits: Limits) -> Job:
    name = candidate.instance.entry_point
    program = candidate.instance.solution()
    if name != task.entry_point:
        program += f"\n\n{task.entry_point} = {name}\n"
    return Job(program, task.test, task.entry_point, limits, given=given_by(task))


def contaminated(rows: Sequence[dict[str, Any]], tasks: Sequence[Task]) -> list[dict[str, str]]:
    """The rows of a dataset that gates 1 to 6 flag against tasks: task_id, gate, nearest, evidence.

    Twins ask what their parents ask: of them the whole prompt is looked at.
    """
    known = Benchmarks(tasks)
    found = []
    for row in rows:
        flags: list[Flag] = []
        if known.taken(row["entry_point"]):
            flags.append(Flag("name", row["entry_point"], row["entry_point"]))
        if run := known.shared_run(row["prompt"]):
            flags.append(Flag("ngram", "", run))
        if not row["parent"]:
            flags += known.flags(_as_candidate(row))
        found += [
            {
                "task_id": row["task_id"],
                "gate": f.gate,
                "nearest": f.nearest,
                "evidence": f.evidence,
            }
            for f in flags
        ]
    return found


def _as_candidate(row: dict[str, Any]) -> Candidate:
    """What the gates look at of a row: the request and the whole solution."""
    whole = row["form"] == "instruction"
    program = row["canonical_solution"] if whole else row["prompt"] + row["canonical_solution"]
    task = Task(**{name: row[name] for name in ("task_id", "suite", "form", "prompt", "entry_point",
                                                "canonical_solution", "test")})  # fmt: skip
    instance = Instance(row["entry_point"], (_docstring(task),), "", "", program, "")
    return Candidate(
        key=row["task_id"], instance=instance, topic=row["topic"], difficulty=row["difficulty"],
        oracle=row["oracle"],
    )  # fmt: skip
