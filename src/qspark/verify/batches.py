"""Programs of our own, many in one process: a fork for each costs more than most of them take.

Only for trusted programs that end by themselves. Each still has a module, random seed and test of its
own; a batch that does not come to its end is judged program by program.
"""

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

_SIZE = 16
_MARK = "QSPARK-BATCH "
_PROGRAM = "def items():\n    return {items!r}\n"
_TEST = """
def check(candidate):
    from qspark.verify.alone import outcomes_of

    raise AssertionError({mark!r} + outcomes_of(candidate()))
"""


def judge_in_batches(
    pool: JudgePool, jobs: Sequence[Job], progress: Callable[[int, int], None] | None = None
) -> list[Verdict]:
    """The verdicts on trusted jobs, in their order; equal jobs are judged once.

    Raises ValueError for a job that is not trusted, SandboxError.
    """
    if not all(job.trusted for job in jobs):
        raise ValueError("only trusted programs may share a process")
    unique = list({job.key: job for job in jobs}.values())
    batches = [unique[at : at + _SIZE] for at in range(0, len(unique), _SIZE)]

    def report(done: int, total: int) -> None:
        if progress:
            progress(len(jobs) * done // total, len(jobs))

    verdicts: dict[str, Verdict] = {}
    together = pool.judge([_joined(batch) for batch in batches], report)
    for batch, verdict in zip(batches, together, strict=True):
        for job, outcome in zip(batch, _outcomes(verdict), strict=False):
            verdicts[job.key] = Verdict(**outcome, isolation=verdict.isolation)
    left = [job for job in unique if job.key not in verdicts]
    verdicts |= {job.key: verdict for job, verdict in zip(left, pool.judge(left), strict=True)}
    return [verdicts[job.key] for job in jobs]


def _joined(batch: Sequence[Job]) -> Job:
    items = [(job.program, job.entry_point, job.test) for job in batch]
    limits = replace(
        batch[0].limits,
        cpu_seconds=batch[0].limits.cpu_seconds * len(batch),
        wall_seconds=batch[0].limits.wall_seconds * len(batch),
    )
    return Job(
        _PROGRAM.format(items=items), _TEST.format(mark=_MARK), "items", limits, trusted=True
    )


def _outcomes(verdict: Verdict) -> list[dict[str, Any]]:
    """What a batch tells of its programs; nothing where it did not come to its end."""
    _, mark, said = verdict.message.partition(_MARK)
    if not mark:
        return []
    try:
        return json.loads(zlib.decompress(base64.b85decode(said.strip())))
    except (ValueError, zlib.error):
        return []
