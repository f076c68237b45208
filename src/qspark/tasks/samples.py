"""Files of samples: answers that models have given, in the shapes that evaluation tools write.

HumanEval, EvalPlus   JSONL: {"task_id", "completion" | "solution"}; `solution`, a whole file, wins
EvalPlus, a folder    TASK_ID with "/" as "_", in it one file per sample: 0.py, 1.py, ...
lm-eval               JSONL of --log_samples: {"doc": {"task_id", ...}, "resps", "filtered_resps"}
LiveCodeBench         JSON: {"question_id", "code_list": [...]}
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qspark.errors import SuiteError
from qspark.tasks.rows import read_rows
from qspark.tasks.suites import Suite

_TEXTS = ("solution", "completion", "code_list", "resps", "filtered_resps")
_NOT_EXTRA = {"task_id", "question_id", "doc", *_TEXTS}


@dataclass(frozen=True)
class Sample:
    """One answer of a model: `text` as it was said, the number of the sample among its task's."""

    task_id: str
    sample: int
    text: str
    extra: dict[str, Any] = field(default_factory=dict)


def load_samples(source: str, suite: Suite) -> list[Sample]:
    """Read a file or folder of samples for a suite, in any of the shapes above. Raises SuiteError.

    Samples of the same task are numbered in the order in which they come; the other fields of a
    row are kept in `extra`.
    """
    path = Path(source)
    if not path.exists():
        raise SuiteError(f"there is no file {source}: give the path of a JSONL file of samples")
    known = suite.by_id()
    counts: dict[str, int] = {}
    samples = []
    for place, task_id, texts, extra in _folder(path, suite) if path.is_dir() else _file(path):
        if not isinstance(task_id, str) or task_id not in known:
            raise SuiteError(
                f"{path}, {place}: the task_id {task_id!r} is not in the suite {suite.name}: "
                f"score these samples against the suite that they were made for"
            )
        for text in texts:
            samples.append(Sample(task_id, counts.get(task_id, 0), text, extra))
            counts[task_id] = counts.get(task_id, 0) + 1
    if not samples:
        raise SuiteError(f"{path} holds no samples: give a file with one sample per line")
    return samples


Row = tuple[str, Any, list[str], dict[str, Any]]  # place, task id, texts, the other fields


def _file(path: Path) -> Iterator[Row]:
    for place, row in read_rows(path):
        texts = _texts(row)
        if texts is None:
            raise SuiteError(
                f"{path}, {place}: the sample needs a text field 'completion' or 'solution'"
            )
        extra = {key: value for key, value in row.items() if key not in _NOT_EXTRA}
        yield place, _task_id(row), texts, extra


def _task_id(row: dict[str, Any]) -> Any:
    doc = row.get("doc")
    if "task_id" not in row and isinstance(doc, dict):
        row = doc
    return row.get("task_id", row.get("question_id"))


def _texts(row: dict[str, Any]) -> list[str] | None:
    """The answers in a row, or None where there is no field of the right kind.

    Of lm-eval's two, `resps` is what the model said; `filtered_resps` has been cut by its task.
    """
    for name in _TEXTS:
        if row.get(name) is not None:
            return _flat(row[name], plain=name in ("solution", "completion"))
    return None


def _flat(value: Any, plain: bool) -> list[str] | None:
    """The texts in nested lists, in order; None where something else is among them."""
    if isinstance(value, str):
        return [value]
    if plain or not isinstance(value, list):
        return None
    found = []
    for item in value:
        inner = _flat(item, plain=False)
        if inner is None:
            return None
        found += inner
    return found


def _folder(path: Path, suite: Suite) -> Iterator[Row]:
    by_name: dict[str, list[str]] = {}
    for task in suite.tasks:
        by_name.setdefault(task.task_id.replace("/", "_"), []).append(task.task_id)
    for folder in sorted(inner for inner in path.iterdir() if inner.is_dir()):
        ids = by_name.get(folder.name, [folder.name])
        if len(ids) > 1:
            raise SuiteError(
                f"{folder} may be any of {', '.join(ids)}: give a JSONL file of samples instead"
            )
        files = [file for file in folder.glob("*.py") if not file.name.startswith(".")]
        wrong = [file.name for file in files if not (file.stem.isascii() and file.stem.isdigit())]
        if wrong:
            raise SuiteError(f"{folder / wrong[0]} is not named by a number: rename it to 0.py")
        for file in sorted(files, key=lambda file: int(file.stem)):
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SuiteError(f"{file} cannot be read ({error}): mend or remove it") from error
            yield f"{folder.name}/{file.name}", ids[0], [text], {}
