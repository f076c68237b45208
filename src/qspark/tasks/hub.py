"""The published suites, from the Hugging Face hub through its own client and cache."""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from qspark.errors import MissingExtraError, SuiteError


@dataclass(frozen=True)
class Published:
    """A dataset on the hub; its `test` split is the suite."""

    repository: str
    revision: str


# The revisions of Qiskit HumanEval are those that GrayBench pins (October 2026). For HumanEval
# no revision could be confirmed where this was written: its newest is taken, and pins.json, which
# has all of its 164 tasks, says if one of them has moved.
PUBLISHED = {
    "qiskit-humaneval": Published(
        "Qiskit/qiskit_humaneval", "a0066805f7a15cb48e9d0cface2210056185be6d"
    ),
    "qiskit-humaneval-hard": Published(
        "Qiskit/qiskit_humaneval_hard", "315e167a479d5c546565d7f9f8c63a644c84cb50"
    ),
    "humaneval": Published("openai/openai_humaneval", "main"),
}
_COMMIT = re.compile(r"[0-9a-f]{40}")
_KINDS = (".parquet", ".jsonl", ".jsonl.gz", ".json", ".json.gz")


def download(name: str) -> list[Path]:
    """The files of a published suite, from the hub or its cache. Raises SuiteError and
    MissingExtraError.
    """
    published = PUBLISHED[name]
    try:
        import huggingface_hub
        from huggingface_hub.utils import disable_progress_bars
    except ImportError as error:
        raise MissingExtraError(f"reading the suite {name} from the hub", "bench") from error
    disable_progress_bars()
    fetch = partial(
        huggingface_hub.snapshot_download,
        published.repository,
        repo_type="dataset",
        revision=published.revision,
        allow_patterns=[f"*{kind}" for kind in _KINDS],
    )
    if _COMMIT.fullmatch(published.revision):  # what is kept of a commit never changes
        with suppress(huggingface_hub.errors.LocalEntryNotFoundError, SuiteError):
            return split_files(Path(fetch(local_files_only=True)))
    try:
        folder = fetch()
    except Exception as error:  # its client lets those of its HTTP library through
        raise SuiteError(
            f"the suite {name} cannot be had from the hub ({_reason(error)}): go online, or "
            f"download the dataset {published.repository} (revision {published.revision}) and "
            f"give the path of its file"
        ) from error
    return split_files(Path(folder))


def split_files(folder: Path) -> list[Path]:
    """The files of a dataset's test split in a folder, in order; of one kind. Raises SuiteError."""
    for kind in _KINDS:
        files = sorted(path for path in folder.rglob(f"*{kind}") if path.is_file())
        tests = [path for path in files if "test" in path.relative_to(folder).as_posix()]
        if found := tests or (files if len(files) == 1 else []):
            return found
    raise SuiteError(
        f"{folder} has no file of a test split: give the path of a JSON, JSONL or Parquet file"
    )


def _reason(error: Exception) -> str:
    """The first line of what is behind an error: a refused connection, an unknown revision."""
    error = error.__cause__ if isinstance(error.__cause__, Exception) else error
    lines = [line.strip() for line in str(error).split("\n") if line.strip()]
    return f"{type(error).__name__}: {lines[0].rstrip('.:')[:160]}" if lines else repr(error)
