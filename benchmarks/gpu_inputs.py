"""What `gpu_cases.py` trains and trains on: a model of random weights, its words, and random tokens."""

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import WordLevel
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, Qwen2Config

from qspark.config import Scratch, load_profile
from qspark.data.tiny.draft import Draft, draft_all
from qspark.train.logprobs import IGNORE
from qspark.train.shape import Shape, shape_of

# Each with the size of an attention head.
SHAPES = {
    "32B": (shape_of("Qwen/Qwen2.5-Coder-32B-Instruct", Scratch()), 128),
    "tiny": (Shape(64, 2, 128, 512, 64, 32, tied=False), 16),
}


def shape(given: argparse.Namespace) -> Shape:
    """The shape that is asked for, with so many blocks."""
    found = SHAPES[given.shape][0]
    return replace(found, layers=given.layers or found.layers)


def model(given: argparse.Namespace) -> Any:
    """Qwen2 of the shape in bfloat16, made where it is to stay: no copy on the CPU, no checkpoint."""
    sizes, size = shape(given), SHAPES[given.shape][1]
    config = Qwen2Config(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.hidden,
        intermediate_size=sizes.intermediate,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.query // size,
        num_key_value_heads=sizes.key_value // size,
        max_position_embeddings=32_768,
        tie_word_embeddings=sizes.tied,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=0,
    )
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        return AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)


def words(vocabulary: int) -> PreTrainedTokenizerFast:
    """A tokenizer of as many words, the first for padding and the end: a text of n words has n tokens."""
    known = {"<pad>": 0, "<end>": 1} | {f"t{n}": n for n in range(2, vocabulary)}
    core = Tokenizer(WordLevel(known, unk_token="t2"))
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()  # type: ignore[assignment]
    return PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="<pad>", eos_token="<end>", padding_side="left"
    )


def pairs(given: argparse.Namespace) -> list[dict[str, dict[str, list[int]]]]:
    """Prompts of random tokens, each with two answers that fill the length."""
    vocabulary, found = SHAPES[given.shape][0].vocabulary, []
    rng = random.Random(0)
    for _ in range(given.batch * given.steps):
        head = rng.choices(range(2, vocabulary), k=given.prompt)
        pair = {}
        for side in ("chosen", "rejected"):
            tail = rng.choices(range(2, vocabulary), k=given.length - given.prompt)
            pair[side] = {"input_ids": head + tail, "labels": [IGNORE] * given.prompt + tail}
        found.append(pair)
    return found


def drafts(count: int) -> dict[str, Draft]:
    """Tasks of the tiny world, with the answers that stand for a model's."""
    profile = load_profile("tiny-cpu")
    assert profile.data
    found = draft_all(profile.data.model_copy(update={"tasks": 60, "plain": 12}), 0)["rl"]
    return {draft.task.task_id: draft for draft in found[:count]}


def prompts(given: argparse.Namespace, names: Sequence[str]) -> list[dict[str, str]]:
    """As many prompts of random words as training takes, each for one of the tasks."""
    rng, vocabulary = random.Random(0), SHAPES[given.shape][0].vocabulary
    wanted = given.steps * given.answers // given.group
    return [
        {
            "prompt": " ".join(f"t{rng.randrange(2, vocabulary)}" for _ in range(given.prompt)),
            "task_id": names[n % len(names)],
        }
        for n in range(wanted)
    ]
