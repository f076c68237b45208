import json

import pytest

from qspark.errors import SuiteError
from qspark.evaluate.summary import summarise
from qspark.tasks.task import Task
from qspark.verify.verdict import Verdict

FACTS = {
    "t1": ("basic", "bell", "seen"),
    "t2": ("basic", "bell", "seen"),
    "t3": ("intermediate", "qft", "seen"),
    "t4": ("advanced", "mcx", "unseen"),
}


def task(task_id, annotated=True):
    difficulty, family, group = FACTS[task_id]
    return Task(
        task_id=task_id,
        suite="s",
        form="instruction",
        prompt="p",
        entry_point="f",
        canonical_solution="",
        test="",
        difficulty=difficulty,
        annotations={"family": family, "group": group} if annotated else {},
    )


TASKS = [task(task_id) for task_id in FACTS]


def row(task_id, outcome, sample=0, mode="greedy"):
    """An outcome is "pass", a failure category, or "infra"."""
    if outcome == "pass":
        verdict = Verdict(status="pass", stage="done")
    elif outcome == "infra":
        verdict = Verdict(status="infra", stage="run", category="infra/sandbox")
    else:
        verdict = Verdict(status="fail", stage="check", category=outcome)
    return {
        "task_id": task_id,
        "sample": sample,
        "mode": mode,
        "text": "",
        "program": None,
        "passed": verdict.passed,
        "verdict": verdict.model_dump(mode="json"),
    }


def rows(greedy, sampled=(), n=8):
    """Greedy outcomes of t1..t4, and how many of their n samples pass."""
    found = [row(t, outcome) for t, outcome in zip(FACTS, greedy, strict=True)]
    for t, passing in zip(FACTS, sampled, strict=False):
        outcomes = ["pass"] * passing + ["wrong/value"] * (n - passing)
        found += [row(t, outcome, i, "sampled") for i, outcome in enumerate(outcomes)]
    return found


BASE = rows(["pass", "wrong/value", "wrong/value", "api/removed"], [8, 0, 1, 0])
BETTER = rows(["pass", "pass", "infra", "pass"], [8, 2, 1, 4])


@pytest.fixture(scope="module")
def summary():
    return summarise("s", "cafe", TASKS, {"base": BASE, "orpo": BETTER}, base="base", seed=11)


def test_scores_by_hand(summary):
    base, orpo = summary["models"]["base"], summary["models"]["orpo"]
    assert (summary["tasks"], summary["k"], summary["base"], summary["seed"]) == (4, 8, "base", 11)
    assert base["pass_at_1"] == pytest.approx(
        {"value": 0.25, "low": 0.0456, "high": 0.6994, "passed": 1, "total": 4, "infra": 0},
        abs=1e-4,
    )
    assert base["pass_at_k"]["value"] == 0.5 and base["pass_at_k"]["k"] == 8
    assert base["sampled"]["value"] == pytest.approx(9 / 32)
    assert (base["sampled"]["passed"], base["sampled"]["total"]) == (9, 32)
    assert base["by_category"] == {"wrong/value": 2, "api/removed": 1}
    assert base["by_family"]["bell"] == {"group": "seen", "passed": 1, "total": 2}
    assert orpo["by_difficulty"]["basic"]["pass_at_1"]["passed"] == 2
    assert list(orpo["by_difficulty"]) == ["basic", "intermediate", "advanced"]
    assert orpo["by_group"]["unseen"]["pass_at_k"]["value"] == 1.0


def test_differences_by_hand(summary):
    assert summary["models"]["base"]["versus_base"] is None
    versus = summary["models"]["orpo"]["versus_base"]
    greedy = versus["pass_at_1"]
    assert (greedy["difference"], greedy["wins"], greedy["losses"]) == (0.5, 2, 0)
    assert (greedy["p"], greedy["p_holm"], greedy["net_needed"]) == (0.5, 0.5, None)
    assert versus["pass_at_k"]["difference"] == 0.5 and versus["pass_at_k"]["wins"] == 2
    assert versus["by_group"]["seen"]["pass_at_1"]["difference"] == pytest.approx(1 / 3)
    assert versus["by_group"]["unseen"]["pass_at_k"]["difference"] == 1.0


def test_infra_stays_in_the_total_and_is_shown(summary):
    orpo = summary["models"]["orpo"]
    assert orpo["pass_at_1"]["total"] == 4 and orpo["pass_at_1"]["passed"] == 3
    assert orpo["infra"] == orpo["pass_at_1"]["infra"] == 1
    assert orpo["by_difficulty"]["intermediate"]["pass_at_1"]["infra"] == 1
    assert orpo["by_category"] == {}


def test_infra_samples_are_counted_too():
    sampled = [row("t1", "infra", i, "sampled") for i in range(2)]
    found = summarise("s", "", TASKS[:1], {"base": [row("t1", "pass"), *sampled]}, "base", 0)
    base = found["models"]["base"]
    assert base["infra"] == base["sampled"]["infra"] == base["sampled"]["total"] == 2
    assert base["pass_at_1"]["infra"] == 0 and base["pass_at_k"]["value"] == 0.0


def test_it_is_json_and_the_same_every_time(summary):
    again = summarise("s", "cafe", TASKS, {"base": BASE, "orpo": BETTER}, base="base", seed=11)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary == again
    shuffled = {"base": BASE[::-1], "orpo": BETTER[::-1]}
    assert summarise("s", "cafe", TASKS, shuffled, base="base", seed=11) == summary


def test_fewer_samples_give_a_smaller_k():
    few = rows(["pass"] * 4, [2, 1, 0, 2], n=2)
    found = summarise("s", "", TASKS, {"base": BASE, "orpo": few}, "base", 0)
    assert found["k"] == 2
    base = found["models"]["base"]["pass_at_k"]
    assert base["k"] == 2 and base["value"] == pytest.approx((1 + 0 + 0.25 + 0) / 4)
    assert found["models"]["orpo"]["pass_at_k"]["value"] == 0.75


def test_greedy_only():
    found = summarise("s", "", TASKS, {"base": rows(["pass"] * 4)}, "base", 0)
    base = found["models"]["base"]
    assert found["k"] is None and base["pass_at_k"] is None and base["sampled"] is None
    mixed = {"base": rows(["pass"] * 4), "orpo": BETTER}
    found = summarise("s", "", TASKS, mixed, "base", 0)
    assert found["models"]["orpo"]["pass_at_k"]["k"] == 8
    assert found["models"]["orpo"]["versus_base"]["pass_at_k"] is None


def test_suites_without_annotations_have_no_groups_or_families():
    found = summarise("s", "", [task(t, annotated=False) for t in FACTS], {"base": BASE}, "base", 0)
    assert found["models"]["base"]["by_group"] == {} == found["models"]["base"]["by_family"]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"orpo": BASE}, "no results for the base model"),
        ({"base": BASE[1:]}, "1 of 4 tasks have no greedy answer"),
        ({"base": [*BASE, BASE[0]]}, "t1 has two rows"),
        ({"base": [*BASE, row("t9", "pass")]}, "t9 is not a task"),
        ({"base": BASE[:-1]}, "some tasks have 7 sampled answers and others 8"),
    ],
)
def test_rows_that_are_not_those_of_the_tasks_are_refused(found, said):
    with pytest.raises(SuiteError, match=said):
        summarise("s", "", TASKS, found, "base", 0)
    with pytest.raises(SuiteError, match="has no tasks"):
        summarise("s", "", [], found, "base", 0)
