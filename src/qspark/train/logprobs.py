"""Log-probabilities of answers, computed in chunks so that the full logits never exist.

A vocabulary of 152,064 and 2,048 tokens make 1.2 GiB of float32 logits per sequence. Only the answer's
positions are projected, a chunk at a time, and each chunk's logits are made again in the backward pass.
"""

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel

IGNORE = -100
CHUNK = 1024


def token_logprobs(hidden: Tensor, head: torch.nn.Module, targets: Tensor) -> Tensor:
    """Log-probability of each target token.

    `hidden` is [tokens, width], `targets` [tokens]; returns float32 [tokens]. Memory is that of the
    logits of `CHUNK` tokens.
    """

    def one(part: Tensor, wanted: Tensor) -> Tensor:
        logits = head(part).float()
        return -torch.nn.functional.cross_entropy(logits, wanted, reduction="none")

    parts = [
        checkpoint(one, part, wanted, use_reentrant=False)
        for part, wanted in zip(hidden.split(CHUNK), targets.split(CHUNK), strict=True)
    ]
    return torch.cat(parts) if parts else hidden.new_zeros(0, dtype=torch.float32)


def answer_logprobs(
    model: PreTrainedModel, input_ids: Tensor, attention_mask: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """Summed log-probability and number of tokens of each row's answer.

    All inputs are [batch, length]; `labels` hold IGNORE outside the answer. Returns float32 [batch] and
    int64 [batch].
    """
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    hidden = base.get_decoder()(
        input_ids=input_ids, attention_mask=attention_mask, use_cache=False
    ).last_hidden_state
    targets = labels[:, 1:]
    taken = targets != IGNORE
    values = token_logprobs(hidden[:, :-1][taken], base.get_output_embeddings(), targets[taken])
    rows = taken.nonzero()[:, 0]
    sums = torch.zeros(len(labels), device=values.device).index_add(0, rows, values)
    return sums, taken.sum(dim=1)
