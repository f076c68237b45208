"""A pool of judges that writes every verdict down at once, so that a killed evaluation judges none twice."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from qspark.errors import RunError
from qspark.runs import append_jsonl, read_jsonl
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict


class JournalPool(JudgePool):
    """A JudgePool with a journal: rows {key, verdict} in a file of one evaluation.

    The journal also has what the verdict cache leaves out because it speaks of the machine, such as
    time-outs: one evaluation was judged once. Only `infra` verdicts are left to be tried again.
    """

    def __init__(self, journal: Path, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._path = journal
        self._written: dict[str, Verdict] = {}
        self._writing = Lock()
        try:
            for row in read_jsonl(journal):
                self._written[row["key"]] = Verdict.model_validate(row["verdict"])
        except (ValueError, KeyError) as error:
            raise RunError(
                f"{journal} is damaged: remove it, and what the verdict cache lacks is judged again"
            ) from error

    def judge(
        self,
        jobs: Sequence[Job | Verdict],
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Verdict]:
        """Verdicts in the order of the jobs; those in the journal are not judged again."""
        found: dict[int, Verdict] = {}
        places: dict[str, list[int]] = {}
        missing: list[Job] = []
        for place, job in enumerate(jobs):
            known = job if isinstance(job, Verdict) else self._written.get(job.key)
            if known is not None:
                found[place] = known
            elif isinstance(job, Job):
                if job.key not in places:
                    missing.append(job)
                places.setdefault(job.key, []).append(place)
        missing.sort(key=lambda job: -(self.recorded_seconds(job) or 0.0))
        if progress and jobs:
            progress(len(found), len(jobs))
        for number, verdict in self.stream(missing):
            key = missing[number].key
            if verdict.status != "infra":
                row = {"key": key, "verdict": verdict.model_dump(mode="json")}
                with self._writing:  # threads may share a pool
                    append_jsonl(self._path, [row])
                    self._written[key] = verdict
            found |= dict.fromkeys(places[key], verdict)
            if progress:
                progress(len(found), len(jobs))
        return [found[place] for place in range(len(jobs))]
