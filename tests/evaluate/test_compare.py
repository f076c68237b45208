import json

import pytest
from scored_runs import make_row, make_scored, make_suite, make_task

from qspark.errors import RunError
from qspark.evaluate.compare import compare
from qspark.evaluate.scored import Scored

TASKS = [make_task(n, "basic" if n < 6 else "intermediate") for n in range(10)]
A = ["x/y", "x/y", "x/y", "x/y", "x/y", "pass", "pass", "pass", "x/y", "pass"]
B = ["pass", "pass", "pass", "pass", "pass", "z/z", "pass", "pass", "x/y", "pass"]


def test_one_answer_each_by_hand():
    found = compare(make_scored("a", TASKS, A), make_scored("b", TASKS, B), seed=5)
    gain = found["pass_at_1"]
    assert (found["a"]["pass_at_1"], found["b"]["pass_at_1"]) == (0.4, 0.8)
    assert gain["difference"] == pytest.approx(0.4)
    assert (gain["wins"], gain["losses"], gain["test"]) == (5, 1, "mcnemar")
    assert gain["p"] == pytest.approx(14 / 64)
    assert (gain["net_needed"], gain["smallest"]) == (6, 0.6)
    assert found["pass_at_k"] is None
    basic, rest = found["by_difficulty"]["basic"], found["by_difficulty"]["intermediate"]
    assert (basic["tasks"], basic["wins"], basic["losses"], rest["wins"]) == (6, 5, 1, 0)
    assert basic["p_holm"] == pytest.approx(min(1.0, 2 * basic["p"])) and rest["p_holm"] == 1.0
    assert found["flips"][0]["task_id"] == "t/5"
    assert found["flips"][0]["won"] is False and found["flips"][0]["b"]["category"] == "z/z"
    assert found["flips"][1]["a"]["message"].startswith("AssertionError: x/y")
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_too_few_flips_show_nothing():
    found = compare(make_scored("a", TASKS, A), make_scored("b", TASKS, A))
    gain = found["pass_at_1"]
    assert (gain["difference"], gain["p"], gain["net_needed"], gain["smallest"]) == (
        0,
        1,
        None,
        None,
    )
    assert found["flips"] == []


def test_what_was_not_judged_on_one_side_is_left_out_and_named():
    broken = ["infra", None, *A[2:]]
    found = compare(make_scored("a", TASKS, broken), make_scored("b", TASKS, B))
    assert found["tasks"] == 8
    assert found["left_out"] == {"infra": ["t/0"], "unanswered": ["t/1"], "changed": []}
    with pytest.raises(RunError, match="nothing to compare"):
        compare(make_scored("a", TASKS, ["infra"] * 10), make_scored("b", TASKS, B))


def test_different_suites_are_refused_and_their_equal_tasks_compared_on_demand():
    other = [*TASKS[:9], TASKS[9].model_copy(update={"test": "def check(c): ..."})]
    a, b = make_scored("a", TASKS, A), make_scored("b", other, B, sha256="cd" * 32)
    with pytest.raises(RunError, match=r"abababababab and cdcdcdcdcdcd, 9 equal tasks.*--common"):
        compare(a, b)
    found = compare(a, b, common=True)
    assert found["tasks"] == 9 and found["left_out"]["changed"] == ["t/9"]


def several(name: str, passing: list[int], n: int = 4) -> Scored:
    rows = [
        make_row(task, "pass" if number < count else "x/y", number)
        for task, count in zip(TASKS, passing, strict=False)
        for number in range(n)
    ]
    return Scored(name, make_suite(TASKS), rows, {}, {})


def test_several_answers_per_task():
    found = compare(several("a", [4, 1, 0]), several("b", [4, 3, 1]))
    gain, many = found["pass_at_1"], found["pass_at_k"]
    assert found["tasks"] == 3 and gain["test"] == "sign"
    assert gain["difference"] == pytest.approx((0 + 0.5 + 0.25) / 3)
    assert (gain["wins"], gain["losses"]) == (2, 0)
    assert many["k"] == 4 and many["difference"] == pytest.approx(1 / 3)
    assert [(f["task_id"], f["a"]["share"], f["b"]["share"]) for f in found["flips"]] == [
        ("t/1", 0.25, 0.75),
        ("t/2", 0.0, 0.25),
    ]


def test_a_single_answer_against_several():
    found = compare(several("a", [4, 1, 0]), several("b", [1, 1, 0], n=1))
    assert found["pass_at_k"] is None and found["pass_at_1"]["test"] == "sign"
    assert found["pass_at_1"]["wins"] == 1
