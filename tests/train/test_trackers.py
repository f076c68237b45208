import pytest
from tests.train.small_data import small_profile, task, write_data

from qspark.config import Log
from qspark.errors import QSparkError
from qspark.train import trackers
from qspark.train.common import arguments
from qspark.train.heldout import HeldOut
from qspark.train.screen import Screen
from qspark.train.sft import run_sft
from qspark.verify.judge import Limits


def test_a_tracker_that_is_not_installed_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(trackers, "find_spec", lambda name: None)
    with pytest.raises(QSparkError, match="pip install tensorboard"):
        trackers.tracking(Log(to=("tensorboard",)), "x", tmp_path)


def test_trackers_are_asked_for_by_the_profile_and_nothing_goes_to_a_space(monkeypatch, tmp_path):
    monkeypatch.setattr(trackers, "find_spec", lambda name: True)
    monkeypatch.delenv("WANDB_PROJECT", raising=False)
    profile = small_profile().model_copy(update={"log": Log(to=("tensorboard", "wandb"))})
    found = arguments(profile, profile.sft, tmp_path / "sft")
    assert found["report_to"] == ["tensorboard", "wandb"]
    assert found["run_name"] == "micro/sft"
    assert found["trackio_space_id"] is None and found["trackio_static_space_id"] is False
    assert trackers.os.environ["TENSORBOARD_LOGGING_DIR"] == str(tmp_path / "sft" / "tensorboard")
    assert arguments(small_profile(), profile.sft, tmp_path)["report_to"] == "none"


def test_tensorboard_gets_the_figures_of_steps_and_of_held_out_tasks(tmp_path, pool):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    data = write_data(tmp_path / "data")
    profile = small_profile(steps=2).model_copy(update={"log": Log(to=("tensorboard",))})
    sets = {"watch": [task(1)]}

    def answer(model, tokenizer, tasks):
        return [one.canonical_solution for one in tasks]

    held = HeldOut(profile.sft, sets, answer, pool, Limits(), tmp_path)
    run_sft(profile, data, tmp_path, lambda *_: None, [held])
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert {"train/loss", "train/watch_pass_at_1"} <= set(events.Tags()["scalars"])


def test_the_screen_gets_every_record_once_and_the_shares_of_held_out_tasks(tmp_path, pool):
    data = write_data(tmp_path / "data")
    profile = small_profile(steps=2)
    seen = []
    held = HeldOut(
        profile.sft, {"watch": [task(1)]}, lambda model, tokenizer, tasks: ["x"], pool, Limits(), tmp_path
    )  # fmt: skip
    screen = Screen(lambda step, steps, record: seen.append((step, steps, record)))
    run_sft(profile, data, tmp_path, lambda *_: None, [held, screen])
    assert [(step, steps) for step, steps, _ in seen] == [(1, 2), (2, 2)]
    assert all(record["loss"] > 0 and record["watch_pass_at_1"] == 0 for _, _, record in seen)
