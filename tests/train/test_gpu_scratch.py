import json
import os
import subprocess
import sys

import pytest
from tests.paths import MICRO, ROOT
from tests.train.small_data import write_data

from qspark.config import load_profile
from qspark.train.models import load
from qspark.train.shape import shape_of

SCRIPT = ROOT / "benchmarks" / "gpu_scratch.py"


def run(*options):
    command = [sys.executable, str(SCRIPT), *map(str, options)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_both_stages_are_trained_and_their_models_answer(tmp_path):
    data, out, models = write_data(tmp_path / "small"), tmp_path / "out", tmp_path / "run"
    suite = data / "python.jsonl"
    options = ("--data", data, "--suite", suite, "--run", models, "--out", out)
    done = run("--profile", MICRO, *options)
    assert done.returncode == 0, done.stderr
    names = {f"{s}-{suite}.jsonl" for s in ("sft", "orpo") for suite in ("small", "python")}
    assert {path.name for path in out.iterdir()} == names | {"gpu_scratch.json"}
    rows = [json.loads(line) for line in (out / "orpo-python.jsonl").read_text().splitlines()]
    assert [row["task_id"] for row in rows] == [f"give/python/{n}" for n in (10, 11, 12)]
    found = json.loads((out / "gpu_scratch.json").read_text())
    assert found["profile"]["sft"]["steps"] == 6 and found["sft"][-1]["step"] == 6
    assert found["orpo"][-1]["loss"] > 0
    load(models / "orpo" / "model", load_profile(str(MICRO)).model)


def test_stages_are_shortened_to_their_time(tmp_path):
    data, out = write_data(tmp_path / "small"), tmp_path / "out"
    options = ("--data", data, "--run", tmp_path / "run", "--out", out, "--minutes", "0")
    done = run("--profile", MICRO, *options)
    assert done.returncode == 0, done.stderr
    profile = json.loads((out / "gpu_scratch.json").read_text())["profile"]
    assert profile["sft"]["steps"] == profile["orpo"]["steps"] == 1


def test_a_profile_without_a_dataset_needs_one():
    done = run("--profile", MICRO)
    assert done.returncode == 1
    assert done.stderr == "the profile micro names no dataset: give one with --data\n"


def test_the_profile_is_within_its_parameters():
    profile = load_profile("scratch-150m")
    count = shape_of(profile.model.name, profile.model.scratch).parameters
    assert count == pytest.approx(136.5e6, rel=1e-3)
    assert count <= 150e6
