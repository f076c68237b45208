"""A pool of warm servers that judges batches of jobs."""

import queue
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from qspark.errors import SandboxError
from qspark.verify.cache import VerdictCache
from qspark.verify.containment import ISOLATIONS
from qspark.verify.judge import Job
from qspark.verify.server import Server, ServerLost
from qspark.verify.verdict import Verdict

DEFAULT_ISOLATION = ISOLATIONS[1] if sys.platform == "linux" else ISOLATIONS[0]


@dataclass
class PoolStats:
    """What a pool did: jobs run in a child, jobs found in the cache, servers lost and replaced."""

    executed: int = 0
    cached: int = 0
    replaced: int = 0


class JudgePool:
    """Judges programs in contained children of warm servers.

    Servers start with the first job that needs one. `minimum_isolation` is one of ISOLATIONS:
    where the machine gives less, `judge` raises SandboxError. `isolation` is what was reached,
    empty before that.
    """

    def __init__(
        self,
        workers: int = 2,
        cache: Path | None = None,
        minimum_isolation: str = DEFAULT_ISOLATION,
    ):
        self.workers = max(1, workers)
        self.isolation = ""
        self.stats = PoolStats()
        self._minimum = ISOLATIONS.index(minimum_isolation)
        self._cache = VerdictCache(cache) if cache is not None else None
        self._servers: list[Server | None] = [None] * self.workers
        self._lock = threading.Lock()
        self._batch = threading.Lock()
        self._closed = False

    def __enter__(self) -> "JudgePool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def judge(
        self,
        jobs: Sequence[Job | Verdict],
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Verdict]:
        """Verdicts in the order of the jobs; a Verdict among them passes through.

        Equal jobs are executed once. `progress(done, total)` is called in this thread. One batch
        runs at a time, others wait. Raises SandboxError; after any error the pool is closed.
        """
        with self._batch:
            try:
                return self._judge(jobs, progress)
            except BaseException:
                self.close()
                raise

    def _judge(
        self, jobs: Sequence[Job | Verdict], progress: Callable[[int, int], None] | None
    ) -> list[Verdict]:
        verdicts: dict[str, Verdict] = {}
        places: dict[str, list[int]] = {}
        result: list[Verdict | None] = [job if isinstance(job, Verdict) else None for job in jobs]
        waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        done = sum(verdict is not None for verdict in result)
        for place, job in enumerate(jobs):
            if isinstance(job, Job):
                places.setdefault(job.key, []).append(place)
        to_run = 0
        for key, where in places.items():
            job = jobs[where[0]]
            assert isinstance(job, Job)
            found = self._cache.get(key) if self._cache else None
            if found is None:
                waiting.put(job)
                to_run += 1
            else:
                verdicts[key] = found
                self.stats.cached += 1
                done += len(where)
        if progress and jobs:
            progress(done, len(jobs))
        for job, verdict in self._run_all(waiting, to_run):
            verdicts[job.key] = verdict
            self.stats.executed += 1
            if self._cache:
                self._cache.put(job.key, verdict)
            done += len(places[job.key])
            if progress:
                progress(done, len(jobs))
        for key, where in places.items():
            for place in where:
                result[place] = verdicts[key]
        return [verdict for verdict in result if verdict is not None]

    def _run_all(
        self, waiting: "queue.SimpleQueue[Job]", total: int
    ) -> Iterator[tuple[Job, Verdict]]:
        answers: queue.SimpleQueue[tuple[Job, Verdict] | BaseException] = queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._work, args=(number, waiting, answers), daemon=True)
            for number in range(min(self.workers, total))
        ]
        for thread in threads:
            thread.start()
        for _ in range(total):
            answer = answers.get()
            if isinstance(answer, BaseException):
                raise answer
            yield answer
        for thread in threads:
            thread.join()

    def _work(
        self,
        number: int,
        waiting: "queue.SimpleQueue[Job]",
        answers: "queue.SimpleQueue[tuple[Job, Verdict] | BaseException]",
    ) -> None:
        try:
            while True:
                try:
                    job = waiting.get_nowait()
                except queue.Empty:
                    return
                answers.put((job, self._judge_one(number, job)))
        except BaseException as error:
            answers.put(error)

    def _judge_one(self, number: int, job: Job) -> Verdict:
        trouble = ""
        for _ in range(2):
            server = self._servers[number] or self._start(number)
            try:
                return server.run(job)
            except ServerLost as error:
                trouble = f"{error}; {self._drop(number)}"
                with self._lock:
                    self.stats.replaced += 1
        return Verdict(status="infra", stage="run", category="infra/server", message=trouble[:500])

    def _start(self, number: int) -> Server:
        with self._lock:
            if self._closed:
                raise SandboxError("the pool of judges is closed: make a new one")
            server = self._servers[number] = Server()
        try:
            server.hello()
        except ServerLost as error:
            trouble = self._drop(number) or str(error) or "it ended"
            raise SandboxError(
                f"the judge's server does not start ({trouble.splitlines()[-1]}): "
                f"install QSpark again with `pip install --editable .` and look at that message"
            ) from error
        self.isolation = server.isolation
        if ISOLATIONS.index(server.isolation) < self._minimum:
            raise SandboxError(
                f"this machine gives the isolation '{server.isolation}' only, the minimum is "
                f"'{ISOLATIONS[self._minimum]}': use a Linux kernel with Landlock, seccomp and "
                f"user namespaces, or lower the minimum with --isolation"
            )
        return server

    def _drop(self, number: int) -> str:
        with self._lock:
            server, self._servers[number] = self._servers[number], None
        return server.end() if server else ""

    def close(self) -> None:
        """End every server; nothing is left running. May be called more than once."""
        self._closed = True
        for number in range(self.workers):
            self._drop(number)
        if self._cache:
            self._cache.close()
