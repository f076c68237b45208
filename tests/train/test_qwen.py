"""A folder in Qwen2.5-Coder's layout goes through the code that a real one goes through."""

import json

import pytest
import torch
from tests.paths import MICRO
from tests.train.micro import write_data
from tests.train.qwen import ADDED, qwen_folder

from qspark.config import Lora, Model, load_profile
from qspark.errors import ModelError
from qspark.runs import read_jsonl
from qspark.train.models import load, load_to_train
from qspark.train.orpo import run_orpo
from qspark.train.sft import run_sft

# PEFT 0.21 uses a name that transformers 5.23 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")


def profile_for(folder, **model):
    profile = load_profile(str(MICRO))
    settings = Model(name=str(folder), dtype="bfloat16", **model)
    sft = profile.sft.model_copy(update={"steps": 2, "max_length": 2048})
    orpo = profile.orpo.model_copy(update={"steps": 2, "max_length": 2048, "learning_rate": 1e-3})
    return profile.model_copy(update={"model": settings, "sft": sft, "orpo": orpo})


@pytest.fixture(params=[True, False], ids=["tied", "untied"])
def folder(request, tmp_path):
    return qwen_folder(tmp_path / "Qwen2.5-Coder", tied=request.param)


def test_the_folder_loads_as_the_model_it_describes(folder):
    model, tokenizer = load(folder, Model(dtype="bfloat16"))
    config = json.loads((folder / "config.json").read_text())
    assert (folder / "model.safetensors.index.json").exists()
    assert model.dtype == torch.bfloat16
    assert (model.lm_head.weight is model.model.embed_tokens.weight) == config[
        "tie_word_embeddings"
    ]
    assert len(model.lm_head.weight) == config["vocab_size"] > len(tokenizer)
    assert [tokenizer.eos_token, tokenizer.pad_token] == ["<|im_end|>", "<|endoftext|>"]
    assert all(len(tokenizer(token)["input_ids"]) == 1 for token in ADDED)


def test_an_adapter_learns_by_sft_and_orpo_and_loads_again(folder, tmp_path):
    profile = profile_for(folder, lora=Lora(rank=4, alpha=8))
    data = write_data(tmp_path / "data", profile)
    run_sft(profile, data, tmp_path / "sft", lambda *_: None)
    run_orpo(profile, data, tmp_path / "sft" / "model", tmp_path / "orpo", lambda *_: None)
    base, _ = load(folder, profile.model)
    adapters = []
    for stage in ("sft", "orpo"):
        saved = tmp_path / stage / "model"
        assert not list(saved.glob("model*.safetensors"))
        assert [row["step"] for row in read_jsonl(tmp_path / stage / "log.jsonl")] == [2]
        model, tokenizer = load(saved, profile.model)
        assert tokenizer.chat_template == load(folder, profile.model)[1].chat_template
        weights = dict(model.named_parameters())
        adapters.append({name: w for name, w in weights.items() if "lora" in name})
        for name, weight in base.named_parameters():
            found = weights.get(f"base_model.model.{name}")
            if found is None:
                head, _, tail = name.rpartition(".")
                found = weights[f"base_model.model.{head}.base_layer.{tail}"]
            assert torch.equal(found, weight), name
    sft, orpo = adapters
    assert any(weight.abs().max() > 0 for name, weight in sft.items() if "lora_B" in name)
    assert any(not torch.equal(weight, orpo[name]) for name, weight in sft.items())


def test_full_weights_train_in_float32_and_adapters_on_a_narrow_base(folder):
    full, _ = load_to_train(folder, Model(dtype="bfloat16"))
    assert {weight.dtype for weight in full.parameters()} == {torch.float32}
    adapted, _ = load_to_train(folder, Model(dtype="bfloat16", lora=Lora(rank=2)))
    dtypes = {w.requires_grad: w.dtype for w in adapted.parameters()}
    assert dtypes == {True: torch.float32, False: torch.bfloat16}


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_four_bits_without_a_gpu_are_refused_with_a_remedy(folder):
    settings = Model(lora=Lora(quantise="nf4"))
    with pytest.raises(ModelError, match="CUDA GPU"):
        load_to_train(folder, settings)


def test_four_bits_without_bitsandbytes_are_refused_with_a_remedy(folder, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("qspark.train.models.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install bitsandbytes"):
        load_to_train(folder, Model(lora=Lora(quantise="nf4")))


def test_a_folder_that_lacks_a_shard_is_refused(folder):
    next(folder.glob("model-*")).unlink()
    with pytest.raises(ModelError, match="complete model folder"):
        load(folder, Model())


def test_nothing_that_fits_is_said_with_the_remedy(folder, tmp_path):
    from qspark.errors import QSparkError

    profile = profile_for(folder)
    short = {
        part: getattr(profile, part).model_copy(update={"max_length": 4})
        for part in ("sft", "orpo")
    }
    profile = profile.model_copy(update=short)
    data = write_data(tmp_path / "data", profile)
    with pytest.raises(QSparkError, match=r"raise max_length in \[sft\]"):
        run_sft(profile, data, tmp_path / "sft", lambda *_: None)
    with pytest.raises(QSparkError, match=r"raise max_length in \[orpo\]"):
        run_orpo(profile, data, folder, tmp_path / "orpo", lambda *_: None)
