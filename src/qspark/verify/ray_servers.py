"""A pool's servers on Ray: one actor with one server per worker, on one machine or on many.

Ray is imported when a pool first needs a server. QSpark must be installed on every node, with the
same packages: a verdict must not depend on where it was reached.
"""

import importlib
import importlib.util
import logging
import os
import re
import shutil
import signal
import socket
import sys
import threading
from typing import Any

from qspark.errors import SandboxError
from qspark.verify.cache import environment_fingerprint
from qspark.verify.judge import Job
from qspark.verify.server import Server, ServerLost
from qspark.verify.verdict import Verdict

_PLACE_SECONDS = 600  # a cluster that grows by itself takes minutes to add a node
_MARGIN_SECONDS = 60  # over what the actor's own Server waits, which ends with ServerLost
_END_SECONDS = 10
_LISTEN_SECONDS = 10
_OBJECT_STORE_BYTES = 100 << 20  # jobs and verdicts are small; Ray's own choice is 30 % of memory

# Read when Ray is imported or started. uv's hook would start each actor through `uv run`.
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class NotPlaced(ServerLost):
    """The cluster gave no CPU for a server in time."""


class _Actor:
    """Runs on a node: owns one Server. `end` is called while `run` waits, in another thread."""

    def __init__(self) -> None:
        self._server = Server()

    def hello(self) -> tuple[str, str]:
        """The isolation reached, and what verdicts here depend on."""
        try:
            self._server.hello()
        except ServerLost as error:
            raise ServerLost(self.end() or str(error) or "it ended") from None
        return self._server.isolation, environment_fingerprint()

    def run(self, job: Job) -> Verdict:
        """Judge one job; raises ServerLost."""
        return self._server.run(job)

    def end(self) -> str:
        """End the server, and all that it started; the tail of its standard error."""
        return self._server.end()


class RayServer:
    """A server in a Ray actor, with the methods of Server. Made by RayCluster."""

    def __init__(self, ray: Any, actor_class: Any) -> None:
        self._ray = ray
        self._actor = actor_class.remote()
        self.isolation = ""

    def hello(self) -> None:
        """Wait until the actor is placed and its server warm.

        Raises ServerLost, NotPlaced after 600 s, and SandboxError where the node has other packages
        than this machine.
        """
        self.isolation, there = self._ask("hello", _PLACE_SECONDS)
        here = environment_fingerprint()
        if there != here:
            other = ", ".join(sorted(set(there.split("; ")) - set(here.split("; "))))
            raise SandboxError(
                f"a node of the Ray cluster has other versions than this machine ({other}): "
                f"install the same packages on every node"
            )

    def run(self, job: Job) -> Verdict:
        """Judge one job; raises ServerLost."""
        return self._ask("run", 2 * job.limits.wall_seconds + _MARGIN_SECONDS, job)

    def _ask(self, method: str, seconds: float, *arguments: object) -> Any:
        errors = self._ray.exceptions
        try:
            answer = getattr(self._actor, method).remote(*arguments)
            return self._ray.get(answer, timeout=seconds)
        except errors.GetTimeoutError:
            kind = NotPlaced if method == "hello" else ServerLost
            raise kind(f"the Ray actor did not answer in {seconds:.0f} s") from None
        except errors.RayTaskError as error:
            cause = error.cause
            text = str(cause) if isinstance(cause, ServerLost) else repr(cause)
            raise ServerLost(text) from error
        except (errors.RayError, ConnectionError, RuntimeError) as error:
            raise ServerLost(_said(error)) from error

    def end(self) -> str:
        """End the server, then its actor; the tail of the server's standard error."""
        try:
            return self._ask("end", _END_SECONDS if self.isolation else 2)
        except ServerLost:
            return ""  # the actor is gone, or was never placed: its server hangs up by itself
        finally:
            if self._ray.is_initialized():
                self._ray.kill(self._actor, no_restart=True)


class _Connection:
    """This process's connection to Ray, shared by its pools.

    `ray.init` runs in a thread that lives as long as the connection: the kernel ends Ray's local
    processes together with the thread that started them. While it lasts, SIGTERM raises SystemExit
    in the main thread, where it had no handler: else Ray writes a stack trace and leaves agents.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._release = threading.Event()
        self._thread: threading.Thread | None = None

    def acquire(self, ray: Any, address: str | None, workers: int) -> None:
        """Connect, if this process has not; raises SandboxError."""
        with self._lock:
            if not ray.is_initialized():
                self._connect(ray, address, workers)
                _set_sigterm(signal.SIG_DFL, _leave)
            self._users += 1

    def _connect(self, ray: Any, address: str | None, workers: int) -> None:
        place = address or os.environ.get("RAY_ADDRESS") or "local"
        _require_listener(place)
        failed: list[BaseException] = []
        ready, release = threading.Event(), threading.Event()

        def keep() -> None:
            folder = ""
            try:
                options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
                if place == "local":
                    options["num_cpus"] = max(workers, os.cpu_count() or 1)
                    options["object_store_memory"] = _OBJECT_STORE_BYTES
                    options["include_dashboard"] = False
                context = ray.init(place, **options)
                folder = context.address_info["session_dir"] if place == "local" else ""
            except BaseException as error:
                failed.append(error)
                return
            finally:
                ready.set()
            release.wait()
            ray.shutdown()
            if folder:
                shutil.rmtree(folder, ignore_errors=True)

        self._users, self._release = 0, release
        self._thread = threading.Thread(target=keep, name="qspark-ray", daemon=True)
        self._thread.start()
        while not ready.wait(0.5):  # without an end, a signal may go unnoticed while this waits
            pass
        if failed:
            self._thread = None
            raise SandboxError(
                f"Ray cannot be used at '{place}' ({_said(failed[0])}): start it there "
                f"with `ray start` (RAY_AUTH_MODE=token here where it asks for a token), or judge "
                f"on this machine, without --ray"
            ) from failed[0]

    def release(self) -> None:
        """Disconnect when no pool is left, and only if a pool connected."""
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._thread:
                self._release.set()
                self._thread.join(30)
                self._thread = None
                _set_sigterm(_leave, signal.SIG_DFL)


def _said(error: BaseException) -> str:
    """The end of Ray's message, which says why, on one line and without colours."""
    text = re.sub(r"\x1b\[[0-9;]*m|\^{2,}", "", str(error))
    return " ".join(text.split())[-400:]


def _leave(number: int, frame: object) -> None:
    sys.exit(128 + number)


def _set_sigterm(old: Any, new: Any) -> None:
    """Replace one handler by another, in the main thread, which alone may do so."""
    main = threading.current_thread() is threading.main_thread()
    if main and signal.getsignal(signal.SIGTERM) is old:
        signal.signal(signal.SIGTERM, new)


_CONNECTION = _Connection()


def _require_listener(place: str) -> None:
    """Ray itself waits for minutes where nobody listens; raises SandboxError at once."""
    host, _, port = place.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), _LISTEN_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise SandboxError(
            f"nobody listens at '{place}' ({error}): start Ray there with `ray start`, "
            f"or judge on this machine, without --ray"
        ) from error


class RayCluster:
    """Where a pool's RayServers run.

    `address` is Ray's ("auto" for the cluster that this machine is a node of); without one it is
    RAY_ADDRESS, and else Ray is started on this machine alone, with one CPU per worker, and ended by
    `close`. A process that is connected to Ray already stays so. Raises SandboxError without Ray.
    """

    def __init__(self, workers: int, address: str | None) -> None:
        if importlib.util.find_spec("ray") is None:
            raise SandboxError("judging on Ray needs Ray: pip install 'qspark[ray]'")
        self._workers, self._address = workers, address
        self._ray: Any = None
        self._actor_class: Any = None
        self._lock = threading.Lock()
        self._closed = False

    def connect(self) -> None:
        """Connect to Ray, once; takes some 5 s where it is started. Raises SandboxError."""
        with self._lock:
            if self._ray is not None or self._closed:
                return
            for name, value in _QUIET.items():
                os.environ.setdefault(name, value)
            ray = importlib.import_module("ray")
            logging.getLogger("ray").setLevel(logging.ERROR)
            _CONNECTION.acquire(ray, self._address, self._workers)
            options = {"num_cpus": 1, "max_concurrency": 2, "max_restarts": 0}
            self._actor_class = ray.remote(**options)(_Actor)
            self._ray = ray

    def server(self) -> RayServer:
        """Ask the cluster for one more server. Raises SandboxError when Ray was shut down."""
        if not self._ray.is_initialized():
            raise SandboxError("Ray was shut down while a pool of judges used it: make a new pool")
        return RayServer(self._ray, self._actor_class)

    def close(self) -> None:
        """Let go of Ray; ends it where it was started for pools and this was the last of them."""
        with self._lock:
            self._closed = True
            if self._ray is not None:
                self._ray = None
                _CONNECTION.release()
