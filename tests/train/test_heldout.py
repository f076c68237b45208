import random

import pytest
import torch
from safetensors.torch import load_file
from tests.train.small_data import small_profile, task, write_data

from qspark.config import Lora, Model
from qspark.evaluate.measure import greedy
from qspark.runs import read_jsonl
from qspark.train.heldout import HeldOut, best_step, fruitless, keep
from qspark.train.models import load
from qspark.train.sft import run_sft
from qspark.verify.judge import Limits

SETS = {"main": [task(n, "watch") for n in range(4)], "python": [task(n, "py") for n in range(2)]}


class Script:
    """Answers so that a planned number of the main tasks passes at each evaluation."""

    def __init__(self, *passing, fail_at=None):
        self.passing, self.calls, self.fail_at = passing, 0, fail_at
        self.random = []

    def __call__(self, model, tokenizer, tasks):
        assert not model.training
        random.random()
        torch.rand(3)
        right = len(tasks)
        if len(tasks) == 4:
            if self.calls == self.fail_at:
                raise KeyboardInterrupt
            right = self.passing[self.calls]
            self.calls += 1
        return [
            t.canonical_solution if place < right else "def give():\n    return -1\n"
            for place, t in enumerate(tasks)
        ]


def trained(folder, data, pool, script, killed_at=None, **sft):
    profile = small_profile(**sft)
    callback = HeldOut(profile.sft, SETS, script, pool, Limits(), folder)

    def progress(what, done, total):
        if done == killed_at:
            raise KeyboardInterrupt

    run_sft(profile, data, folder, progress, [callback])
    return read_jsonl(folder / "heldout.jsonl")


def weights(folder):
    return load_file(folder / "model" / "model.safetensors")


def same(one, two):
    return all(torch.equal(one[name], two[name]) for name in one)


def rows(*shares, name="main"):
    return [{"set": name, "step": step, "pass_at_1": share} for step, share in enumerate(shares)]


def test_the_best_step_is_the_first_of_the_highest_and_never_the_start():
    assert best_step(rows(0.9, 0.2, 0.5, 0.5), "main") == 2
    assert best_step(rows(0.9), "main") is None
    assert best_step(rows(0.0, 0.0, 0.0), "main") == 2
    assert best_step(rows(0.1, 0.2) + rows(0.1, 0.1, 0.9, name="python"), "main") == 1


def test_fruitless_evaluations_are_those_after_the_best():
    assert fruitless(rows(0.9, 0.2, 0.5, 0.4, 0.5), "main") == 2
    assert fruitless(rows(0.9), "main") == 0
    assert fruitless(rows(0.0, 0.0, 0.0, 0.0), "main") == 0


def test_a_kept_model_has_no_optimizer(tmp_path):
    checkpoint = tmp_path / "checkpoint-1"
    checkpoint.mkdir()
    for name in (
        "model.safetensors",
        "config.json",
        "optimizer.pt",
        "trainer_state.json",
        "complete",
    ):
        (checkpoint / name).write_text(name)
    keep(checkpoint, tmp_path / "best")
    assert {p.name for p in (tmp_path / "best").iterdir()} == {"model.safetensors", "config.json"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def plain(data, tmp_path_factory):
    """Training without held-out tasks, with every step's weights."""
    found = {}
    for steps in (2, 4):
        folder = tmp_path_factory.mktemp("plain")
        profile = small_profile(steps=4)
        profile = profile.model_copy(
            update={"sft": profile.sft.model_copy(update={"schedule": "constant_with_warmup"})}
        )
        run_sft(
            profile.model_copy(update={"sft": profile.sft.model_copy(update={"steps": steps})}),
            data, folder, lambda *_: None,
        )  # fmt: skip
        found[steps] = weights(folder)
    return found


CONSTANT = {"schedule": "constant_with_warmup"}


def test_the_best_checkpoint_is_what_is_saved(plain, data, pool, tmp_path):
    found = trained(tmp_path, data, pool, Script(0, 1, 3, 2, 2), **CONSTANT)
    mine = [row for row in found if row["set"] == "main"]
    assert [(row["step"], row["passed"], row["total"]) for row in mine] == [
        (0, 0, 4), (1, 1, 4), (2, 3, 4), (3, 2, 4), (4, 2, 4),
    ]  # fmt: skip
    assert [row["pass_at_1"] for row in found if row["set"] == "python"] == [1.0] * 5
    assert same(weights(tmp_path), plain[2])
    assert not (tmp_path / "best").exists() and not (tmp_path / "checkpoints").exists()
    model, _ = load(tmp_path / "model", small_profile().model)
    assert model.config.hidden_size == 16


def test_evaluations_change_nothing_of_training(plain, data, pool, tmp_path):
    trained(tmp_path, data, pool, Script(0, 1, 1, 1, 3), **CONSTANT)
    assert same(weights(tmp_path), plain[4])


def test_answering_leaves_random_numbers_and_mode_as_they_were(data, pool, tmp_path):
    states = []

    class Watched(HeldOut):
        def _evaluate(self, *args, model=None, **kwargs):
            before = torch.get_rng_state()
            super()._evaluate(*args, model=model, **kwargs)
            states.append((torch.equal(before, torch.get_rng_state()), model.training))

    profile = small_profile(steps=1)
    callback = Watched(profile.sft, SETS, Script(0, 0), pool, Limits(), tmp_path)
    run_sft(profile, data, tmp_path, lambda *_: None, [callback])
    assert [unchanged for unchanged, _ in states] == [True, True]
    assert states[1][1] is True


def test_training_stops_after_evaluations_without_a_gain(data, pool, tmp_path):
    found = trained(tmp_path, data, pool, Script(0, 3, 2, 3, 4), patience=2, **CONSTANT)
    assert max(row["step"] for row in found) == 3
    assert [row["step"] for row in read_jsonl(tmp_path / "log.jsonl")] == [1, 2, 3]


@pytest.mark.parametrize("cut", [1, 3])
def test_a_run_cut_off_within_an_evaluation_ends_as_if_it_had_not_been(
    cut, data, pool, tmp_path
):  # fmt: skip
    plan = (0, 1, 3, 2, 2)
    whole = trained(tmp_path / "whole", data, pool, Script(*plan))
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "cut", data, pool, Script(*plan, fail_at=cut))
    assert len(read_jsonl(tmp_path / "cut" / "heldout.jsonl")) == 2 * cut
    again = trained(tmp_path / "cut", data, pool, Script(*plan[cut:]))
    assert again == whole
    assert same(weights(tmp_path / "cut"), weights(tmp_path / "whole"))


def test_what_was_evaluated_is_not_evaluated_again(data, pool, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path, data, pool, Script(0, 1, 3), killed_at=3)
    rest = Script(2, 2)
    found = trained(tmp_path, data, pool, rest)
    assert [row["passed"] for row in found if row["set"] == "main"] == [0, 1, 3, 2, 2]
    assert rest.calls == 2


def test_a_real_model_answers_every_task_and_its_settings_stay(data, pool, tmp_path):
    profile = small_profile(steps=1, eval_steps=1)
    seen = []

    def answer(model, tokenizer, tasks):
        seen.append(model.generation_config)
        texts = greedy(profile.evaluate, 0)(model, tokenizer, tasks)
        assert model.generation_config is not seen[-1]
        return texts

    callback = HeldOut(profile.sft, SETS, answer, pool, Limits(), tmp_path)
    run_sft(profile, data, tmp_path, lambda *_: None, [callback])
    assert seen[0] is seen[2]
    assert [row["total"] for row in read_jsonl(tmp_path / "heldout.jsonl")] == [4, 2, 4, 2]


# PEFT asks transformers 5.23 by a name that it deprecates.
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_an_adapter_in_bfloat16_with_checkpointing_answers_and_its_best_is_kept(
    data, pool, tmp_path
):  # fmt: skip
    run_sft(small_profile(steps=1), data, tmp_path / "base", lambda *_: None)
    profile = small_profile(steps=2, gradient_checkpointing=True, learning_rate=0.05)
    model = Model(name=str(tmp_path / "base" / "model"), dtype="bfloat16", lora=Lora(rank=2))
    profile = profile.model_copy(update={"model": model})
    texts = []

    def answer(model, tokenizer, tasks):
        texts.append(greedy(profile.evaluate, 0)(model, tokenizer, tasks))
        good = len(texts) == 3  # the first set at step 1
        return [task.canonical_solution if good else "pass" for task in tasks]

    callback = HeldOut(profile.sft, SETS, answer, pool, Limits(), tmp_path / "run")
    run_sft(profile, data, tmp_path / "run", lambda *_: None, [callback])
    assert {p.name for p in (tmp_path / "run" / "model").iterdir()} >= {
        "adapter_config.json", "adapter_model.safetensors", "tokenizer.json"
    }  # fmt: skip
    with_best, tokenizer = load(tmp_path / "run" / "model", model)
    with torch.autocast("cpu", torch.bfloat16):
        assert greedy(profile.evaluate, 0)(with_best, tokenizer, SETS["main"]) == texts[2]
    assert texts[2] != texts[0]
