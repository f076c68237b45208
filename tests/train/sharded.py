"""The gradients of scored answers on weights that FSDP2 shards over processes, as accelerate shards them."""

import itertools
from pathlib import Path

import torch
import torch.distributed as dist
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor
from transformers import Qwen2Config, Qwen2ForCausalLM

from qspark.config import Lora, Model
from qspark.runs import append_jsonl
from qspark.train.common import pad_rows
from qspark.train.logprobs import IGNORE, score_answers
from qspark.train.models import with_lora

PROMPT = [5, 6, 7]
ANSWERS = ([[8, 9, 10, 11, 12], [12, 13]], [[3, 4], [14, 15, 16]])


def compare(path: Path) -> None:
    """Append a row per kind of model: the largest difference to the gradients of one process."""
    for tied, lora, checkpointed in itertools.product((False, True), repeat=3):
        model, alone = _model(tied, lora), _model(tied, lora)
        sum(_loss(alone, rank) for rank in (0, 1)).div(2).backward()  # type: ignore[union-attr]
        wanted = {n: w.grad for n, w in alone.named_parameters() if w.grad is not None}
        if checkpointed:
            model.train()
            model.activation_checkpointing_enable()
        _shard(model.get_base_model() if lora else model, model, tied)
        for _ in range(2):  # the second pass starts from what the first one left gathered
            model.zero_grad()
            _loss(model, dist.get_rank()).backward()
        found = {n: w.grad for n, w in model.named_parameters() if w.grad is not None}
        assert found.keys() == wanted.keys()
        assert all(isinstance(grad, DTensor) for grad in found.values())
        worst = max((found[n].full_tensor() - wanted[n]).abs().max().item() for n in wanted)
        if dist.get_rank() == 0:
            append_jsonl(path, [{"tied": tied, "lora": lora, "worst": worst}])


def _model(tied: bool, lora: bool):
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=98,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            tie_word_embeddings=tied,
        )
    )
    if lora:
        model = with_lora(model, Model(lora=Lora(rank=4)))
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(weight, std=0.1)
    score_answers(model)
    return model


def _loss(model, rank: int) -> torch.Tensor:
    labels = [[IGNORE] * len(PROMPT) + answer for answer in ANSWERS[rank]]
    rows = [
        {"input_ids": PROMPT + answer, "labels": label}
        for answer, label in zip(ANSWERS[rank], labels, strict=True)
    ]
    sums, counts = model(**pad_rows(rows, 0))
    return -(sums / counts).mean()


def _shard(base, model, tied: bool) -> None:
    for layer in base.model.layers:
        fully_shard(layer)
    tail = [base.model.norm, base.lm_head]
    if tied:
        tail.insert(0, base.model.embed_tokens)
    else:
        fully_shard(base.model.embed_tokens)
    fully_shard(tail, reshard_after_forward=False)
    fully_shard(model)
