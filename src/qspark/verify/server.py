"""One warm server process, seen from the pool: start it, give it jobs, end it."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import qspark
from qspark.verify import container, wire
from qspark.verify.containment import ISOLATIONS
from qspark.verify.judge import Job
from qspark.verify.verdict import Verdict

_START_SECONDS = 120
_GRACE_SECONDS = 30

# One thread each, set before numpy is imported. malloc on huge pages makes a fork cheap: it copies
# fewer page tables.
SERVER_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONSAFEPATH": "1", "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8:replace",
    "PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "QISKIT_PARALLEL": "FALSE",
    "VECLIB_MAXIMUM_THREADS": "1",
}  # fmt: skip


class ServerLost(Exception):
    """A server died, hung, or said something that makes no sense."""


class Server:
    """One server process and the socket to it."""

    def __init__(self) -> None:
        source = str(Path(qspark.__file__).parents[1])
        environment = {**SERVER_ENVIRONMENT, "PYTHONPATH": source}
        command = [sys.executable, "-m", "qspark.verify.worker"]
        self._container = None
        if runtime := container.runtime():
            inside = [*command, "3"]
            self._container = container.Container(runtime, inside, environment, source)
            command = self._container.command
        else:
            command.append("0")
        self._socket, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        theirs.close()
        self._folder = ""
        self.isolation = ""

    def hello(self) -> None:
        """Wait until the server is warm."""
        said = self._talk(None, [], _START_SECONDS)
        self.isolation, self._folder = said["isolation"], said["folder"]

    def run(self, job: Job) -> Verdict:
        """Judge one job; raises ServerLost."""
        key = secrets.token_hex(16)
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as secret:
            for file, content in ((asked, job.asked), (secret, {**job.secret, "key": key})):
                file.write(json.dumps(content).encode())
                file.flush()
            files = [asked.fileno(), secret.fileno()]
            # Two processes, and then one where their values do not cross: at most twice the time.
            said = self._talk(job.order, files, 2 * job.limits.wall_seconds + _GRACE_SECONDS)
        try:
            if sealed := said.pop("sealed", ""):
                said |= json.loads(wire.unseal(sealed, key))
            if compared := said.pop("compared", ""):
                said["compared"] = json.loads(wire.unseal(compared, f"{key}/compared"))
            return Verdict.model_validate({**said, "isolation": self.isolation})
        except (ValueError, TypeError, RecursionError):
            return Verdict(
                status="fail",
                stage="run",
                category="integrity/forgery",
                message="the report of the verdict is not one that the judge writes",
            )

    def _talk(
        self, order: dict[str, Any] | None, files: list[int], seconds: float
    ) -> dict[str, Any]:
        try:
            self._socket.settimeout(seconds)
            if order is not None:
                wire.send_with_files(self._socket, order, files)
            return wire.receive(self._socket)
        except (OSError, ValueError, wire.Hangup) as error:
            raise ServerLost(str(error)) from error

    def end(self) -> str:
        """End the server, and all that it started; the tail of what it wrote to standard error."""
        self._socket.close()
        self.process.kill()
        if self._container:
            self._container.remove()
        _, errors = self.process.communicate()
        if self.isolation in ISOLATIONS[:2]:
            shutil.rmtree(self._folder, ignore_errors=True)
        return errors.decode("utf-8", "replace").strip()[-500:]
