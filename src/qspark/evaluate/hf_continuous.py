"""Continuous batching: transformers' own engine, which fills the place of an answer that is done at once."""

from collections.abc import Sequence
from typing import Any

from transformers import LogitsProcessorList
from transformers.generation.configuration_utils import ContinuousBatchingConfig
from transformers.generation.continuous_batching.cb_logits_processors import (
    ContinuousBatchingLogitsProcessorList,
)

from qspark.errors import ModelError
from qspark.evaluate.answers import Keep, Sampling
from qspark.evaluate.draw import ContinuousDraw
from qspark.evaluate.hf import Wanted, finished

_PAGE = 64


def continuously(
    model: Any,
    tokenizer: Any,
    at_once: int,
    sampling: Sampling,
    wanted: Sequence[Wanted],
    keep: Keep,
) -> None:
    """Answer all requests, each kept when it is done; raises ModelError where the engine fails.

    On a GPU the engine itself finds how much memory there is for its cache; elsewhere the cache has
    room for `at_once` of the longest answers.
    """
    if not wanted:
        return
    room: dict[str, Any] = {"max_memory_percent": 0.8}
    if model.device.type != "cuda":
        longest = max(len(one.ids) + one.most for one in wanted)
        blocks = at_once * (longest // _PAGE + 2)
        room = {"page_size": _PAGE, "num_blocks": blocks, "max_batch_tokens": max(512, at_once)}
    ends = model.generation_config.eos_token_id
    config = model.generation_config
    config.do_sample = False
    manager = model.init_continuous_batching(
        generation_config=config,
        continuous_batching_config=ContinuousBatchingConfig(
            max_requests_per_batch=max(at_once, 1) if "num_blocks" in room else None, **room
        ),
    )
    seeded = not sampling.greedy
    if seeded:
        drawn = ContinuousDraw(sampling.temperature, sampling.top_p)
        manager.logit_processor = ContinuousBatchingLogitsProcessorList(
            LogitsProcessorList([drawn])
        )
        manager.logit_processor.tensors_required = 1
    manager.start()
    try:
        waiting = {}
        for number, one in enumerate(wanted):
            name = f"{number}"
            waiting[name] = one
            seed = {"seed": one.request.seed} if seeded else {}
            manager.add_request(one.ids, name, one.most, eos_token_id=ends, **seed)
        while waiting:
            result = manager.get_result(timeout=1)
            if result is None and not manager.is_running():
                break
            if result is None or not result.is_finished():
                continue
            if result.error is not None:
                raise ModelError(
                    f"continuous batching failed ({result.error}): give --batching static"
                )
            one = waiting.pop(result.request_id)
            keep([(one.request, finished(tokenizer, ends, one, result.generated_tokens))])
    finally:
        manager.stop(block=True, timeout=30, hard_stop=True)
        manager.destroy()
    if waiting:
        raise ModelError("continuous batching broke off: give --batching static")
