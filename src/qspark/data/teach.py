"""Tasks written by a teacher model and kept only where execution bears them out.

From a seed: concepts and conventions, the instruction in three phrasings, a solution, a test that
is written without sight of it, and several fresh solutions. Kept is what passes its own test twice
with different random numbers, whose test turns trivial answers down, and with which enough of the
fresh solutions agree. Every program is executed in the sandbox only.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from qspark.data.candidate import Candidate
from qspark.data.likeness import normal_form
from qspark.data.shape import key_of, trivial_answers
from qspark.data.teacher import prompts
from qspark.data.teacher.drafts import (
    Draft,
    Dropped,
    blocks_in,
    compose,
    oracle_of,
    solution_in,
    take_instruction,
    test_in,
)
from qspark.data.teacher.journal import Ask, BudgetSpent, Question, Said
from qspark.data.teacher.seeds import Seed
from qspark.data.trial import LIMITS
from qspark.errors import QSparkError
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

MOST_SEEDS = 10  # for each task that is wanted
_LONGEST_CONCEPTS = 6000  # characters
LICENCE = "unknown: the teacher model's terms apply"


@dataclass(frozen=True)
class Settings:
    """`tasks` are wanted; of `attempts` fresh solutions `agree` must pass; `wave` seeds at a time.

    `facts` (temperature and the like) go into every candidate's origin. Raises QSparkError.
    """

    tasks: int = 10
    attempts: int = 4
    agree: int = 2
    wave: int = 8
    licence: str = LICENCE
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.agree <= self.attempts:
            raise QSparkError(
                f"{self.agree} of {self.attempts} fresh solutions cannot agree: give --agree from 1 "
                "to --attempts"
            )


@dataclass
class Tally:
    """What became of the seeds; `unfinished` were in hand when the budget was spent."""

    seeds: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0


Progress = Callable[[str, int, int], None]


def teach(
    seeds: Iterator[Seed],
    settings: Settings,
    ask: Ask,
    pool: JudgePool,
    keep: Callable[[Candidate], None],
    progress: Progress | None = None,
) -> Tally:
    """Make tasks until enough are kept, the budget is spent, or the seeds yield too few.

    `keep` gets each candidate as soon as its wave is done. Raises what `ask` raises but
    BudgetSpent, and SandboxError.
    """
    tally, forms = Tally(), set[str]()
    report = progress or (lambda *_: None)
    most = MOST_SEEDS * settings.tasks
    while tally.kept < settings.tasks and tally.seeds < most:
        report("tasks", tally.kept, settings.tasks)
        wave = [Draft(seed) for seed in islice(seeds, min(settings.wave, most - tally.seeds))]
        tally.seeds += len(wave)
        work = _Wave(wave, settings, ask, pool, tally.dropped)
        try:
            kept = work.all()
        except BudgetSpent:
            tally.unfinished = len(work.drafts)
            break
        for draft in kept:
            form = normal_form(draft.instance.solution())
            if form in forms:
                tally.dropped["repeats another task"] += 1
            elif tally.kept == settings.tasks:
                tally.dropped["more than asked for"] += 1
            else:
                forms.add(form)
                tally.kept += 1
                keep(candidate_of(draft, settings))
        if not work.answered:
            break  # a replay is at its end, or nothing answers
    report("tasks", tally.kept, settings.tasks)
    return tally


class _Wave:
    """Some drafts that go through the steps together."""

    def __init__(
        self,
        drafts: list[Draft],
        settings: Settings,
        ask: Ask,
        pool: JudgePool,
        dropped: Counter[str],
    ):
        self.drafts, self._settings, self._ask, self._pool = drafts, settings, ask, pool
        self._dropped = dropped
        self.answered = 0

    def all(self) -> list[Draft]:
        """The drafts that come through. Raises BudgetSpent."""
        self._each(self._ask_all("concepts", lambda d: prompts.concepts(d.seed)), _take_concepts)
        self._each(
            self._ask_all("instruction", lambda d: prompts.instruction(d.seed, d.known)),
            lambda draft, said: take_instruction(draft, blocks_in(said, prompts.INSTRUCTION)),
        )
        solutions = self._ask_all("solution", lambda d: prompts.solution(d.asked, d.known))
        tests = self._ask_all("test", lambda d: prompts.test(d.asked))
        self._each(list(zip(solutions, tests, strict=True)), _take_pair)
        self._each(self._judge_all(lambda draft: [_job(draft)]), _take_own)
        self._each(self._judge_all(_further_jobs), _take_further)
        self._fresh()
        return self.drafts

    def _ask_all(self, step: str, messages: Callable[[Draft], prompts.Messages]) -> list[Said]:
        return self._asked([Question(messages(draft), step) for draft in self.drafts])

    def _asked(self, questions: list[Question]) -> list[Said]:
        said = self._ask(questions)
        self.answered += sum(not one.error for one in said)
        return said

    def _judge_all(self, jobs: Callable[[Draft], list[Job]]) -> list[list[Verdict]]:
        """The verdicts on the jobs of each draft, all judged at once."""
        lists = [jobs(draft) for draft in self.drafts]
        verdicts = iter(self._pool.judge([job for some in lists for job in some]))
        return [list(islice(verdicts, len(some))) for some in lists]

    def _each(self, values: Sequence[Any], act: Callable[[Draft, Any], None]) -> None:
        """Go on with the drafts on which `act` raises no Dropped."""
        left = []
        for draft, value in zip(self.drafts, values, strict=True):
            try:
                act(draft, value)
                left.append(draft)
            except Dropped as reason:
                self._dropped[str(reason)] += 1
        self.drafts = left

    def _fresh(self) -> None:
        """Ask for fresh solutions, and drop what too few of them agree with."""
        count = self._settings.attempts
        said = iter(
            self._asked(
                [
                    Question(prompts.fresh(draft.asked, number), "fresh", number)
                    for draft in self.drafts
                    for number in range(count)
                ]
            )
        )
        programs = {id(draft): list(_readable(draft, islice(said, count))) for draft in self.drafts}
        judged = self._judge_all(
            lambda draft: [replace(_job(draft), program=text) for text in programs[id(draft)]]
        )

        def agree(draft: Draft, verdicts: list[Verdict]) -> None:
            draft.attempts = count
            draft.agreeing = sum(verdict.passed for verdict in verdicts)
            if draft.agreeing < self._settings.agree:
                raise Dropped("too few fresh solutions agree")

        self._each(judged, agree)


def candidate_of(draft: Draft, settings: Settings) -> Candidate:
    """The candidate that a draft has become."""
    seed, lines = draft.seed, _lines(draft.known["conventions"])
    return Candidate(
        key=f"teacher/{key_of(draft.instance)}",
        instance=draft.instance,
        topic=seed.topic,
        difficulty=seed.difficulty,
        oracle=oracle_of(draft.instance.test),
        skills=(seed.skill,),
        why=lines[0] if lines else "",
        origin="teacher",
        licence=settings.licence,
        origin_facts={
            "model": draft.model,
            "date": draft.date,
            "seed": seed.number,
            "object": seed.object,
            "partners": list(seed.partners),
            "form": seed.form,
            "concepts": _lines(draft.known["concepts"]),
            "conventions": lines,
            "agreeing": draft.agreeing,
            "attempts": draft.attempts,
            **settings.facts,
        },
    )


def _lines(text: str) -> list[str]:
    return [line.strip(" -*\t")[:300] for line in text.splitlines() if line.strip(" -*\t")][:12]


def _take_concepts(draft: Draft, said: Said) -> None:
    draft.known = blocks_in(said, prompts.CONCEPTS)
    if any(len(text) > _LONGEST_CONCEPTS for text in draft.known.values()):
        raise Dropped("answer too long")


def _take_pair(draft: Draft, said: tuple[Said, Said]) -> None:
    draft.model, draft.date = said[0].model, said[0].date
    compose(draft, solution_in(draft, said[0]), test_in(said[1]))


def _job(draft: Draft) -> Job:
    return Job(
        draft.instance.solution(), draft.instance.check(), draft.instance.entry_point, LIMITS,
        strong_only=False, stand_in=False,
    )  # fmt: skip


def _further_jobs(draft: Draft) -> list[Job]:
    """The solution with another seed, then the trivial answers."""
    job = _job(draft)
    again = replace(job, test=f"{job.test}\n# other random numbers\n")
    return [again, *(replace(job, program=text) for text in trivial_answers(job.entry_point))]


def _take_own(draft: Draft, verdicts: list[Verdict]) -> None:
    (verdict,) = verdicts
    if verdict.status == "infra":
        raise Dropped("the sandbox failed")
    if verdict.category.startswith("resource/"):
        raise Dropped("solution or test takes too much")
    if verdict.category.startswith("integrity/"):
        raise Dropped("solution that tampers")
    if not verdict.passed:
        raise Dropped("solution fails the test")


def _take_further(draft: Draft, verdicts: list[Verdict]) -> None:
    again, *trivial = verdicts
    if again.status == "fail":
        raise Dropped("solution passes the test by chance")
    if any(verdict.status == "infra" for verdict in verdicts):
        raise Dropped("the sandbox failed")
    if any(verdict.passed for verdict in trivial):
        raise Dropped("a trivial answer passes the test")


def _readable(draft: Draft, said: Iterator[Said]) -> Iterator[str]:
    """The fresh solutions that are fit to be executed."""
    for one in said:
        try:
            yield solution_in(draft, one)
        except Dropped:
            continue
