"""From a function that somebody wrote to a candidate, or to the reason why it is none."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from qspark.data.candidate import Candidate
from qspark.data.conduct import misconduct
from qspark.data.likeness import normal_form
from qspark.data.mining.calls import Call, doctest_calls
from qspark.data.mining.cut import Uncut, cut
from qspark.data.mining.find import Module, Repository
from qspark.data.mining.inputs import guesses, takes_qiskit
from qspark.data.mining.licence import UNRECOGNISED, forget, licence_of
from qspark.data.mining.look import (
    QISKIT,
    difficulty,
    examples,
    facts,
    is_english,
    is_wrapper,
    kind_of,
    topic,
)
from qspark.data.mining.phrase import described, phrasings
from qspark.data.mining.record import Result, Seen, agrees, chosen, observe, record_job
from qspark.data.mining.same import oracle_of, test_of
from qspark.data.shape import key_of, shaped, trivial_answers
from qspark.data.trial import LIMITS
from qspark.mistakes.execute import task_runner
from qspark.mistakes.find import check_source
from qspark.mistakes.fix import fix_source
from qspark.mistakes.repair import repair
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import Index, installed_index
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool

_SHORTEST_DOCSTRING = 3  # words
_PRIVATE = re.compile(r"^\s*(?:from|import) qiskit\w*(?:\.\w+)*\._", re.MULTILINE)
_SAMPLES = re.compile(r"shots|get_counts|Sampler|\.run\(|memory|sample_")
_SEEDED = re.compile(
    r"default_rng\(|RandomState\(|random\.seed\(|\bseed\(|seed_simulator|\bseed\s*=\s*\w|_seed\b|set_seed"
)
_REPAIRS = 2


class Rejected(Exception):
    """A function that makes no candidate; the text is the reason that is counted."""


@dataclass
class Counts:
    """What became of the functions of all repositories, by reason."""

    functions: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)


def mine(
    repository: Repository,
    pool: JudgePool,
    counts: Counts,
    seen: set[str],
    need_licence: bool = True,
) -> Iterator[Candidate | None]:
    """A candidate for each function that makes one, None for the others; `seen` are normal forms."""
    counts.files += repository.skipped
    counts.files["files: read"] += len(repository.modules)
    forget()
    work = _Miner(repository, pool, seen, need_licence)
    for module, function in repository.functions():
        counts.functions += 1
        try:
            candidate = work.candidate(module, function)
        except (Rejected, RecursionError) as reason:
            counts.rejected[
                str(reason) if isinstance(reason, Rejected) else "nested too deeply"
            ] += 1
            yield None
            continue
        counts.kept += 1
        yield candidate


class _Miner:
    def __init__(self, repository: Repository, pool: JudgePool, seen: set[str], need_licence: bool):
        self._repository, self._pool, self._seen = repository, pool, seen
        self._need_licence = need_licence
        self._index: Index = installed_index()

    def candidate(self, module: Module, function: ast.FunctionDef) -> Candidate:
        """The candidate that a function makes. Raises Rejected."""
        docstring = ast.get_docstring(function, clean=False) or ""
        original = self._program(module, function, docstring)
        licence = self._licence(module)
        program, mended = self._mended(original)
        calls = self._calls(function, docstring)
        program, more, first = self._observed(program, function.name, calls)
        mended += more
        if any(
            finding.severity == "error" or finding.id[0] == "W" for finding in check_source(program)
        ):
            raise Rejected("a known mistake cannot be mended")
        results = self._settled(program, function, first)
        kinds = set[str]().union(*(result.kinds for result in results))
        if "counts" in kinds and _SAMPLES.search(program):
            raise Rejected("sampled counts")
        form = normal_form(program)
        if form in self._seen:
            raise Rejected("repeats another function")
        asks = phrasings(
            function,
            described(docstring),
            facts(function.name, results, kinds),
            kind_of(results),
            examples(function, results[0].call),
        )
        try:
            instance = shaped(program, function.name, asks, "")
        except (ValueError, RecursionError, SourceError) as error:
            raise Rejected("cannot be stored") from error
        told = [(r.call, r.text, dict(r.changed)) for r in results]
        instance = replace(instance, test=test_of(told, kinds))
        self._proved(Job(instance.solution(), instance.check(), function.name, LIMITS))
        self._seen.add(form)
        return Candidate(
            key=f"mined/{key_of(instance)}",
            instance=instance,
            topic=topic(program),
            difficulty=difficulty(program),
            oracle=oracle_of(kinds),
            tolerance=1e-8 if kinds else 0.0,
            origin="mined",
            licence=licence,
            origin_facts={
                "repository": self._repository.name,
                "path": module.path,
                "line": function.lineno,
                "commit": self._repository.commit,
                "fixed": list(mended),
                "original": original if mended else "",
                "calls": sum(result.call.found for result in results),
            },
        )

    def _program(self, module: Module, function: ast.FunctionDef, docstring: str) -> str:
        """The function with what it needs, as it was written."""
        if not docstring.strip():
            raise Rejected("no docstring")
        try:
            program = cut(self._repository, module, function, self._index)
        except Uncut as reason:
            raise Rejected(str(reason)) from reason
        except (RecursionError, SyntaxError, ValueError) as error:
            raise Rejected("cannot be taken out of its module") from error
        if not QISKIT.search(program) and not takes_qiskit(function):
            raise Rejected("uses no Qiskit")
        said = described(docstring)
        if len(said.text.split()) < _SHORTEST_DOCSTRING or not is_english(docstring):
            raise Rejected("docstring says too little")
        if _PRIVATE.search(program):
            raise Rejected("uses private modules of Qiskit")
        if kind := misconduct(program):
            raise Rejected(f"uses {kind}")
        if _SEEDED.search(program):
            raise Rejected("random numbers with a seed of its own")
        if is_wrapper(function):
            raise Rejected("wraps a single call")
        return program

    def _licence(self, module: Module) -> str:
        found = licence_of(module.file, self._repository.root, module.text)
        if self._need_licence and found in ("", UNRECOGNISED):
            raise Rejected("no licence" if not found else "licence not recognised")
        return found or "unknown"

    def _mended(self, program: str) -> tuple[str, tuple[str, ...]]:
        try:
            fixed = fix_source(program, self._index)
        except SourceError as error:
            raise Rejected("cannot be taken out of its module") from error
        return fixed.text, fixed.applied

    def _calls(self, function: ast.FunctionDef, docstring: str) -> list[Call]:
        found = [
            *doctest_calls(docstring, function.name),
            *self._repository.calls.get(function.name, []),
        ]
        return guesses(function, found)

    def _observed(
        self, program: str, entry_point: str, calls: Sequence[Call]
    ) -> tuple[str, tuple[str, ...], Seen]:
        """What the calls do; a program that always fails by Qiskit's ways is repaired first."""
        seen = observe(program, entry_point, calls, self._pool)
        if seen.results or seen.unfit:
            return program, (), seen
        hopeful = [
            call
            for call, verdict in seen.failed
            if verdict.category.startswith(("api/", "runtime/"))
            or verdict.stage in ("import", "define")
        ]
        for call in hopeful[:_REPAIRS]:
            job = record_job(program, entry_point, call)
            run = task_runner(self._pool, job.test, entry_point, limits=LIMITS)
            changed, ids = repair(program, run, self._index)
            if changed == program or misconduct(changed):
                continue
            again = observe(changed, entry_point, calls, self._pool)
            if again.results:
                return changed, ids, again
        return program, (), seen

    def _settled(self, program: str, function: ast.FunctionDef, seen: Seen) -> list[Result]:
        """The results that are to be tested. Raises Rejected."""
        if not seen.results:
            raise Rejected(_why(seen))
        results = chosen(seen.results)
        again = observe(program, function.name, [r.call for r in results], self._pool, seed=1)
        if not agrees(results, again):
            raise Rejected("not deterministic")
        if all(result.trivial for result in results):
            raise Rejected("returns nothing, or what it was given")
        results = [r for r in results if not r.trivial or r.text != "None"]
        if any(result.call.given for result in results):
            if len(results) < 2:
                raise Rejected("arguments found for one call only")
            if len({(r.text, r.changed) for r in results}) == 1:
                raise Rejected("says the same whatever it is given")
        return results

    def _proved(self, job: Job) -> None:
        """See that the test passes the function, twice, and no trivial answer. Raises Rejected."""
        trivial = [replace(job, program=text) for text in trivial_answers(job.entry_point)]
        again = replace(job, test=f"{job.test}\n# other random numbers\n")
        first, second, *others = self._pool.judge([job, again, *trivial])
        if "infra" in (first.status, second.status):
            raise Rejected("the sandbox failed")
        if not (first.passed and second.passed):
            raise Rejected("fails the test made of it")
        if first.integrity != "strong":
            raise Rejected("values that cannot cross between processes")
        if any(verdict.status != "fail" for verdict in others):
            raise Rejected("a trivial answer passes the test")


def _why(seen: Seen) -> str:
    """The reason why there is no result."""
    if seen.unfit:
        return f"gives {Counter(seen.unfit).most_common(1)[0][0]}"
    kinds = Counter(_reason(verdict.category, verdict.stage) for _, verdict in seen.failed)
    return kinds.most_common(1)[0][0] if kinds else "no arguments found"


def _reason(category: str, stage: str) -> str:
    if category == "resource/time":
        return "over 5 s of CPU"
    if category.startswith("resource/"):
        return "takes too much memory or disk"
    if category in ("env/network", "env/credentials"):
        return "uses network"
    if category.startswith(("integrity/", "infra/")):
        return (
            "tampers with the sandbox"
            if category[1] == "n" and category[2] == "t"
            else "the sandbox failed"
        )
    if category == "env/missing-package":
        return "needs packages that are not at hand"
    if stage in ("import", "define"):
        return "fails when it is imported"
    return "fails on all arguments tried"
