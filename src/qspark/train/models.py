"""Models and tokenizers: one from scratch for machines without a network, or any from a folder or the hub."""

import json
import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, decoders, pre_tokenizers, trainers
from tokenizers.models import BPE
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from qspark.config import Model, Scratch
from qspark.errors import ModelError

# Qwen2's pre-tokenizer pattern: words, single digits, runs of punctuation, line ends.
_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_PAD, _START, _END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
_CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer with Qwen2's pattern and ChatML template, trained on the texts."""
    core = Tokenizer(BPE())
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[_PAD, _START, _END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token=_PAD,
        eos_token=_END,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = _CHAT_TEMPLATE
    return tokenizer


def scratch_model(
    settings: Scratch, tokenizer: PreTrainedTokenizerBase, seed: int
) -> Qwen2ForCausalLM:
    """A Qwen2 model of random weights.

    Matrices are drawn with standard deviation 1/sqrt(fan-in) instead of Qwen2's 0.02: a model this narrow
    then learns to copy from its prompt about 1.4 times sooner.
    """
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=settings.hidden_size,
        intermediate_size=settings.intermediate_size,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.key_value_heads,
        max_position_embeddings=settings.max_length,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,  # type: ignore[arg-type]
        pad_token_id=tokenizer.pad_token_id,  # type: ignore[arg-type]
    )
    model = Qwen2ForCausalLM(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 2:
                weight.normal_(std=weight.shape[1] ** -0.5, generator=generator)
    return model


def load(source: str | Path, settings: Model) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """A model and its tokenizer from a folder, an adapter folder, or a Hugging Face id.

    Raises ModelError if there is none, or if it cannot be read.
    """
    return _read(source, dtype=getattr(torch, settings.dtype))


def load_to_train(
    source: str | Path, settings: Model
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """As `load`, ready to be trained: with the adapter that the profile asks for, or all in float32.

    An update is often smaller than bfloat16 can add to a weight, so weights that are trained are
    float32; a profile's `bfloat16` then holds for the computation. With `quantise` the base is read in
    four bits (QLoRA, arXiv 2305.14314). Raises ModelError as `load`, and where four bits cannot be had.
    """
    if settings.lora is None:
        return _read(source, dtype=torch.float32)
    options = _four_bits() if settings.lora.quantise else {}
    model, tokenizer = _read(source, dtype=getattr(torch, settings.dtype), **options)
    return with_lora(model, settings), tokenizer


def with_lora(model: PreTrainedModel, settings: Model) -> PreTrainedModel:
    """The model with a fresh adapter if the profile asks for one and it has none."""
    if settings.lora is None or hasattr(model, "peft_config"):
        return model
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=settings.lora.rank,
        lora_alpha=settings.lora.alpha,
        lora_dropout=settings.lora.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config)  # type: ignore[return-value]


def _read(source: str | Path, **options: Any) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    folder = Path(source)
    if not folder.is_dir() and not _looks_like_hub_id(str(source)):
        raise ModelError(f"no model at {source}: give a folder or a Hugging Face id (owner/name)")
    try:
        if (folder / "adapter_config.json").is_file():
            model = _read_adapter(folder, options)
        else:
            model = AutoModelForCausalLM.from_pretrained(source, **options)
        tokenizer = AutoTokenizer.from_pretrained(source, padding_side="left")
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(
            f"cannot load the model {source}: {reason}; give a complete model folder, or a "
            "Hugging Face id with the network reachable"
        ) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


def _four_bits() -> dict[str, Any]:
    """Options that read a model's linear layers as NF4 onto this process's GPU."""
    if not torch.cuda.is_available():
        raise ModelError(
            'quantise = "nf4" needs a CUDA GPU and torch sees none: remove it from [model.lora], or train '
            "on a machine with one"
        )
    if find_spec("bitsandbytes") is None:
        raise ModelError('quantise = "nf4" needs bitsandbytes: pip install bitsandbytes')
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
        # FSDP2 shards floating-point weights only.
        bnb_4bit_quant_storage=torch.bfloat16,
    )
    return {
        "quantization_config": config,
        "device_map": {"": int(os.environ.get("LOCAL_RANK", 0))},
    }


def _looks_like_hub_id(source: str) -> bool:
    owner, slash, name = source.partition("/")
    return bool(slash and owner and name and "/" not in name and not source.startswith((".", "~")))


def _read_adapter(folder: Path, options: dict[str, Any]) -> PreTrainedModel:
    """The base model that an adapter folder names, with the adapter on it, ready to train further."""
    from peft import PeftModel

    base = json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"]
    model = AutoModelForCausalLM.from_pretrained(base, **options)
    return PeftModel.from_pretrained(model, folder, is_trainable=True)  # type: ignore[return-value]
