"""`qspark eval`'s run folder: ask, judge, sum up, each going on where a killed run was.

    RUN/settings.json    model, suite, prompt, sampling and versions; the folder never takes others
    RUN/samples.jsonl    the answers as they came, in the HumanEval convention
    RUN/errors.jsonl     requests that failed for good; the next run asks again
    RUN/verdicts.jsonl   the verdicts as they came, by what was judged
    RUN/results.jsonl    one row per wanted answer, in the suite's order
    RUN/summary.json     the score
    RUN/timings.jsonl    what each stage took, each time it was entered

results.jsonl and summary.json are written whole at the end. They hold no times and no addresses in memory,
so that they come out the same, byte for byte, however often the run was interrupted.
"""

import platform
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from qspark.errors import ModelError, RunError, UnansweredError
from qspark.evaluate.answers import Answer, Backend, Request, Sampling, counted
from qspark.evaluate.breakdown import break_down
from qspark.evaluate.mended import diagnose_rows, repair_rows, summarise_repairs
from qspark.evaluate.score import judge_references, score_samples, summarise_scores
from qspark.runs import (
    append_jsonl,
    differences,
    hold,
    read_json,
    read_jsonl,
    versions,
    write_json,
    write_jsonl,
)
from qspark.tasks.pins import faulty_test
from qspark.tasks.samples import Sample
from qspark.tasks.suites import Suite
from qspark.verify.attacks import gives_not
from qspark.verify.pool import ISOLATIONS, JudgePool
from qspark.verify.verdict import Verdict

Progress = Callable[[str, int, int], None]

_RECORDED = {"started", "suite_path", "base_url"}  # may change between two runs of one folder
_OF_GENERATION = {"torch", "transformers", "trl", "peft"}
_TIMES = {"cpu_seconds", "wall_seconds", "peak_mb"}
_OF_THE_PROCESS = re.compile(r"(?<=\b0x)[0-9a-fA-F]{6,16}\b|(?<=qspark-cell-)\w+")
_KS = (1, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Settings:
    """What the results depend on. `tasks` are the ids asked for; `extra` is of the kind of model."""

    model: str
    suite: str
    suite_sha256: str
    tasks: tuple[str, ...]
    prompt: str
    system: str
    samples: int
    sampling: Sampling
    seed: int
    extra: dict[str, Any]
    stand_in: bool = True
    generates_here: bool = False

    def document(self) -> dict[str, Any]:
        """The settings as settings.json holds them, with the versions of what is installed."""
        fields = asdict(self)
        here, extra, drawn = (fields.pop(key) for key in ("generates_here", "extra", "sampling"))
        installed = {"python": platform.python_version(), **versions()}
        kept = {n: v for n, v in installed.items() if here or n not in _OF_GENERATION}
        return {**fields, "tasks": list(self.tasks), **drawn, **extra, "versions": kept}


@contextmanager
def open_folder(folder: Path, settings: Settings, recorded: dict[str, str]) -> Iterator[None]:
    """Hold a folder for an evaluation. Raises RunError if it has another's settings or is in use.

    `recorded` is kept in settings.json too, and may be another the next time.
    """
    with hold(folder):
        document = settings.document()
        stored = folder / "settings.json"
        if stored.exists():
            old = {k: v for k, v in read_json(stored).items() if k not in _RECORDED}
            differing = differences(old, document)
            if differing:
                raise RunError(
                    f"{folder} holds an evaluation with other settings ({', '.join(differing[:3])} "
                    "differ): choose another folder with --out, or remove that one"
                )
        elif (folder / "manifest.json").exists() or (folder / "results.jsonl").exists():
            raise RunError(f"{folder} holds another kind of run: choose another folder with --out")
        else:
            started = datetime.now(UTC).isoformat(timespec="seconds")
            write_json(stored, {**document, "started": started, **recorded})
        yield


def ask(
    folder: Path,
    settings: Settings,
    requests: Sequence[Request],
    backend: Backend,
    report: Progress,
) -> list[Answer]:
    """The answer to each request, from samples.jsonl or else from the model.

    Raises ModelError where not one was answered: that is no score of 0.
    """
    keys = [request.sha256(settings.model, settings.sampling) for request in requests]
    by_place = {(r.task_id, r.sample): key for r, key in zip(requests, keys, strict=True)}
    answers: dict[tuple[str, int], Answer] = {}
    for row in read_jsonl(folder / "samples.jsonl"):
        place = (row.get("task_id"), row.get("sample"))
        if by_place.get(place, "") == row.get("request_sha256"):
            answers[place] = _answer(row)
    errors = read_jsonl(folder / "errors.jsonl")
    failed = {row.get("request_sha256"): row.get("error", "") for row in errors}
    missing = [r for r in requests if (r.task_id, r.sample) not in answers]

    def keep(came: Sequence[tuple[Request, Answer]]) -> None:
        for name, wanted in (("samples", False), ("errors", True)):
            part = [(r, a) for r, a in came if bool(a.error) == wanted]
            rows = [_row(r, a, by_place[r.task_id, r.sample]) for r, a in part]
            if rows:
                append_jsonl(folder / f"{name}.jsonl", rows)
        answers.update({(r.task_id, r.sample): a for r, a in came})
        report("generate", len(answers), len(requests))

    if missing:
        report("generate", len(answers), len(requests))
        with timed(folder, "generate", len(missing)):
            try:
                backend(missing, keep)
            except UnansweredError:
                # Where all of them failed in an earlier run too, the score is as it was.
                if not all(by_place[r.task_id, r.sample] in failed for r in missing):
                    raise
                for r in missing:
                    error = Answer(error=failed[by_place[r.task_id, r.sample]])
                    answers.setdefault((r.task_id, r.sample), error)
    if requests and all(answer.error for answer in answers.values()):
        error = answers[requests[0].task_id, requests[0].sample].error
        raise ModelError(
            f"no request was answered ({error}): mend that, and run the same command again"
        )
    return [answers[r.task_id, r.sample] for r in requests]


def judge(
    suite: Suite,
    samples: Sequence[Sample],
    answers: Sequence[Answer],
    pool: JudgePool,
    settings: Settings,
    report: Progress,
    fix: bool = False,
) -> list[dict[str, Any]]:
    """Judge the references and the answers, in results.jsonl's rows; with `fix`, repair them too.

    A request that failed is `infra`, category `infra/request`.
    """
    said = [s for s, answer in zip(samples, answers, strict=True) if not answer.error]
    references = judge_references(
        suite, samples, pool, settings.stand_in, lambda done, n: report("references", done, n)
    )
    scored = score_samples(
        suite, said, pool, references, settings.stand_in, lambda done, n: report("judge", done, n)
    )
    stages = {"diagnose": diagnose_rows, **({"repair": repair_rows} if fix else {})}
    for name, act in stages.items():
        scored = act(suite, scored, pool, references, settings.stand_in, partial(report, name))
    by_place = {(row["task_id"], row["sample"]): row for row in scored}
    rows = []
    for sample, answer in zip(samples, answers, strict=True):
        fault = references.fault(sample.task_id)
        row = by_place.get((sample.task_id, sample.sample)) or _failed(sample, answer, fault)
        row |= {"verdict": _lasting(row["verdict"]), "reference_fault": _scrubbed(fault)}
        if fixed := row.setdefault("fixed", None) if fix else None:
            row["fixed"] = {**fixed, "verdict": _lasting(fixed["verdict"])}
        row |= {"finish_reason": answer.finish_reason, "model": answer.model}
        row |= {"tokens": [answer.prompt_tokens, answer.completion_tokens]}
        rows.append(row)
    return rows


def finish(
    folder: Path, suite: Suite, settings: Settings, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Write results.jsonl and summary.json; returns the summary."""
    rungs = {row["verdict"]["isolation"] for row in rows} - {""}
    reached = min(rungs, key=ISOLATIONS.index, default="")
    document = settings.document()
    asked = [task for task in suite.tasks if task.task_id in settings.tasks]
    answered = [row for row in rows if row["verdict"]["category"] != "infra/request"]
    truncated = sum(row["finish_reason"] == "length" for row in answered)
    summary = {
        "model": settings.model,
        **summarise_scores(suite, rows),
        **(summarise_repairs(rows) if rows and "fixed" in rows[0] else {}),
        "breakdown": break_down(asked, rows, _KS, settings.seed),
        "isolation": reached,
        "isolation_gives_not": gives_not(reached) if reached else [],
        "answers": {
            "wanted": len(rows),
            "failed_requests": len(rows) - len(answered),
            "truncated": truncated,
            "truncation_rate": truncated / len(answered) if answered else None,
            "empty": sum(not row["completion"].strip() for row in answered),
            "prompt_tokens": counted([{"n": row["tokens"][0]} for row in answered], "n"),
            "completion_tokens": counted([{"n": row["tokens"][1]} for row in answered], "n"),
            "served": sorted({row["model"] for row in answered} - {""}),
        },
        "extraction": dict(sorted(Counter(row["rule"] for row in answered).items())),
        "settings": {k: v for k, v in document.items() if k not in ("tasks", "versions")},
        "versions": document["versions"],
        "results": "results.jsonl",
    }
    write_jsonl(folder / "results.jsonl", rows)
    write_json(folder / "summary.json", summary)
    return summary


def _row(request: Request, answer: Answer, key: str) -> dict[str, Any]:
    fields = asdict(answer)
    text, error = fields.pop("text"), fields.pop("error")
    said = {"error": error} if error else {"completion": text, **fields}
    who = {"task_id": request.task_id, "sample": request.sample}
    return {**who, **said, "request_sha256": key}


def _answer(row: dict[str, Any]) -> Answer:
    fields = ("finish_reason", "model", "prompt_tokens", "completion_tokens")
    return Answer(row["completion"], **{name: row[name] for name in fields})


def _failed(sample: Sample, answer: Answer, fault: str) -> dict[str, Any]:
    verdict = Verdict(
        status="infra", stage="extract", category="infra/request", message=answer.error
    )
    return {
        "task_id": sample.task_id,
        "sample": sample.sample,
        "completion": "",
        "program": None,
        "rule": "",
        "passed": False,
        "verdict": verdict.model_dump(mode="json"),
        "reference_fault": fault,
        "test_fault": faulty_test(sample.task_id),
    }


def _lasting(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict without what differs each time that the same program is judged."""
    lasting = {name: value for name, value in verdict.items() if name not in _TIMES}
    for name in ("message", "line", "output_tail"):
        lasting[name] = _scrubbed(lasting[name])
    return lasting


def _scrubbed(text: str) -> str:
    return _OF_THE_PROCESS.sub("...", text)


@contextmanager
def timed(folder: Path, stage: str, count: int) -> Iterator[None]:
    """Append to timings.jsonl what a stage took."""
    start = time.monotonic()
    started = datetime.now(UTC).isoformat(timespec="seconds")
    yield
    row = {"stage": stage, "started": started, "count": count}
    append_jsonl(folder / "timings.jsonl", [{**row, "seconds": round(time.monotonic() - start, 3)}])
