"""Log-probabilities of answers, computed in tiles so that the full logits never exist.

A vocabulary of 152,064 and 2,048 tokens make 1.2 GiB of float32 logits per sequence, and a loss on them
keeps three or four such tensors. Here only the answer's positions are projected, a tile of rows at a time.

`score_answers` changes what a model returns when it is called with labels. The trainers then call the
model as it was wrapped for several devices, so that DDP and FSDP2 see a forward pass and reduce its
gradients; one that reached past the wrapper would train each process on its own.
"""

from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from qspark.errors import ModelError

IGNORE = -100
TILE = 2**26  # logits that exist at once: 256 MiB of float32


class _TargetLogprobs(torch.autograd.Function):
    """log softmax(hidden @ weight.T) at each row's target.

    A frozen weight (LoRA) lets the forward pass prepare the gradient of `hidden`, since each row has one
    output; a trained one needs the upstream gradient, so the backward pass makes each tile again.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        dtype = _compute_dtype(hidden)
        matrix = weight.to(dtype)
        values, log_sums = (hidden.new_empty(len(hidden), dtype=torch.float32) for _ in range(2))
        frozen = not ctx.needs_input_grad[1]
        slopes = torch.empty_like(hidden) if frozen and ctx.needs_input_grad[0] else None
        for rows in _tiles(len(hidden), len(weight)):
            logits = _logits(hidden[rows], matrix)
            at_target = logits.gather(1, targets[rows, None])[:, 0]
            top = logits.amax(1)
            logits.sub_(top[:, None]).exp_()
            sums = logits.sum(1)
            log_sums[rows] = top + sums.log()
            values[rows] = at_target - log_sums[rows]
            if slopes is not None:
                logits.div_(sums[:, None])
                slopes[rows] = matrix[targets[rows]].to(hidden.dtype) - logits.to(dtype) @ matrix
        if slopes is None:
            ctx.save_for_backward(hidden, weight, targets, log_sums)
        else:
            ctx.save_for_backward(slopes)
        ctx.dtype = dtype
        return values

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None]:  # type: ignore[override]
        if len(ctx.saved_tensors) == 1:
            (slopes,) = ctx.saved_tensors
            return slopes * grad[:, None].to(slopes.dtype), None, None
        hidden, weight, targets, log_sums = ctx.saved_tensors
        matrix = weight.to(ctx.dtype)
        to_hidden = torch.empty_like(hidden) if ctx.needs_input_grad[0] else None
        to_weight = torch.zeros_like(weight, dtype=torch.float32)
        for rows in _tiles(len(hidden), len(weight)):
            slopes = _logits(hidden[rows], matrix).sub_(log_sums[rows, None]).exp_()
            slopes.mul_(-grad[rows, None])
            slopes.scatter_add_(1, targets[rows, None], grad[rows, None])
            narrow = slopes.to(ctx.dtype)
            if to_hidden is not None:
                to_hidden[rows] = (narrow @ matrix).to(hidden.dtype)
            _add_product(to_weight, narrow.t(), hidden[rows].to(ctx.dtype))
        return to_hidden, to_weight.to(weight.dtype), None


def _tiles(rows: int, vocabulary: int) -> list[slice]:
    step = max(1, TILE // vocabulary)
    return [slice(start, min(start + step, rows)) for start in range(0, rows, step)]


def _compute_dtype(hidden: Tensor) -> torch.dtype:
    kind = hidden.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else hidden.dtype


def _logits(hidden: Tensor, matrix: Tensor) -> Tensor:
    return (hidden.to(matrix.dtype) @ matrix.t()).float()


def _add_product(total: Tensor, one: Tensor, two: Tensor) -> None:
    """`total` += `one` @ `two` in float32: sums of rounded products would lose the small ones."""
    if total.is_cuda and one.dtype != torch.float32:
        torch.addmm(total, one, two, out_dtype=torch.float32, out=total)
    else:
        total.addmm_(one.float(), two.float())


def target_logprobs(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Log-probability of each target token under the logits `hidden @ weight.T`.

    `hidden` is [tokens, width], `weight` [vocabulary, width], `targets` int64 [tokens]; returns float32
    [tokens]. Besides gradients, memory is that of `TILE` logits.
    """
    return _TargetLogprobs.apply(hidden, weight, targets)  # type: ignore[no-any-return]


def score_answers(model: PreTrainedModel) -> None:
    """Make a causal language model, or one with an adapter, score answers when it is called with labels.

    `model(input_ids, attention_mask, labels)`, each [batch, length] with `labels` holding IGNORE outside
    the answer, then returns each answer's summed log-probability, float32 [batch], and its number of
    tokens, int64 [batch]. Called without labels it does what it did. Raises ModelError for a head whose
    logits are not a plain projection.
    """
    base: Any = model.get_base_model() if hasattr(model, "get_base_model") else model  # type: ignore[operator]
    head, plain = base.get_output_embeddings(), base.forward
    if type(head) is not nn.Linear or head.bias is not None:
        raise ModelError(
            f"the output head of {type(base).__name__} is a {type(head).__name__} that cannot be scored in "
            "tiles: take a model with a plain head, and leave lm_head out of the adapter's modules"
        )
    if getattr(base.config, "final_logit_softcapping", None):
        raise ModelError(
            f"{type(base).__name__} caps its logits, which cannot be scored in tiles: take another model"
        )
    # Granite divides its logits, Cohere multiplies them.
    scale = getattr(base.config, "logit_scale", 1.0) / getattr(base.config, "logits_scaling", 1.0)

    def project(self: nn.Linear, hidden: Tensor, targets: Tensor | None = None) -> Tensor:
        if targets is None:
            return nn.functional.linear(hidden, self.weight)
        return target_logprobs(hidden if scale == 1 else hidden * scale, self.weight, targets)

    def forward(
        self: Any,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        **others: Any,
    ) -> Any:
        if labels is None:
            return plain(input_ids=input_ids, attention_mask=attention_mask, **others)
        hidden = self.get_decoder()(
            input_ids=input_ids, attention_mask=attention_mask, use_cache=False
        ).last_hidden_state
        targets = labels[:, 1:]
        taken = targets != IGNORE
        # The head is called as a module: FSDP2 gathers its weight in hooks around that call.
        values = head(hidden[:, :-1][taken], targets[taken])
        spread = values.new_zeros(taken.shape).masked_scatter(taken, values)
        return spread.sum(dim=1), taken.sum(dim=1)

    head.forward = MethodType(project, head)
    base.forward = MethodType(forward, base)
