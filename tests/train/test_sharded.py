"""FSDP2 as a user starts it: the configuration of `qspark train accelerate`, here for two CPU processes."""

import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from tests.paths import MICRO
from tests.train.small_data import write_data

from qspark.runs import read_jsonl

TRAIN = ["-m", "qspark", "train"]


def started(folder, *command):
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "ACCELERATE_USE_CPU": "true"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sharded")
    write_data(folder / "data")
    whole = MICRO.read_text()
    (folder / "one.toml").write_text(whole.replace("batch_size = 4", "batch_size = 8", 1))
    (folder / "two.toml").write_text(f"{whole}\n[distribute]\ngpus = 2\nfsdp = true\n")
    started(folder, *TRAIN, "accelerate", "--profile", "two.toml", "--out", "two.yaml")
    config = (folder / "two.yaml").read_text()
    (folder / "two.yaml").write_text(config.replace("use_cpu: false", "use_cpu: true"))
    return folder


def launched(place, stage):
    command = ["-m", "accelerate.commands.launch", "--config_file", "two.yaml"]
    command += ["--main_process_port", "0", *TRAIN, stage, "--profile", "two.toml"]
    started(place, *command, "--data", "data", "--out", "two")


def test_sharded_training_ends_as_that_of_one_process(place):
    launched(place, "sft")
    started(place, *TRAIN, "sft", "--profile", "one.toml", "--data", "data", "--out", "one")
    one, two = (load_file(place / run / "sft/model/model.safetensors") for run in ("one", "two"))
    assert one.keys() == two.keys()
    assert all(torch.allclose(two[key], weight, atol=1e-5) for key, weight in one.items())
    assert len(read_jsonl(place / "two" / "sft" / "log.jsonl")) == 3
    launched(place, "grpo")  # starts from the shards' whole model
    after = load_file(place / "two/grpo/model/model.safetensors")
    assert after.keys() == one.keys()
    rows = read_jsonl(place / "two" / "grpo" / "completions.jsonl")
    assert [sum(row["step"] == step for row in rows) for step in (1, 2, 3)] == [16, 16, 16]
