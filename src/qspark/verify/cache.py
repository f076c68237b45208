"""Verdicts and timings by what was judged: an SQLite file that several processes may use at once."""

import bisect
import hashlib
import platform
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError

from qspark.errors import SandboxError
from qspark.verify.judge import Job
from qspark.verify.verdict import Verdict

_JUDGE_VERSION = 5  # goes up whenever the same program and test may get another verdict than before
_PACKAGES = (
    "numpy", "scipy", "matplotlib", "networkx", "sympy", "rustworkx", "qiskit", "qiskit-aer",
    "qiskit-ibm-runtime", "qiskit-experiments", "seaborn", "pydot", "qiskit-qasm3-import",
)  # fmt: skip
_AT_ONCE = 500  # keys per query: SQLite takes 999 parameters at the least
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, verdict TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS timings "
    "(key TEXT PRIMARY KEY, seconds REAL NOT NULL, jobs INTEGER NOT NULL)",
)


def environment_fingerprint() -> str:
    """What a verdict depends on besides the job: versions of judge, Python and packages."""
    parts = [
        f"judge {_JUDGE_VERSION}",
        f"python {'.'.join(map(str, sys.version_info[:3]))}",
        f"machine {platform.machine()}",
    ]
    for name in _PACKAGES:
        try:
            parts.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            parts.append(f"{name} absent")
    return "; ".join(parts)


# Said of the machine, or of what is installed on it, rather than of the program.
_OF_THE_MACHINE = ("resource/time", "env/")


class VerdictCache:
    """Exact verdicts by a job's key and the environment, and CPU seconds by test.

    `infra`, `env/*` and `resource/time` verdicts are never kept: they say something of the machine,
    not of the program. Threads and processes may use the same file. Raises SandboxError, here and in every
    method, where the file cannot be used.
    """

    def __init__(self, path: Path):
        self._path = path
        self._environment = environment_fingerprint()
        self._lock = threading.Lock()
        with self._access():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                path, timeout=60, isolation_level=None, check_same_thread=False
            )
            try:
                self._database.execute("PRAGMA journal_mode=WAL")
                self._database.execute("PRAGMA synchronous=NORMAL")
                for statement in _SCHEMA:
                    self._database.execute(statement)
            except BaseException:
                self._database.close()
                raise

    @contextmanager
    def _access(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (OSError, sqlite3.Error) as error:
            full = "full" in str(error) or "No space" in str(error)
            remedy = "free space or name another file" if full else "name another file"
            raise SandboxError(
                f"the verdict cache {self._path} cannot be used ({error}): {remedy}"
            ) from error

    def _key(self, job_key: str) -> str:
        return hashlib.sha256(f"{job_key}\n{self._environment}".encode()).hexdigest()

    def get(self, job_key: str) -> Verdict | None:
        """The verdict kept for a job's key, or None."""
        return self.get_many([job_key]).get(job_key)

    def get_many(self, job_keys: Sequence[str]) -> dict[str, Verdict]:
        """The verdicts that are kept, by job key; some 20 µs each."""
        wanted = {self._key(key): key for key in job_keys}
        keys, found = list(wanted), {}
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, verdict FROM verdicts WHERE key IN ({marks})"
            with self._access():
                rows = self._database.execute(query, part).fetchall()
            for key, text in rows:
                try:
                    found[wanted[key]] = Verdict.model_validate_json(text)
                except ValidationError:
                    continue  # written by another version: it is judged again
        return found

    def put(self, job_key: str, verdict: Verdict) -> None:
        """Keep a verdict, unless it says something of the machine only."""
        if verdict.status == "infra" or verdict.category.startswith(_OF_THE_MACHINE):
            return
        row = (self._key(job_key), verdict.model_dump_json())
        with self._access():
            self._database.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?)", row)

    def timings(self) -> dict[str, tuple[float, int]]:
        """Mean CPU seconds, and of how many jobs, by timing key."""
        with self._access():
            rows = self._database.execute("SELECT key, seconds, jobs FROM timings").fetchall()
        return {key: (seconds, jobs) for key, seconds, jobs in rows}

    def add_timing(self, key: str, seconds: float) -> None:
        """Take one more job's CPU seconds into the mean."""
        with self._access():
            self._database.execute(
                "INSERT INTO timings VALUES (?, ?, 1) ON CONFLICT (key) DO UPDATE SET "
                "seconds = (seconds * jobs + excluded.seconds) / (jobs + 1), jobs = jobs + 1",
                (key, seconds),
            )

    def close(self) -> None:
        """Close the file. May be called more than once."""
        with self._lock:
            self._database.close()


class Timings:
    """How long programs took, by test and entry point (mean CPU s), to say how long one will take.

    Kept in the cache's file where there is one.
    """

    def __init__(self, cache: VerdictCache | None):
        self._cache = cache
        self._known = cache.timings() if cache else {}
        self._sorted = sorted(seconds for seconds, _ in self._known.values())
        self._lock = threading.Lock()

    @staticmethod
    def key(job: Job) -> str:
        """Hash of a job's test and entry point."""
        return hashlib.sha256(f"{job.entry_point}\n{job.test}".encode()).hexdigest()

    def recorded(self, job: Job) -> float | None:
        """Mean CPU seconds of the programs judged with the job's test, or None."""
        known = self._known.get(self.key(job))
        return known[0] if known else None

    def predicted(self, job: Job) -> float:
        """What is recorded (CPU s), else the median of all tests; 0 when nothing is known."""
        with self._lock:
            seconds = self.recorded(job)
            if seconds is None:
                seconds = self._sorted[len(self._sorted) // 2] if self._sorted else 0.0
            return seconds

    def add(self, job: Job, verdict: Verdict) -> None:
        """Record what a job took, unless its verdict is a fault of the machine."""
        if verdict.status == "infra":
            return
        key = self.key(job)
        with self._lock:
            mean, jobs = self._known.get(key, (0.0, 0))
            if jobs:
                del self._sorted[bisect.bisect_left(self._sorted, mean)]
            mean = (mean * jobs + verdict.cpu_seconds) / (jobs + 1)
            self._known[key] = (mean, jobs + 1)
            bisect.insort(self._sorted, mean)
        if self._cache:
            self._cache.add_timing(key, verdict.cpu_seconds)
