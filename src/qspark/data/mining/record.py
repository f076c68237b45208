"""What a function does: executed in the sandbox on several arguments, twice each, and written down."""

import base64
import inspect
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from textwrap import indent
from typing import Any

from qspark.data.mining import encode
from qspark.data.mining.calls import Call
from qspark.data.mining.same import arrangement
from qspark.data.trial import LIMITS
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

_MARK = "QSPARK-RECORD "
_MOST = 4  # results written into a test
_TEST = """def check(candidate):
    space = {{"__name__": "encode"}}
    exec(compile({encoder!r}, "<encode>", "exec"), space)
{arrangement}
    values = [{values}]
    earlier = space["before"](values)
    got = candidate({given})
    raise AssertionError({mark!r} + space["recorded"](got, values, earlier))
"""


@dataclass(frozen=True)
class Result:
    """What came of one call: source, kinds and words of the result and of changed arguments."""

    call: Call
    text: str
    kinds: frozenset[str]
    words: str
    changed: tuple[tuple[int, str], ...] = ()
    echo: bool = False

    @property
    def trivial(self) -> bool:
        """Whether it gives back nothing, or what it was given."""
        return not self.changed and (self.echo or self.text == "None")


@dataclass
class Seen:
    """All that was tried: results, what no test can hold by reason, and the verdicts of failures."""

    results: list[Result]
    unfit: list[str]
    failed: list[tuple[Call, Verdict]]


def record_job(program: str, entry_point: str, call: Call, seed: int = 0) -> Job:
    """The job that makes one call and tells what came of it."""
    values = ", ".join(text for _, text in call.given)
    given = [
        f"{name}=values[{n}]" if name else f"values[{n}]" for n, (name, _) in enumerate(call.given)
    ]
    test = _TEST.format(
        encoder=_encoder(), values=values, given=", ".join(given), mark=_MARK,
        arrangement=indent("\n".join(arrangement([call])), "    "),
    )  # fmt: skip
    if seed:
        test += f"# random numbers {seed}\n"
    return Job(program, test, entry_point, LIMITS)


def observe(
    program: str, entry_point: str, calls: Sequence[Call], pool: JudgePool, seed: int = 0
) -> Seen:
    """Make every call once, in the sandbox."""
    verdicts = pool.judge([record_job(program, entry_point, call, seed) for call in calls])
    seen = Seen([], [], [])
    for call, verdict in zip(calls, verdicts, strict=True):
        row = _row(verdict)
        if row is None:
            seen.failed.append((call, verdict))
        elif "unfit" in row:
            seen.unfit.append(row["unfit"])
        else:
            seen.results.append(_result(call, row))
    return seen


def chosen(results: Sequence[Result]) -> list[Result]:
    """At most four results that differ, those of calls found in the repository first."""
    ordered = sorted(results, key=lambda r: (r.trivial, not r.call.found, len(r.text) > 600))
    kept: list[Result] = []
    for fresh in (True, False):
        for result in ordered:
            known = {(r.text, r.changed) for r in kept}
            if (
                result not in kept
                and len(kept) < _MOST
                and (not fresh or (result.text, result.changed) not in known)
            ):
                kept.append(result)
    return kept


def agrees(results: Sequence[Result], again: Seen) -> bool:
    """Whether calls made with other random numbers came out the same."""
    bare = [replace(result, words="") for result in results]
    return [replace(result, words="") for result in again.results] == bare


@cache
def _encoder() -> str:
    return inspect.getsource(encode)


def _row(verdict: Verdict) -> dict[str, Any] | None:
    """What a recording tells, or None where the call came to no end."""
    _, mark, said = verdict.message.partition(_MARK)
    if not mark or verdict.stage != "check":
        return None
    try:
        row = json.loads(zlib.decompress(base64.b85decode(said.strip())))
    except (ValueError, zlib.error):
        return {"unfit": "a large result"}
    return row if isinstance(row, dict) else {"unfit": "a large result"}


def _result(call: Call, row: dict[str, Any]) -> Result:
    text, kinds, words = row["result"]
    changed, more = [], set(kinds)
    for place, (new, of, _) in sorted(row["changed"].items(), key=lambda item: int(item[0])):
        changed.append((int(place), new))
        more |= set(of)
        words = words or "the argument, changed"
    return Result(call, text, frozenset(more), words, tuple(changed), bool(row["echo"]))
