"""`qspark train` as a user calls it."""

import json
import os
import re
import subprocess
import sys

import pytest

from qspark.runs import read_jsonl
from tests.data.test_data_commands import hub
from tests.paths import MICRO
from tests.test_cli import qspark
from tests.train.small_data import write_data


@pytest.fixture
def place(tmp_path):
    text = MICRO.read_text().replace("[sft]\nsteps = 6", "[sft]\neval_steps = 2\nsteps = 2")
    text = re.sub(r"(\[orpo\]\n)steps = 4", r"\1steps = 2\neval_steps = 2", text)
    (tmp_path / "mine.toml").write_text(text)
    write_data(tmp_path / "small")
    return tmp_path


def test_train_is_among_the_commands():
    assert re.search(r"train +Train a model", qspark("--help").stdout)


def test_a_dry_run_prints_settings_memory_and_time_and_writes_nothing(tmp_path):
    done = qspark("train", "grpo", "--profile", "h200-32b", "--dry-run", cwd=tmp_path)
    for said in (
        "grpo.group = 8", "grpo.clip_low = 0.2", "32,763,876,352 parameters", "key-value cache", "peak",
        "H200 has 139 GiB: it fits.", "989 TFLOP/s", "generation", "hours",
    ):  # fmt: skip
        assert said in done.stdout, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_as_json_is_one_object(tmp_path):
    done = qspark("train", "orpo", "--profile", "small-gpu", "--dry-run", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert found["parameters"] == 1_543_714_304
    assert found["fits"] is True and found["step_seconds"] > 0
    assert {p["name"] for p in found["memory"]} >= {"weights", "optimizer", "activations", "logits"}


def test_two_stages_one_after_the_other_then_export_and_push(place):
    first = qspark(
        "train", "sft", "--profile", "mine.toml", "--data", "small", "--out", "run", "--json", cwd=place
    )  # fmt: skip
    said = json.loads(first.stdout)
    assert said["model"] == "run/sft/model"
    assert [row["step"] for row in said["heldout"]] == [0, 0, 2, 2]
    second = qspark(
        "train", "orpo", "--profile", "mine.toml", "--data", "small", "--out", "run", cwd=place
    )
    assert "step 2: 0 of 3 watch tasks pass" in second.stdout, second.stdout + second.stderr
    assert [row["step"] for row in read_jsonl(place / "run" / "orpo" / "log.jsonl")] == [2]
    again = qspark(
        "train", "orpo", "--profile", "mine.toml", "--data", "small", "--out", "run", cwd=place
    )
    assert "orpo: done before, skipped" in again.stdout
    exported = qspark("train", "export", "run/orpo", "out", cwd=place)
    assert "Model and card: out" in exported.stdout, exported.stderr
    assert "sft, then orpo" in (place / "out" / "README.md").read_text()
    pytest.importorskip("huggingface_hub")
    with hub() as (url, taken):
        right = {"HF_ENDPOINT": url, "HF_HOME": str(place), "HF_TOKEN": "hf_right"}
        pushed = subprocess.run(
            [sys.executable, "-m", "qspark", "train", "push", "out", "me/model", "--private"],
            capture_output=True, text=True, cwd=place, env={**os.environ, **right, "HF_HUB_OFFLINE": "0"},
        )  # fmt: skip
    assert "commit/1" in pushed.stdout, pushed.stderr
    assert taken["created"].get("type", "model") == "model"
    assert {"README.md", "model.safetensors", "config.json", "tokenizer.json"} <= taken["files"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("orpo", "--profile", "mine.toml", "--data", "small"), "--start"),
        (("sft", "--profile", "mine.toml", "--data", "nowhere"), "qspark data build"),
        (("sft", "--profile", "small-gpu", "--data", "small", "--start", "./no"), "no model at"),
        (("sft", "--profile", "cluster-32b"), "accelerate launch"),
        (("sft", "--profile", "nothing"), "small-gpu"),
        (("sft", "--dry-run", "--start", "who/knows"), "config.json"),
        (("merge", "small", "out"), "finished stage"),
        (("export", "nowhere", "out"), "finished stage"),
        (("push", "small", "me/model"), "qspark train export"),
    ],
)
def test_a_users_fault_ends_in_one_sentence_and_exit_code_2(place, arguments, said):
    done = qspark("train", *arguments, cwd=place)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    if "nowhere" in arguments:
        assert not (place / "runs").exists()


def test_a_profile_of_a_built_dataset_is_trained_stage_by_stage(tmp_path):
    done = qspark("run", "--profile", "small-gpu", cwd=tmp_path)
    assert done.returncode == 2 and "qspark train sft --profile small-gpu" in done.stderr


def test_the_configuration_for_accelerate_is_written(tmp_path):
    done = qspark(
        "train", "accelerate", "--profile", "cluster-32b", "--out", "a.yaml", cwd=tmp_path
    )
    assert "accelerate launch --config_file a.yaml -m qspark train sft" in done.stdout
    assert "fsdp_version: 2" in (tmp_path / "a.yaml").read_text()
