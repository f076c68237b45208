import shutil

import pytest
from tests.train.small_data import task, write_data

from qspark.config import Dataset
from qspark.data.lessons import answers, preferences, prompts, watched
from qspark.data.store import read_rows, write_rows
from qspark.errors import QSparkError
from qspark.runs import write_json, write_jsonl


def built(folder):
    """A dataset of four training and six test tasks, laid out as `qspark data build` does."""
    for split, numbers in (("train", range(4)), ("test", range(10, 16))):
        rows = [
            {
                **task(n, split).model_dump(mode="json"),
                "kind": "write",
                "topic": "t",
                "family": "f",
                "judged_apart": True,
            }
            for n in numbers
        ]
        pairs = [
            {"task_id": row["task_id"], "chosen": row["canonical_solution"], "rejected": "pass"}
            for row in rows
        ]
        write_rows(folder / "tasks" / f"{split}.parquet", "tasks", rows)
        write_rows(folder / "rl" / f"{split}.parquet", "rl", rows)
        write_rows(folder / "pairs" / f"{split}.parquet", "pairs", pairs)
        write_rows(
            folder / "sft" / f"{split}.parquet", "sft",
            [{**row, "completion": row["canonical_solution"]} for row in rows],
        )  # fmt: skip
    write_json(folder / "card.json", {"tasks": 10, "pairs": 10})
    return folder


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return built(tmp_path_factory.mktemp("data") / "built")


def test_a_built_dataset_gives_the_training_split(dataset):
    ids = [f"give/train/{n}" for n in range(4)]
    assert [(t.task_id, answer) for t, answer in answers(dataset)] == [
        (name, task(n).canonical_solution) for n, name in enumerate(ids)
    ]
    assert [t.task_id for t in prompts(dataset)] == ids
    pairs = preferences(dataset)
    assert [pair.task.task_id for pair in pairs] == ids
    assert pairs[2].chosen == task(2).canonical_solution and pairs[2].rejected == "pass"
    assert pairs[2].task.prompt == task(2).prompt and pairs[2].task.annotations["topic"] == "t"


def test_watched_tasks_are_of_the_test_split_and_follow_from_the_seed(dataset):
    settings = Dataset(path=str(dataset), heldout=4)
    found = watched(dataset, settings, 1)
    assert list(found) == ["heldout"] and len(found["heldout"]) == 4
    assert all(t.task_id.startswith("give/test/") for t in found["heldout"])
    assert found == watched(dataset, settings, 1) != watched(dataset, settings, 2)
    assert len(watched(dataset, Dataset(path="", heldout=50), 1)["heldout"]) == 6


def test_a_task_whose_values_cannot_cross_is_not_watched(dataset, tmp_path):
    rows = read_rows(dataset, "tasks", "test")
    rows[0]["judged_apart"] = False
    write_rows(tmp_path / "tasks" / "test.parquet", "tasks", rows)
    write_json(tmp_path / "card.json", {"tasks": 6, "pairs": 6})
    shown = watched(tmp_path, Dataset(path="", heldout=50), 1)["heldout"]
    assert {t.task_id for t in shown} == {row["task_id"] for row in rows[1:]}


def test_a_guard_is_a_suite(dataset, tmp_path):
    write_jsonl(tmp_path / "python.jsonl", [task(7).model_dump(mode="json")])
    settings = Dataset(path=str(dataset), guard=str(tmp_path / "python.jsonl"))
    assert [t.task_id for t in watched(dataset, settings, 0)["guard"]] == ["give/train/7"]


def test_the_tiny_world_gives_its_files(tmp_path):
    data = write_data(tmp_path)
    assert len(answers(data)) == len(preferences(data)) == len(prompts(data)) == 3
    assert [t.task_id for t in prompts(data)] == [f"give/rl/{n}" for n in (10, 11, 12)]
    found = watched(data, None, 0)
    assert list(found) == ["watch", "python"]
    assert found["watch"][0].task_id == "give/watch/10"
    (data / "watch.jsonl").unlink()
    (data / "python.jsonl").unlink()
    assert watched(data, None, 0) == {}


@pytest.mark.parametrize(
    "read", [answers, preferences, prompts, lambda data: watched(data, None, 0)]
)
def test_a_folder_without_data_is_a_users_fault(read, tmp_path):
    with pytest.raises(QSparkError, match="qspark data build"):
        read(tmp_path)


def test_damaged_rows_are_told_in_a_sentence(tmp_path):
    data = write_data(tmp_path)
    (data / "rl.jsonl").write_text('{"task_id": 1}\n')
    with pytest.raises(QSparkError, match="holds a row that is no task"):
        prompts(data)
    (data / "rl.jsonl").write_text("garbage\n")
    with pytest.raises(QSparkError, match="line 1, is damaged"):
        prompts(data)


def test_a_dataset_without_pairs_is_told_so(dataset, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(dataset, bare)
    shutil.rmtree(bare / "pairs")
    with pytest.raises(QSparkError, match="bare has no pairs"):
        preferences(bare)
