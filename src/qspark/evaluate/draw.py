"""Drawing tokens with a random number per answer and step, so that an answer depends on its own seed only.

Torch draws for a whole batch at once: who sits next to an answer then decides what it says. Here each answer
has a generator of its own, which gives one number per token, and the token is found by inverting the
cumulative distribution. What is left of the batch are rounding errors of the logits.
"""

import random
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import LogitsProcessor
from transformers.generation.continuous_batching.cb_logits_processors import (
    ContinuousBatchingLogitsProcessor,
)
from transformers.generation.continuous_batching.requests import FutureRequestState


def draw(logits: Tensor, numbers: Tensor, temperature: float, top_p: float) -> Tensor:
    """One token per row of `logits` [rows, vocabulary], by `numbers` [rows] in 0..1; int64 [rows].

    Nucleus sampling (arXiv 1904.09751): the likeliest tokens that together reach `top_p` stay, and
    the number is the place in what they have. Number 0 gives the likeliest token.
    """
    shares, tokens = torch.sort(
        torch.softmax(logits.float() / temperature, dim=-1), dim=-1, descending=True, stable=True
    )
    reached = shares.cumsum(dim=-1)
    kept = (reached - shares < top_p).sum(dim=-1, keepdim=True).clamp(min=1)
    total = reached.gather(1, kept - 1)
    place = torch.searchsorted(reached, numbers.to(reached)[:, None] * total, right=True)
    return tokens.gather(1, torch.minimum(place, kept - 1)).squeeze(1)


def only(logits: Tensor, tokens: Tensor) -> Tensor:
    """Logits that leave one token per row: 0 for `tokens` [rows], -inf for the others."""
    return torch.full_like(logits, -torch.inf).scatter_(1, tokens[:, None], 0.0)


class Draw(LogitsProcessor):
    """For `generate`, with do_sample off: row i is drawn by the generator of seed i."""

    def __init__(self, seeds: Sequence[int], temperature: float, top_p: float):
        self.generators = [random.Random(seed) for seed in seeds]
        self.temperature = temperature
        self.top_p = top_p

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """Logits that leave the token drawn for each row."""
        numbers = torch.tensor([one.random() for one in self.generators], device=scores.device)
        return only(scores, draw(scores, numbers, self.temperature, self.top_p))


class ContinuousDraw(ContinuousBatchingLogitsProcessor):
    """The same for continuous batching: each request brings its `seed`."""

    supported_kwargs = {"seed": int}  # noqa: RUF012 - the base class declares it so
    ignored_kwargs = ()

    def __init__(self, temperature: float, top_p: float):
        self.generators: dict[str, random.Random] = {}
        self.temperature = temperature
        self.top_p = top_p

    def fill_defaults(self, int32_tensor: Tensor) -> None:
        """Rows without a request take the likeliest token."""
        int32_tensor.zero_()

    def prepare_tensor_args(self, requests_with_new_token: list[FutureRequestState]) -> Tensor:
        """The next number of each request, as bits of float32."""
        numbers = []
        for request in requests_with_new_token:
            name = request.state.request_id
            if name not in self.generators:
                seed = request.state.logit_processor_kwargs["seed"]
                self.generators[name] = random.Random(seed)
            numbers.append(self.generators[name].random())
        return torch.tensor(numbers, dtype=torch.float32).view(dtype=torch.int32)

    def __call__(self, scores: Tensor, tensor_arg: Tensor) -> Tensor:
        """Logits that leave the token drawn for each row."""
        numbers = tensor_arg[: scores.size(0)].view(dtype=torch.float32)
        return only(scores, draw(scores, numbers, self.temperature, self.top_p))
