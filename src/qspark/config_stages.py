"""What a profile says of each stage of training, and of rewards: parts of `qspark.config`."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator


class Section(BaseModel):
    """A part of a profile: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Optimise(Section):
    """What all trainers share. The effective batch is `batch_size` x `accumulation` per process.

    Every `eval_steps` the model answers held-out tasks greedily and the best one so far is kept;
    after `patience` such evaluations without a better one training ends. 0 turns either off.
    `adamw_8bit` (arXiv 2110.02861) needs bitsandbytes and a CUDA GPU.
    """

    steps: PositiveInt
    batch_size: PositiveInt
    accumulation: PositiveInt = 1
    learning_rate: float = Field(gt=0)
    warmup_steps: int = Field(0, ge=0)
    schedule: Literal["linear", "cosine", "constant_with_warmup"] = "linear"
    weight_decay: float = Field(0.0, ge=0)
    beta2: float = Field(0.98, gt=0, lt=1)
    max_grad_norm: float = Field(1.0, gt=0)
    gradient_checkpointing: bool = False
    optimizer: Literal["adamw", "adamw_8bit"] = "adamw"
    save_steps: PositiveInt
    logging_steps: PositiveInt = 10
    eval_steps: int = Field(0, ge=0)
    patience: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _checkpointed(self) -> "Optimise":
        """An evaluation follows a checkpoint, so that a killed run can go on with it."""
        if self.eval_steps % self.save_steps:
            raise ValueError("eval_steps must be a multiple of save_steps")
        if self.patience and not self.eval_steps:
            raise ValueError("patience counts evaluations: set eval_steps too")
        return self

    @model_validator(mode="after")
    def _logged_when_saved(self) -> Self:
        if self.save_steps % self.logging_steps:
            raise ValueError(
                f"save_steps ({self.save_steps}) must be a multiple of logging_steps "
                f"({self.logging_steps}), or the first log after a resume lacks steps"
            )
        return self


class Sft(Optimise):
    """Supervised fine-tuning on answers; in the first `clean_share` of the steps all of them are right."""

    max_length: PositiveInt
    clean_share: float = Field(0.0, ge=0, le=1)


class Orpo(Optimise):
    """ORPO (arXiv 2403.07691): `weight` is the paper's lambda."""

    max_length: PositiveInt
    weight: float = Field(0.1, gt=0)


class Grpo(Optimise):
    """GRPO (arXiv 2402.03300): `group` completions per prompt, `batch_size` completions per micro batch.

    `advantage` is the formula by which a group's rewards become advantages (`train/advantages.py`);
    with `normalise = "component"` it is applied to each component of the reward, and their weighted
    sum is normalised over the batch (GDPO). DAPO punishes answers that come within `overlong_tokens`
    of the longest one allowed. NGRPO's paper clips at 0.16 and 0.24.

    `loss` says over what a batch's tokens are averaged; CISPO wants a `clip_high` of 1 or more (the
    paper's is 5). `importance = "sequence"` is GSPO, with `loss = "grpo"` and clips of 3e-4 and 4e-4.
    Completions serve `minibatches` updates, `iterations` times; where both are 1, old and new
    probabilities are the same, and clips, GSPO and CISPO have nothing to act on. `truncated = false`
    leaves answers that were cut off out of the loss.

    Groups that teach nothing are replaced by fresh ones, of which each process makes at most
    `dynamic_budget` per batch of completions (DAPO's dynamic sampling). With
    `sampling = "curriculum"` prompts are drawn by p (1 - p) + `curriculum_floor`, p being the pass
    rate so far. `generate` says what makes the completions.
    """

    group: int = Field(ge=2)
    max_completion_length: PositiveInt
    temperature: float = Field(1.0, gt=0)
    kl_weight: float = Field(0.0, ge=0)
    clip_low: float = Field(0.2, gt=0)
    clip_high: float = Field(0.28, gt=0)
    advantage: Literal["grpo", "dr_grpo", "dapo", "ngrpo", "lead"] = "grpo"
    normalise: Literal["total", "component"] = "total"
    overlong_tokens: int = Field(0, ge=0)
    loss: Literal["grpo", "dr_grpo", "dapo", "bnpo", "cispo"] = "dapo"
    importance: Literal["token", "sequence"] = "token"
    iterations: PositiveInt = 1
    minibatches: PositiveInt = 1
    truncated: bool = True
    dynamic_budget: int = Field(0, ge=0)
    sampling: Literal["uniform", "curriculum"] = "uniform"
    curriculum_floor: float = Field(0.02, gt=0)
    generate: Literal["transformers", "vllm-colocate", "vllm-server"] = "transformers"
    vllm_url: str = "http://127.0.0.1:8000"
    vllm_memory: float = Field(0.3, gt=0, lt=1)

    @model_validator(mode="after")
    def _consistent(self) -> "Grpo":
        """Combinations that would run and mean something else than they say."""
        if self.batch_size * self.accumulation * self.minibatches % self.group:
            raise ValueError("batch_size x accumulation x minibatches must be a multiple of group")
        if self.loss == "cispo" and self.clip_high < 1:
            raise ValueError('with loss = "cispo" clip_high bounds the ratio itself: 1 or more')
        if self.importance == "sequence" and self.loss != "grpo":
            raise ValueError('importance = "sequence" (GSPO) goes with loss = "grpo"')
        if self.save_steps % (self.iterations * self.minibatches):
            raise ValueError("save_steps must be a multiple of iterations x minibatches")
        if self.overlong_tokens and self.advantage != "dapo":
            raise ValueError('overlong_tokens goes with advantage = "dapo"')
        if self.overlong_tokens > self.max_completion_length:
            raise ValueError("overlong_tokens must not exceed max_completion_length")
        return self


# What each component of a preset is worth; `train/rewards.py` says what the components are.
_WEIGHTS = {
    "verified": {
        "pass": 0.7, "extract": 0.02, "parse": 0.03, "names": 0.04, "runs": 0.05, "type": 0.03,
        "checks": 0.03, "closeness": 0.1,
    },
    "paper": {
        "format": 1.0, "imports": 1.0, "simulation": 1.0, "fidelity": 1.0, "efficiency": 1.0,
    },
}  # fmt: skip


class Rewards(Section):
    """What a verdict is worth (`train/rewards.py`).

    `weights` replace the preset's own, by component: `verified` has pass, extract, parse, names,
    runs, type, checks and closeness; `paper` has format, imports, simulation, fidelity, efficiency.
    A pass must stay well above every failure: `pass` weighs at least what all others do together,
    `fidelity`, of which a failure has half at most, a fifth of that.
    """

    preset: Literal["verified", "paper"] = "verified"
    weights: dict[str, Annotated[float, Field(ge=0)]] = {}

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = _WEIGHTS[self.preset]
        unknown = sorted(set(self.weights) - set(known))
        if unknown:
            raise ValueError(
                f"no component {unknown[0]!r} in preset {self.preset}: weigh {', '.join(known)}"
            )
        apart, share = {"verified": ("pass", 1.0), "paper": ("fidelity", 0.2)}[self.preset]
        rest = sum(value for name, value in self.weighed.items() if name != apart)
        if self.weighed[apart] < share * rest:
            raise ValueError(
                f"failures would earn nearly what a pass does: give {apart} a weight of "
                f"{share * rest:g} or more, or the others less"
            )
        return self

    @property
    def weighed(self) -> dict[str, float]:
        """The weight of every component of the preset."""
        return _WEIGHTS[self.preset] | self.weights
