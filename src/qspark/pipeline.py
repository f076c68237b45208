"""`qspark run`: data, SFT, ORPO, GRPO, ORPO followed by GRPO, evaluation, report.

    data ─► sft ─┬─────────► base
                 ├─► orpo ─┬─► orpo
                 │         └─► grpo ─► orpo-grpo
                 └─► grpo ───► grpo

Each stage writes into its own folder of the run and is done once; a killed run goes on where it was.
"""

import hashlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qspark.config import Profile
from qspark.data.tiny.build import build, load_tasks
from qspark.errors import MissingExtraError, QSparkError
from qspark.runs import Run, open_run, read_json, read_jsonl, write_json
from qspark.stage import train_stage, training_here
from qspark.train.estimate import Stage
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
    if profile.data is None:
        raise QSparkError(
            f"the profile {profile.name} trains on a dataset that was built: use `qspark train sft --profile "
            f"{profile.name}`, then orpo and grpo"
        )
    with (
        training_here(profile),
        open_run(out, profile) as run,
        JudgePool(
            profile.verify.workers,
            out / "verdicts.sqlite",
            profile.verify.isolation,
            profile.verify.ray,
        ) as pool,
    ):
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

    path = run.path
    data = path / "data"
    heldout, plain = data / "heldout.jsonl", data / "python.jsonl"

    def trained(stage: str) -> Path:
        return path / stage / "model"

    def judged(done: int, total: int) -> None:
        progress("judge", done, total)

    def training(stage: Stage, start: str) -> Callable[[Path], None]:
        return lambda folder: train_stage(profile, stage, data, start, folder, pool, progress)

    def measured(stage: str) -> Callable[[Path], None]:
        def both(folder: Path) -> None:
            measure(profile, heldout, trained(stage), folder, pool, progress)
            if plain.exists():
                measure(profile, plain, trained(stage), folder / "python", pool, progress)

        return both

    return [
        ("data", lambda folder: build(profile, pool, folder, judged)),
        ("sft", training("sft", profile.model.name)),
        ("orpo", training("orpo", str(trained("sft")))),
        ("grpo", training("grpo", str(trained("sft")))),
        ("orpo-grpo", training("grpo", str(trained("orpo")))),
        *((f"evaluate/{name}", measured(stage)) for name, stage in MODELS.items()),
        ("evaluate", lambda folder: _summarise(profile, data, folder)),
    ]


def _summarise(profile: Profile, data: Path, folder: Path) -> None:
    """Compare the models on the held-out tasks, and write evaluate/summary.json.

    Its "guard" says the same of plain Python tasks, where there are some: what training unlearnt.
    """
    summary = _compared(profile, data / "heldout.jsonl", "qspark-heldout", folder, "")
    if (data / "python.jsonl").exists():
        summary["guard"] = _compared(
            profile, data / "python.jsonl", "qspark-python", folder, "python"
        )
    write_json(folder / "summary.json", summary)


def _compared(profile: Profile, suite: Path, name: str, folder: Path, inner: str) -> dict[str, Any]:
    from qspark.evaluate.summary import summarise

    tasks = load_tasks(suite)
    results = {model: read_jsonl(folder / model / inner / "results.jsonl") for model in MODELS}
    digest = hashlib.sha256("".join(task.sha256 for task in tasks).encode()).hexdigest()
    return summarise(name, digest, tasks, results, "base", profile.seed)
