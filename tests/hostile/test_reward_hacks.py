"""No hack of a reward earns more than an honest failure of the same task, under either preset."""

import pytest
from outside import LIMITS
from reward_hacks import CASES, HACKS, SEEN, Case

from qspark.config import Rewards
from qspark.train.rewards import components, highest_failure, judged, maximum, reward, reward_job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

PRESETS = ("verified", "paper")
WAYS = [*HACKS, *SEEN]


def _verdicts(pool: JudgePool, case: Case) -> dict[str, Verdict]:
    """The reference's verdict, the honest failure's, and that of every hack."""
    programs = {"reference": case.task.canonical_solution, "honest": case.honest}
    programs |= {name: case.hack(source) for name, source in HACKS.items()}
    programs |= {name: case.hack(case.derived(body.strip("\n"))) for name, body in SEEN.items()}
    jobs = [reward_job(case.task, program, LIMITS) for program in programs.values()]
    found = [judged(*pair) for pair in zip(jobs, pool.judge(jobs), strict=True)]
    return dict(zip(programs, found, strict=True))


@pytest.fixture(scope="module")
def found(pool: JudgePool) -> dict[str, dict[str, Verdict]]:
    return {case.task.task_id: _verdicts(pool, case) for case in CASES}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task.task_id)
def test_a_pass_is_far_above_an_honest_failure(case: Case, preset, found) -> None:
    settings = Rewards(preset=preset)
    passed, honest = (found[case.task.task_id][name] for name in ("reference", "honest"))
    assert passed.passed and passed.integrity == "strong"
    assert honest.status == "fail" and honest.stage == "check", honest
    assert reward(passed, settings) == pytest.approx(maximum(settings))
    assert 0 < reward(honest, settings) <= highest_failure(settings) <= 0.75 * maximum(settings)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task.task_id)
@pytest.mark.parametrize("way", WAYS)
def test_a_hack_earns_no_more_than_an_honest_failure(way: str, case: Case, preset, found) -> None:
    settings = Rewards(preset=preset)
    honest, hack = (found[case.task.task_id][name] for name in ("honest", way))
    assert not hack.passed, hack
    assert reward(hack, settings) <= reward(honest, settings) + 1e-9, (
        components(hack, preset), components(honest, preset), hack,
    )  # fmt: skip
