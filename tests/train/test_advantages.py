import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qspark.train.advantages import (
    dapo,
    difficulty_weight,
    dr_grpo,
    grpo,
    lead,
    ngrpo,
    overlong,
    silent,
    whiten,
)

NAN = math.nan


def of(*values):
    return torch.tensor(values, dtype=torch.float64)


def near(*values):
    return pytest.approx(values, abs=1e-3)


def test_grpo_by_hand():
    # One of four right: mean 1/4, squares (9 + 1 + 1 + 1)/16 over 3 = 1/4, deviation 1/2.
    assert grpo(of(1, 0, 0, 0), 4).tolist() == near(1.5, -0.5, -0.5, -0.5)


def test_groups_do_not_see_each_other():
    both = grpo(of(1, 0, 0, 0, 5, 5, 1, 1), 4)
    assert both[:4].tolist() == grpo(of(1, 0, 0, 0), 4).tolist()
    assert both[4:].tolist() == near(0.866, 0.866, -0.866, -0.866)


def test_dr_grpo_by_hand():
    assert dr_grpo(of(1, 0, 0, 0), 4).tolist() == [0.75, -0.25, -0.25, -0.25]


def test_overlong_by_hand():
    # Of 20 tokens the last 4 are the cache: nothing at 16, half at 18, all at 20.
    assert overlong(torch.tensor([3, 16, 17, 18, 20]), 20, 4).tolist() == [0, 0, -0.25, -0.5, -1]
    assert overlong(torch.tensor([20, 3]), 20, 0).tolist() == [0, 0]


def test_dapo_tells_long_right_answers_from_short_ones():
    # Two right answers, the second at the limit: 1 against 0, deviation 1/sqrt 2.
    values = dapo(of(1, 1), 2, torch.tensor([10, 20]), 20, 4)
    assert values.tolist() == near(0.7071, -0.7071)
    assert dapo(of(1, 1), 2, torch.tensor([10, 20]), 20, 0).tolist() == [0, 0]


def test_ngrpo_moves_away_from_a_group_that_is_all_wrong():
    # Eight 0s and a virtual 1: mean 1/9, squares 8/81 + 64/81 = 8/9 over 8, deviation 1/3.
    assert ngrpo(of(*[0] * 8), 8).tolist() == near(*[-1 / 3] * 8)


def test_ngrpo_learns_nothing_from_a_group_that_is_all_right():
    assert ngrpo(of(1, 1, 1), 3).tolist() == [0, 0, 0]
    assert ngrpo(of(2, 2, 2), 3, maximum=2.0).tolist() == [0, 0, 0]


def test_ngrpo_of_a_mixed_group_by_hand():
    # 1, 0 and the virtual 1: mean 2/3, squares 2/3 over 2, deviation 1/sqrt 3.
    assert ngrpo(of(1, 0), 2).tolist() == near(0.5774, -1.1547)


def test_the_weight_of_difficulty_by_hand():
    # At 3/4 half way between 0.4 and 1.5; e^7.5 below, e^2.5 above.
    weights = difficulty_weight(of(0.75, 0.0, 1.0)).tolist()
    assert weights == near(0.95, 0.4 + 1.1 / (1 + math.exp(-7.5)), 0.4 + 1.1 / (1 + math.exp(2.5)))


def test_lead_by_hand():
    # rho 1/4: the right one weighs w(0.25) = 1.4926, the wrong ones w(0.75) = 0.95.
    values = lead(of(1, 0, 0, 0), 4, of(1, 0, 0, 0)).tolist()
    assert values == near(1.5 * 1.4926, -0.475, -0.475, -0.475)


def test_lead_takes_correctness_not_reward():
    # All fail, one came further: rho is 0, so both signs are weighed by w(0) and w(1).
    values = lead(of(0.3, 0.1), 2, of(0, 0)).tolist()
    assert values == near(0.7066 * 1.49939, -0.7066 * 0.48345)


def test_whiten_by_hand():
    # 0 and 2 have mean 1 and deviation sqrt 2; what was not scored stays out.
    values = whiten(of(0, 2, 7), torch.tensor([True, True, False]))
    assert values.tolist() == near(-0.7071, 0.7071, 0)


def test_silent_groups():
    assert silent(of(0, 0, 0.5, -0.5, 0, 1e-12), 2) == [True, False, True]


FORMULAS = {
    "grpo": grpo,
    "dr_grpo": dr_grpo,
    "dapo": lambda r, g: dapo(r, g, torch.full(r.shape, 10), 20, 4),
    "ngrpo": ngrpo,
    "lead": lambda r, g: lead(r, g, r.round()),
}


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_an_answer_without_a_reward_changes_nothing_for_the_others(formula):
    whole = formula(of(1, 0, 0.3), 3).tolist()
    assert formula(of(1, NAN, 0, 0.3), 4).tolist() == pytest.approx([whole[0], 0, *whole[1:]])


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_a_group_without_any_reward_is_zero(formula):
    assert formula(of(NAN, NAN, NAN), 3).tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", ["grpo", "dr_grpo", "dapo", "lead"])
def test_a_single_reward_is_no_comparison(name):
    assert FORMULAS[name](of(NAN, 1.0, NAN), 3).tolist() == [0, 0, 0]


REWARDS = st.lists(
    st.one_of(st.integers(0, 10).map(lambda tenths: tenths / 10), st.just(NAN)),
    min_size=12,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(REWARDS)
def test_the_mean_of_a_group_is_zero(rewards):
    for name in ("grpo", "dr_grpo", "dapo"):
        sums = FORMULAS[name](of(*rewards), 4).view(-1, 4).sum(dim=1)
        assert sums.tolist() == pytest.approx([0, 0, 0], abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(REWARDS, st.permutations(range(12)))
def test_no_advantage_is_infinite_and_order_within_a_group_does_not_matter(rewards, order):
    for name, formula in FORMULAS.items():
        values = formula(of(*rewards), 12)
        assert torch.isfinite(values).all(), name
        again = formula(of(*[rewards[place] for place in order]), 12)
        assert again.tolist() == pytest.approx(values[order].tolist(), abs=1e-9), name


@settings(max_examples=60, deadline=None)
@given(REWARDS, st.floats(-3, 3))
def test_a_constant_added_to_all_rewards_changes_nothing(rewards, constant):
    for formula in (grpo, dr_grpo):
        shifted = formula(of(*rewards) + constant, 4)
        assert shifted.tolist() == pytest.approx(formula(of(*rewards), 4).tolist(), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(REWARDS)
def test_ngrpo_never_praises_more_than_grpo_would(rewards):
    """The virtual answer raises the mean: no group's advantages sum to more than zero."""
    sums = ngrpo(of(*rewards), 4).view(-1, 4).sum(dim=1)
    assert (sums <= 1e-6).all()
