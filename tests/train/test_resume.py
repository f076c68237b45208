"""A trainer that is killed and goes on ends with the weights and the log of one that was not."""

import signal

import pytest
from tests.train.jobs import TRAINERS, in_child, profile, work
from tests.train.micro import write_data

from qspark.runs import read_jsonl

CLOCKS = {"scoring_share", "step_time"}
# Killed with a row in the log after the last checkpoint; then before a checkpoint is marked as whole.
KILLS = ("6", "save 8")


@pytest.fixture(scope="module")
def settings():
    return profile(steps=8, save_steps=4, batch_size=4, accumulation=2)


@pytest.fixture(scope="module")
def base(tmp_path_factory, settings):
    """The data and a model that was trained without a stop."""
    folder = tmp_path_factory.mktemp("base")
    data = write_data(folder / "data", settings)
    assert in_child(work, "sft", settings, data, folder, folder / "sft") == 0
    return folder


@pytest.mark.parametrize("name", TRAINERS)
def test_killed_twice_equals_uninterrupted(base, settings, tmp_path, name):
    data, start = base / "data", base / "sft" / "model"
    whole = base / name
    if name != "sft":
        assert in_child(work, name, settings, data, start, whole) == 0
    cut = tmp_path / name
    for kill in KILLS:
        assert in_child(work, name, settings, data, start, cut, kill) == -signal.SIGKILL
        assert not (cut / "model").exists()
    assert (cut / "checkpoints" / "checkpoint-8").exists()
    assert in_child(work, name, settings, data, start, cut) == 0
    ours, theirs = ((f / "model" / "model.safetensors").read_bytes() for f in (cut, whole))
    assert ours == theirs
    assert ours != (start / "model.safetensors").read_bytes() or name == "sft"
    logs = [
        [{k: v for k, v in row.items() if k not in CLOCKS} for row in read_jsonl(f / "log.jsonl")]
        for f in (cut, whole)
    ]
    assert logs[0] == logs[1]
    assert [row["step"] for row in logs[0]] == list(range(1, 9))
    assert all(row["grad_norm"] > 0 for row in logs[0])
    said = [(f / "completions.jsonl") for f in (cut, whole)]
    assert read_jsonl(said[0]) == read_jsonl(said[1])
    assert bool(read_jsonl(said[0])) == (name == "grpo")
