import json
from pathlib import Path

import pytest

from qspark.evaluate.figures import figures
from qspark.evaluate.score import (
    judge_references,
    score_canonical,
    score_samples,
    summarise_scores,
)
from qspark.tasks.samples import load_samples
from qspark.tasks.suites import Suite, load_suite
from qspark.verify.pool import JudgePool


def row(number: int, difficulty: str, test: str = "assert c() == 42") -> dict[str, str]:
    return {
        "task_id": f"t/{number}",
        "prompt": 'def f():\n    """ Answer. """',
        "canonical_solution": "\n    return 42\n",
        "test": f"def check(c):\n    {test}\n",
        "entry_point": "f",
        "difficulty_scale": difficulty,
    }


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    rows = [
        row(0, "basic"),
        row(1, "basic"),
        row(2, "difficult"),
        row(3, "intermediate", "import no_such_package"),
    ]
    path = tmp_path / "suite.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return load_suite(str(path))


def samples(suite: Suite, *answers: tuple[str, str]) -> list:
    path = suite.path.with_name("samples.jsonl")
    path.write_text(
        "\n".join(json.dumps({"task_id": task, "completion": text}) for task, text in answers)
    )
    return load_samples(str(path), suite)


def test_samples_are_scored_in_order_with_reasons(suite: Suite, pool: JudgePool) -> None:
    given = samples(
        suite, ("t/1", "return 42"), ("t/0", "return 41"), ("t/2", ""), ("t/3", "return 42")
    )
    seen: list[tuple[int, int]] = []
    rows = score_samples(suite, given, pool, progress=lambda *at: seen.append(at))
    assert [r["task_id"] for r in rows] == ["t/1", "t/0", "t/2", "t/3"]
    assert [r["passed"] for r in rows] == [True, False, False, False]
    assert rows[0]["program"] == suite.tasks[1].prompt + "\n    return 42"
    assert rows[0]["rule"] == "text/body-indented"
    assert rows[1]["verdict"]["message"] == "AssertionError"
    assert rows[2]["program"] is None
    assert seen[-1] == (4, 4)
    json.dumps(rows)

    summary = summarise_scores(suite, rows)
    assert (summary["total"], summary["passed"], summary["infra"]) == (4, 1, 1)
    assert summary["unanswered"] == 0
    assert summary["pass_at_1"] == pytest.approx(1 / 4)
    # Wilson's intervals, worked out by hand: 1 of 4 (0.0456, 0.6994), 1 of 3 (0.0615, 0.7923).
    assert summary["ci95"] == pytest.approx((0.0456, 0.6994), abs=1e-3)
    here = summary["figures"]["scorable_here"]
    assert (here["tasks"], here["passed"], here["left_out"]) == (3, 1, ["t/3"])
    assert here["ci95"] == pytest.approx((0.0615, 0.7923), abs=1e-3)
    assert summary["by_difficulty"] == {
        "basic": {"total": 2, "passed": 1},
        "intermediate": {"total": 1, "passed": 0},
        "advanced": {"total": 1, "passed": 0},
    }
    assert summary["by_category"] == {"wrong/value": 1, "extract/empty": 1, "infra/test": 1}
    assert summary["suite_sha256"] == suite.sha256


def test_several_samples_of_a_task_count_as_one_task(suite: Suite, pool: JudgePool) -> None:
    given = samples(suite, ("t/0", "return 42"), ("t/0", "return 1"), ("t/1", "return 42"))
    summary = summarise_scores(suite, score_samples(suite, given, pool))
    assert (summary["total"], summary["passed"], summary["unanswered"]) == (3, 2, 2)
    assert summary["pass_at_1"] == pytest.approx(0.75)


def test_canonical_solutions(suite: Suite, pool: JudgePool) -> None:
    rows = score_canonical(suite, pool)
    assert [r["passed"] for r in rows] == [True, True, True, False]
    assert rows[3]["verdict"]["status"] == "infra"
    assert {r["rule"] for r in rows} == {"canonical"}


def test_a_task_whose_reference_fails_here_is_infra_with_the_reason(
    tmp_path: Path, pool: JudgePool
) -> None:
    broken = row(0, "basic") | {"canonical_solution": "\n    import seaborn_of_old\n"}
    path = tmp_path / "suite.jsonl"
    path.write_text("\n".join(map(json.dumps, [broken, row(1, "basic")])))
    suite = load_suite(str(path))
    given = samples(suite, ("t/0", "return 41"), ("t/0", "return 42"), ("t/1", "return 41"))
    references = judge_references(suite, given, pool)
    reason = references.fault("t/0")
    assert (
        reason.startswith("env/missing-package: ModuleNotFoundError") and "seaborn_of_old" in reason
    )
    assert references.is_strong("t/1") and not references.fault("t/1")
    rows = score_samples(suite, given, pool, references)
    assert [r["verdict"]["status"] for r in rows] == ["infra", "pass", "fail"]
    assert rows[0]["verdict"]["category"] == "env/reference-broken"
    assert (
        reason in rows[0]["verdict"]["message"] and "wrong/value" in rows[0]["verdict"]["message"]
    )
    summary = summarise_scores(suite, rows)
    assert summary["references_failing"] == ["t/0"]
    assert summary["reference_faults"] == {"t/0": reason}
    assert summary["pass_at_1"] == 0.25  # half of one task's answers, none of the other's
    assert summary["figures"]["scorable_here"] | {"ci95": None} == {
        "label": "tasks that could be scored here",
        "tasks": 1, "passed": 0, "pass_at_1": 0, "ci95": None, "left_out": ["t/0"],
    }  # fmt: skip


def test_tests_that_refuse_right_answers_are_left_out_of_the_third_figure() -> None:
    def scored(task_id: str, passed: bool, fault: str) -> dict:
        verdict = {"status": "pass" if passed else "fail"}
        return {"task_id": task_id, "passed": passed, "verdict": verdict, "reference_fault": "",
                "test_fault": fault}  # fmt: skip

    three = figures([scored("a", True, ""), scored("b", False, "drifts"), scored("c", True, "")])
    assert [figure["tasks"] for figure in three.values()] == [3, 3, 2]
    assert [figure["passed"] for figure in three.values()] == [2, 2, 2]
    assert three["sound_tests"]["left_out"] == ["b"]
    # Wilson's interval for 2 of 2, worked out by hand: 1 / (1 + 1.96^2 / 2) = 0.3424.
    assert three["sound_tests"]["ci95"] == pytest.approx((0.3424, 1), abs=1e-3)


def test_nothing_scored_has_no_rate(suite: Suite) -> None:
    summary = summarise_scores(suite, [])
    assert (summary["total"], summary["pass_at_1"], summary["ci95"]) == (0, None, None)
    assert summary["unanswered"] == 4
