"""A pool of judges: verdicts for many jobs, in order or as they come, each executed once."""

import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from types import TracebackType

from qspark.verify.cache import Timings, VerdictCache
from qspark.verify.containment import ISOLATIONS
from qspark.verify.crew import Answers, Crew, Ticket
from qspark.verify.judge import Job
from qspark.verify.ray_servers import RayCluster
from qspark.verify.verdict import Verdict

DEFAULT_ISOLATION = ISOLATIONS[1] if sys.platform == "linux" else ISOLATIONS[0]


@dataclass(frozen=True)
class PoolStats:
    """What a pool did: jobs run in a child, jobs found in the cache, servers lost and replaced."""

    executed: int = 0
    cached: int = 0
    replaced: int = 0


class JudgePool:
    """Judges programs in contained children of warm servers, which start with the first job.

    The `workers` servers are on this machine, or, with an address in `ray`, actors on that cluster
    ("local" starts one on this machine; see RayCluster). `minimum_isolation` is one of ISOLATIONS:
    where a machine gives less, judging raises SandboxError. The longest jobs, by what is recorded
    of their tests, go first. Threads may share a pool. After an error, Ctrl-C among them, the pool
    is closed.
    """

    def __init__(
        self,
        workers: int = 2,
        cache: Path | None = None,
        minimum_isolation: str = DEFAULT_ISOLATION,
        ray: str = "",
    ):
        self.workers = max(1, workers)
        address = None if ray == "local" else ray
        cluster = RayCluster(self.workers, address) if ray else None
        self._crew = Crew(self.workers, ISOLATIONS.index(minimum_isolation), cluster)
        self._cache = VerdictCache(cache) if cache is not None else None
        self._minimum = ISOLATIONS.index(minimum_isolation)
        self._timings = Timings(self._cache)
        self._arrivals = count()
        self._lock = threading.Lock()
        self._executed = self._cached = 0

    def __enter__(self) -> "JudgePool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def isolation(self) -> str:
        """The least isolation that was reached; empty before the first server is up."""
        return self._crew.isolation

    @property
    def stats(self) -> PoolStats:
        """What the pool has done so far."""
        return PoolStats(self._executed, self._cached, self._crew.replaced)

    def recorded_seconds(self, job: Job) -> float | None:
        """Mean CPU seconds of the programs judged with the job's test so far, or None."""
        return self._timings.recorded(job)

    def judge(
        self,
        jobs: Sequence[Job | Verdict],
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Verdict]:
        """Verdicts in the order of the jobs; a Verdict among them passes through.

        Equal jobs are executed once. `progress(done, total)` is called in this thread. Raises
        SandboxError.
        """
        result = {place: job for place, job in enumerate(jobs) if isinstance(job, Verdict)}
        to_judge = [(place, job) for place, job in enumerate(jobs) if isinstance(job, Job)]
        size = len(to_judge) + 1
        try:
            if progress and jobs:
                progress(len(result), len(jobs))
            for place, verdict in self._flow(iter(to_judge), size, size):
                result[place] = verdict
                if progress:
                    progress(len(result), len(jobs))
        except BaseException:
            self.close()
            raise
        return [result[place] for place in range(len(jobs))]

    def stream(self, jobs: Iterable[Job | Verdict]) -> Iterator[tuple[int, Verdict]]:
        """(place of the job in `jobs`, its verdict), each as soon as it is known.

        `jobs` may be endless: at most 4 different ones per worker are in hand, equal ones among
        those are executed once. Where the iterator is closed early, what is in hand is given up and
        its servers end; the pool stays usable. Raises SandboxError, and what `jobs` raises.
        """
        return self._flow(enumerate(jobs), 4 * self.workers, 1)

    def _flow(
        self, jobs: Iterator[tuple[int, Job | Verdict]], window: int, gulp: int
    ) -> Iterator[tuple[int, Verdict]]:
        """Take in `gulp` jobs at a time while fewer than `window` different ones are in hand."""
        places: dict[str, list[int]] = {}  # of the jobs in hand, by key
        answers = self._crew.open()
        more = True
        try:
            while more or places:
                if more and len(places) < window and answers.empty():
                    taken = list(islice(jobs, gulp))
                    more = len(taken) == gulp
                    yield from self._take_in(taken, places, answers)
                    continue
                try:
                    # With a time: a signal that comes just before a wait for good goes unnoticed.
                    answer = answers.get(timeout=0.5)
                except queue.Empty:
                    continue
                if isinstance(answer, BaseException):
                    raise answer
                ticket, verdict = answer
                self._keep(ticket.job, verdict)
                for place in places.pop(ticket.job.key):
                    yield place, verdict
        except GeneratorExit:
            raise
        except BaseException:
            self.close()
            raise
        finally:
            self._crew.leave(answers)

    def _take_in(
        self, taken: list[tuple[int, Job | Verdict]], places: dict[str, list[int]], answers: Answers
    ) -> list[tuple[int, Verdict]]:
        """Hand out the jobs that are new; those whose verdict is known come back with it."""
        keys = [job.key for _, job in taken if isinstance(job, Job)]
        kept = self._cache.get_many(keys) if self._cache else {}
        known = {key: verdict for key, verdict in kept.items() if self._is_enough(verdict)}
        ready, tickets = [], []
        for place, job in taken:
            if isinstance(job, Verdict):
                ready.append((place, job))
            elif job.key in known:
                ready.append((place, known[job.key]))
                with self._lock:
                    self._cached += 1
            elif job.key in places:
                places[job.key].append(place)
            else:
                places[job.key] = [place]
                rank = (-self._timings.predicted(job), next(self._arrivals))
                tickets.append(Ticket(rank, job, answers))
        if tickets:
            self._crew.submit(tickets)
        return ready

    def _is_enough(self, verdict: Verdict) -> bool:
        """Whether a verdict was reached on a rung that this pool accepts."""
        rung = verdict.isolation
        return rung in ISOLATIONS and ISOLATIONS.index(rung) >= self._minimum

    def _keep(self, job: Job, verdict: Verdict) -> None:
        self._timings.add(job, verdict)
        if self._cache:
            self._cache.put(job.key, verdict)
        with self._lock:
            self._executed += 1

    def close(self) -> None:
        """End every server; nothing is left running. May be called more than once."""
        self._crew.close()
        if self._cache:
            self._cache.close()
