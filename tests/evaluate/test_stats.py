from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from qspark.evaluate.stats import (
    bootstrap_mean,
    holm,
    net_wins_needed,
    paired_difference,
    pass_at_k,
    pooled_paired_difference,
    sign_test,
    wilson,
)


@pytest.mark.parametrize(
    ("passed", "total", "low", "high"),
    [
        (2, 5, 0.1176, 0.7693),
        (74, 151, 0.4116, 0.5691),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_wilson_by_hand(passed, total, low, high):
    found = wilson(passed, total)
    assert (found.value, found.low, found.high) == pytest.approx(
        (passed / total, low, high), abs=1e-4
    )


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(counts):
    found = wilson(*counts)
    theirs = binomtest(*counts).proportion_ci(0.95, "wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("counts", [(0, 0), (3, 2), (-1, 2)])
def test_wilson_refuses_impossible_counts(counts):
    with pytest.raises(ValueError, match="no interval"):
        wilson(*counts)


def test_pass_at_k_by_hand():
    assert pass_at_k(5, 2, 2) == pytest.approx(0.7)  # 1 - C(3,2)/C(5,2)
    assert pass_at_k(10, 3, 1) == pytest.approx(0.3)
    assert pass_at_k(8, 0, 8) == 0.0 and pass_at_k(8, 1, 8) == 1.0
    assert pass_at_k(10_000, 1, 100) == pytest.approx(0.01)


@given(st.integers(1, 9), st.data())
@settings(max_examples=60)
def test_pass_at_k_is_the_share_of_draws_with_a_pass(n, data):
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    draws = list(combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws))


@pytest.mark.parametrize(("n", "c", "k"), [(7, 3, 8), (8, 9, 1), (8, 3, 0), (8, -1, 1)])
def test_pass_at_k_says_nothing_with_too_few_answers(n, c, k):
    with pytest.raises(ValueError, match="not defined"):
        pass_at_k(n, c, k)


def test_the_bootstrap_agrees_with_the_normal_interval_on_many_tasks():
    values = [1.0] * 160 + [0.0] * 240
    found = bootstrap_mean(values, seed=1)
    half = 1.96 * (0.4 * 0.6 / 400) ** 0.5
    assert found.value == pytest.approx(0.4)
    assert (found.low, found.high) == pytest.approx((0.4 - half, 0.4 + half), abs=0.006)
    assert found == bootstrap_mean(values, seed=1) != bootstrap_mean(values, seed=2)


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    found = [bootstrap_mean(rng.random(60) < 0.4, seed, resamples=500) for seed in range(300)]
    covered = sum(interval.low <= 0.4 <= interval.high for interval in found)
    assert 0.9 <= covered / 300 <= 0.98


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.integers(0, 99))
@settings(max_examples=40)
def test_bootstrap_intervals_lie_within_the_values(values, seed):
    found = bootstrap_mean(values, seed, resamples=200)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.low - 1e-9 <= found.high


def test_nothing_to_average_is_an_error():
    for values in ([], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="one value per task"):
            bootstrap_mean(values, seed=0)


def test_paired_difference_by_hand():
    a = [0, 0, 0, 0, 0, 1, 1, 1, 0, 1]
    b = [1, 1, 1, 1, 1, 0, 1, 1, 0, 1]
    found = paired_difference(a, b, seed=5)
    assert found.difference == pytest.approx(0.4)
    assert (found.wins, found.losses) == (5, 1)
    assert found.p == pytest.approx(14 / 64)  # two sides of C(6,0) + C(6,1) over 2^6
    assert found.low < 0.4 < found.high


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
@settings(max_examples=40)
def test_swapping_the_models_turns_the_sign(pairs):
    a, b = zip(*pairs, strict=True)
    there, back = paired_difference(a, b, 3, 300), paired_difference(b, a, 3, 300)
    assert there.difference == pytest.approx(-back.difference)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-9)
    assert (there.wins, there.losses, there.p) == (back.losses, back.wins, back.p)


def test_pairing_narrows_the_interval_of_models_that_mostly_agree():
    rng = np.random.default_rng(2)
    a = (rng.random(200) < 0.5).astype(float)
    b = a.copy()
    b[np.flatnonzero(a == 0)[:10]] = 1.0
    found = paired_difference(a, b, seed=0)
    assert found.high - found.low < 0.07 and found.low > 0 and found.p < 0.01


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="differ in length: 2 and 1"):
        paired_difference([0, 1], [1], seed=0)
    with pytest.raises(ValueError, match="no run"):
        pooled_paired_difference([], seed=0)


def test_pooling_counts_every_run_the_same():
    found = pooled_paired_difference([([0, 0], [1, 1]), ([0, 0, 0, 0], [0, 0, 0, 0])], seed=0)
    assert found.difference == 0.5 and (found.low, found.high) == (0.5, 0.5)
    assert (found.wins, found.losses, found.p) == (2, 0, 0.5)


def test_pooling_narrows_and_one_run_is_the_plain_difference():
    rng = np.random.default_rng(4)
    runs = [(rng.random(80) < 0.4, rng.random(80) < 0.55) for _ in range(3)]
    one, three = paired_difference(*runs[0], seed=9), pooled_paired_difference(runs, seed=9)
    assert one == pooled_paired_difference(runs[:1], seed=9)
    assert (three.high - three.low) < 0.7 * (one.high - one.low)


def test_sign_test_by_hand():
    assert sign_test(0, 0) == 1.0
    assert sign_test(27, 13) == pytest.approx(0.0385, abs=1e-4)
    assert sign_test(6, 0) == pytest.approx(2 / 64)


def test_net_wins_needed_by_hand():
    assert [net_wins_needed(n) for n in (0, 5, 6, 20, 40)] == [None, None, 6, 10, 14]


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0] and holm([]) == []
