"""The only file that names trl: TRL's GRPO trainer with our rollouts in it, every default written out.

`RolloutTrainer` overrides two methods of TRL 1.16's trainer and copies none:

- `_generate_and_score_completions`: which rows are generated for, and what their advantages are
- `_generate`: what comes out of it goes to the judge, and groups that teach nothing are replaced

With transformers' own generation each answer goes to the judge as soon as it ends. vLLM gives a batch at
once, which is then judged while TRL computes old and reference log-probabilities.

`tests/train/test_trl_compat.py` says so when either does not hold any more.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

# TRL asks the Hub for nothing here, and it reports nothing there.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import torch
from datasets import Dataset, disable_progress_bars
from torch import Tensor
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    StoppingCriteria,
    StoppingCriteriaList,
    TrainerCallback,
)

from qspark.config import Grpo, Profile
from qspark.errors import QSparkError
from qspark.train.common import arguments
from qspark.train.rollouts import Rollouts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from trl import GRPOConfig, GRPOTrainer  # type: ignore[attr-defined]

_SUPPORTED = "1.16"
# What `_generate` gives, in order; of text without tools only these four are filled.
_PROMPT_IDS, _COMPLETION_IDS, _TEXTS, _LOGPROBS = 0, 1, 3, 4


class RolloutTrainer(GRPOTrainer):
    """TRL's GRPOTrainer whose prompts, groups, rewards and advantages are those of a `Rollouts`."""

    def __init__(self, *args: Any, rollouts: Rollouts, **kwargs: Any):
        self.rollouts = rollouts
        self._rows: list[dict[str, Any]] = []
        super().__init__(*args, reward_funcs=self._reward, **kwargs)

    def _reward(self, **kwargs: Any) -> list[float | None]:
        return self.rollouts.reward(**kwargs)

    _reward.__name__ = "execution"

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        self._rows = self.rollouts.choose(inputs, self.state.global_step + 1)
        output = super()._generate_and_score_completions(self._rows)
        stock: Tensor = output["advantages"]
        output["advantages"] = self.rollouts.advantages().to(stock.device)
        return output

    def _generate(self, prompts: list[str]) -> tuple[Any, ...]:
        # The rows are put in place of those that TRL holds: it is the same list.
        rows = self._rows
        with self._watched(rows):
            made: Any = super()._generate(prompts)
        self.rollouts.submit(rows, made[_TEXTS], made[_COMPLETION_IDS])
        while count := self.rollouts.wanting():
            fresh = self.rollouts.fresh(count)
            with self._watched(fresh):
                new: Any = super()._generate([row["prompt"] for row in fresh])
            for old, place in self.rollouts.offer(fresh, new[_TEXTS], new[_COMPLETION_IDS]):
                rows[old] = fresh[place]
                for part in (_PROMPT_IDS, _COMPLETION_IDS, _TEXTS, _LOGPROBS):
                    if made[part] is not None:
                        made[part][old] = new[part][place]
        return made

    @contextmanager
    def _watched(self, rows: list[dict[str, Any]]) -> Iterator[None]:
        """While transformers generates for the rows, each answer goes to the judge when it ends."""
        model: Any = self.accelerator.unwrap_model(self.model)
        ends = torch.tensor(self.eos_token_ids, device=self.accelerator.device)
        watch = Written(
            lambda place, ids: self.rollouts.written(rows[place], self._decoded(ids)), ends
        )
        model.generate = partial(model.generate, stopping_criteria=StoppingCriteriaList([watch]))
        try:
            yield
        finally:
            del model.generate

    def _decoded(self, ids: Tensor) -> str:
        tokenizer: Any = self.processing_class
        return tokenizer.decode(ids, skip_special_tokens=True)


class Written(StoppingCriteria):
    """Stops nothing: calls `say(place in the batch, its new ids)` for each answer that has ended."""

    def __init__(self, say: Callable[[int, Tensor], None], ends: Tensor):
        self._say, self._ends = say, ends
        self._start = 0
        self._ended: set[int] = set()

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        """Look at the newest token of each answer; `input_ids` is int64 [answers, tokens so far]."""
        self._start = self._start or input_ids.shape[1] - 1
        for place in torch.isin(input_ids[:, -1], self._ends).nonzero()[:, 0].tolist():
            if place not in self._ended:
                self._ended.add(place)
                self._say(place, input_ids[place, self._start :])
        return torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)


def grpo_trainer(
    profile: Profile,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    rows: list[dict[str, Any]],
    rollouts: Rollouts,
    callbacks: list[TrainerCallback],
    folder: Path,
) -> RolloutTrainer:
    """TRL's trainer over `rows` ({"prompt": text, "task_id": name}).

    Raises QSparkError when another TRL than the pinned one is installed.
    """
    installed = metadata.version("trl")
    if not installed.startswith(f"{_SUPPORTED}."):
        raise QSparkError(
            f"trl {installed} is installed, QSpark needs {_SUPPORTED}: "
            f"pip install 'trl=={_SUPPORTED}.*'"
        )
    disable_progress_bars()
    return RolloutTrainer(
        model=model,
        args=GRPOConfig(**arguments(profile, profile.grpo, folder), **_settings(profile.grpo)),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        callbacks=callbacks,
        rollouts=rollouts,
    )


def _settings(section: Grpo) -> dict[str, Any]:
    """What GRPOConfig has beyond `TrainingArguments`, each default that matters written out."""
    return {
        "num_generations": section.group,
        "steps_per_generation": section.accumulation * section.minibatches,
        "num_iterations": section.iterations,
        "max_completion_length": section.max_completion_length,
        # TRL's shuffle starts again from its first pass when a run is resumed; ours is done beforehand.
        "shuffle_dataset": False,
        "pad_to_multiple_of": None,
        "temperature": section.temperature,
        "top_p": 1.0,
        "top_k": 0,
        "min_p": None,
        "repetition_penalty": 1.0,
        "generation_kwargs": None,
        "cache_implementation": None,
        "use_transformers_continuous_batching": False,
        "use_vllm": section.generate.startswith("vllm"),
        "vllm_mode": "server" if section.generate == "vllm-server" else "colocate",
        "vllm_server_base_url": section.vllm_url if section.generate == "vllm-server" else None,
        "vllm_gpu_memory_utilization": section.vllm_memory,
        "vllm_enable_sleep_mode": section.generate == "vllm-colocate",
        "vllm_importance_sampling_correction": True,
        "vllm_importance_sampling_mode": "sequence_mask",
        "vllm_importance_sampling_clip_max": 3.0,
        "vllm_importance_sampling_clip_min": None,
        "beta": section.kl_weight,
        "use_bias_correction_kl": True,
        "sync_ref_model": False,
        "epsilon": section.clip_low,
        "epsilon_high": section.clip_high,
        "delta": None,
        "loss_type": section.loss,
        "importance_sampling_level": section.importance,
        # Ours replace the advantages that come of these three.
        "scale_rewards": "group",
        "multi_objective_aggregation": "sum_then_normalize",
        "reward_weights": None,
        "mask_truncated_completions": not section.truncated,
        "top_entropy_quantile": 1.0,
        "entropy_coef": 0.0,
        "use_adaptive_entropy": False,
        "off_policy_mask_threshold": None,
        "disable_dropout": True,
        "cast_lm_head_to_fp32": False,
        "log_completions": False,
    }
