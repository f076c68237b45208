import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qspark.errors import SuiteError
from qspark.tasks.suites import load_suite

ROW = {
    "task_id": "q/0",
    "prompt": 'from qiskit import QuantumCircuit\ndef f(n):\n    """ Make one. """',
    "canonical_solution": "\n    return QuantumCircuit(n)\n",
    "test": "def check(candidate):\n    assert candidate(3).num_qubits == 3\n",
    "entry_point": "f",
    "difficulty_scale": "difficult",
}
HARD = ROW | {
    "task_id": "q/1",
    "prompt": "Make a circuit. You must implement this using a function named `f`.",
    "canonical_solution": "import qiskit\ndef f(n):\n    return qiskit.QuantumCircuit(n)\n",
    "test": ROW["test"] + "\ncheck(f)",
}
PLAIN = {key: value for key, value in ROW.items() if key != "difficulty_scale"} | {"task_id": "q/2"}


def write(folder: Path, *rows: Any, name: str = "suite.jsonl") -> str:
    path = folder / name
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines))
    return str(path)


def test_the_three_shapes(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, ROW, HARD, PLAIN))
    assert suite.name == "suite"
    assert [task.form for task in suite.tasks] == ["completion", "instruction", "completion"]
    assert [task.difficulty for task in suite.tasks] == ["advanced", "advanced", "unrated"]
    assert suite.tasks[1].test.rstrip() == ROW["test"].rstrip()


def test_every_container_gives_the_same_suite(tmp_path: Path) -> None:
    rows = [ROW, HARD]
    lines = "\n".join(map(json.dumps, rows)) + "\n"
    (tmp_path / "a.jsonl").write_text(lines)
    (tmp_path / "b.json").write_text(json.dumps(rows))
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "d.json.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))
    suites = [load_suite(str(path)) for path in sorted(tmp_path.iterdir())]
    assert [suite.name for suite in suites] == ["a", "b", "c", "d"]
    assert len({suite.sha256 for suite in suites}) == 1


def test_own_tasks_come_back_as_they_were(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, ROW, HARD))
    dumped = [task.model_dump_json() for task in suite.tasks]
    again = load_suite(write(tmp_path, *dumped, name="own.jsonl"))
    assert again.tasks == suite.tasks
    assert again.sha256 == suite.sha256


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROW, "{broken"], "line 2"),
        ([ROW, "[1]"], "line 2"),
        ([ROW, ROW], "occurs twice"),
        ([{**ROW, "test": None}], "'test' is not text"),
        ([{k: v for k, v in ROW.items() if k != "prompt"}], "'prompt' is missing"),
        ([{**ROW, "difficulty_scale": "easy"}], "'difficulty'"),
        ([{**ROW, "form": "essay"}], "line 1"),
        ([], "no tasks"),
    ],
)
def test_broken_suites_say_where_and_what(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(SuiteError, match=said) as caught:
        load_suite(write(tmp_path, *rows))
    assert "\n" not in str(caught.value)


def test_unknown_suites(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="give the path"):
        load_suite(str(tmp_path / "nothing.jsonl"))
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8bnot gzip at all")
    (tmp_path / "latin.json").write_bytes(b"[\xff]")
    whole = gzip.compress(json.dumps([ROW]).encode())
    (tmp_path / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "folder").mkdir()
    (tmp_path / "blank").mkdir()
    (tmp_path / "folder" / "test.jsonl").write_text("{")
    for name in (
        "broken.gz", "latin.json", "cut.json.gz", "empty.json", "cut.parquet", "folder", "blank"
    ):  # fmt: skip
        with pytest.raises(SuiteError, match=name) as caught:
            load_suite(str(tmp_path / name))
        assert "\n" not in str(caught.value)


def test_folders_and_parquet(tmp_path: Path) -> None:
    own = load_suite(write(tmp_path, ROW, HARD))
    held_out = tmp_path / "my-run" / "data" / "heldout.jsonl"
    held_out.parent.mkdir(parents=True)
    held_out.write_text("\n".join(task.model_dump_json() for task in own.tasks))
    run = load_suite(str(tmp_path / "my-run"))
    assert (run.name, run.sha256) == ("my-run", own.sha256)
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist([ROW, HARD]), tmp_path / "p.parquet")
    suite = load_suite(str(tmp_path / "p.parquet"))
    assert (suite.name, suite.sha256) == ("p", own.sha256)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    for name, text in (("a.json", json.dumps([ROW])), ("b.jsonl", json.dumps(ROW))):
        (tmp_path / name).write_text("\ufeff" + text)
        assert len(load_suite(str(tmp_path / name)).tasks) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([*ROW, "form", "suite"]), JSON), st.binary(max_size=40))
def test_whatever_a_file_holds_only_suite_errors_come(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any], noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("suites")
    (folder / "a.jsonl").write_text(json.dumps({**ROW, **row}))
    (folder / "b.json").write_bytes(noise)
    for path in folder.iterdir():
        try:
            load_suite(str(path))
        except SuiteError as error:
            assert str(error)
