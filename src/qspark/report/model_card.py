"""README.md of an exported model: how it was made and every figure of its run."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from qspark.errors import QSparkError
from qspark.evaluate.stats import wilson
from qspark.runs import read_json, read_jsonl, write_text

Row = dict[str, Any]


def model_folder(path: Path) -> Path:
    """The model that a path means: itself, or the `model` in a stage's folder. Raises QSparkError."""
    for folder in (path / "model", path):
        if (folder / "config.json").is_file() or (folder / "adapter_config.json").is_file():
            return folder
    raise QSparkError(
        f"{path} holds no model: give the folder of a finished stage, such as runs/NAME/grpo"
    )


def write_model_card(model: Path, out: Path, scores: list[Path], merged: bool) -> None:
    """Write out/README.md for the model in `model`, from its run's folder and evaluations in `scores`.

    Raises QSparkError for a folder in `scores` that `qspark eval` did not finish.
    """
    card = facts(model, scores)
    page = Environment(
        loader=PackageLoader("qspark", "report"), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    ).get_template("model_card.md.j2")  # fmt: skip
    write_text(out / "README.md", page.render(card=card, adapter=_is_adapter(model) and not merged))


def facts(model: Path, scores: list[Path]) -> Row:
    """Everything that is known of a model.

    name, base, stages (the oldest first, each with its settings, data, steps, seconds, figures and
    held-out scores), versions, scores (suite, sha256, passed, total, infra, value, low, high).
    """
    stages: list[Row] = []
    place = model.resolve()
    while (place.parent / "started.json").is_file():
        stages.insert(0, _stage(place.parent))
        place = (place.parents[1] / stages[0]["start"]).resolve()
    run = model.resolve().parents[1]
    manifest = read_json(run / "manifest.json") if stages else {}
    return {
        "name": manifest.get("name", model.resolve().name),
        "base": stages[0]["start"] if stages else "unknown",
        "beneath": _base(model),
        "stages": stages,
        "versions": manifest.get("versions", {}),
        "scores": [*_of_run(run, model.resolve().parent.name), *map(_score, scores)],
    }


def _stage(folder: Path) -> Row:
    run = folder.parent
    profile, started = read_json(run / "profile.json"), read_json(folder / "started.json")
    kind = started["stage"]
    log = read_jsonl(folder / "log.jsonl")
    done = folder / "done.json"
    card = run / started["data"] / "card.json"
    return {
        "name": folder.name,
        "kind": kind,
        "start": started["start"],
        "data": read_json(card) if card.is_file() else {},
        "settings": {**profile[kind], "seed": profile["seed"], **_model(profile["model"])},
        "steps": log[-1]["step"] if log else 0,
        "seconds": read_json(done)["seconds"] if done.is_file() else None,
        "figures": {
            k: v for k, v in (log[-1] if log else {}).items() if k not in ("step", "epoch")
        },
        "heldout": [_interval(row) for row in read_jsonl(folder / "heldout.jsonl")],
    }


def _model(settings: Row) -> Row:
    """The profile's model as flat settings; the shape of a model from scratch is in its config.json."""
    lora = settings["lora"] or {}
    return {"dtype": settings["dtype"], **{f"lora {key}": value for key, value in lora.items()}}


def _interval(row: Row) -> Row:
    found = wilson(row["passed"], row["total"])
    return {**row, "low": found.low, "high": found.high}


def _of_run(run: Path, stage: str) -> list[Row]:
    """What `qspark run` measured of the stage's model."""
    path = run / "evaluate" / "summary.json"
    if not path.is_file():
        return []
    summary = read_json(path)
    rate = summary["models"]["base" if stage == "sft" else stage]["pass_at_1"]
    return [{"suite": summary["suite"], "sha256": summary["suite_sha256"], **rate}]


def _score(folder: Path) -> Row:
    path = folder / "summary.json"
    if not path.is_file():
        raise QSparkError(
            f"{folder} holds no summary.json: give the folder of a finished `qspark eval`"
        )
    summary = read_json(path)
    low, high = summary["ci95"]
    return {
        "suite": summary["suite"], "sha256": summary["suite_sha256"], "passed": summary["passed"],
        "total": summary["total"], "infra": summary["infra"], "value": summary["pass_at_1"],
        "low": low, "high": high,
    }  # fmt: skip


def _is_adapter(model: Path) -> bool:
    return (model / "adapter_config.json").is_file()


def _base(model: Path) -> str:
    if not _is_adapter(model):
        return ""
    return str(read_json(model / "adapter_config.json")["base_model_name_or_path"])
