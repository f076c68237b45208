"""Judged answers and their tasks, read back from a run folder or a results file.

RUN/results.jsonl           rows as `qspark judge` and `qspark eval` write them
RUN/settings.json           the model and the suite's file, where there is one
RUN/summary.json            the figures, where there are some
RUN/../../data/heldout.jsonl    the tasks of a model that `qspark run` measured
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qspark.errors import RunError
from qspark.tasks.suites import Suite, load_suite

Row = Mapping[str, Any]
_NEEDED = ("task_id", "passed", "verdict")
_VERDICT = ("status", "stage", "category", "message")
_MAY_BE = ("integrity", "line", "isolation")


@dataclass(frozen=True)
class Scored:
    """The judged answers of one model to one suite.

    `name` is what to call the model; `rows` are checked to be answers to tasks of `suite`. `settings`
    and `summary` are those of the run folder, or empty.
    """

    name: str
    suite: Suite
    rows: Sequence[Row]
    settings: Mapping[str, Any]
    summary: Mapping[str, Any]

    def first_answers(self) -> dict[str, list[Row]]:
        """The rows that pass@1 is taken from, by task id: the greedy ones where rows have a mode."""
        return by_task([row for row in self.rows if row.get("mode", "greedy") == "greedy"])

    def all_answers(self) -> dict[str, list[Row]]:
        """The rows that pass@k is taken from, by task id: the sampled ones where rows have a mode."""
        return by_task([row for row in self.rows if row.get("mode", "sampled") == "sampled"])


def load_scored(source: Path, suite: str = "") -> Scored:
    """Read a run folder or a results file; `suite` is the file of its tasks where it names none.

    Raises RunError and SuiteError.
    """
    folder = source if source.is_dir() else None
    results = source / "results.jsonl" if folder else source
    if not results.is_file():
        raise RunError(
            f"{source} has no results: give a results.jsonl of `qspark judge`, or a folder with one"
        )
    settings = _document(folder / "settings.json") if folder else {}
    summary = _document(folder / "summary.json") if folder else {}
    found = load_suite(suite or _suite_of(source, folder, settings))
    recorded = settings.get("suite_sha256") or summary.get("suite_sha256")
    if recorded and recorded != found.sha256:
        raise RunError(
            f"{source} was made with another suite (sha256 {str(recorded)[:12]}) than {found.path} "
            f"({found.sha256[:12]}): give the file that it was made with as --suite"
        )
    rows = _rows(results, found)
    return Scored(_name(source, folder, settings), found, rows, settings, summary)


def by_task(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by their task's id, in order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["task_id"], []).append(row)
    return found


def is_infra(row: Row) -> bool:
    """Whether the sandbox or the environment failed, so that the answer was not judged."""
    return row["verdict"]["status"] == "infra"


def said(row: Row) -> str:
    """What the model said: `completion` in judged files, `text` in the rows of a run."""
    return str(row.get("completion", row.get("text", "")))


def share_passed(rows: Sequence[Row]) -> float:
    """The share of the judged rows that passed; NaN when none was judged."""
    judged = [row for row in rows if not is_infra(row)]
    return sum(row["passed"] for row in judged) / len(judged) if judged else math.nan


def _suite_of(source: Path, folder: Path | None, settings: Mapping[str, Any]) -> str:
    """The suite that a run folder names, or that lies where `qspark run` puts it."""
    for key in ("suite_path", "suite"):
        if isinstance(settings.get(key), str):
            return str(settings[key])
    beside = folder.resolve().parents[1] / "data" / "heldout.jsonl" if folder else None
    if beside is not None and beside.is_file():
        return str(beside)
    raise RunError(
        f"{source} is no run folder that names its suite: give --suite with the file of its tasks"
    )


def _name(source: Path, folder: Path | None, settings: Mapping[str, Any]) -> str:
    model = settings.get("model")
    if isinstance(model, str) and model:
        kind, colon, where = model.rpartition(":")  # samples:FILE, a folder, or a name
        return f"{kind}{colon}{Path(where).name if Path(where).is_absolute() else where}"
    return source.resolve().name if folder else source.stem


def _rows(path: Path, suite: Suite) -> list[Row]:
    known, rows, answered = suite.by_id(), [], set()
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        row = _parsed(line, f"{path}, line {number}")
        if not _is_row(row):
            raise RunError(
                f"{path}, line {number} is no judged answer (it needs {', '.join(_NEEDED)}): give "
                "the results that `qspark judge` wrote, not the completions"
            )
        if row["task_id"] not in known:
            raise RunError(
                f"{path}, line {number}: the task {row['task_id']!r} is not in {suite.path}: give "
                "the suite that these answers were judged with as --suite"
            )
        answer = (row["task_id"], row.get("mode"), row.get("sample", 0))
        if answer in answered:
            raise RunError(
                f"{path}, line {number}: a second row for sample {answer[2]} of {answer[0]!r}: "
                "remove one of them"
            )
        answered.add(answer)
        rows.append({"sample": 0, "program": None, **row})
    if not rows:
        raise RunError(f"{path} holds no judged answers: judge some first")
    return rows


def _is_row(row: Any) -> bool:
    if not isinstance(row, dict) or any(name not in row for name in _NEEDED):
        return False
    verdict, program = row["verdict"], row.get("program")
    return (
        isinstance(row["task_id"], str)
        and isinstance(row["passed"], bool)
        and isinstance(row.get("sample", 0), int)
        and isinstance(row.get("mode", ""), str)
        and (program is None or isinstance(program, str))
        and isinstance(verdict, dict)
        and all(isinstance(verdict.get(name), str) for name in _VERDICT)
        and all(isinstance(verdict.get(name, ""), str) for name in _MAY_BE)
    )


def _document(path: Path) -> dict[str, Any]:
    """A JSON object in a file, or an empty one where there is no file."""
    if not path.is_file():
        return {}
    found = _parsed(_text(path), str(path))
    if not isinstance(found, dict):
        raise RunError(f"{path} does not hold a JSON object: make the run again")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"{path} cannot be read ({error}): give a readable file") from error


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RunError(f"{where} is not JSON ({error}): mend or remove it") from error
