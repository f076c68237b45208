"""Which files of a checkpoint or a folder make up a model."""

from pathlib import Path

MODEL_FILES = ("*.safetensors", "*.json", "*.jinja", "*.txt", "*.model")
_OTHER = {"trainer_state.json"}


def model_files(folder: Path) -> list[Path]:
    """The weights, settings and tokenizer of a model in a folder."""
    found = {path for pattern in MODEL_FILES for path in folder.glob(pattern)}
    return sorted(path for path in found if path.name not in _OTHER)
