"""The micro profile's data without the judge, for tests of the trainers."""

from pathlib import Path

from qspark.config import Profile
from qspark.data.tiny.build import _dump, _rows
from qspark.data.tiny.draft import draft_all
from qspark.runs import write_jsonl


def write_data(folder: Path, profile: Profile) -> Path:
    """A finished data stage in which no verdict was asked for."""
    drafts = draft_all(profile.data, profile.seed)
    habits = [draft.habit(profile.seed) for draft in drafts["train"]]
    everyone = {draft.task.task_id for draft in drafts["train"]}
    sft, pairs = _rows(drafts["train"], habits, everyone)
    for part, name in (("train", "tasks"), ("rl", "rl"), ("heldout", "heldout")):
        rows = [_dump(draft.task, {draft.task.task_id: 0.0}) for draft in drafts[part]]
        write_jsonl(folder / f"{name}.jsonl", rows)
    write_jsonl(folder / "sft.jsonl", sft)
    write_jsonl(folder / "pairs.jsonl", pairs[: profile.data.pairs])
    return folder
