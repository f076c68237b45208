"""Models as others want them: an adapter merged into its base, or a folder of safetensors to give away."""

import json
import shutil
from pathlib import Path
from typing import Literal

import torch
from transformers import AutoConfig

from qspark.config import Model
from qspark.errors import ModelError, QSparkError
from qspark.train.common import save
from qspark.train.files import model_files
from qspark.train.models import load

Dtype = Literal["auto", "float32", "bfloat16"]


def merge(adapter: Path, out: Path, dtype: Dtype = "auto") -> None:
    """Add an adapter to the weights of its base and save the whole model, as safetensors, in `out`.

    `dtype` is that of the result, "auto" the base's own. An update that is small beside a weight is
    rounded away in bfloat16: the merged model is then not quite the adapter's. Raises ModelError for a
    folder without an adapter and for a base that cannot be read, QSparkError where `out` is in use.
    """
    if not (adapter / "adapter_config.json").is_file():
        raise ModelError(
            f"{adapter} holds no adapter: give the model folder of a run with [model.lora]"
        )
    free(out)
    wanted = _dtype_of(base_of(adapter)) if dtype == "auto" else dtype
    model, tokenizer = load(adapter, Model(dtype=wanted))
    save(model.merge_and_unload(safe_merge=True), tokenizer, out)  # type: ignore[operator]


def _dtype_of(base: str) -> Literal["float32", "bfloat16"]:
    try:
        config = AutoConfig.from_pretrained(base)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"cannot read {base}, which adapter_config.json names as the base: put it there, or run this "
            "where that path leads to it"
        ) from error
    return "float32" if config.dtype in (None, torch.float32) else "bfloat16"


def copy(model: Path, out: Path) -> None:
    """Copy a model's or an adapter's files, and nothing else, to a new folder.

    Raises ModelError for a folder without safetensors, QSparkError where `out` is in use.
    """
    if not any(model.glob("*.safetensors")):
        raise ModelError(f"{model} holds no safetensors: give the model folder of a finished run")
    free(out)
    out.mkdir(parents=True, exist_ok=True)
    for path in model_files(model):
        shutil.copy2(path, out)


def base_of(adapter: Path) -> str:
    """The base model that an adapter names."""
    text = (adapter / "adapter_config.json").read_text(encoding="utf-8")
    return str(json.loads(text)["base_model_name_or_path"])


def free(out: Path) -> None:
    """Raise QSparkError where something is in a folder already."""
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise QSparkError(f"{out} is not empty: choose another folder, or remove it")
