"""What a task must pass to be admitted: its reference right, its test strict.

A reference passes three times: twice with other random numbers, and as a model's answer is judged;
then it is traced. Then small changes of it are executed with the same test (`mutate.py`,
the silent mistakes of the catalogue, and answers that look at nothing): the test must kill nine of
ten of those that are not proven equivalent. What fails on the way is kept: it becomes rejected
answers, and the broken programs of repair tasks.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from random import Random

from qspark.data.candidate import Candidate
from qspark.data.equivalent import equivalence_job, provable
from qspark.data.families.base import Instance
from qspark.data.mutate import mutate
from qspark.data.shape import trivial_answers
from qspark.data.trace import Trace, trace_of, traced
from qspark.mistakes.inject import inject
from qspark.mistakes.source import SourceError
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

_TRIVIAL = 3  # nothing, the first argument, an empty circuit
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Strictness:
    """How many mutants a test meets, and the share that it must kill."""

    mutants: int = 12
    catalogue: int = 10
    kill_share: float = 0.9


@dataclass(frozen=True)
class Failure:
    """A wrong program that was seen to fail.

    `mistake` is an id of the catalogue, or M and the mutation's operator; `error` is the type of
    the exception of the program's own code, or "" where it comes to a wrong value.
    """

    program: str
    mistake: str
    error: str
    message: str
    stage: str
    category: str
    checks_passed: int
    checks_total: int
    line: str = ""


@dataclass
class Examined:
    """A candidate with what the gates found; `dropped` is why it is not admitted, or ""."""

    candidate: Candidate
    dropped: str = ""
    detail: str = ""
    trace: Trace | None = None
    references: list[Verdict] = field(default_factory=list)
    answered: Verdict | None = None  # the reference judged as a model's answer is
    failures: list[Failure] = field(default_factory=list)
    survivors: list[tuple[str, str]] = field(default_factory=list)
    killed: int = 0
    equivalent: int = 0

    @property
    def apart(self) -> bool:
        """Whether answers can be judged in a process apart from the test, as the reference was."""
        return self.answered is not None and self.answered.integrity == "strong"

    @property
    def mutants(self) -> int:
        """How many mutants counted: those killed and those that survive without proof."""
        return self.killed + len(self.survivors)


def examine(
    candidates: Sequence[Candidate],
    pool: JudgePool,
    limits: Limits,
    strictness: Strictness,
    seed: int,
    progress: Progress | None = None,
) -> list[Examined]:
    """Execute everything about the candidates; nothing is decided by the order or the machine.

    Raises SandboxError.
    """
    found = [Examined(candidate) for candidate in candidates]
    jobs: list[Job] = []
    takers: list[Callable[[Verdict], None]] = []
    for one in found:
        for job, taker in _first_jobs(one, limits, strictness, seed):
            jobs.append(job)
            takers.append(taker)
    for taker, verdict in zip(takers, pool.judge(jobs, progress), strict=True):
        taker(verdict)
    _prove(found, pool, limits)
    for one in found:
        if not one.dropped:
            one.dropped, one.detail = _decision(one, strictness)
    return found


def reference_jobs(instance: Instance, limits: Limits) -> list[Job]:
    """The reference with its test, with other random numbers, as a model's answer, and traced."""
    first = Job(instance.solution(), instance.check(), instance.entry_point, limits, trusted=True)
    second = replace(first, test=f"{first.test}\n# other random numbers\n")
    return [first, second, replace(first, trusted=False), traced(first)]


def clean(message: str) -> str:
    """A message without what differs from run to run: addresses and unique ids."""
    return _UUID.sub("...", _ADDRESS.sub("0x...", message))


def failure_of(program: str, mistake: str, verdict: Verdict) -> Failure | None:
    """The failure that a verdict tells of; None for a pass, a fault of the machine, a time-out."""
    if verdict.status != "fail" or verdict.category.startswith(("resource/", "env/", "integrity/")):
        return None
    error, _, _ = verdict.message.partition(":")
    own = verdict.stage in ("parse", "import", "define", "run")
    return Failure(
        program, mistake, error if own else "", clean(verdict.message), verdict.stage,
        verdict.category, verdict.checks_passed, verdict.checks_total, clean(verdict.line),
    )  # fmt: skip


def _first_jobs(
    one: Examined, limits: Limits, strictness: Strictness, seed: int
) -> Iterator[tuple[Job, Callable[[Verdict], None]]]:
    first, second, third, tracing = reference_jobs(one.candidate.instance, limits)
    yield first, one.references.append
    yield second, one.references.append

    def take_answer(verdict: Verdict) -> None:
        one.answered = verdict

    yield third, take_answer

    def take_trace(verdict: Verdict) -> None:
        one.trace = trace_of(verdict)

    yield tracing, take_trace
    for program in trivial_answers(one.candidate.instance.entry_point)[:_TRIVIAL]:

        def count(verdict: Verdict, program: str = program) -> None:
            one.killed += verdict.status == "fail"
            if verdict.passed:
                one.survivors.append((program, "M-trivial"))

        yield replace(first, program=program), count
    for program, mistake, counts in _wrong_programs(one.candidate, strictness, seed):

        def take(v: Verdict, p: str = program, m: str = mistake, counts: bool = counts) -> None:
            failure = failure_of(p, m, v)
            if failure is not None:
                one.failures.append(failure)
                one.killed += counts
            elif v.passed and counts:
                one.survivors.append((p, m))

        yield replace(first, program=program), take


def _wrong_programs(
    candidate: Candidate, strictness: Strictness, seed: int
) -> Iterator[tuple[str, str, bool]]:
    """(program, mistake, whether the test is measured by it), each program once."""
    instance = candidate.instance
    rng = Random(f"{seed}/{candidate.key}/wrong")
    program = instance.solution()
    seen = {program}
    for wrong in instance.wrong:
        text = instance.solution(wrong)
        if text not in seen:
            seen.add(text)
            yield text, wrong.mistake, True
    for mutation in mutate(program, rng, strictness.mutants):
        if mutation.program not in seen:
            seen.add(mutation.program)
            yield mutation.program, f"M-{mutation.kind}", True
    try:
        injected = list(inject(program, rng))
    except SourceError:
        injected = []
    kinds: set[str] = set()
    fresh = (m for m in injected if not (m.mistake in kinds or kinds.add(m.mistake)))
    for mutant in islice(fresh, strictness.catalogue):
        if mutant.program not in seen:
            seen.add(mutant.program)
            yield mutant.program, mutant.mistake, mutant.mistake[0] == "S"


def _prove(found: Sequence[Examined], pool: JudgePool, limits: Limits) -> None:
    """Take the survivors that are proven equivalent out of the count."""
    asked = [
        (one, program, mistake)
        for one in found
        if provable(one.candidate.instance.solution(), one.candidate.instance.entry_point)
        for program, mistake in one.survivors
    ]
    jobs = [
        equivalence_job(
            one.candidate.instance.solution(), program, one.candidate.instance.entry_point, limits
        )
        for one, program, _ in asked
    ]
    for (one, program, mistake), verdict in zip(asked, pool.judge(jobs), strict=True):
        if verdict.passed:
            one.survivors.remove((program, mistake))
            one.equivalent += 1


def _decision(one: Examined, strictness: Strictness) -> tuple[str, str]:
    answered = one.answered
    for verdict in [*one.references, *([answered] if answered else [])]:
        # Apart from its test a reference may fail for good; a fault of the machine is never the task's.
        if not verdict.passed and (verdict is not answered or verdict.status == "infra"):
            said = f"{verdict.category} {clean(verdict.message)} {verdict.line}".strip()
            return "reference fails", said
    if answered is None or not answered.passed:
        return "reference fails apart from its test", clean(answered.message if answered else "")
    if one.trace is None:
        return "reference cannot be traced", ""
    if one.killed / one.mutants < strictness.kill_share:
        kinds = ", ".join(sorted(mistake for _, mistake in one.survivors))
        return "test too weak", f"{one.killed} of {one.mutants} mutants killed; survive: {kinds}"
    return "", ""
