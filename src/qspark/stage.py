"""One stage of training in a run folder: what `qspark train` does, and `qspark run` several times.

RUN/profile.json  RUN/manifest.json      as in `runs`
RUN/data/                                the tiny world's data stage, where a profile has one
RUN/STAGE/started.json                   the data and the model that the stage started from
RUN/STAGE/log.jsonl  heldout.jsonl       figures of steps, and of held-out tasks
RUN/STAGE/model/                         the model, or its adapter
"""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path

from qspark.config import Profile
from qspark.data.lessons import watched
from qspark.data.tiny.build import build, limits_of
from qspark.errors import MissingExtraError, QSparkError, RunError
from qspark.runs import Run, differences, open_run, read_json, write_json
from qspark.train.estimate import Stage
from qspark.train.launch import check_launched, leave_group, rank
from qspark.verify.pool import JudgePool

Say = Callable[[str], None]
Report = Callable[[str, int, int], None]
Show = Callable[[int, int, Mapping[str, float]], None]


def start_of(profile: Profile, stage: Stage, out: Path, start: str) -> str:
    """What a stage starts from: `start`; else the SFT model in `out`; else the profile's own model.

    Raises QSparkError for a preference or RL stage that would start from random weights.
    """
    if start:
        return start
    before = out / "sft" / "model"
    if stage != "sft" and before.is_dir():
        return str(before)
    if stage != "sft" and profile.model.name == "scratch":
        raise QSparkError(
            f"{stage} cannot start from random weights: give --start MODEL, or train `qspark train sft` "
            f"into {out} first"
        )
    return profile.model.name


def data_of(profile: Profile, out: Path, data: Path | None) -> Path:
    """The folder that a stage learns from: `data`, else the profile's dataset, else the tiny world's."""
    return data or (Path(profile.dataset.path) if profile.dataset else out / "data")


def train_stage(
    profile: Profile,
    stage: Stage,
    data: Path,
    start: str,
    folder: Path,
    pool: JudgePool,
    progress: Report,
    show: Show | None = None,
) -> None:
    """Train one stage from the model in `start` on `data` into folder/model.

    Raises QSparkError, RunError among them for a folder that was started from something else.
    """
    from qspark.evaluate.measure import greedy
    from qspark.train.grpo import run_grpo
    from qspark.train.heldout import HeldOut
    from qspark.train.orpo import run_orpo
    from qspark.train.screen import Screen
    from qspark.train.sft import run_sft

    section = getattr(profile, stage)
    _begin(folder, stage, data, start)
    callbacks = []
    if section.eval_steps:
        sets = watched(data, profile.dataset, profile.seed)
        if not sets:
            raise QSparkError(
                f"{data} has no tasks to watch during training: set eval_steps to 0 in [{stage}]"
            )
        answer = greedy(profile.evaluate, profile.seed)
        callbacks.append(HeldOut(section, sets, answer, pool, limits_of(profile), folder))
    if show:
        callbacks.append(Screen(show))
    if stage == "sft":
        model = profile.model.model_copy(update={"name": start})
        run_sft(profile.model_copy(update={"model": model}), data, folder, progress, callbacks)
    elif stage == "orpo":
        run_orpo(profile, data, start, folder, progress, callbacks)
    else:
        run_grpo(profile, data, start, folder, pool, progress, callbacks)


def train_in(
    out: Path,
    profile: Profile,
    stage: Stage,
    data: Path | None,
    start: str,
    say: Say,
    progress: Report,
    show: Show | None,
) -> Path:
    """Train one stage in the run folder `out`, going on where it was stopped; returns the model's folder.

    Of several processes the first one holds the folder. Raises QSparkError.
    """
    if not all(find_spec(name) for name in ("torch", "transformers", "trl", "datasets")):
        raise MissingExtraError("qspark train", "train")
    check_launched(profile, f"qspark train {stage} --profile {profile.name}")
    source, begin = data_of(profile, out, data), start_of(profile, stage, out, start)
    if not (source.is_dir() or (profile.data and data is None)):  # before a run folder is made
        raise QSparkError(
            f"{source} holds no data to train on: give --data FOLDER, that of `qspark data build` or the "
            "data folder of a `qspark run`"
        )
    with (
        training_here(profile),
        _held(out, profile) as run,
        JudgePool(
            profile.verify.workers, out / _cache(), profile.verify.isolation, profile.verify.ray
        ) as pool,
    ):
        if run and profile.data and data is None:
            run.stage("data", lambda folder: build(profile, pool, folder, _judged(progress)))
        _wait()

        def work(folder: Path) -> None:
            train_stage(profile, stage, source, begin, folder, pool, progress, show)

        if run is None:
            if not (out / stage / "done.json").exists():
                work(out / stage)
        elif run.done(stage):
            _begin(out / stage, stage, source, begin)
            say(f"{stage}: done before, skipped")
        else:
            run.stage(stage, work)
    leave_group()
    return out / stage / "model"


@contextmanager
def training_here(profile: Profile) -> Iterator[None]:
    """Threads as the profile wants them, and without the warnings that TRL raises at every step."""
    from qspark.train.common import use_threads

    use_threads(profile.threads)
    with warnings.catch_warnings():
        # TRL 1.16 still uses names that transformers 5.23 deprecates.
        warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
        yield


def _held(out: Path, profile: Profile) -> AbstractContextManager[Run | None]:
    return nullcontext(None) if rank() else open_run(out, profile)


def _judged(progress: Report) -> Callable[[int, int], None]:
    return lambda done, total: progress("judge", done, total)


def _wait() -> None:
    """Wait until the first process has made the data."""
    if int(os.environ.get("WORLD_SIZE", 1)) > 1:
        from accelerate import PartialState

        PartialState().wait_for_everyone()


def _cache() -> str:
    return f"verdicts-{rank()}.sqlite" if rank() else "verdicts.sqlite"


def _begin(folder: Path, stage: Stage, data: Path, start: str) -> None:
    """Write down what a stage starts from; a stage that goes on must start from the same."""
    begun = {"stage": stage, "data": _named(data, folder), "start": start}
    if Path(start).is_dir():
        begun["start"] = _named(Path(start), folder)
    stored = folder / "started.json"
    if stored.exists():
        if differing := differences(read_json(stored), begun):
            raise RunError(
                f"{folder} was started with another {' and another '.join(differing)}: choose another "
                "folder with --out, or remove that one"
            )
    elif rank() == 0:
        write_json(stored, begun)


def _named(path: Path, folder: Path) -> str:
    """A path within the run as seen from there, so that a run can be moved; else the whole path."""
    run, whole = folder.parent.resolve(), path.resolve()
    return str(whole.relative_to(run) if whole.is_relative_to(run) else whole)
