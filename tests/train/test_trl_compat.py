"""What our rollouts rely on in TRL: these fail when another TRL does it another way."""

import inspect
import math

import pytest
import torch
from tests.train import rolling

from qspark.config import Model, Rewards
from qspark.runs import read_jsonl
from qspark.train import trl_compat
from qspark.train.common import arguments, save
from qspark.train.models import load_to_train
from qspark.train.rewards import highest
from qspark.train.trl_compat import GRPOConfig, GRPOTrainer, grpo_trainer

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning:transformers")
REWARDS = [1.0, 0.2, None, 0.0, 0.3, 0.1, 0.3, 1.0]


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def trainer(tmp_path, judge, **changes):
    profile = rolling.profile(**changes)
    script = rolling.Script(judge)
    rollouts = rolling.rollouts(profile.grpo, script, tmp_path / "completions.jsonl")
    model, tokenizer = rolling.model(), rolling.tokenizer()
    return grpo_trainer(profile, model, tokenizer, rolling.rows(), rollouts, [], tmp_path)


def by_place(name, place, call):
    return rolling.scored(REWARDS[place])


@pytest.fixture
def seen(monkeypatch):
    """What TRL's own method gave, before ours replaced the advantages."""
    found = {}
    stock = GRPOTrainer._generate_and_score_completions

    def spy(self, inputs):
        output = stock(self, inputs)
        found.update({key: value.clone() for key, value in output.items()}, rows=list(inputs))
        return output

    monkeypatch.setattr(GRPOTrainer, "_generate_and_score_completions", spy)
    return found


def test_the_methods_are_what_they_were():
    taken = inspect.signature(GRPOTrainer._generate_and_score_completions).parameters
    assert list(taken) == ["self", "inputs"]
    assert list(inspect.signature(GRPOTrainer._generate).parameters) == ["self", "prompts"]
    source = inspect.getsource(GRPOTrainer._generate)
    assert source.rstrip().endswith(
        "return prompt_ids, completion_ids, tool_mask, completions, logprobs, extra_fields, images, "
        "tool_images"
    )


def test_grpo_gives_what_stock_trl_gives(tmp_path, seen):
    ours = trainer(tmp_path, by_place)
    ours.train()
    rows = read_jsonl(tmp_path / "completions.jsonl")
    assert [row["reward"] for row in rows] == REWARDS
    assert [row["advantage"] for row in rows] == pytest.approx(
        seen["advantages"].tolist(), abs=1e-5
    )
    assert rows[2]["advantage"] == 0 and rows[2]["status"] == "infra"


def test_components_give_what_trls_normalise_then_sum_gives(tmp_path):
    parts = [(0, 1), (1, 0), (1, 1), (0, 0), (1, 0.2), (1, 0.4), (0, 0), (1, 1)]
    rewards = Rewards(
        weights={**dict.fromkeys(highest("verified"), 0.0), "pass": 1.0, "names": 0.5}
    )

    def judge(name, place, call):
        return rolling.scored(0.5, **dict(zip(("pass", "names"), parts[place], strict=True)))

    grpo = rolling.settings(normalise="component")
    script = rolling.Script(judge)
    rollouts = rolling.rollouts(grpo, script, tmp_path / "c.jsonl", rewards=rewards)
    rows = rollouts.choose([row for row in rolling.rows()[:2] for _ in range(4)], 1)
    rollouts.submit(rows, ["x"] * 8, [[1]] * 8)
    ours = rollouts.advantages()

    grouped = torch.tensor(parts).view(-1, 4, 2)
    each = (grouped - grouped.mean(1, keepdim=True)) / (grouped.std(1, keepdim=True) + 1e-4)
    summed = (each.view(-1, 2) * torch.tensor([1.0, 0.5])).sum(1)
    want = (summed - summed.mean()) / (summed.std() + 1e-4)
    assert ours.tolist() == pytest.approx(want.tolist(), abs=1e-4)


def test_one_update_is_that_of_stock_trl(tmp_path):
    """The same seed, rewards and settings: the same weights, to the last bit but rounding."""
    rewards = [reward for reward in REWARDS if reward is not None] + [0.7]
    ours = trainer(tmp_path / "ours", lambda name, place, call: rolling.scored(rewards[place]))
    profile = rolling.profile()
    config = GRPOConfig(
        **arguments(profile, profile.grpo, tmp_path), **trl_compat._settings(profile.grpo)
    )
    stock = GRPOTrainer(
        model=rolling.model(),
        reward_funcs=lambda completions, **_: rewards,
        args=config,
        train_dataset=ours.train_dataset,
        processing_class=rolling.tokenizer(),
    )
    before = rolling.model()
    for one in (ours, stock):
        torch.manual_seed(5)
        one.train()
    pairs = list(zip(ours.model.parameters(), stock.model.parameters(), strict=True))
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in pairs)
    moved = zip(ours.model.parameters(), before.parameters(), strict=True)
    assert any((a - b).abs().max() > 1e-5 for a, b in moved)


def test_an_all_wrong_group_moves_the_model_with_ngrpo_only(tmp_path):
    norms = {}
    for advantage in ("grpo", "ngrpo"):
        one = trainer(
            tmp_path / advantage, lambda *_: rolling.scored(0.0), advantage=advantage, loss="grpo"
        )
        one.train()
        norms[advantage] = one.state.log_history[0]["grad_norm"]
    assert norms["grpo"] == 0
    assert norms["ngrpo"] > 0.01


def test_a_replaced_group_is_what_is_trained_on(tmp_path, seen):
    """The first group of the batch teaches nothing; the third call's answers take its place."""

    def judge(name, place, call):
        mixed = [1.0, 0.0, 0.0, 0.0]
        if call == 0:
            return rolling.scored(0.0 if place < 4 else mixed[place % 4])
        return rolling.scored(0.2 if call == 1 else mixed[place])

    ours = trainer(tmp_path, judge, dynamic_budget=3)
    ours.train()
    first, second, third = ours.rollouts._scorer.asked
    assert [len(call) for call in (first, second, third)] == [8, 4, 4]
    prompts = rolling.tokenizer().batch_decode(seen["prompt_ids"], skip_special_tokens=True)
    texts = rolling.tokenizer().batch_decode(
        [
            ids[mask.bool()]
            for ids, mask in zip(seen["completion_ids"], seen["completion_mask"], strict=True)
        ],
        skip_special_tokens=True,
    )
    trained = third + first[4:]
    assert texts == [text for _, text in trained]
    assert prompts == [f"task {name} qc" for name, _ in trained]
    assert [row["task_id"] for row in seen["rows"]] == [name for name, _ in trained]
    assert seen["advantages"].tolist() == pytest.approx([1.5, -0.5, -0.5, -0.5] * 2, abs=1e-3)
    logged = read_jsonl(tmp_path / "completions.jsonl")
    assert [row["text"] for row in logged if row["advantage"] is not None] == texts
    assert sum(row["advantage"] is None for row in logged) == 8
    record = ours.state.log_history[0]
    assert record["groups_replaced"] == 1
    assert record["uniform_share"] == 0.5
    assert record["frac_reward_zero_std"] == 0


def test_each_answer_that_ends_goes_to_the_judge_at_once_and_is_the_one_that_is_judged(tmp_path):
    one = trainer(tmp_path, by_place, max_completion_length=12)
    ends = list(range(3, 60))
    one.eos_token_ids = ends
    one.generation_config.eos_token_id = one.generation_kwargs["eos_token_id"] = ends
    one.train()
    script = one.rollouts._scorer
    (judged,) = script.asked
    assert 2 < len(script.written) <= len(judged)
    assert not set(script.written) - set(judged)
    assert "generate" not in vars(one.model)


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": "cispo", "clip_high": 5.0, "minibatches": 2, "steps": 2, "save_steps": 2},
        {"loss": "grpo", "importance": "sequence", "iterations": 2, "steps": 2, "save_steps": 2},
        {"loss": "dr_grpo", "advantage": "dr_grpo"},
        {"advantage": "dapo", "overlong_tokens": 3, "truncated": False},
        {"advantage": "lead", "sampling": "curriculum"},
        {"normalise": "component", "kl_weight": 0.0, "temperature": 0.7},
    ],
    ids=lambda changes: "-".join(map(str, changes.values())),
)
def test_every_variant_trains(tmp_path, changes):
    one = trainer(tmp_path, lambda name, place, _: rolling.scored(REWARDS[place % 8]), **changes)
    one.train()
    assert one.state.global_step == changes.get("steps", 1)
    assert all(math.isfinite(record.get("loss", 0)) for record in one.state.log_history)


def test_a_reference_model_is_that_of_the_folder_it_came_from(tmp_path):
    save(rolling.model(), rolling.tokenizer(), tmp_path / "start")
    model, tokenizer = load_to_train(tmp_path / "start", Model())
    profile = rolling.profile(kl_weight=0.1)
    script = rolling.Script(by_place)
    rollouts = rolling.rollouts(profile.grpo, script, tmp_path / "completions.jsonl")
    one = grpo_trainer(profile, model, tokenizer, rolling.rows(), rollouts, [], tmp_path)
    one.train()
    assert one.state.log_history[0]["kl"] == pytest.approx(0, abs=1e-6)
    pairs = zip(one.ref_model.parameters(), rolling.model().parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_every_setting_of_trl_that_we_write_exists():
    known = inspect.signature(GRPOConfig).parameters
    assert set(trl_compat._settings(rolling.settings())) <= set(known)
