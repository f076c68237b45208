import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qspark.config import load_profile
from qspark.errors import RunError
from qspark.runs import append_jsonl, open_run, read_json, read_jsonl, write_jsonl, write_text
from tests.paths import MICRO

PROFILE = load_profile(str(MICRO))


@given(
    rows=st.lists(st.dictionaries(st.text(), st.integers() | st.text() | st.none()), min_size=1),
    cut=st.integers(min_value=1),
)
def test_a_file_cut_anywhere_gives_back_whole_rows_and_goes_on(tmp_path_factory, rows, cut):
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    append_jsonl(path, rows)
    assert read_jsonl(path) == rows
    content = path.read_bytes()
    path.write_bytes(content[: cut % len(content)])
    kept = read_jsonl(path)
    assert kept == rows[: len(kept)]
    append_jsonl(path, rows[len(kept) :])
    assert read_jsonl(path) == rows


def test_a_whole_file_is_replaced_or_kept(tmp_path):
    path = tmp_path / "file.jsonl"
    write_jsonl(path, [{"a": 1}])
    with pytest.raises(TypeError):
        write_jsonl(path, [{"a": object()}])
    assert read_jsonl(path) == [{"a": 1}]
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert read_jsonl(path) == [{"a": 1}]
    assert list(tmp_path.iterdir()) == [path]


def test_a_stage_is_done_once_and_its_seconds_are_kept(tmp_path):
    calls = []
    with open_run(tmp_path / "run", PROFILE) as run:
        assert run.stage("data", calls.append)
        assert not run.stage("data", calls.append)
        assert calls == [tmp_path / "run" / "data"]
        assert run.done("data")
    with open_run(tmp_path / "run", PROFILE) as run:
        assert not run.stage("data", calls.append)
    manifest = read_json(tmp_path / "run" / "manifest.json")
    assert manifest["seed"] == 0
    assert "qiskit" in manifest["versions"]
    assert manifest["stages"]["data"]["seconds"] >= 0


def test_a_stage_that_fails_is_not_done(tmp_path):
    def fail(folder):
        raise ValueError

    with open_run(tmp_path, PROFILE) as run:
        with pytest.raises(ValueError):
            run.stage("data", fail)
        assert not run.done("data")


def test_a_folder_in_use_is_refused(tmp_path):
    with open_run(tmp_path, PROFILE), pytest.raises(RunError, match="another process"):  # noqa: SIM117
        with open_run(tmp_path, PROFILE):
            pass


def test_another_profile_in_the_same_folder_is_refused_by_its_keys(tmp_path):
    with open_run(tmp_path, PROFILE):
        pass
    other = PROFILE.model_copy(
        update={"seed": 9, "sft": PROFILE.sft.model_copy(update={"steps": 7})}
    )
    with pytest.raises(RunError, match=r"seed, sft.steps"), open_run(tmp_path, other):
        pass
    assert json.loads((tmp_path / "profile.json").read_text())["seed"] == 0


def test_an_unwritable_place_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="--out"), open_run(tmp_path / "file", PROFILE):
        pass


@pytest.mark.parametrize(
    ("content", "place"),
    [(b'{"a": 1}\n{"a"\n{"a": 2}\n', "rows.jsonl, line 2, is damaged"),
     (b'\xff\xfe\n', "rows.jsonl is damaged")],
)  # fmt: skip
def test_a_damaged_file_is_named_with_the_remedy(tmp_path, content, place):
    (tmp_path / "rows.jsonl").write_bytes(content)
    with pytest.raises(RunError, match=re.escape(place)):
        read_jsonl(tmp_path / "rows.jsonl")
    (tmp_path / "card.json").write_bytes(content[:5])
    with pytest.raises(RunError, match=r"card\.json is damaged"):
        read_json(tmp_path / "card.json")
