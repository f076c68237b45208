import pytest
import torch

from qspark.config import Model, Scratch
from qspark.errors import ModelError
from qspark.train.common import save
from qspark.train.models import load, scratch_model, train_tokenizer

SMALL = Scratch(
    vocab_size=300, hidden_size=32, intermediate_size=64, layers=2, heads=2, key_value_heads=1
)


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer(["qc = QuantumCircuit(3)\n    qc.rx(0.7, 2)\n"] * 3, 300)


def test_the_tokenizer_gives_back_any_text_and_splits_digits(tokenizer):
    text = "qc.rx(12.75, 3)  # φ ≠ 0\n\tπ"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert tokenizer.tokenize("128") == ["1", "2", "8"]


def test_the_chat_template_is_chatml(tokenizer):
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": "hi"}], tokenize=False, add_generation_prompt=True
    )
    assert text == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    assert tokenizer.eos_token_id in tokenizer(text)["input_ids"]


def test_the_same_seed_gives_the_same_weights(tokenizer):
    one, two = (scratch_model(SMALL, tokenizer, seed=3) for _ in range(2))
    other = scratch_model(SMALL, tokenizer, seed=4)
    pairs = list(zip(one.parameters(), two.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b in pairs)
    assert not torch.equal(one.lm_head.weight, other.lm_head.weight)


def test_a_saved_folder_loads_as_it_was(tokenizer, tmp_path):
    model = scratch_model(SMALL, tokenizer, seed=0)
    save(model, tokenizer, tmp_path / "model")
    again, words = load(tmp_path / "model", Model())
    assert torch.equal(model.lm_head.weight, again.lm_head.weight)
    assert words.chat_template == tokenizer.chat_template
    assert words.padding_side == "left"


@pytest.mark.parametrize("source", ["nowhere", "./nowhere", "a/b/c"])
def test_an_unknown_model_is_refused_with_a_remedy(source):
    with pytest.raises(ModelError, match="give a"):
        load(source, Model())


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="complete model folder"):
        load(tmp_path, Model())
