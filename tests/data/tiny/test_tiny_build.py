import json

import pytest
from tests.paths import MICRO

from qspark.config import load_profile
from qspark.data.tiny.build import build, load_tasks
from qspark.data.tiny.draft import draft_all
from qspark.data.tiny.families import PLAIN
from qspark.data.tiny.families.base import Family
from qspark.errors import QSparkError
from qspark.runs import read_json, read_jsonl
from qspark.verify.judge import job_for


@pytest.fixture(scope="module")
def built(pool, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    build(load_profile(str(MICRO)), pool, folder)
    return folder


def test_the_card_counts_what_is_in_the_files(built):
    card = read_json(built / "card.json")
    assert (
        card["rows"]
        == len(read_jsonl(built / "sft.jsonl"))
        == len(load_tasks(built / "tasks.jsonl"))
    )
    assert card["pairs"] == len(read_jsonl(built / "pairs.jsonl")) > 0
    assert card["wrong_rows"] > 0
    assert card["parts"]["heldout"]["by_group"]["unseen"] > 0
    assert sum(entry["pairs"] for entry in card["pairs_by_mistake"].values()) == card["pairs"]


def test_chosen_answers_pass_and_rejected_ones_fail(built, pool):
    tasks = {task.task_id: task for task in load_tasks(built / "tasks.jsonl")}
    pairs = read_jsonl(built / "pairs.jsonl")
    chosen = pool.judge([job_for(tasks[row["task_id"]], row["chosen"]) for row in pairs])
    rejected = pool.judge([job_for(tasks[row["task_id"]], row["rejected"]) for row in pairs])
    assert all(verdict.passed for verdict in chosen)
    assert all(verdict.status == "fail" for verdict in rejected)


def test_the_rows_hold_wrong_answers_where_they_say_so(built):
    tasks = {task.task_id: task for task in load_tasks(built / "tasks.jsonl")}
    for row in read_jsonl(built / "sft.jsonl"):
        right = row["answer"] == tasks[row["task_id"]].canonical_solution
        assert right == (row["mistake"] is None)


def test_the_same_seed_gives_the_same_bytes(built, pool, tmp_path):
    build(load_profile(str(MICRO)), pool, tmp_path)
    for name in ("sft", "pairs"):
        assert (tmp_path / f"{name}.jsonl").read_bytes() == (built / f"{name}.jsonl").read_bytes()
    ours, theirs = (
        [
            json.dumps({**t.model_dump(), "annotations": None})
            for t in load_tasks(f / "heldout.jsonl")
        ]
        for f in (tmp_path, built)
    )
    assert ours == theirs


def test_a_failing_reference_stops_the_build_with_its_family(pool, tmp_path, monkeypatch):
    from dataclasses import replace

    from qspark.data.tiny import draft
    from qspark.data.tiny.families.states import ghz_state

    def broken(rng):
        return replace(ghz_state(rng), body="return None")

    families = (*draft.ALL[:2], Family("broken", "states", "basic", broken))
    monkeypatch.setattr(draft, "ALL", families)
    with pytest.raises(QSparkError, match=r"broken/.*seed 0.*correct family broken"):
        build(load_profile(str(MICRO)), pool, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_wrong_answer_that_passes_is_left_out_and_counted(pool, tmp_path, monkeypatch):
    class Lenient:
        def judge(self, jobs, progress=None):
            from qspark.verify.verdict import Verdict

            return [Verdict(status="pass", stage="done")] * len(jobs)

    build(load_profile(str(MICRO)), Lenient(), tmp_path)
    card = read_json(tmp_path / "card.json")
    assert card["pairs"] == card["wrong_rows"] == 0
    assert card["dropped"]["wrong_answers_that_passed"] > 0


def test_plain_python_is_among_the_prompts_where_it_is_asked_for():
    settings = load_profile(str(MICRO)).data
    families = {family.name for family in PLAIN}
    counts = []
    for asked in (0, 12):
        drafts = draft_all(settings.model_copy(update={"plain_prompts": asked}), 0)
        names = {part: {d.task.prompt for d in drafts[part]} for part in ("train", "rl", "python")}
        assert not names["rl"] & (names["train"] | names["python"])
        counts.append(sum(d.task.annotations["family"] in families for d in drafts["rl"]))
    assert counts == [0, 12]
