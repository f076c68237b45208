"""Two CPU processes under `accelerate launch` train as one process does with the same global batch."""

import os
import subprocess
import sys

import pytest
import torch
from tests.paths import ROOT
from tests.train.jobs import in_child, profile, together
from tests.train.micro import write_data

from qspark.runs import read_jsonl


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """One process with micro batches of 4, and two with 2 each."""
    folder = tmp_path_factory.mktemp("processes")
    data = write_data(folder / "data", profile())
    # With --cpu accelerate starts one process unless there is MPI; with --multi_gpu it starts torchrun.
    command = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu"]
    command += ["--num_processes", "2"]
    command += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
    command += ["--num_cpu_threads_per_process", "1", "--main_process_port", "0"]
    command += ["-m", "tests.train.jobs", str(data), str(folder / "two")]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "ACCELERATE_USE_CPU": "true"}
    launched = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert in_child(together, data, folder / "one", 4) == 0
    said, _ = launched.communicate(timeout=240)
    assert launched.returncode == 0, said
    return folder / "one", folder / "two"


def gradients(folder, step, rank):
    return torch.load(folder / "gradients" / f"step-{step}-of-{rank}.pt")


@pytest.mark.parametrize("name", ["sft", "orpo"])
def test_two_processes_have_the_loss_and_gradients_of_one(runs, name):
    one, two = (folder / name for folder in runs)
    logs = [read_jsonl(folder / "log.jsonl") for folder in (one, two)]
    assert [row["step"] for row in logs[1]] == [1, 2, 3]
    for ours, theirs in zip(*logs, strict=True):
        assert ours.keys() == theirs.keys()
        for key in ours:
            assert theirs[key] == pytest.approx(ours[key], rel=1e-5, abs=1e-5), key
    expected = gradients(one, 1, 0)
    for rank in (0, 1):
        found = gradients(two, 1, rank)
        assert found.keys() == expected.keys()
        for key, slope in expected.items():
            assert torch.allclose(found[key], slope, atol=1e-5, rtol=1e-5), key


@pytest.mark.parametrize("name", ["sft", "orpo", "grpo"])
def test_processes_stay_together_and_the_first_one_writes(runs, name):
    folder = runs[1] / name
    for step in (1, 2, 3):
        first, second = (gradients(folder, step, rank) for rank in (0, 1))
        assert all(torch.equal(first[key], second[key]) for key in first)
        assert any(slope.abs().max() > 0 for slope in first.values())
    assert [row["step"] for row in read_jsonl(folder / "log.jsonl")] == [1, 2, 3]
    assert (folder / "model" / "model.safetensors").exists()
    assert not (folder / "checkpoints").exists()
    assert not list(folder.glob(".model*"))


def test_each_completion_of_each_process_is_logged_once(runs):
    rows = read_jsonl(runs[1] / "grpo" / "completions.jsonl")
    assert [sum(row["step"] == step for row in rows) for step in (1, 2, 3)] == [16, 16, 16]


def test_sharded_weights_have_the_gradients_of_whole_ones(runs):
    rows = read_jsonl(runs[1] / "sharded.jsonl")
    assert len(rows) == 8
    assert all(row["worst"] < 1e-6 for row in rows), rows
