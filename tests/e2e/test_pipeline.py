"""The whole pipeline at micro size, and the same pipeline killed at three different stages."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.paths import MICRO

from qspark.runs import read_json, read_jsonl

STAGES = (
    "data",
    "sft",
    "orpo",
    "grpo",
    "orpo-grpo",
    "evaluate/base",
    "evaluate/orpo",
    "evaluate/grpo",
    "evaluate/orpo-grpo",
    "evaluate",
)


def start(out: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "qspark", "run", "--profile", str(MICRO), "--out", str(out)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "COLUMNS": "100"}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(process: subprocess.Popen) -> str:
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    return said


def check(out: Path) -> None:
    """What every finished run must hold, however often it was killed."""
    manifest = read_json(out / "manifest.json")
    assert set(manifest["stages"]) == set(STAGES)
    heldout = {row["task_id"] for row in read_jsonl(out / "data" / "heldout.jsonl")}
    for model in ("base", "orpo", "grpo", "orpo-grpo"):
        rows = read_jsonl(out / "evaluate" / model / "results.jsonl")
        counts = Counter((row["task_id"], row["mode"], row["sample"]) for row in rows)
        assert set(counts.values()) == {1}
        assert {row["task_id"] for row in rows} == heldout
        assert len(rows) == 3 * len(heldout)
        samples = read_jsonl(out / "evaluate" / model / "samples.jsonl")
        assert len(samples) == len(rows)
    for stage, steps in (("sft", [2, 4, 6]), ("orpo", [2, 4]), ("grpo", [1, 2, 3])):
        assert [row["step"] for row in read_jsonl(out / stage / "log.jsonl")] == steps
        assert (out / stage / "model" / "model.safetensors").exists()
        assert not (out / stage / "checkpoints").exists()
    summary = read_json(out / "evaluate" / "summary.json")
    assert list(summary["models"]) == ["base", "orpo", "grpo", "orpo-grpo"]
    assert "<html" in (out / "report.html").read_text()


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "run"
    finish(start(out))
    return out


def test_the_whole_pipeline_runs(whole):
    check(whole)


def test_a_finished_run_is_not_done_again(whole):
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("results.jsonl")}
    said = finish(start(whole))
    assert said.count("skipped") == len(STAGES)
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("results.jsonl")} == before


def reached(out: Path, moment: str) -> bool:
    if moment == "data":
        return (out / "verdicts.sqlite").exists()
    if moment == "sft":
        return (out / "sft" / "checkpoints" / "checkpoint-2" / "complete").exists()
    if moment == "grpo":
        return (out / "grpo" / "checkpoints" / "checkpoint-1" / "complete").exists()
    return len(read_jsonl(out / "evaluate" / "orpo" / "samples.jsonl")) > 0


def test_a_run_killed_at_four_moments_ends_as_if_it_had_not_been(whole, tmp_path):
    out = tmp_path / "run"
    for moment in ("data", "sft", "grpo", "evaluate"):
        process = start(out)
        deadline = time.monotonic() + 120
        while not reached(out, moment):
            assert process.poll() is None, process.stdout.read()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    said = finish(start(out))
    assert "data: done before" in said
    check(out)
    for name in ("sft", "orpo", "grpo"):
        ours, theirs = (
            [
                {k: row[k] for k in ("step", "loss")}
                for row in read_jsonl(folder / name / "log.jsonl")
            ]
            for folder in (out, whole)
        )
        assert ours == theirs, name
    for model in ("base", "orpo", "grpo", "orpo-grpo"):
        ours, theirs = (
            (folder / "evaluate" / model / "samples.jsonl").read_text() for folder in (out, whole)
        )
        assert ours == theirs, model
