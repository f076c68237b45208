import pytest
from tests.train.rolling import NAMES, Script, rollouts, rows, scored, settings

from qspark.runs import append_jsonl, read_jsonl
from qspark.train.curriculum import Curriculum
from qspark.train.rewards import highest

MIXED = [1.0, 0.0, 0.0, 0.0]


def batch(path, judge, step=1, texts=None, **changes):
    """Two groups of four, generated and submitted."""
    one = rollouts(settings(**changes), Script(judge), path)
    taken = one.choose([row for row in rows()[:2] for _ in range(4)], step)
    one.submit(taken, texts or ["a"] * 8, [[1, 2, 3]] * 8)
    return one


def metrics(one):
    found = {}
    one.reward(log_metric=found.__setitem__)
    return found


def test_what_is_logged_of_a_batch(tmp_path):
    judge = [*MIXED, 0.0, 0.0, None, 0.0]
    one = batch(tmp_path / "c.jsonl", lambda name, place, call: scored(judge[place]), step=7)
    assert one.reward(log_metric=lambda *_: None) == judge
    values = one.advantages()
    assert values.tolist() == pytest.approx([1.5, -0.5, -0.5, -0.5, 0, 0, 0, 0], abs=1e-3)
    logged = read_jsonl(tmp_path / "c.jsonl")
    assert logged[0] == {
        "step": 7,
        "task_id": "t0",
        "text": "a",
        "reward": 1.0,
        "components": dict.fromkeys(highest("verified"), 0.0),
        "status": "pass",
        "stage": "done",
        "category": "",
        "advantage": pytest.approx(1.5, abs=1e-3),
    }
    assert logged[6]["reward"] is None and logged[6]["status"] == "infra"
    assert one.rates.counts == {"t0": (1, 4), "t1": (0, 3)}


def test_the_figures_of_a_batch(tmp_path):
    one = batch(tmp_path / "c", lambda name, place, call: scored(1.0 if place < 4 else 0.1))
    assert metrics(one) == {
        "pass_rate": 0.5,
        "uniform_share": 1.0,
        "all_wrong_share": 0.5,
        "all_right_share": 0.5,
        "groups_replaced": 0.0,
        "completion_length": 3.0,
        "infra": 0.0,
    }


def test_failures_that_differ_are_all_wrong_but_not_uniform(tmp_path):
    one = batch(tmp_path / "c", lambda name, place, call: scored(place / 10))
    found = metrics(one)
    assert found["all_wrong_share"] == 1.0
    assert found["uniform_share"] == 0.0


def test_without_a_budget_nothing_is_waited_for(tmp_path):
    one = batch(tmp_path / "c", lambda *_: scored(0.0))
    one._scorer.collect = lambda future: pytest.fail("waited")
    assert one.wanting() == 0


def refill(one, texts="b"):
    """As the trainer does it; how many groups each round made."""
    rounds = []
    while count := one.wanting():
        fresh = one.fresh(count)
        assert len(fresh) == 4 * count
        one.offer(fresh, [texts] * len(fresh), [[1]] * len(fresh))
        rounds.append(count)
    return rounds


def test_the_budget_bounds_what_is_made_again(tmp_path):
    one = batch(tmp_path / "c", lambda *_: scored(0.0), dynamic_budget=3)
    assert refill(one) == [2, 1]
    assert metrics(one)["groups_replaced"] == 0
    assert one.advantages().tolist() == [0.0] * 8
    assert len(read_jsonl(tmp_path / "c")) == 8 + 12


def test_replacements_are_other_tasks_and_end_when_all_groups_teach(tmp_path):
    def judge(name, place, call):
        return scored(0.0 if call == 0 and place < 4 else MIXED[place % 4])

    one = batch(tmp_path / "c", judge, dynamic_budget=5)
    assert refill(one) == [1]
    (name,) = {name for name, _ in one._scorer.asked[1]}
    assert name not in ("t0", "t1")
    assert metrics(one)["groups_replaced"] == 1
    assert one.advantages().tolist() == pytest.approx([1.5, -0.5, -0.5, -0.5] * 2, abs=1e-3)
    logged = read_jsonl(tmp_path / "c")
    said = [(row["task_id"], row["text"]) for row in logged if row["advantage"] is not None]
    assert said == [(name, "b")] * 4 + [("t1", "a")] * 4
    assert [row["task_id"] for row in logged if row["advantage"] is None] == ["t0"] * 4


def test_ngrpo_keeps_groups_that_are_all_wrong(tmp_path):
    def judge(name, place, call):
        return scored(0.0 if place < 4 else 1.0)

    one = batch(tmp_path / "c", judge, dynamic_budget=1, advantage="ngrpo")
    assert refill(one) == [1]  # only the one that is all right
    assert all(value < -0.4 for value in one.advantages().tolist()[:4])


def test_overlong_answers_are_punished_with_dapo_only(tmp_path):
    long = {"advantage": "dapo", "overlong_tokens": 6}
    for changes, mute in ((long, False), ({}, True)):
        one = rollouts(settings(**changes), Script(lambda *_: scored(1.0)), tmp_path / "c")
        taken = one.choose([rows()[0]] * 4, 1)
        one.submit(taken, ["a"] * 4, [[1], [1], [1] * 6, [1]])
        values = one.advantages().tolist()
        assert (values == [0] * 4) == mute
        assert mute or min(values) == values[2] < 0


def test_a_resumed_log_has_no_row_twice_and_the_same_rates(tmp_path):
    path = tmp_path / "c.jsonl"

    def judge(name, place, call):
        return scored(MIXED[place % 4])

    script = Script(judge)
    chooser = Curriculum(NAMES, 0, 0.02)
    whole = rollouts(settings(sampling="curriculum"), script, path, chooser)
    for step in (1, 2, 3):
        _one_step(whole, step)
        if step == 2:
            rates = dict(whole.rates.counts)
    want = path.read_text()
    append_jsonl(path, [{"step": 4, "task_id": "t0", "status": "fail"}])
    with path.open("a") as stream:
        stream.write('{"step": 4, "task')
    again = rollouts(settings(sampling="curriculum"), script, path, chooser)
    again.resume(2)
    assert again.rates.counts == rates
    _one_step(again, 3)
    assert path.read_text() == want


def _one_step(one, step):
    taken = one.choose([row for row in rows()[:2] for _ in range(4)], step)
    one.submit(taken, [f"{step}"] * 8, [[1]] * 8)
    one.advantages()


def test_the_curriculum_decides_by_what_was_measured(tmp_path):
    chosen = []

    def chooser(rates, draw, count, avoid=()):
        chosen.append((draw, dict(rates.counts)))
        return ["t5", "t3"][:count]

    script = Script(lambda name, place, call: scored(MIXED[place % 4]))
    one = rollouts(settings(sampling="curriculum"), script, tmp_path / "c", chooser)
    for step in (1, 2):
        taken = one.choose([rows()[0]] * 8, step)
        assert [row["task_id"] for row in taken] == ["t5"] * 4 + ["t3"] * 4
        one.submit(taken, ["a"] * 8, [[1]] * 8)
        one.advantages()
    assert chosen == [("1/0", {}), ("2/0", {"t5": (1, 4), "t3": (1, 4)})]
