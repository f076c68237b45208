from collections import Counter

import pytest

from qspark.train.curriculum import Curriculum, PassRates, Uniform

NAMES = [f"t{number}" for number in range(10)]


def group(step, name, passes, tries=4, infra=0):
    statuses = ["pass"] * passes + ["fail"] * (tries - passes) + ["infra"] * infra
    return [{"step": step, "task_id": name, "status": status} for status in statuses]


def test_pass_rates_by_hand():
    rates = PassRates()
    assert rates.rate("new") == 0.5
    rates.add(group(1, "a", 1) + group(1, "b", 4, infra=3))
    assert rates.rate("a") == pytest.approx(2 / 6)
    assert rates.rate("b") == pytest.approx(5 / 6)
    rates.add(group(2, "a", 4))  # the older group counts half: 4.5 of 6
    assert rates.rate("a") == pytest.approx(5.5 / 8)


def test_rates_do_not_depend_on_when_the_rows_were_read():
    rows = [row for step in range(4) for name in "ab" for row in group(step, name, step)]
    at_once, bit_by_bit = PassRates(), PassRates()
    at_once.add(rows)
    for step in range(4):
        bit_by_bit.add([row for row in rows if row["step"] == step])
    assert at_once.counts == bit_by_bit.counts


def known():
    """t0 never passes, t1 always, t2 half the time; the others were never tried."""
    rates = PassRates()
    for step in range(6):
        rates.add(group(step, "t0", 0, 8) + group(step, "t1", 8, 8) + group(step, "t2", 4, 8))
    return rates


def test_weights_by_hand():
    curriculum, rates = Curriculum(NAMES, 0, floor=0.01), known()
    weights = {name: curriculum.weight(rates, name) for name in NAMES}
    assert weights["t2"] == pytest.approx(0.26)
    assert weights["t5"] == pytest.approx(0.26)
    assert weights["t0"] == pytest.approx(weights["t1"])
    tries = 8 * (2 - 2**-5)
    assert weights["t0"] == pytest.approx(1 / (tries + 2) * (1 - 1 / (tries + 2)) + 0.01)


def test_tasks_between_always_and_never_come_more_often():
    curriculum, rates = Curriculum(NAMES, 0, floor=0.01), known()
    drawn = Counter(name for draw in range(2000) for name in curriculum(rates, str(draw), 1))
    for name in ("t0", "t1"):
        assert 0 < drawn[name] < drawn["t2"] / 2.5
    # One draw goes by weight: t2's share is its weight's.
    weights = {name: curriculum.weight(rates, name) for name in NAMES}
    assert drawn["t2"] / 2000 == pytest.approx(weights["t2"] / sum(weights.values()), abs=0.03)


@pytest.mark.parametrize(
    "make", [lambda seed: Uniform(NAMES, seed), lambda seed: Curriculum(NAMES, seed, 0.02)]
)
def test_draws_follow_from_the_seed_and_the_draw(make):
    rates = known()
    assert make(3)(rates, "5/0", 4) == make(3)(rates, "5/0", 4)
    assert make(3)(rates, "5/0", 4) != make(4)(rates, "5/0", 4)
    assert len({tuple(make(3)(rates, f"{step}/0", 4)) for step in range(20)}) > 10


@pytest.mark.parametrize("chooser", [Uniform(NAMES, 3), Curriculum(NAMES, 3, 0.02)])
def test_none_comes_twice_before_all_came_once_and_what_is_avoided_comes_last(chooser):
    assert sorted(chooser(known(), "1/0", 10)) == NAMES
    assert set(chooser(known(), "1/1", 10, avoid=set(NAMES[:8]))[:2]) == set(NAMES[8:])
    assert max(Counter(chooser(known(), "1/2", 25)).values()) == 3
