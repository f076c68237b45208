import math

import pytest
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from qspark.train.common import pad_rows
from qspark.train.logprobs import IGNORE, answer_logprobs, token_logprobs
from qspark.train.orpo import log_odds, orpo_terms


@pytest.fixture
def model():
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=97,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
    )
    return Qwen2ForCausalLM(config)


def rows():
    prompt, answers = [5, 6, 7], [[8, 9, 10, 11], [12, 13]]
    return [
        {"input_ids": prompt + answer, "labels": [IGNORE] * len(prompt) + answer}
        for answer in answers
    ]


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


def test_chunked_logprobs_equal_those_of_full_logits(model, monkeypatch):
    monkeypatch.setattr("qspark.train.logprobs.CHUNK", 3)
    batch = pad_rows(rows(), pad=0)
    sums, counts = answer_logprobs(model, **batch)
    logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    full = logits[:, :-1].log_softmax(-1)
    for i, row in enumerate(rows()):
        want = sum(
            full[i, t - 1, label].item() for t, label in enumerate(row["labels"]) if label != IGNORE
        )
        assert sums[i].item() == pytest.approx(want, abs=1e-4)
    assert counts.tolist() == [4, 2]


def test_chunked_gradient_equals_that_of_full_logits(model, monkeypatch):
    monkeypatch.setattr("qspark.train.logprobs.CHUNK", 2)
    batch = pad_rows(rows(), pad=0)
    answer_logprobs(model, **batch)[0].sum().backward()
    chunked = {name: weight.grad.clone() for name, weight in model.named_parameters()}
    model.zero_grad()
    logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits[:, :-1]
    targets = batch["labels"][:, 1:]
    loss = torch.nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        targets.reshape(-1),
        ignore_index=IGNORE,
        reduction="sum",
    )
    (-loss).backward()
    for name, weight in model.named_parameters():
        assert torch.allclose(chunked[name], weight.grad, atol=1e-5), name


def test_padding_changes_nothing(model):
    alone = [answer_logprobs(model, **pad_rows([row], pad=0))[0].item() for row in rows()]
    together = answer_logprobs(model, **pad_rows(rows(), pad=0))[0].tolist()
    assert together == pytest.approx(alone, abs=1e-4)


def test_no_tokens_give_an_empty_result():
    head = torch.nn.Linear(4, 7)
    assert token_logprobs(torch.zeros(0, 4), head, torch.zeros(0, dtype=torch.long)).shape == (0,)
