"""The way to the Hugging Face hub: of a dataset, and of any folder."""

from collections.abc import Sequence
from pathlib import Path

from qspark.data.store import is_dataset
from qspark.errors import MissingExtraError, QSparkError
from qspark.runs import read_json

# What is uploaded; the batches in work/ are not.
FILES = ["README.md", "card.json", "audit.jsonl", "dropped.jsonl", "profile.json", "*.parquet"]


def upload(folder: Path, repository: str, private: bool = False, message: str = "") -> str:
    """Create the repository if need be and upload the dataset in one commit; returns its address.

    Raises QSparkError that says what the hub answered.
    """
    if not is_dataset(folder):
        raise QSparkError(
            f"{folder} is no dataset: make one with `qspark data build --out {folder}`"
        )
    card = read_json(folder / "card.json")
    said = message or f"{card['tasks']} tasks, {card['pairs']} pairs (seed {card['seed']})"
    return send(folder, repository, "dataset", private, said, FILES, ["work/*"])


def send(
    folder: Path,
    repository: str,
    kind: str,
    private: bool,
    message: str,
    files: Sequence[str],
    without: Sequence[str] = (),
) -> str:
    """Upload the `files` (patterns) of a folder to a repository of a kind (dataset, model) in one commit.

    The repository is created if need be; returns the commit's address. Raises QSparkError that says
    what the hub answered.
    """
    try:
        from huggingface_hub import HfApi
    except ImportError as error:
        raise MissingExtraError("uploading to the hub", "data") from error
    hub = HfApi()
    try:
        hub.create_repo(repository, repo_type=kind, private=private, exist_ok=True)
        done = hub.upload_folder(
            repo_id=repository, repo_type=kind, folder_path=folder, commit_message=message,
            allow_patterns=list(files), ignore_patterns=list(without),
        )  # fmt: skip
    except Exception as error:  # its client raises what its HTTP library, which changes, raises
        first = str(error).strip().partition("\n")[0]
        raise QSparkError(
            f"the hub did not take {repository} ({first}): check the name, HF_TOKEN and the network"
        ) from error
    return str(done.commit_url)
