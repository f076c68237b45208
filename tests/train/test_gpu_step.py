import importlib.util
import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from rich.console import Console
from tests.paths import ROOT

BENCHMARKS = ROOT / "benchmarks"
SCRIPT = BENCHMARKS / "gpu_step.py"
CASES = ("orpo", "trl-orpo", "grpo", "trl-grpo")


def run(out, *options):
    command = [sys.executable, str(SCRIPT), "--shape", "tiny", "--out", str(out), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def module(name="gpu_step"):
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_measured_at_a_tiny_shape(case, tmp_path):
    out = tmp_path / "step.json"
    done = run(out, "--only", case, "--steps", "3")
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    (row,) = found["cases"]
    assert "failed" not in row, done.stderr
    grpo = case.endswith("grpo")
    # Two pairs of two sequences of 96 tokens; or eight answers of 12 tokens to prompts of 16.
    assert row["tokens"] == (8 * 28 if grpo else 4 * 96)
    assert row["tokens_per_second"] == pytest.approx(row["tokens"] / row["seconds"])
    parts = {"weights", "adapter", "gradients", "optimizer", "activations", "head and loss"}
    assert set(row["memory_gib"]) == parts | {"backward"} | ({"generation"} if grpo else set())
    assert row["peak_gib"] > 0
    split = row["split"]
    assert split["update"] > 0
    assert (split["generation"] > 0 and split["scoring"] > 0) == grpo
    assert row["share_of_peak"] is None  # of a CPU nothing is said


def test_every_word_of_a_prompt_is_one_token():
    inputs = module("gpu_inputs")
    given = module().options(["--answers", "16"])
    rows = inputs.prompts(given, ["a", "b"])
    assert [row["task_id"] for row in rows] == ["a", "b", "a", "b"]
    words = inputs.words(inputs.SHAPES["32B"][0].vocabulary)
    assert len(words) == 152_064
    assert {len(words(row["prompt"])["input_ids"]) for row in rows} == {300}


def test_a_case_over_its_time_is_a_row_that_says_so(tmp_path):
    done = run(tmp_path / "step.json", "--only", "orpo", "--limit", "0.5")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads((tmp_path / "step.json").read_text())["cases"]
    assert row == {"case": "orpo", "failed": "not done in 0.5 s"}
    assert "ORPO: not done in 0.5 s" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--steps", "1"], "2 or more"),
        (["--answers", "9"], "multiple"),
        (["--prompt", "96"], "shorter"),
    ],
)
def test_sizes_that_do_not_fit_together_are_refused(options, said, tmp_path):
    done = run(tmp_path / "step.json", *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_table_has_figures_and_says_why_there_are_none():
    rows = [
        {
            "case": "orpo", "seconds": 4.0, "peak_gib": 80.5, "share_of_peak": 0.42,
            "tokens_per_second": 2048.0, "memory_gib": {"weights": 61.03},
        },
        {"case": "trl-orpo", "failed": "out of memory: tried [2 GiB]"},
    ]  # fmt: skip
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(module().table(rows, "32B"))
    text = console.export_text()
    for figure in ("61.03", "80.50", "42.0%", "2,048", "TRL ORPO: out of memory: tried [2 GiB]"):
        assert figure in text


def test_a_case_that_runs_out_of_memory_is_a_row_that_says_so(monkeypatch):
    def measure(case, given):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9.00 GiB.")

    monkeypatch.setitem(sys.modules, "gpu_cases", SimpleNamespace(measure=measure))
    row = module().measured("trl-orpo", None)
    assert row["case"] == "trl-orpo"
    assert row["failed"].startswith("out of memory: CUDA out of memory. Tried to allocate 9.00")
