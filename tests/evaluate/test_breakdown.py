import pytest
from scored_runs import make_row, make_task

from qspark.evaluate.breakdown import break_down, topics_of
from qspark.evaluate.stats import bootstrap_mean, wilson

TASKS = [
    make_task(0, "basic", ("gates",)),
    make_task(1, "basic", ("gates", "states")),
    make_task(2, "intermediate"),
    make_task(3, "advanced"),
]


def rows(*outcomes: str) -> list[dict]:
    return [make_row(t, o) for t, o in zip(TASKS, outcomes, strict=True) if o]


def test_one_answer_each_by_hand():
    found = break_down(TASKS, rows("pass", "wrong/value", "pass", "infra"))
    assert (found["tasks"], found["unanswered"], found["answers"], found["infra"]) == (4, 0, 4, 1)
    score = found["all"]["pass_at_1"]
    assert score["method"] == "wilson" and score["value"] == 0.5
    assert (score["low"], score["high"]) == (wilson(2, 4).low, wilson(2, 4).high)
    assert found["all"]["pass_at_k"] == {"5": None, "10": None}
    assert {name: cell["passed"] for name, cell in found["by_difficulty"].items()} == {
        "basic": 1,
        "intermediate": 1,
        "advanced": 0,
    }
    assert {name: cell["tasks"] for name, cell in found["by_topic"].items()} == {
        "gates": 2,
        "states": 1,
    }
    assert found["by_category"] == {"wrong/value": 1}


def test_infra_and_unanswered_can_stay_out():
    found = break_down(TASKS, rows("pass", "wrong/value", "", "infra"), count_infra=False)
    assert (found["all"]["tasks"], found["unanswered"]) == (2, 2)
    assert found["all"]["pass_at_1"]["value"] == 0.5
    assert "advanced" not in found["by_difficulty"]


def test_several_answers_are_clustered_by_task():
    outcomes = [["pass"] * 4, ["pass", "x/y", "x/y", "x/y"]]
    several = [
        make_row(task, outcome, number)
        for task, made in zip(TASKS, outcomes, strict=False)
        for number, outcome in enumerate(made)
    ]
    found = break_down(TASKS[:2], several, ks=(2, 4, 5), seed=3)
    score = found["all"]["pass_at_1"]
    assert score["method"] == "bootstrap" and score["value"] == 0.625
    assert score["low"] == bootstrap_mean([1.0, 0.25], 3).low
    many = found["all"]["pass_at_k"]
    assert many["2"]["value"] == pytest.approx((1 + 0.5) / 2)  # 1 - C(3,2)/C(4,2) = 1/2
    assert many["4"]["value"] == 1.0 and many["5"] is None


def test_one_task_with_too_few_answers_takes_pass_at_k_away():
    several = [make_row(TASKS[0], "pass", n) for n in range(5)] + [make_row(TASKS[1], "pass")]
    assert break_down(TASKS[:2], several)["all"]["pass_at_k"] == {"5": None, "10": None}


def test_nothing_answered():
    found = break_down(TASKS, [])
    assert found["all"]["pass_at_1"] is None and found["unanswered"] == 4
    assert found["all"]["pass_at_k"] == {"5": None, "10": None}
    assert topics_of(make_task(1)) == ()
