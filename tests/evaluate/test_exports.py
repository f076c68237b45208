import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_runs import make_row, make_scored, make_suite, make_task

from qspark.evaluate.interop.exports import FORMATS, continuation, human_eval, model_index
from qspark.evaluate.scored import Scored

TASKS = [make_task(n) for n in range(5)]
RUN = make_scored("org/m", TASKS, ["pass", "wrong/value", "resource/time", "infra", "pass"])


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_human_evals_convention():
    rows = lines(FORMATS["human-eval"][0](RUN))
    assert [row["passed"] for row in rows] == [True, False, False, None, True]
    results = [row["result"].partition(":")[0] for row in rows]
    assert results == ["passed", "failed", "timed out", "not judged", "passed"]
    for row, task in zip(rows, TASKS, strict=True):
        names: dict = {}
        exec(task.prompt + row["completion"], names)  # our own reference
        assert names[task.entry_point]() == int(task.task_id[2:])


def test_evalplus_samples_stand_on_their_own():
    rows = lines(FORMATS["evalplus"][0](RUN))
    assert {row["solution"] for row in rows} == {t.prompt + t.canonical_solution for t in TASKS}
    bare = make_row(TASKS[0], "extract/empty", completion="I cannot", program=None)
    one = Scored("m", make_suite(TASKS), [bare], {}, {})
    assert lines(FORMATS["evalplus"][0](one)) == [{"task_id": "t/0", "solution": "I cannot"}]


def test_eval_arena_counts_judged_answers():
    rows = lines(FORMATS["eval-arena"][0](RUN))
    assert rows[0] == {
        "benchmark_id": "toy",
        "model": "org/m",
        "example_id": "t/0",
        "pass1": 1.0,
        "correct": 1,
        "count": 1,
    }
    assert len(rows) == 4


def test_the_model_index_is_read_by_the_hubs_own_library():
    huggingface_hub = pytest.importorskip("huggingface_hub", reason="extra train")
    card = huggingface_hub.ModelCard(f"---\n{model_index(RUN)}---\n# Model\n")
    [result] = card.data.eval_results
    assert card.data.model_name == "org/m"
    assert (result.metric_type, result.metric_value) == ("pass@1", 0.4)
    assert result.dataset_name == "toy"
    assert result.dataset_args == {
        "sha256": "ab" * 32, "tasks": 5, "answers": 5, "suite_tasks": 5, "not_judged": 1,
    }  # fmt: skip
    assert result.metric_args["ci95"] == [0.1176, 0.7693]


def test_a_published_suite_has_its_name_on_the_hub():
    suite = make_suite(TASKS, "qiskit-humaneval")
    run = Scored("m", suite, [make_row(TASKS[0], "pass")], {}, {})
    assert '"Qiskit/qiskit_humaneval"' in model_index(run)


def test_the_model_index_of_a_part_of_a_suite_says_so_and_how_it_was_asked():
    settings = {"prompt": "chat", "temperature": 0.0, "versions": {"qiskit": "2.6.2"}}
    run = Scored("m", make_suite(TASKS), [make_row(TASKS[0], "pass")], settings, {})
    text = model_index(run)
    for line in ('name: "toy (1 of 5 tasks)"', 'prompt: "chat"', "temperature: 0.0"):
        assert line in text
    assert 'qiskit: "2.6.2"' in text and "suite_tasks: 5" in text


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_travels_whole(said, program):
    row = make_row(TASKS[0], "x/y", completion=said, program=program)
    [out] = lines(human_eval(Scored("m", make_suite(TASKS), [row], {}, {})))
    assert out["raw"] == said
    assert TASKS[0].prompt + out["completion"] in (program, TASKS[0].prompt + "\n" + program)


def test_an_instruction_tasks_program_is_its_continuation():
    task = TASKS[0].model_copy(update={"form": "instruction", "prompt": "Write f."})
    assert continuation(task, {"program": "Write f.x", "completion": ""}) == "Write f.x"
