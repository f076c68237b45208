"""Profiles: everything that a pipeline run needs, read from one TOML file. An unknown key is an error."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import (
    BaseModel,
    Field,
    PositiveInt,
    ValidationError,
    model_validator,
)

from qspark.config_stages import Grpo, Orpo, Rewards, Section, Sft
from qspark.errors import ProfileError


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

    `pair_classes` are the classes of mistakes (first letters of catalogue ids) that pairs show.
    `plain` tasks of plain Python are added for SFT; with them comes a held-out set that shows whether
    they are unlearnt. `plain_prompts` others are mixed into GRPO's prompts, so that they are not.
    `watched` tasks are kept for choosing a best checkpoint.
    """

    tasks: PositiveInt
    pairs: PositiveInt
    prompts: PositiveInt
    heldout_per_family: PositiveInt
    plain: int = Field(0, ge=0)
    plain_prompts: int = Field(0, ge=0)
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
        # A key that is misspelt is also one that is missing: name what was written.
        faults = error.errors()
        first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
        key = ".".join(str(part) for part in first["loc"]) or "the profile"
        if first["type"] == "extra_forbidden":
            reason = "is not a key that QSpark knows; remove or correct it"
        elif first["type"] == "missing":
            reason = "is missing; add it"
        else:
            reason = f"is wrong: {first['msg']}"
        raise ProfileError(f"{path}: {key} {reason}") from error
