"""The only file that names trl: TRL's GRPO trainer with every default that matters written out."""

import os
import warnings
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

# TRL asks the Hub for nothing here, and it reports nothing there.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from datasets import Dataset, disable_progress_bars
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    TrainerCallback,
)

from qspark.config import Profile
from qspark.errors import QSparkError
from qspark.train.common import arguments

_SUPPORTED = "1.16"


def grpo_trainer(
    profile: Profile,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    rows: list[dict[str, Any]],
    reward: Callable[..., list[float | None]],
    journal: TrainerCallback,
    folder: Path,
) -> Any:
    """TRL's GRPOTrainer over `rows` ({"prompt": text, ...}); other columns reach `reward` as lists.

    Raises QSparkError when another TRL than the pinned one is installed.
    """
    installed = metadata.version("trl")
    if not installed.startswith(f"{_SUPPORTED}."):
        raise QSparkError(
            f"trl {installed} is installed, QSpark needs {_SUPPORTED}: "
            f"pip install 'trl=={_SUPPORTED}.*'"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from trl import GRPOConfig, GRPOTrainer
    disable_progress_bars()
    section = profile.grpo
    config = GRPOConfig(
        **arguments(profile, section, folder),
        num_generations=section.group,
        generation_batch_size=section.batch_size * section.accumulation,
        num_iterations=1,
        max_completion_length=section.max_completion_length,
        shuffle_dataset=True,
        temperature=section.temperature,
        top_p=1.0,
        top_k=0,
        min_p=None,
        repetition_penalty=1.0,
        use_vllm=False,
        beta=section.kl_weight,
        epsilon=section.clip_low,
        epsilon_high=section.clip_high,
        delta=None,
        loss_type="dapo",
        scale_rewards="group",
        importance_sampling_level="token",
        multi_objective_aggregation="sum_then_normalize",
        mask_truncated_completions=False,
        top_entropy_quantile=1.0,
        entropy_coef=0.0,
        use_adaptive_entropy=False,
        off_policy_mask_threshold=None,
        sync_ref_model=False,
        disable_dropout=True,
        log_completions=False,
    )
    return GRPOTrainer(
        model=model,
        reward_funcs=reward,
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        callbacks=[journal],
    )
