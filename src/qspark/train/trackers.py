"""Trackers (TensorBoard, trackio, wandb): which are asked for, where they write, whether they are there."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import Trainer
from transformers.integrations.integration_utils import get_reporting_integration_callbacks

from qspark.config import Log
from qspark.errors import QSparkError

_PROJECT = "qspark"


def tracking(settings: Log, name: str, folder: Path) -> dict[str, Any]:
    """The `TrainingArguments` of the trackers in `settings`, for a run of that name in `folder`.

    TensorBoard writes into folder/tensorboard, wandb into folder/wandb, trackio where it keeps all
    its projects; nothing is sent to a Hub Space. Raises QSparkError where a package is missing.
    """
    for package in settings.to:
        if find_spec(package) is None:
            raise QSparkError(
                f"[log] asks for {package}, which is not installed: pip install {package}, or take "
                f'"{package}" out of `to`'
            )
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(folder / "tensorboard")
    if "wandb" in settings.to:
        os.environ.setdefault("WANDB_PROJECT", _PROJECT)
        os.environ["WANDB_DIR"] = str(folder)
    return {
        "report_to": list(settings.to) or "none",
        "run_name": name,
        "project": _PROJECT,
        "trackio_space_id": None,
        "trackio_bucket_id": None,
        "trackio_static_space_id": False,
    }


def last(trainer: Trainer) -> None:
    """Let the trackers see a log record after our callbacks have added their figures to it."""
    for kind in get_reporting_integration_callbacks(trainer.args.report_to):
        tracker = trainer.pop_callback(kind)
        if tracker is not None:
            trainer.add_callback(tracker)
