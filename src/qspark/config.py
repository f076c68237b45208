"""Profiles: everything that a pipeline run needs, read from one TOML file. An unknown key is an error."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    ValidationError,
    model_validator,
)

from qspark.errors import ProfileError


class Section(BaseModel):
    """A part of a profile: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scratch(Section):
    """A Qwen2 model of random weights, with a byte-level BPE tokenizer trained on the run's own data."""

    vocab_size: PositiveInt = 1024
    hidden_size: PositiveInt = 128
    intermediate_size: PositiveInt = 384
    layers: PositiveInt = 3
    heads: PositiveInt = 4
    key_value_heads: PositiveInt = 4
    max_length: PositiveInt = 512


class Lora(Section):
    """A low-rank adapter on every linear layer, in place of full weights.

    With `quantise` the weights under it are held in four bits (QLoRA); that needs a CUDA GPU.
    """

    rank: PositiveInt = 32
    alpha: PositiveInt = 64
    dropout: float = Field(0.0, ge=0, lt=1)
    quantise: Literal["nf4"] | None = None


class Model(Section):
    """The model that is trained: `name` is a Hugging Face id or a folder, or `scratch`."""

    name: str = "scratch"
    dtype: Literal["float32", "bfloat16"] = "float32"
    scratch: Scratch = Scratch()
    lora: Lora | None = None


class Verify(Section):
    """How programs are judged: worker processes, the least isolation accepted, limits per program.

    With a `ray` address ("local" starts Ray on this machine) the workers are actors on that cluster.
    """

    workers: PositiveInt = 2
    ray: str = ""
    isolation: Literal["limits", "landlock+seccomp", "namespaces+landlock+seccomp"] = (
        "landlock+seccomp"
    )
    cpu_seconds: float = Field(10.0, gt=0)
    wall_seconds: float = Field(60.0, gt=0)
    memory_mb: PositiveInt = 4096


class Data(Section):
    """How many tasks there are for SFT (and pairs of them for ORPO), and how many others for GRPO.

    `pair_classes` are the classes of mistakes (first letters of catalogue ids) that pairs show. `plain`
    tasks of plain Python are added for SFT; with them comes a held-out set that shows whether they are
    unlearnt. `watched` tasks are kept for choosing a best checkpoint.
    """

    tasks: PositiveInt
    pairs: PositiveInt
    prompts: PositiveInt
    heldout_per_family: PositiveInt
    plain: int = Field(0, ge=0)
    watched: int = Field(0, ge=0)
    pair_classes: str = Field("ABCDHS", pattern="^[ABCDHS]+$")


class Dataset(Section):
    """A dataset that `qspark data build` made: its folder, and what of it is watched during training.

    `heldout` tasks of the test split choose the best checkpoint. `guard` is a suite of plain Python
    tasks (a name or a file) that is scored beside them, so that a loss of general ability is seen.
    """

    path: str
    heldout: PositiveInt = 100
    guard: str = ""


class Distribute(Section):
    """The processes that train together, one per GPU; with `fsdp` each holds a share of the model.

    `offload` keeps the shares in the memory of the machines (slow).
    """

    machines: PositiveInt = 1
    gpus: PositiveInt = 1
    fsdp: bool = False
    offload: bool = False


class Device(Section):
    """The accelerator that estimates are made for.

    `tflops` is its dense peak in the model's dtype, `bandwidth` its memory's, in GB/s, and
    `utilisation` the share of both that a step is taken to reach.
    """

    name: str
    memory_gib: float = Field(gt=0)
    tflops: float = Field(gt=0)
    bandwidth: float = Field(gt=0)
    utilisation: float = Field(0.3, gt=0, le=1)


class Log(Section):
    """Where the figures of training go besides log.jsonl; each tracker is a package of its own."""

    to: tuple[Literal["tensorboard", "trackio", "wandb"], ...] = ()


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


class Evaluate(Section):
    """How models are measured: one greedy answer, and `samples` sampled ones per held-out task."""

    samples: PositiveInt = 8
    temperature: float = Field(0.8, gt=0)
    top_p: float = Field(0.95, gt=0, le=1)
    batch_size: PositiveInt = 128
    max_new_tokens: PositiveInt


class Profile(Section):
    """One pipeline run: data, then SFT, ORPO, GRPO, ORPO followed by GRPO, evaluation, report.

    Either `data` draws tasks of the tiny world, or `dataset` names a folder that was built.
    """

    name: str
    seed: int = Field(0, ge=0)
    threads: PositiveInt = 1
    model: Model = Model()
    device: Device | None = None
    distribute: Distribute = Distribute()
    verify: Verify = Verify()
    data: Data | None = None
    dataset: Dataset | None = None
    log: Log = Log()
    sft: Sft
    orpo: Orpo
    grpo: Grpo
    rewards: Rewards = Rewards()
    evaluate: Evaluate

    @model_validator(mode="after")
    def _one_source(self) -> "Profile":
        if (self.data is None) == (self.dataset is None):
            raise ValueError("give either [data] (the tiny world) or [dataset] (a built one)")
        return self


class Build(Section):
    """What a dataset is made of. Shares are of the tasks that are admitted.

    `per_topic` is how many instances are drawn of each topic; `near_duplicate` is the MinHash
    Jaccard of both prompt and code from which on two tasks count as one; `test_share` of the
    instances, and `unseen_share` of the families, are in the test split only.
    """

    per_topic: PositiveInt
    test_share: float = Field(0.08, ge=0, lt=1)
    unseen_share: float = Field(0.04, ge=0, lt=1)
    mutants: PositiveInt = 12
    catalogue_mutants: PositiveInt = 10
    kill_share: float = Field(0.9, gt=0, le=1)
    near_duplicate: float = Field(0.9, gt=0, le=1)
    repair_share: float = Field(0.2, ge=0, le=1)
    migrate_share: float = Field(0.15, ge=0, le=1)
    choose_share: float = Field(0.1, ge=0, le=1)
    pairs_per_task: PositiveInt = 4
    batch: PositiveInt = 48


class DataProfile(Section):
    """One dataset: `qspark data build`."""

    name: str
    seed: int = Field(0, ge=0)
    verify: Verify = Verify()
    build: Build


def builtin_profiles(kind: str = "") -> dict[str, Path]:
    """The profiles that come with QSpark: name to file. `kind` is "" for runs, "data" for datasets."""
    folder = Path(str(resources.files("qspark") / "profiles")) / kind
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def load_profile(source: str, seed: int | None = None) -> Profile:
    """Read a run's profile by its name or from a TOML file; `seed` replaces the profile's own.

    Raises ProfileError, naming the key, for anything that is missing, unknown or out of range.
    """
    return _load(Profile, builtin_profiles(), source, seed)


def load_data_profile(source: str, seed: int | None = None) -> DataProfile:
    """Read a dataset's profile, as `load_profile` does a run's."""
    return _load(DataProfile, builtin_profiles("data"), source, seed)


P = TypeVar("P", bound=BaseModel)


def _load(model: type[P], known: dict[str, Path], source: str, seed: int | None) -> P:
    path = known.get(source, Path(source))
    if not path.is_file():
        raise ProfileError(
            f"no profile {source!r}: give the path of a TOML file or one of {', '.join(known)}"
        )
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path} is not valid TOML: {error}; correct that line") from error
    if seed is not None:
        content["seed"] = seed
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the profile"
        if first["type"] == "extra_forbidden":
            reason = "is not a key that QSpark knows; remove or correct it"
        elif first["type"] == "missing":
            reason = "is missing; add it"
        else:
            reason = f"is wrong: {first['msg']}"
        raise ProfileError(f"{path}: {key} {reason}") from error
