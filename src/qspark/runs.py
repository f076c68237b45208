"""A run folder: what makes a pipeline resumable.

    RUN/profile.json     the resolved profile; the same folder never takes another one
    RUN/manifest.json    versions, seed, start, seconds of each finished stage
    RUN/<stage>/         what a stage wrote; done.json stands in it only when the stage is complete
    RUN/.lock            held while a process works here

Whole files are written beside their place and renamed; rows are appended as JSONL, and a torn last line
(a kill while it was being written) is dropped when the file is read again.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from qspark.errors import RunError

PACKAGES = (
    "qspark",
    "qiskit",
    "qiskit-aer",
    "qiskit-ibm-runtime",
    "torch",
    "transformers",
    "trl",
    "peft",
)


def write_text(path: Path, text: str) -> None:
    """Write a whole file so that a reader sees all of it or none, and a crash loses nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)  # a full disk leaves no half of a file behind


def write_json(path: Path, content: Any) -> None:
    """Write one JSON document, whole or not at all."""
    write_text(path, json.dumps(content, indent=1) + "\n")


def write_jsonl(path: Path, rows: Iterable[Any]) -> None:
    """Write a whole JSONL file, whole or not at all."""
    write_text(path, "".join(json.dumps(row) + "\n" for row in rows))


def read_json(path: Path) -> Any:
    """Read one JSON document. Raises RunError for one that is damaged."""
    return _parsed(
        _text(path), f"{path}", "restore it, or remove it and run the same command again"
    )


def read_jsonl(path: Path) -> list[Any]:
    """Read rows. A torn last line is left out; a missing file has no rows.

    Raises RunError for a damaged line.
    """
    if not path.exists():
        return []
    whole, _, _ = _text(path).rpartition("\n")
    return [
        _parsed(line, f"{path}, line {number},", "mend or remove that line")
        for number, line in enumerate(whole.split("\n"), start=1)
        if line.strip()
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RunError(f"{path} is damaged ({error}): restore it, or remove it") from error


def _parsed(text: str, place: str, remedy: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise RunError(f"{place} is damaged ({error}): {remedy}") from error


def append_jsonl(path: Path, rows: Iterable[Any]) -> None:
    """Append rows durably. A torn last line that a kill left behind is cut off first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as stream:
        if stream.seek(0, os.SEEK_END):
            stream.seek(-1, os.SEEK_END)
            if stream.read() != b"\n":
                stream.seek(0)
                stream.truncate(stream.read().rfind(b"\n") + 1)
        stream.write("".join(json.dumps(row) + "\n" for row in rows).encode())
        stream.flush()
        os.fsync(stream.fileno())


def versions() -> dict[str, str]:
    """The installed versions of the packages that results depend on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


class Run:
    """A run folder that this process holds. Open it with `open_run`."""

    def __init__(self, path: Path):
        self.path = path

    def done(self, stage: str) -> bool:
        """Whether a stage is complete."""
        return (self.path / stage / "done.json").exists()

    def stage(self, name: str, work: Callable[[Path], None]) -> bool:
        """Do a stage unless it is complete; `work` gets its folder. Returns whether it was done now."""
        if self.done(name):
            return False
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        start = time.monotonic()
        work(folder)
        seconds = round(time.monotonic() - start, 1)
        manifest = read_json(self.path / "manifest.json")
        manifest["stages"][name] = {"seconds": seconds}
        write_json(self.path / "manifest.json", manifest)
        write_json(folder / "done.json", {"seconds": seconds})
        return True


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Create a folder if need be, and hold its lock. RunError if it is in use or not writable."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / ".lock").open("w")
    except OSError as error:
        raise RunError(
            f"cannot write to {path} ({error.strerror}): choose another folder with --out"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(
                f"another process works in {path}: wait for it or choose another folder with --out"
            ) from error
        yield


@contextmanager
def open_run(path: Path, profile: BaseModel) -> Iterator[Run]:
    """Open or create a run folder for a profile, and hold its lock.

    Raises RunError if the folder cannot be written, is in use, or was started with another profile.
    """
    with hold(path):
        resolved = profile.model_dump(mode="json")
        stored = path / "profile.json"
        if stored.exists():
            differing = differences(read_json(stored), resolved)
            if differing:
                raise RunError(
                    f"{path} was started with another profile ({', '.join(differing[:3])} differ): "
                    "choose another folder with --out, or remove that one"
                )
        else:
            write_json(stored, resolved)
        if not (path / "manifest.json").exists():
            write_json(
                path / "manifest.json",
                {
                    "name": resolved["name"],
                    "seed": resolved["seed"],
                    "started": datetime.now(UTC).isoformat(timespec="seconds"),
                    "versions": versions(),
                    "stages": {},
                },
            )
        yield Run(path)


def differences(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> list[str]:
    """The dotted keys at which two profiles, or other settings, differ."""
    found = []
    for key in sorted(old.keys() | new.keys()):
        one, two = old.get(key), new.get(key)
        if isinstance(one, dict) and isinstance(two, dict):
            found += differences(one, two, f"{prefix}{key}.")
        elif one != two:
            found.append(prefix + key)
    return found
