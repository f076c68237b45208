"""No attack gets a pass, escapes, or harms the judge."""

from pathlib import Path

import pytest
from attacks import ATTACKS, TEST, Attack

import qspark
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

LIMITS = Limits(cpu_seconds=1, wall_seconds=3, memory_mb=2048, file_mb=8, processes=16)
SOUND = "def answer():\n    return 42\n"


def _job(program: str) -> Job:
    repository = str(Path(qspark.__file__).parents[2])
    return Job(program.replace("REPOSITORY", repository), TEST, "answer", LIMITS)


@pytest.fixture(scope="module")
def verdicts(pool: JudgePool) -> dict[str, Verdict]:
    replaced = pool.stats.replaced
    jobs = [_job(attack.program) for attack in ATTACKS]
    found = dict(zip([a.name for a in ATTACKS], pool.judge(jobs), strict=True))
    assert pool.stats.replaced == replaced, "an attack brought a server down"
    return found


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_gets_what_it_must(attack: Attack, verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts[attack.name]
    if attack.passes:
        assert verdict.passed
    else:
        assert verdict.status == "fail"
        assert verdict.category in attack.categories, verdict


def test_a_sound_program_passes_after_the_attacks(
    pool: JudgePool, verdicts: dict[str, Verdict]
) -> None:
    found = pool.judge([_job(f"{SOUND}# {number}\n") for number in range(8)])
    assert all(verdict.passed for verdict in found)


def test_no_attack_left_a_file(verdicts: dict[str, Verdict]) -> None:
    assert not Path("/tmp/qspark-was-here").exists()
