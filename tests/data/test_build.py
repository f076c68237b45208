import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tests.data import toy_families as toy
from tests.paths import ROOT

from qspark.config import Build, DataProfile
from qspark.data.build import build
from qspark.data.card import version_of
from qspark.data.store import is_dataset, read_rows
from qspark.data.verify import verify
from qspark.errors import QSparkError
from qspark.runs import read_json
from qspark.verify.judge import Limits
from qspark.verify.pool import JudgePool

SETTINGS = Build(
    per_topic=6, mutants=5, catalogue_mutants=4, test_share=0.3, repair_share=1, migrate_share=1,
    choose_share=1, batch=4,
)  # fmt: skip
PROFILE = DataProfile(name="toy", seed=3, build=SETTINGS)
BYTES = ("README.md", "card.json", "audit.jsonl", "dropped.jsonl")


def content(folder):
    """What the seed decides of a dataset's folder."""
    files = [folder / name for name in BYTES]
    files += [p for p in folder.glob("*/*.parquet") if p.parent.name != "measured"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def built(pool, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset")
    build(PROFILE, folder, pool, toy.SOUND)
    return folder


def test_the_card_counts_what_is_in_the_files(built):
    card = read_json(built / "card.json")
    tasks, pairs = read_rows(built, "tasks"), read_rows(built, "pairs")
    assert is_dataset(built)
    assert card["tasks"] == len(tasks) == len({task["task_id"] for task in tasks})
    assert card["references"] == len([t for t in tasks if not t["parent"]]) == 12
    assert card["pairs"] == len(pairs)
    assert sum(card["by_kind"].values()) == sum(card["cells"].values()) == len(tasks)
    assert set(card["by_kind"]) == {"write", "complete", "repair", "migrate", "choose"}
    assert card["mutants"]["killed"] == card["mutants"]["total"] > 50
    assert len(read_rows(built, "sft")) == len(read_rows(built, "rl")) == len(tasks)
    assert all(task["judged_apart"] for task in tasks)


def test_every_reference_passes_and_every_rejected_answer_fails(built, pool):
    found = verify(read_rows(built, "tasks"), read_rows(built, "pairs"), 0, 0, pool, Limits())
    assert found["wrong"] == []
    assert found["references"] == len(read_rows(built, "tasks"))
    assert found["rejected"] == len(read_rows(built, "pairs")) > 30


def test_verification_finds_what_was_spoilt(built, pool):
    tasks, pairs = read_rows(built, "tasks"), read_rows(built, "pairs")
    instruction = next(t for t in tasks if t["kind"] == "write")
    spoilt = {**instruction, "canonical_solution": "def f():\n    pass\n"}
    good = {**pairs[0], "task_id": instruction["task_id"]}
    good["rejected"] = instruction["canonical_solution"]
    found = verify([spoilt], [good], 0, 0, pool, Limits())
    assert len(found["wrong"]) == 2


def test_annotations_say_what_is_true(built):
    for task in read_rows(built, "tasks"):
        assert task["qiskit_min"] in ("0.46", "1.4", "2.0")
        assert task["licence"] == "Apache-2.0"
        assert (task["parent"] == "") == (task["kind"] in ("write", "complete"))
        assert (task["shown_mistakes"] != []) == (task["kind"] in ("repair", "migrate", "choose"))
        assert "qiskit.QuantumCircuit" in task["api_calls"]
        assert task["form"] == ("completion" if task["kind"] == "complete" else "instruction")
        assert json.loads(task["params"])


def test_twins_are_in_the_split_of_their_parents(built):
    tasks = {task["task_id"]: task for task in read_rows(built, "tasks")}
    assert {task["split"] for task in tasks.values()} == {"train", "test"}
    for task in tasks.values():
        if task["parent"]:
            assert task["split"] == tasks[task["parent"]]["split"]


def test_pairs_are_spread_over_the_classes_of_mistakes(built):
    pairs = read_rows(built, "pairs")
    assert len({pair["mistake_class"] for pair in pairs}) >= 3
    assert all(pair["chosen"] != pair["rejected"] for pair in pairs)
    assert all(pair["error_head"] or pair["category"] for pair in pairs)


def test_the_same_seed_gives_the_same_bytes_on_one_or_eight_workers(built, tmp_path):
    with JudgePool(1) as one:
        build(PROFILE, tmp_path / "one", one, toy.SOUND)
    with JudgePool(8) as eight:
        build(PROFILE, tmp_path / "eight", eight, toy.SOUND)
    assert content(tmp_path / "one") == content(tmp_path / "eight") == content(built)


def test_another_seed_gives_other_tasks(built, pool, tmp_path):
    build(PROFILE.model_copy(update={"seed": 4}), tmp_path, pool, toy.SOUND)
    prompts = {t["prompt"] for t in read_rows(tmp_path, "tasks")}
    assert not prompts & {t["prompt"] for t in read_rows(built, "tasks")}


def test_a_failing_reference_stops_the_build_with_its_name_and_seed(pool, tmp_path):
    with pytest.raises(QSparkError, match=r"wrong_reference/0 \(seed 3\).*--keep-going"):
        build(PROFILE, tmp_path, pool, (*toy.SOUND, toy.wrong_reference))
    assert not is_dataset(tmp_path)


def test_with_keep_going_it_is_left_out_and_counted(pool, tmp_path):
    families = (*toy.SOUND, toy.wrong_reference, toy.loose_test)
    card = build(PROFILE, tmp_path, pool, families, keep_going=True)
    assert card["gates"]["dropped"]["reference fails"] == 6
    assert card["gates"]["dropped"]["test too weak"] == 6
    assert card["references"] == 12
    assert {t["family"] for t in read_rows(tmp_path, "tasks")} == {"two_rotations", "flipped_label"}


def test_a_finished_batch_is_not_executed_again(built, tmp_path):
    class Idle:
        def judge(self, jobs, progress=None):
            assert not jobs, "executed again"
            return []

    before = content(built)
    build(PROFILE, built, Idle(), toy.SOUND)
    assert content(built) == before


def test_a_folder_of_another_profile_is_left_alone(built, pool):
    before = content(built)
    other = PROFILE.model_copy(update={"seed": 9})
    with pytest.raises(QSparkError, match="seed differ"):
        build(other, built, pool, toy.SOUND)
    with pytest.raises(QSparkError, match="families differ"):
        build(PROFILE, built, pool, toy.SOUND[:1])
    assert content(built) == before


_BUILD = """
import sys
from pathlib import Path
from tests.data.test_build import PROFILE
from tests.data import toy_families as toy
from qspark.data.build import build
from qspark.verify.pool import JudgePool
with JudgePool(1) as pool:
    build(PROFILE, Path(sys.argv[1]), pool, toy.SOUND)
"""


def test_a_build_that_is_killed_goes_on_and_ends_with_the_same_bytes(built, tmp_path):
    command = [sys.executable, "-c", _BUILD, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(command, env=environment)
    deadline = time.monotonic() + 120
    while not list((tmp_path / "work").glob("*.gz")) and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    done = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "work").glob("*.gz")}
    assert done and not is_dataset(tmp_path)
    subprocess.run(command, env=environment, check=True, timeout=200)
    for path in (tmp_path / "work").glob("*.gz"):
        assert done.get(path.name, path.stat().st_mtime_ns) == path.stat().st_mtime_ns
    assert content(tmp_path) == content(built)


def test_other_rows_have_another_version():
    tasks = [{"task_id": "a/0/write", "prompt": "p"}]
    versions = {
        version_of(tasks, []), version_of([{**tasks[0], "prompt": "q"}], []),
        version_of(tasks, [{"task_id": "a/0/write"}]),
    }  # fmt: skip
    assert len(versions) == 3 and version_of(tasks, []) == version_of(list(tasks), [])


def test_the_files_load_with_datasets(built, tmp_path):
    datasets = pytest.importorskip("datasets")
    seen = set()
    for name in ("tasks", "sft", "pairs", "rl"):
        loaded = datasets.load_dataset(str(built), name, cache_dir=str(tmp_path))
        assert set(loaded) == {"train", "test"}
        assert sum(map(len, loaded.values())) == len(read_rows(built, name))
        seen.add(str(loaded["train"].version))
    assert len(seen) == 1 and seen.pop().startswith("1.0.")
    default = datasets.load_dataset(str(built), cache_dir=str(tmp_path), split="train")
    assert "canonical_solution" in default.column_names
