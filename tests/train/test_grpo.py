"""A whole GRPO stage with everything on: curriculum, dynamic sampling, GRPO-LEAD, minibatches."""

from collections import Counter

import pytest
from tests.train.jobs import in_child, profile, work
from tests.train.micro import write_data

from qspark.runs import read_jsonl

CLOCKS = {"scoring_share", "step_time"}


@pytest.fixture(scope="module")
def settings():
    base = profile(steps=6, save_steps=2, batch_size=4)
    changes = {
        "sampling": "curriculum",
        "dynamic_budget": 2,
        "advantage": "lead",
        "minibatches": 2,
        "group": 4,
    }
    section = type(base.grpo).model_validate(base.grpo.model_dump() | changes)
    return base.model_copy(update={"grpo": section, "seed": 1})  # some groups are replaced


@pytest.fixture(scope="module")
def whole(tmp_path_factory, settings):
    folder = tmp_path_factory.mktemp("whole")
    data = write_data(folder / "data", settings)
    assert in_child(work, "sft", settings, data, folder, folder / "sft") == 0
    assert in_child(work, "grpo", settings, data, folder / "sft" / "model", folder / "grpo") == 0
    return folder


def test_every_batch_is_in_the_log_of_completions(whole):
    rows = read_jsonl(whole / "grpo" / "completions.jsonl")
    used = Counter(row["step"] for row in rows if row["advantage"] is not None)
    assert used == {1: 8, 3: 8, 5: 8}  # two updates from each batch
    groups = Counter((row["step"], row["task_id"]) for row in rows)
    assert set(groups.values()) == {4}
    assert {row["status"] for row in rows} == {"pass", "fail"}
    assert any(row["advantage"] is None for row in rows)
    assert all(row["category"] == "" for row in rows if row["status"] == "pass")


def test_the_record_of_a_step_has_what_a_trainer_looks_at(whole):
    (first, *_) = read_jsonl(whole / "grpo" / "log.jsonl")
    named = {"uniform_share", "all_wrong_share", "all_right_share", "groups_replaced", "pass_rate"}
    assert named <= set(first)
    assert 0 <= first["scoring_share"] < 1


def test_killed_between_batches_equals_uninterrupted(whole, settings, tmp_path):
    data, start = whole / "data", whole / "sft" / "model"
    assert in_child(work, "grpo", settings, data, start, tmp_path, "3") < 0
    assert max(row["step"] for row in read_jsonl(tmp_path / "completions.jsonl")) == 3
    assert in_child(work, "grpo", settings, data, start, tmp_path) == 0
    assert (tmp_path / "completions.jsonl").read_text() == (
        whole / "grpo" / "completions.jsonl"
    ).read_text()
    logs = [
        [{k: v for k, v in row.items() if k not in CLOCKS} for row in read_jsonl(f / "log.jsonl")]
        for f in (tmp_path, whole / "grpo")
    ]
    assert logs[0] == logs[1]
