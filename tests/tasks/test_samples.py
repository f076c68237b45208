import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tasks.test_suites import HARD, JSON, ROW, write

from qspark.errors import SuiteError
from qspark.tasks.samples import load_samples
from qspark.tasks.suites import load_suite


def test_samples(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, ROW, HARD))
    path = write(
        tmp_path,
        {"task_id": "q/0", "completion": "return 1", "model": "m"},
        {"task_id": "q/0", "completion": "return 1", "solution": "def f(n): return 2"},
        {"task_id": "q/1", "completion": ""},
        name="samples.jsonl",
    )
    samples = load_samples(path, suite)
    assert [(s.task_id, s.sample) for s in samples] == [("q/0", 0), ("q/0", 1), ("q/1", 0)]
    assert samples[0].extra == {"model": "m"}
    assert samples[1].text == "def f(n): return 2"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"task_id": "q/0", ', "line 2 is not JSON"),
        ({"task_id": "q/9", "completion": ""}, "line 2: the task_id 'q/9'"),
        ({"task_id": "q/0"}, "line 2: the sample needs"),
        ({"task_id": ["q/0"], "completion": ""}, "line 2"),
    ],
)
def test_broken_samples(tmp_path: Path, row: Any, said: str) -> None:
    suite = load_suite(write(tmp_path, ROW))
    path = write(tmp_path, {"task_id": "q/0", "completion": ""}, row, name="samples.jsonl")
    with pytest.raises(SuiteError, match=said):
        load_samples(path, suite)


def test_lm_evals_log_gives_what_the_model_said(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, ROW, HARD))
    path = write(
        tmp_path,
        {
            "doc_id": 0,
            "doc": {"task_id": "q/0", "prompt": "..."},
            "target": "check(f)",
            "resps": [["    return 1", "    return 2"]],
            "filtered_resps": [["def f(n):\n    return 1", "def f(n):\n    return 2"]],
        },
        {"doc": {"task_id": "q/1"}, "filtered_resps": ["def f(n): return 3"]},
        name="samples_humaneval.jsonl",
    )
    samples = load_samples(path, suite)
    assert [(s.task_id, s.sample, s.text) for s in samples] == [
        ("q/0", 0, "    return 1"),
        ("q/0", 1, "    return 2"),
        ("q/1", 0, "def f(n): return 3"),
    ]
    assert samples[0].extra == {"doc_id": 0, "target": "check(f)"}


def test_live_code_bench_lists(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, ROW, HARD))
    rows = [
        {"question_id": "q/1", "code_list": ["a = 1", ""]},
        {"question_id": "q/0", "code_list": []},
    ]
    (tmp_path / "lcb.json").write_text(json.dumps(rows))
    samples = load_samples(str(tmp_path / "lcb.json"), suite)
    assert [(s.task_id, s.sample, s.text) for s in samples] == [("q/1", 0, "a = 1"), ("q/1", 1, "")]


def test_evalplus_folder(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, ROW, HARD))
    for name in ("q_0/10.py", "q_0/2.py", "q_1/0.py", "q_1/.0.py", "q_1/note.txt"):
        (tmp_path / "made" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / name).write_text(f"# {name}")
    samples = load_samples(str(tmp_path / "made"), suite)
    assert [(s.task_id, s.sample, s.text) for s in samples] == [
        ("q/0", 0, "# q_0/2.py"),
        ("q/0", 1, "# q_0/10.py"),
        ("q/1", 0, "# q_1/0.py"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q_9/0.py", b"", "'q_9' is not in the suite"),
        ("q_0/final.py", b"", "rename"),
        ("q_0/0.py", b"\xff", "cannot be read"),
        ("q_0/0.txt", b"", "no samples"),
        ("a_b/0.py", b"", "may be any of a/b, a_b"),
    ],
)
def test_broken_folders(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    twins = [{**ROW, "task_id": task_id} for task_id in ("a/b", "a_b")]
    suite = load_suite(write(tmp_path, ROW, *twins))
    (tmp_path / "made" / name).parent.mkdir(parents=True)
    (tmp_path / "made" / name).write_bytes(content)
    with pytest.raises(SuiteError, match=said) as caught:
        load_samples(str(tmp_path / "made"), suite)
    assert "\n" not in str(caught.value)


NAMES = ("task_id", "question_id", "doc", "completion", "solution", "resps", "code_list")


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON | st.just("q/0")))
def test_whatever_a_row_holds_only_suite_errors_come(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("samples")
    suite = load_suite(write(folder, ROW))
    path = write(folder, row, name="samples.jsonl")
    try:
        samples = load_samples(path, suite)
    except SuiteError as error:
        assert str(error)
    else:
        assert all(isinstance(sample.text, str) for sample in samples)
