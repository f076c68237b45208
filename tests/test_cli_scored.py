"""`qspark compare`, `report` and `export` on judged files, as a user calls them."""

import json

import pytest

from tests.evaluate.scored_runs import make_row, make_task, write_results, write_suite
from tests.test_cli import qspark

TASKS = [
    make_task(n, "basic").model_copy(
        update={
            "prompt": f"from qiskit import QuantumCircuit\ndef f{n}():\n    '''A circuit.'''\n",
            "canonical_solution": "    return QuantumCircuit(1)\n",
            "test": "def check(c):\n    assert c().num_qubits == 1\n",
        }
    )
    for n in range(8)
]


@pytest.fixture
def scored(tmp_path):
    write_suite(tmp_path / "suite.json", TASKS)
    wrong = "    return QuantumCircuit(2)\n"
    rows = [make_row(task, "wrong/value", program=task.prompt + wrong) for task in TASKS]
    write_results(tmp_path / "a.jsonl", rows)
    write_results(tmp_path / "b.jsonl", [make_row(task, "pass") for task in TASKS])
    return tmp_path


def test_compare_on_the_terminal_and_as_one_object(scored):
    done = qspark("compare", "a.jsonl", "b.jsonl", "--suite", "suite.json", cwd=scored)
    assert done.returncode == 0, done.stderr
    assert "b is better than a by 100.0 points" in done.stdout
    done = qspark("compare", "a.jsonl", "b.jsonl", "--suite", "suite.json", "--json", cwd=scored)
    found = json.loads(done.stdout)
    assert found["pass_at_1"]["wins"] == 8 and len(found["flips"]) == 8


def test_report_of_scored_answers_draws_their_circuits(scored):
    done = qspark("report", "a.jsonl", "--suite", "suite.json", cwd=scored)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "report.html\n"
    page = (scored / "report.html").read_text()
    assert page.count("Circuit returned by a:") == 8 and "q_1:" in page
    assert page.count("Circuit returned by the reference:") == 8
    assert str(scored) not in page
    arguments = (
        "a.jsonl",
        "b.jsonl",
        "--suite",
        "suite.json",
        "--no-drawings",
        "--out",
        "two.html",
    )
    assert qspark("report", *arguments, cwd=scored).returncode == 0
    page = (scored / "two.html").read_text()
    assert "b is better than a" in page and "Circuits are not drawn here" in page


def test_export(scored):
    arguments = ("export", "a.jsonl", "--to", "model-index", "--suite", "suite.json")
    done = qspark(*arguments, cwd=scored)
    assert (done.returncode, done.stdout) == (0, "model_index.yaml\n"), done.stderr
    text = (scored / "model_index.yaml").read_text()
    assert qspark(*arguments, "--out", "-", cwd=scored).stdout == text
    assert "value: 0.0000" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "a.jsonl", "b.jsonl"), "--suite"),
        (
            ("compare", "a.jsonl", "none.jsonl", "--suite", "suite.json"),
            "none.jsonl has no results",
        ),
        (("compare", "suite.json", "b.jsonl", "--suite", "suite.json"), "no judged answer"),
        (("report", "a.jsonl"), "--suite"),
        (("report", "a.jsonl", "--suite", "suite.json", "--out", "a.jsonl"), "input"),
        (("report", "a.jsonl", "--suite", "suite.json", "--out", "."), "folder"),
        (("report", "nowhere"), "nowhere has no results"),
        (
            ("export", "a.jsonl", "--to", "evalplus", "--suite", "suite.json", "--out", "a.jsonl"),
            "input",
        ),
        (
            ("export", "a.jsonl", "--to", "evalplus", "--suite", "suite.json", "--out", "/proc/x"),
            "/proc",
        ),
    ],
)
def test_a_users_fault_ends_in_one_sentence(scored, arguments, said):
    done = qspark(*arguments, cwd=scored)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
