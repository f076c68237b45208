"""Verdicts by what was judged: an SQLite file that several processes may use at the same time."""

import hashlib
import sqlite3
import sys
from importlib import metadata
from pathlib import Path

from qspark.errors import SandboxError
from qspark.verify.verdict import Verdict

_JUDGE_VERSION = 2  # goes up whenever the same program and test may get another verdict than before
_PACKAGES = ("numpy", "scipy", "matplotlib", "qiskit", "qiskit-aer", "qiskit-ibm-runtime")


def environment_fingerprint() -> str:
    """What a verdict depends on besides the job: versions of judge, Python and packages."""
    parts = [f"judge {_JUDGE_VERSION}", f"python {'.'.join(map(str, sys.version_info[:3]))}"]
    for name in _PACKAGES:
        try:
            parts.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            parts.append(f"{name} absent")
    return "; ".join(parts)


class VerdictCache:
    """Exact verdicts by a job's key and the environment.

    `infra` and `resource/time` verdicts are never kept: they say something of the machine, not of
    the program. Raises SandboxError where the file cannot be used.
    """

    def __init__(self, path: Path):
        self._path = path
        self._environment = environment_fingerprint()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                path, timeout=60, isolation_level=None, check_same_thread=False
            )
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, verdict TEXT NOT NULL)"
            )
        except (OSError, sqlite3.Error) as error:
            raise SandboxError(
                f"the verdict cache {path} cannot be used ({error}): "
                f"name another file, or remove it"
            ) from error

    def _key(self, job_key: str) -> str:
        return hashlib.sha256(f"{job_key}\n{self._environment}".encode()).hexdigest()

    def get(self, job_key: str) -> Verdict | None:
        """The verdict kept for a job's key, or None."""
        row = self._database.execute(
            "SELECT verdict FROM verdicts WHERE key = ?", (self._key(job_key),)
        ).fetchone()
        return Verdict.model_validate_json(row[0]) if row else None

    def put(self, job_key: str, verdict: Verdict) -> None:
        """Keep a verdict, unless it says something of the machine only."""
        if verdict.status == "infra" or verdict.category == "resource/time":
            return
        self._database.execute(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?)",
            (self._key(job_key), verdict.model_dump_json()),
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()
