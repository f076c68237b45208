"""`qspark run`: data, SFT, ORPO, GRPO, ORPO followed by GRPO, evaluation, report.

    data ─► sft ─┬─────────► base
                 ├─► orpo ─┬─► orpo
                 │         └─► grpo ─► orpo-grpo
                 └─► grpo ───► grpo

Each stage writes into its own folder of the run and is done once; a killed run goes on where it was.
"""

import hashlib
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from qspark.config import Profile
from qspark.data.tiny.build import build, load_tasks
from qspark.errors import MissingExtraError
from qspark.runs import Run, open_run, read_json, read_jsonl, write_json
from qspark.verify.pool import JudgePool

# The four models that are compared: name and the stage that trained it.
MODELS = {"base": "sft", "orpo": "orpo", "grpo": "grpo", "orpo-grpo": "orpo-grpo"}

Report = Callable[[str, int, int], None]


def run_pipeline(profile: Profile, out: Path, say: Callable[[str], None], progress: Report) -> Path:
    """Run every stage that is not done yet in the run folder `out`; returns the report's path.

    `say` gets one line per stage, `progress` (what, done, total) within long ones.
    """
    if not all(find_spec(name) for name in ("torch", "transformers", "trl", "datasets")):
        raise MissingExtraError("qspark run", "train")
    from qspark.train.common import use_threads

    use_threads(profile.threads)
    with (
        warnings.catch_warnings(),
        open_run(out, profile) as run,
        JudgePool(
            profile.verify.workers,
            out / "verdicts.sqlite",
            profile.verify.isolation,
            profile.verify.ray,
        ) as pool,
    ):
        # TRL 1.16 still uses names that transformers 5.23 deprecates, and says so at every step.
        warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
        for name, work in _stages(profile, run, pool, progress):
            if run.done(name):
                say(f"{name}: done before, skipped")
                continue
            say(f"{name}: started")
            run.stage(name, work)
            seconds = read_json(run.path / name / "done.json")["seconds"]
            say(f"{name}: finished in {seconds:.0f} s")
        if pool.isolation:
            say(f"sandbox: {pool.isolation}")
        from qspark.report.html import write_report

        write_report(out, out / "report.html")
    return out / "report.html"


def _stages(
    profile: Profile, run: Run, pool: JudgePool, progress: Report
) -> list[tuple[str, Callable[[Path], None]]]:
    """The stages in order: name, and the work that fills the stage's folder."""
    from qspark.evaluate.measure import measure
    from qspark.train.grpo import run_grpo
    from qspark.train.orpo import run_orpo
    from qspark.train.sft import run_sft

    path = run.path
    data = path / "data"
    heldout = data / "heldout.jsonl"

    def trained(stage: str) -> Path:
        return path / stage / "model"

    def judged(done: int, total: int) -> None:
        progress("judge", done, total)

    def measured(stage: str) -> Callable[[Path], None]:
        return lambda folder: measure(profile, heldout, trained(stage), folder, pool, progress)

    return [
        ("data", lambda folder: build(profile, pool, folder, judged)),
        ("sft", lambda folder: run_sft(profile, data, folder, progress)),
        ("orpo", lambda folder: run_orpo(profile, data, trained("sft"), folder, progress)),
        ("grpo", lambda folder: run_grpo(profile, data, trained("sft"), folder, pool, progress)),
        (
            "orpo-grpo",
            lambda folder: run_grpo(profile, data, trained("orpo"), folder, pool, progress),
        ),
        *((f"evaluate/{name}", measured(stage)) for name, stage in MODELS.items()),
        ("evaluate", lambda folder: _summarise(profile, heldout, folder)),
    ]


def _summarise(profile: Profile, heldout: Path, folder: Path) -> None:
    """Compare the models on the held-out tasks, and write evaluate/summary.json."""
    from qspark.evaluate.summary import summarise

    tasks = load_tasks(heldout)
    results = {name: read_jsonl(folder / name / "results.jsonl") for name in MODELS}
    digest = hashlib.sha256("".join(task.sha256 for task in tasks).encode()).hexdigest()
    summary = summarise("qspark-heldout", digest, tasks, results, "base", profile.seed)
    write_json(folder / "summary.json", summary)
