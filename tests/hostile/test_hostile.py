"""No attack gets a pass, escapes, or harms the judge; in two processes and forced into one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import open_holes
import pytest
from attacks import ATTACKS, TEST, Attack
from leaks import LEAKS, MEND, Leak
from outside import LIMITS, Outside, held

from qspark.verify.judge import Job, observes_process
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

SOUND = "def answer():\n    return 42\n"
WAYS = {False: open_holes.PAIR, True: open_holes.ALONE}
CASES = [(attack, alone) for attack in ATTACKS for alone in WAYS]


def _sound(pool: JudgePool, note: str) -> list[Verdict]:
    return pool.judge([Job(f"{SOUND}# {note} {n}\n", TEST, "answer", LIMITS) for n in range(8)])


def _params() -> list:
    def marks(attack: Attack, alone: bool) -> tuple:
        if attack.name in WAYS[alone]:
            return (pytest.mark.xfail(reason="an open hole", strict=True),)
        return ()

    return [
        pytest.param(
            attack, alone, marks=marks(attack, alone), id=f"{attack.name}, {'alone' * alone}"
        )
        for attack, alone in CASES
    ]


@dataclass
class Run:
    """All attacks, judged in both ways, and the state of the judge before and after."""

    verdicts: dict[tuple[str, bool], Verdict]
    outside: Outside
    before: dict[int, int]
    after: dict[int, int]
    lost: int


@pytest.fixture(scope="module")
def run(pool: JudgePool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    outside = Outside(tmp_path_factory.mktemp("outside"))
    try:
        assert all(verdict.passed for verdict in _sound(pool, "before"))
        replaced, before = pool.stats.replaced, held()
        judged = pool.judge([outside.job(*case) for case in CASES])
        verdicts = {(a.name, alone): v for (a, alone), v in zip(CASES, judged, strict=True)}
        yield Run(verdicts, outside, before, held(), pool.stats.replaced - replaced)
    finally:
        outside.close()


def test_names_are_unique_and_there_are_enough() -> None:
    assert [n for n, many in Counter(attack.name for attack in ATTACKS).items() if many > 1] == []
    assert len(ATTACKS) >= 100
    assert not any(observes_process(attack.test) for attack in ATTACKS)
    known = {attack.name for attack in ATTACKS}
    assert known >= open_holes.PAIR | open_holes.ALONE


@pytest.mark.parametrize(("attack", "alone"), _params())
def test_attack_gets_what_it_must(attack: Attack, alone: bool, run: Run) -> None:
    assert (attack.name, alone) in run.verdicts, "it brings the server down"
    verdict = run.verdicts[attack.name, alone]
    allowed = attack.allowed(alone)
    if not allowed:
        assert verdict.passed, verdict
        assert verdict.integrity == ("weak" if alone else "strong")
    else:
        assert verdict.status == "fail", verdict
        assert verdict.category in allowed, verdict


def test_the_judge_is_as_it_was_and_nothing_escaped(pool: JudgePool, run: Run) -> None:
    assert run.lost == 0, "an attack brought a server down"
    assert run.before == run.after, "processes or descriptors are left"
    assert run.outside.escapes() == []
    assert all(verdict.passed and verdict.integrity == "strong" for verdict in _sound(pool, "x"))


def test_verdicts_of_attacks_do_not_depend_on_what_ran_before(pool: JudgePool, run: Run) -> None:
    quick = [
        case for case in CASES
        if (v := run.verdicts.get((case[0].name, case[1])))
        and v.status == "fail" and not v.category.startswith("resource/") and v.wall_seconds < 0.1
    ][::-9]  # fmt: skip
    jobs = [run.outside.job(*case) for case in quick]
    jobs = [replace(job, program=f"{job.program}# again\n") for job in jobs]
    again = {(a.name, alone): v for (a, alone), v in zip(quick, pool.judge(jobs), strict=True)}
    changed = [
        key for key, verdict in again.items()
        if verdict.category not in next(a for a in ATTACKS if a.name == key[0]).allowed(key[1])
        and key[0] not in WAYS[key[1]]
    ]  # fmt: skip
    assert changed == []


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[Verdict, Verdict]]:
    """What each pair of programs got, one after the other in the same server."""
    result = {}
    with JudgePool(1) as pool:
        for leak in LEAKS:
            (left,) = pool.judge([Job(leak.leaves, leak.test, "answer", LIMITS)])
            (looked,) = pool.judge([Job(leak.looks, TEST, "answer", LIMITS)])
            pool.judge([Job(f"{MEND}# {leak.name}\n", TEST, "answer", LIMITS)])
            result[leak.name] = (left, looked)
        assert pool.stats.replaced == 0
    return result


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param(
            leak,
            id=leak.name,
            marks=[pytest.mark.xfail(reason="an open hole", strict=True)]
            if leak.name in open_holes.LEAKS
            else [],
        )
        for leak in LEAKS
    ],
)
def test_no_program_sees_what_another_left(
    leak: Leak, found: dict[str, tuple[Verdict, Verdict]]
) -> None:
    left, looked = found[leak.name]
    assert left.status == "fail"
    assert looked.passed, looked
