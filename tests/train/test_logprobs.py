import pytest
import torch
from transformers import (
    CohereConfig,
    CohereForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    GraniteConfig,
    GraniteForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from qspark.config import Lora, Model
from qspark.errors import ModelError
from qspark.train import logprobs
from qspark.train.common import pad_rows
from qspark.train.logprobs import IGNORE, score_answers, target_logprobs
from qspark.train.models import with_lora

# PEFT 0.21 uses a name that transformers 5.23 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")

SHAPE = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    """Three rows at a time, so that every test has several tiles and a short last one."""
    monkeypatch.setattr(logprobs, "TILE", 3 * 97 + 1)


def qwen(tied: bool = True) -> Qwen2ForCausalLM:
    torch.manual_seed(0)
    return Qwen2ForCausalLM(Qwen2Config(**SHAPE, tie_word_embeddings=tied))


def rows():
    prompt, answers = [5, 6, 7], [[8, 9, 10, 11, 12], [12, 13]]
    return [
        {"input_ids": prompt + answer, "labels": [IGNORE] * len(prompt) + answer}
        for answer in answers
    ]


def full_sums(model, batch):
    """Each answer's summed log-probability from the full logits."""
    logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits[:, :-1]
    targets = batch["labels"][:, 1:]
    picked = logits.log_softmax(-1).gather(2, targets.clamp(min=0)[..., None])[..., 0]
    return (picked * (targets != IGNORE)).sum(1)


def gradients(model, sums):
    model.zero_grad()
    (sums * torch.tensor([0.3, -1.7])).sum().backward()
    return {n: w.grad.clone() for n, w in model.named_parameters() if w.grad is not None}


@pytest.mark.parametrize("tied", [True, False])
def test_values_and_gradients_equal_those_of_full_logits(tied):
    model = qwen(tied)
    batch = pad_rows(rows(), pad=0)
    want = full_sums(model, batch)
    slopes = gradients(model, want)
    score_answers(model)
    sums, counts = model(**batch)
    assert counts.tolist() == [5, 2]
    assert torch.allclose(sums, want, atol=1e-5)
    found = gradients(model, sums)
    assert found.keys() == slopes.keys()
    for name, slope in slopes.items():
        assert torch.allclose(found[name], slope, atol=1e-6), name


def test_an_adapter_trains_on_a_frozen_head():
    torch.manual_seed(1)
    model = with_lora(qwen(False), Model(lora=Lora(rank=4, alpha=8)))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1)
    batch = pad_rows(rows(), pad=0)
    slopes = gradients(model, full_sums(model, batch))
    score_answers(model)
    found = gradients(model, model(**batch)[0])
    assert found.keys() == slopes.keys()
    assert all("lora" in name for name in found)
    for name, slope in slopes.items():
        assert torch.allclose(found[name], slope, atol=1e-6), name


@pytest.mark.parametrize("lora", [False, True])
def test_checkpointed_layers_give_the_same_gradients(lora):
    def slopes(checkpointed: bool):
        torch.manual_seed(2)
        model = qwen()
        if lora:
            model = with_lora(model, Model(lora=Lora(rank=4, alpha=8)))
        score_answers(model)
        model.train()
        if checkpointed:
            model.activation_checkpointing_enable()
        return gradients(model, model(**pad_rows(rows(), pad=0))[0])

    plain, checkpointed = slopes(False), slopes(True)
    assert plain.keys() == checkpointed.keys()
    for name, slope in plain.items():
        assert torch.allclose(slope, checkpointed[name], atol=1e-6), name


def test_autocast_projects_in_bfloat16_and_sums_in_float32():
    torch.manual_seed(3)
    hidden = torch.randn(5, 16, requires_grad=True)
    weight = torch.randn(97, 16, requires_grad=True)
    targets = torch.tensor([1, 5, 96, 0, 44])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        values = target_logprobs(hidden, weight, targets)
    values.sum().backward()
    exact = (hidden.bfloat16() @ weight.bfloat16().t()).float().log_softmax(-1)
    assert values.dtype == torch.float32
    assert torch.equal(
        values.detach().round(decimals=4), exact[range(5), targets].round(decimals=4)
    )
    assert weight.grad.dtype == torch.float32
    assert torch.equal(hidden.grad, hidden.grad.bfloat16().float())  # so does the way back


def test_padding_changes_nothing():
    model = qwen()
    score_answers(model)
    alone = [model(**pad_rows([row], pad=0))[0].item() for row in rows()]
    together = model(**pad_rows(rows(), pad=0))[0].tolist()
    assert together == pytest.approx(alone, abs=1e-4)


def test_no_tokens_give_an_empty_result():
    values = target_logprobs(torch.zeros(0, 4), torch.zeros(7, 4), torch.zeros(0).long())
    assert values.shape == (0,)


def test_without_labels_the_model_does_what_it_did():
    model = qwen()
    batch = pad_rows(rows(), pad=0)
    before = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    said = model.generate(batch["input_ids"], max_new_tokens=4, do_sample=False)
    score_answers(model)
    assert torch.equal(
        before, model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    )
    assert torch.equal(said, model.generate(batch["input_ids"], max_new_tokens=4, do_sample=False))


@pytest.mark.parametrize(
    "model",
    [
        GraniteForCausalLM(GraniteConfig(**SHAPE, logits_scaling=8.0)),
        CohereForCausalLM(CohereConfig(**SHAPE, logit_scale=0.25)),
    ],
    ids=["granite", "cohere"],
)
def test_scaled_logits_are_scaled(model):
    batch = pad_rows(rows(), pad=0)
    want = full_sums(model, batch)
    score_answers(model)
    assert torch.allclose(model(**batch)[0], want, atol=1e-4)


def test_a_head_that_is_no_plain_projection_is_refused():
    from peft import LoraConfig, get_peft_model

    with pytest.raises(ModelError, match="take another model"):
        score_answers(Gemma2ForCausalLM(Gemma2Config(**SHAPE, head_dim=16)))
    adapted = get_peft_model(qwen(False), LoraConfig(r=2, target_modules=["lm_head"]))
    with pytest.raises(ModelError, match="leave lm_head out"):
        score_answers(adapted)
