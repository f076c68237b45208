import json

import pytest
from scored_runs import make_row, make_task, write_results, write_suite

from qspark.errors import RunError, SuiteError
from qspark.evaluate.scored import load_scored
from qspark.tasks.suites import load_suite

TASKS = [make_task(0), make_task(1)]
ROWS = [make_row(TASKS[0], "pass"), make_row(TASKS[1], "wrong/value")]


@pytest.fixture
def run(tmp_path):
    suite = write_suite(tmp_path / "suite.json", TASKS)
    write_results(tmp_path / "run" / "results.jsonl", ROWS)
    settings = {
        "model": "openai:m",
        "suite": "suite",
        "suite_path": str(suite),
        "suite_sha256": load_suite(str(suite)).sha256,
    }
    (tmp_path / "run" / "settings.json").write_text(json.dumps(settings))
    return tmp_path / "run"


def test_a_run_folder_names_its_model_and_suite(run):
    found = load_scored(run)
    assert (found.name, found.suite.name, len(found.rows)) == ("openai:m", "suite", 2)
    assert list(found.first_answers()) == ["t/0", "t/1"]
    found = load_scored(run / "results.jsonl", str(run.parent / "suite.json"))
    assert found.name == "results" and found.settings == {}


def test_absolute_places_are_no_names(run):
    settings = json.loads((run / "settings.json").read_text())
    for model, name in (("/a/b/model", "model"), ("samples:/a/b.jsonl", "samples:b.jsonl")):
        (run / "settings.json").write_text(json.dumps({**settings, "model": model}))
        assert load_scored(run).name == name


def test_a_model_of_a_pipeline_finds_its_tasks_and_tells_modes_apart(tmp_path):
    (tmp_path / "data").mkdir()
    lines = [json.dumps(task.model_dump(mode="json")) for task in TASKS]
    (tmp_path / "data" / "heldout.jsonl").write_text("\n".join(lines))
    greedy = [{**row, "mode": "greedy", "text": "said"} for row in ROWS]
    sampled = [make_row(TASKS[0], "pass", n, mode="sampled") for n in range(3)]
    write_results(tmp_path / "evaluate" / "base" / "results.jsonl", greedy + sampled)
    found = load_scored(tmp_path / "evaluate" / "base")
    assert found.name == "base"
    assert {k: len(v) for k, v in found.first_answers().items()} == {"t/0": 1, "t/1": 1}
    assert {k: len(v) for k, v in found.all_answers().items()} == {"t/0": 3}


def test_another_suite_is_refused(run, tmp_path):
    other = write_suite(tmp_path / "other.json", [TASKS[0], make_task(1, "advanced"), make_task(2)])
    with pytest.raises(RunError, match="made with another suite"):
        load_scored(run, str(other))
    with pytest.raises(SuiteError):
        load_scored(run, "nowhere.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no judged answers"),
        ('{"task_id": "t/0"\n', "line 1 is not JSON"),
        ('{"task_id": "t/0", "completion": "x"}\n', "no judged answer"),
        ("[1]\n", "no judged answer"),
        (json.dumps({**ROWS[0], "verdict": {"status": 3}}), "no judged answer"),
        (json.dumps({**ROWS[0], "program": 3}), "no judged answer"),
        (json.dumps({**ROWS[0], "mode": []}), "no judged answer"),
        (json.dumps({**ROWS[0], "verdict": {**ROWS[0]["verdict"], "line": 3}}), "no judged answer"),
        (json.dumps({**ROWS[0], "task_id": "t/9"}), "'t/9' is not in"),
        ("\n".join(json.dumps(ROWS[0]) for _ in range(2)), "a second row for sample 0"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_broken_results_are_one_sentence(run, text, said):
    (run / "results.jsonl").write_text(text)
    with pytest.raises(RunError, match=said) as error:
        load_scored(run)
    assert "\n" not in str(error.value)


def test_what_is_no_run_is_said(tmp_path, run):
    with pytest.raises(RunError, match="has no results"):
        load_scored(tmp_path / "nowhere")
    (run / "settings.json").unlink()
    with pytest.raises(RunError, match="give --suite"):
        load_scored(run)
    (run / "results.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(RunError, match="cannot be read"):
        load_scored(run, str(tmp_path / "suite.json"))
