import io

import pytest
from rich.console import Console
from tests.evaluate.scored_runs import make_row, make_scored, make_suite, make_task

from qspark.evaluate.compare import compare
from qspark.report.comparison import print_comparison, reach_of, verdict_on

TASKS = [make_task(n, "basic" if n < 20 else "advanced") for n in range(30)]
FAILED = ["x/y"] * 30


def printed(a: list, b: list, name: str = "after", width: int = 100) -> str:
    out = io.StringIO()
    found = compare(make_scored("before", TASKS, a), make_scored(name, TASKS, b))
    print_comparison(found, Console(file=out, width=width))
    return out.getvalue()


def test_a_difference_is_said_with_its_tasks():
    text = printed(FAILED, ["pass"] * 12 + FAILED[12:])
    assert "after is better than before by 40.0 points of pass@1 (12 won, 0 lost, p <0.001)" in text
    assert "basic (20)" in text and "advanced (10)" in text
    assert "Won (12)" in text and "x/y" in text
    assert (
        "smallest difference that could have reached p < 0.05 is 26.7 points (8 tasks)"
        in " ".join(text.split())
    )


def test_no_difference_is_said_too():
    text = " ".join(printed(FAILED, ["pass"] * 3 + FAILED[3:]).split())
    assert (
        "These tasks do not tell after from before (+10.0 points; 3 won, 0 lost, p 0.25)." in text
    )
    assert "no outcome could have reached p < 0.05: it takes six in one direction, 20.0" in text


def test_few_tasks_and_what_was_left_out():
    found = {"wins": 1, "losses": 0, "net_needed": None, "smallest": None, "tasks": 3}
    assert reach_of(found) == "With 1 tasks moved no outcome could have reached p < 0.05."
    text = " ".join(printed(["infra", *FAILED[1:]], [None, "infra", *FAILED[2:]]).split())
    assert "Not compared, not judged on one side (infra): t/1 (1 in all)." in text
    assert "Not compared, without an answer on one side: t/0 (1 in all)." in text


@pytest.mark.parametrize("width", [40, 200])
def test_names_and_messages_cannot_steer_a_terminal(width):
    evil = "\x1b[2J\u202e[red]" + "a" * 5_000
    rows = [make_row(task, "pass") for task in TASKS]
    rows[0] = make_row(TASKS[0], evil)
    a = make_scored("before", TASKS, ["pass"] * 30)
    out = io.StringIO()
    b = type(a)(evil, make_suite(TASKS), rows, {}, {})
    print_comparison(compare(a, b), Console(file=out, width=width))
    assert "\x1b" not in out.getvalue() and "\u202e" not in out.getvalue()
    assert "[red]" in out.getvalue()
    assert verdict_on(compare(a, b)).startswith("These tasks do not tell")
