import pytest

from qspark.train.rewards import reward
from qspark.verify.verdict import Verdict


def verdict(status, stage, **extra):
    return Verdict(status=status, stage=stage, **extra)


def test_a_pass_is_worth_one():
    assert reward(verdict("pass", "done", integrity="strong")) == 1.0


def test_a_pass_that_could_be_forged_earns_no_more_than_a_failure():
    best_failure = reward(verdict("fail", "check", checks_passed=9, checks_total=9))
    assert reward(verdict("pass", "done", integrity="weak")) == best_failure


def test_infra_gives_no_reward():
    assert reward(verdict("infra", "run")) is None


def test_further_is_better_and_no_failure_comes_near_a_pass():
    stages = ["extract", "import", "run", "check"]
    values = [reward(verdict("fail", stage)) for stage in stages]
    assert values == sorted(set(values))
    best = reward(verdict("fail", "check", checks_passed=9, checks_total=9))
    assert values[-1] < best == pytest.approx(0.3)


def test_more_passed_checks_than_checks_earn_nothing_extra():
    assert reward(verdict("fail", "check", checks_passed=500, checks_total=2)) == pytest.approx(0.3)
