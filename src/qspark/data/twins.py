"""Tasks made of an admitted one and its verified wrong programs: repair, migrate, choose."""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from qspark.data.gates import Examined, Failure, clean, failure_of
from qspark.data.kinds import Kind
from qspark.data.likeness import normal_form
from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.find import check_source
from qspark.mistakes.fix import fix_source
from qspark.mistakes.inject import inject
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import stored_index
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

_MARK = "QSPARK-TRACEBACK "
_OLDER = ("0.46", "1.4")  # versions of Qiskit that legacy code may have been written for

# Runs a program as its test calls it, and tells the traceback through the program's own lines.
_TELL = """
def check(candidate):
    import base64, json, linecache, traceback, zlib
    source, test = SOURCE, TEST
    linecache.cache["solution.py"] = (len(source), None, source.splitlines(True), "solution.py")
    linecache.cache["test.py"] = (len(test), None, test.splitlines(True), "test.py")
    try:
        space = {"__name__": "solution"}
        exec(compile(source, "solution.py", "exec"), space)
        own = dict(space)
        exec(compile(test, "test.py", "exec"), own)
        own["check"](space[ENTRY])
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        mine = [frame for frame in frames if frame.filename == "solution.py"]
        shown = mine or [frame for frame in frames if frame.filename == "test.py"][-1:]
        lines = traceback.format_list(shown)
        last = traceback.format_exception_only(type(error), error)[-1]
        said = "Traceback (most recent call last):\\n" + "".join(lines) + last
        packed = base64.b85encode(zlib.compress(said[:4000].encode(), 9)).decode()
        raise AssertionError("QSPARK-TRACEBACK " + packed)
"""


@dataclass(frozen=True)
class Twin:
    """A task of another kind: the prompt's ingredients, and its verified answer and test.

    `wrong` are answers that were seen to fail, or that differ from the one that is right.
    """

    kind: Kind
    shown: tuple[str, ...]
    said: str
    mistakes: tuple[str, ...]
    answer: str
    test: str
    entry_point: str
    wrong: tuple[Failure, ...] = ()


def traceback_job(broken: str, test: str, entry_point: str, limits: Limits) -> Job:
    """The job whose verdict tells the traceback of a program under its test."""
    body = (
        _TELL.replace("SOURCE", repr(broken)).replace("TEST", repr(test))
        .replace("ENTRY", repr(entry_point))
    )  # fmt: skip
    return Job(f"def {entry_point}():\n    pass\n", body, entry_point, limits, trusted=True)


def traceback_of(verdict: Verdict) -> str:
    """The traceback that such a verdict tells, or ""."""
    _, mark, said = verdict.message.partition(_MARK)
    try:
        text = zlib.decompress(base64.b85decode(said.strip())).decode() if mark else ""
    except (ValueError, zlib.error):
        return ""
    return clean(text.strip())


def repairs(
    examined: Sequence[Examined], pool: JudgePool, limits: Limits, seed: int
) -> list[Twin | None]:
    """For each admitted task a repair task, or None where nothing that failed is fit for one."""
    chosen: list[Failure | None] = []
    jobs: list[Job] = []
    for one in examined:
        rng = Random(f"{seed}/{one.candidate.key}/repair")
        failure = _balanced(one.failures, rng)
        chosen.append(failure)
        if failure is not None:
            instance = one.candidate.instance
            jobs.append(
                traceback_job(failure.program, instance.check(), instance.entry_point, limits)
            )
    told = iter(pool.judge(jobs))
    twins: list[Twin | None] = []
    for one, failure in zip(examined, chosen, strict=True):
        said = traceback_of(next(told)) if failure is not None else ""
        if failure is None or not said:
            twins.append(None)
            continue
        instance = one.candidate.instance
        others = [f for f in one.failures if f.program != failure.program]
        twins.append(
            Twin(
                "repair", (failure.program,), said, (failure.mistake,), instance.solution(),
                instance.check(), instance.entry_point, (failure, *others),
            )
        )  # fmt: skip
    return twins


def migrations(
    examined: Sequence[Examined], pool: JudgePool, limits: Limits, seed: int
) -> list[Twin | None]:
    """For each admitted task a migration from up to three older interfaces, or None."""
    drafts = [_downgraded(one, Random(f"{seed}/{one.candidate.key}/migrate")) for one in examined]
    jobs = []
    for one, stages in zip(examined, drafts, strict=True):
        instance = one.candidate.instance
        jobs += [
            Job(text, instance.check(), instance.entry_point, limits, trusted=True)
            for text, _ in stages
        ]
    verdicts = iter(pool.judge(jobs))
    twins: list[Twin | None] = []
    for one, stages in zip(examined, drafts, strict=True):
        failures = [(failure_of(text, ids[-1], next(verdicts)), ids) for text, ids in stages]
        if not failures or failures[-1][0] is None:
            twins.append(None)
            continue
        instance = one.candidate.instance
        legacy, ids = failures[-1]
        assert legacy is not None
        wrong = tuple(f for f, _ in reversed(failures) if f is not None)
        twins.append(
            Twin(
                "migrate", (legacy.program,), "", ids, instance.solution(), instance.check(),
                instance.entry_point, wrong,
            )
        )  # fmt: skip
    return twins


def choice(one: Examined, seed: int) -> Twin | None:
    """A choice between the reference and three failing programs, as different as there are."""
    rng = Random(f"{seed}/{one.candidate.key}/choose")
    fit = [f for f in one.failures if f.stage in ("import", "define", "run", "check")]
    fit = [f for f in fit if not f.error or f.error.isidentifier()]
    raising, silent = [f for f in fit if f.error], [f for f in fit if not f.error]
    rng.shuffle(raising)
    rng.shuffle(silent)
    picked = [*silent[:2], *raising[:2]][:4]
    rest = [f for f in (*silent[2:], *raising[2:])]
    picked = (picked + rest)[:3]
    if len(picked) < 3:
        return None
    rng.shuffle(picked)
    place = rng.randrange(4)
    programs = [f.program for f in picked]
    programs.insert(place, one.candidate.instance.solution())
    answers = [f.error or "wrong value" for f in picked]
    answers.insert(place, "right")
    reasons = [_reason(f) for f in picked]
    reasons.insert(place, "")
    lines = "\n".join(
        f"    {letter}: {reason}" for letter, reason in zip("ABCD", reasons, strict=True) if reason
    )
    mapping = ", ".join(f'"{letter}": "{a}"' for letter, a in zip("ABCD", answers, strict=True))
    answer = (
        'def verdicts() -> dict[str, str]:\n    """What becomes of each program.\n\n'
        f'{lines}\n    """\n    return {{{mapping}}}\n'
    )
    test = f"def check(candidate):\n    assert candidate() == {{{mapping}}}\n"
    wrong = tuple(_misjudged(answers, rng) for _ in range(2))
    return Twin(
        "choose", tuple(programs), "", tuple(f.mistake for f in picked), answer, test, "verdicts",
        wrong,
    )  # fmt: skip


def _reason(failure: Failure) -> str:
    kind = CATALOGUE.get(failure.mistake)
    if kind is not None:
        text = kind.explanation.replace("\n", " ").replace("\\", "/").replace('"""', "'")
        return f"{kind.title}. {text}"
    if failure.error:
        return f"ends with {failure.error}."
    return "runs, and comes to another result than was asked for."


def _misjudged(answers: Sequence[str], rng: Random) -> Failure:
    """An answer that takes two programs for each other."""
    turned = list(answers)
    i = turned.index("right")
    j = rng.choice([k for k in range(4) if k != i])
    turned[i], turned[j] = turned[j], turned[i]
    mapping = ", ".join(f'"{letter}": "{a}"' for letter, a in zip("ABCD", turned, strict=True))
    program = f"def verdicts() -> dict[str, str]:\n    return {{{mapping}}}\n"
    return Failure(program, "M-choice", "", "AssertionError", "check", "wrong/value", 0, 1)


def _balanced(failures: Sequence[Failure], rng: Random) -> Failure | None:
    """One of them, each class of mistake as likely as the others."""
    by_class: dict[str, list[Failure]] = {}
    for failure in failures:
        by_class.setdefault(failure.mistake[0], []).append(failure)
    return rng.choice(by_class[rng.choice(sorted(by_class))]) if by_class else None


def _downgraded(one: Examined, rng: Random) -> list[tuple[str, tuple[str, ...]]]:
    """The reference with one, two, three older interfaces: (program, ids of the mistakes so far)."""
    program, ids, stages = one.candidate.instance.solution(), (), []
    reference = normal_form(program)
    for _ in range(3):
        try:
            made = (
                m for m in inject(program, rng)
                if m.mistake not in ids
                and m.mistake[0] in "ABC"
                and (CATALOGUE[m.mistake].removed or CATALOGUE[m.mistake].deprecated)
            )  # fmt: skip
            chosen = next((m for m in made if _migrates(m.program, reference)), None)
        except SourceError:
            break
        if chosen is None:
            break
        program, ids = chosen.program, (*ids, chosen.mistake)
        stages.append((program, ids))
    return stages


def _migrates(legacy: str, reference: str) -> bool:
    """Whether a program was right in an older Qiskit, and says all that its migration needs.

    Nothing in it is wrong by the symbols of that version, and mending it by the catalogue gives
    the reference back (compared as normal forms).
    """
    if normal_form(fix_source(legacy).text) != reference:
        return False
    return any(
        all(finding.severity != "error" for finding in check_source(legacy, stored_index(version)))
        for version in _OLDER
    )
