import math
import os
import random
import warnings

import pytest
import torch
from torch.nn.functional import cross_entropy, logsigmoid
from transformers import Qwen2Config, Qwen2ForCausalLM, TrainerCallback, TrainingArguments

from qspark.train.common import pad_rows
from qspark.train.logprobs import IGNORE, score_answers
from qspark.train.orpo import OrpoTrainer, log_odds, orpo_terms

VOCABULARY = 97


def tiny() -> Qwen2ForCausalLM:
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=VOCABULARY,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
    )
    return Qwen2ForCausalLM(config)


def row(prompt, answer):
    return {"input_ids": prompt + answer, "labels": [IGNORE] * len(prompt) + answer}


def pairs(count: int):
    """Pairs of random tokens; the rejected answer is another one for the same prompt."""
    rng = random.Random(5)

    def tokens(least, most):
        return [rng.randrange(1, VOCABULARY) for _ in range(rng.randint(least, most))]

    found = []
    for _ in range(count):
        prompt = tokens(2, 6)
        found.append({"chosen": row(prompt, tokens(2, 9)), "rejected": row(prompt, tokens(2, 9))})
    return found


def collate(batch):
    return pad_rows([pair["chosen"] for pair in batch] + [pair["rejected"] for pair in batch], 0)


def direct_loss(model, batch, weight):
    """The paper's equations 3, 4, 6 and 7, pair by pair, from full logits."""

    def mean_logp(item):
        logits = model(torch.tensor([item["input_ids"]])).logits[0, :-1]
        targets = torch.tensor(item["labels"][1:])
        taken = targets != IGNORE
        return -cross_entropy(logits[taken], targets[taken])

    losses = []
    for pair in batch:
        chosen, rejected = mean_logp(pair["chosen"]), mean_logp(pair["rejected"])
        odds = [value.exp() / (1 - value.exp()) for value in (chosen, rejected)]
        losses.append(-chosen - weight * logsigmoid((odds[0] / odds[1]).log()))
    return torch.stack(losses).mean()


class Keep(TrainerCallback):
    """Keeps the gradients that the optimizer is about to use."""

    def on_pre_optimizer_step(self, args, state, control, model=None, **_):
        self.gradients = {n: w.grad.clone() for n, w in model.named_parameters()}


def one_step(tmp_path, batch, size, accumulation, weight=0.4):
    """The gradients and the log of one update on all of `batch`."""
    model, keep = tiny(), Keep()
    score_answers(model)
    arguments = TrainingArguments(
        output_dir=str(tmp_path),
        max_steps=1,
        per_device_train_batch_size=size,
        gradient_accumulation_steps=accumulation,
        max_grad_norm=0.0,
        logging_steps=1,
        save_strategy="no",
        use_cpu=True,
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    trainer = OrpoTrainer(
        model=model,
        args=arguments,
        train_dataset=batch,
        data_collator=collate,
        callbacks=[keep],
        weight=weight,
    )
    trainer.train()
    return keep.gradients, trainer.state.log_history[0]


def test_log_odds_of_known_probabilities():
    logp = torch.tensor([0.5, 0.8, 0.1]).log()
    assert log_odds(logp).tolist() == pytest.approx([0.0, math.log(4), math.log(1 / 9)], abs=1e-6)


def test_log_odds_keeps_its_digits_near_certainty():
    logp = torch.tensor([-1e-5], dtype=torch.float32)
    assert log_odds(logp).item() == pytest.approx(math.log(1e5), rel=1e-4)


def test_terms_by_hand():
    # P = 0.8 against 0.5: log odds 4 to 1 against 1 to 1, so sigmoid(log 4) = 0.8.
    nll, odds = orpo_terms(torch.tensor([0.8]).log(), torch.tensor([0.5]).log())
    assert nll.item() == pytest.approx(-math.log(0.8))
    assert odds.item() == pytest.approx(-math.log(0.8), rel=1e-5)


def test_equal_answers_give_log_two():
    same = torch.tensor([-0.3, -2.0])
    assert orpo_terms(same, same)[1].tolist() == pytest.approx([math.log(2)] * 2)


def test_a_certain_answer_gives_finite_loss_and_gradient():
    chosen = torch.zeros(1, requires_grad=True)
    nll, odds = orpo_terms(chosen, torch.tensor([-5.0]))
    (nll + odds).sum().backward()
    assert torch.isfinite(odds).all()
    assert torch.isfinite(chosen.grad).all()


@pytest.mark.parametrize(("size", "accumulation"), [(6, 1), (2, 3), (1, 6)])
def test_an_update_is_the_papers_gradient_however_it_is_accumulated(tmp_path, size, accumulation):
    batch = pairs(6)
    found, log = one_step(tmp_path, batch, size, accumulation)
    model = tiny()
    loss = direct_loss(model, batch, 0.4)
    loss.backward()
    assert log["loss"] == pytest.approx(loss.item(), abs=1e-5)
    assert log["nll"] + 0.4 * log["odds_loss"] == pytest.approx(loss.item(), abs=1e-5)
    for name, weight in model.named_parameters():
        assert torch.allclose(found[name], weight.grad, atol=1e-6), name


@pytest.fixture(scope="module")
def trl_orpo(tmp_path_factory):
    """TRL's trainer on the model and pairs of these tests."""
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    from datasets import Dataset
    from tests.train.qwen import tokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from trl.experimental.orpo import ORPOConfig, ORPOTrainer

        trainer = ORPOTrainer(
            model=tiny(),
            args=ORPOConfig(
                output_dir=str(tmp_path_factory.mktemp("trl")),
                beta=0.4,
                max_length=64,
                bf16=False,
                gradient_checkpointing=False,
                use_cpu=True,
                report_to="none",
                disable_tqdm=True,
                padding_value=0,
            ),
            train_dataset=Dataset.from_list([{"prompt": "a", "chosen": "b", "rejected": "c"}]),
            processing_class=tokenizer(),
        )
    return trainer


def trl_batch(batch):
    """A batch as TRL's collator gives it."""
    found = {}
    for side in ("chosen", "rejected"):
        padded = pad_rows([pair[side] for pair in batch], 0)
        for key, value in padded.items():
            found[f"{side}_{key}"] = value
    return found


def test_log_probabilities_and_the_odds_term_equal_trls(trl_orpo):
    batch = pairs(6)
    model = tiny()
    chosen, rejected, _, _, their_nll = trl_orpo.concatenated_forward(model, trl_batch(batch))
    losses, *_ = trl_orpo.odds_ratio_loss(chosen, rejected)
    score_answers(model)
    sums, counts = model(**collate(batch))
    ours_chosen, ours_rejected = (sums / counts).chunk(2)
    nll, odds = orpo_terms(ours_chosen, ours_rejected)
    assert torch.allclose(ours_chosen, chosen, atol=1e-5)
    assert torch.allclose(ours_rejected, rejected, atol=1e-5)
    assert torch.allclose(-0.4 * odds, losses, atol=1e-5)
    # Here they differ: TRL's likelihood term also counts the prompt.
    assert abs(nll.mean().item() - their_nll.item()) > 1e-3
