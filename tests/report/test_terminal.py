import io

import pytest
from rich.console import Console
from synthetic_run import HOSTILE, SKILL, break_rows, make_rows, make_tasks

from qspark.evaluate.summary import summarise
from qspark.report.terminal import print_scores, print_summary


def printed(show, *args, width=80):
    console = Console(file=io.StringIO(), width=width)
    show(*args, console)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def results():
    tasks = make_tasks()
    found = {m: make_rows(tasks, s, i) for i, (m, s) in enumerate(SKILL.items())}
    break_rows(found["grpo"])
    return found


def test_the_summary_keeps_every_number_whole_at_80_columns(results):
    summary = summarise("families", "ab" * 32, make_tasks(), results, base="base", seed=3)
    lines = printed(print_summary, summary).splitlines()
    assert max(map(len, lines)) <= 80 and "\x1b" not in "".join(lines)
    row = next(line for line in lines if line.startswith("orpo-grpo"))
    gain = summary["models"]["orpo-grpo"]["versus_base"]["pass_at_1"]
    assert f"+{100 * gain['difference']:.1f} [" in row and row.count("]") == 3
    assert any("grpo: 1 could not be judged (infra)" in line for line in lines)
    assert any("unseen family" in line for line in lines)


def test_a_summary_without_samples_has_no_pass_at_k(results):
    greedy = {m: [r for r in rows if r["mode"] == "greedy"] for m, rows in results.items()}
    summary = summarise("families", "ab" * 32, make_tasks(), greedy, base="base", seed=3)
    text = printed(print_summary, summary)
    assert "pass@1" in text and "sampled" not in text


def test_scores_say_why_each_failed(results):
    rows = [row for row in results["grpo"] if row["mode"] == "greedy"]
    passed = sum(row["passed"] for row in rows)
    summary = {
        "suite": "families",
        "suite_sha256": "ab" * 32,
        "total": len(rows),
        "passed": passed,
        "infra": 1,
        "unanswered": 3,
        "passed_weakly": 1,
        "pass_at_1": 0.5,
        "ci95": (0.4, 0.6),
        "by_difficulty": {
            "advanced": {"total": 0, "passed": 0},
            "basic": {"total": 9, "passed": 3},
        },
        "by_category": {"wrong/value": 2, "api/removed": 5},
    }
    text = printed(print_scores, summary, rows)
    assert "3 tasks of the suite have no answer" in " ".join(text.split())
    assert "1 was judged in one process with its test" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80 and "\x1b" not in text
    assert text.index("basic") < text.index("advanced")
    assert "33.3" in text and "12.1 to 64.6" in text
    assert "task ids are under families/" in text and HOSTILE[:20] in text
    assert "By category: api/removed 5, wrong/value 2." in text
    assert "1 of 96 answers could not be judged (infra)" in text
    assert sum("/" in line.split(" ")[0] for line in text.splitlines()) >= len(rows) - passed - 1


def test_nothing_failed(results):
    summary = {
        "suite": "s",
        "suite_sha256": "0",
        "total": 2,
        "passed": 2,
        "infra": 0,
        "unanswered": 0,
        "passed_weakly": 0,
        "pass_at_1": 1.0,
        "ci95": (0.9, 1.0),
        "by_difficulty": {"unrated": {"total": 2, "passed": 2}},
        "by_category": {},
    }
    text = printed(print_scores, summary, [])
    assert "What failed" not in text and "100.0" in text
