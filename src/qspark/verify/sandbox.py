"""One cell: forks a contained child per job, watches over it, and says how it ended.

Runs inside a server process (`worker.py`). A cell judges one job at a time. From the best to the
least: with `namespaces` the server has left the user, network, IPC, UTS and mount namespaces and
each child is the first process of a PID namespace of its own; with `landlock+seccomp` a child can
start no process at all; with `limits` there are resource limits and the end of everything the
child started, no more.
"""

import dataclasses
import mmap
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

from qspark.verify import containment, harness
from qspark.verify.classify import STAGES
from qspark.verify.containment import ISOLATIONS

_PRIVATE_MOUNT = "/dev/shm"
_SCRATCH_MIB = 256
_TAIL = 2000
_TICK = 0.1

_SYSTEM_READABLE = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/etc/fonts",
    "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/random", "/dev/zero",
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip


@dataclasses.dataclass
class Ending:
    """How a child ended: its report, or None; the signal or exit code; what it was killed for."""

    report: dict[str, Any] | None
    forged: bool
    code: int
    killed_for: str
    stage: str
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    output_tail: str


class Cell:
    """The contained place of one server. Made once, before anything heavy is imported."""

    def __init__(self, control: socket.socket):
        self._control = control
        self._stage = mmap.mmap(-1, 1)
        self.isolation = ISOLATIONS[0]
        self._ruleset = -1
        if containment.LINUX:
            containment.adopt_orphans()
            self.isolation = _leave_namespaces()
        if self.isolation == ISOLATIONS[2]:
            self.base = Path(_PRIVATE_MOUNT)
            self._own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
        else:
            self.base = Path(tempfile.mkdtemp(prefix="qspark-cell-"))
        self.home, self.scratch = self.base / "home", self.base / "job"
        (self.home / ".qiskit").mkdir(parents=True)
        (self.home / ".qiskit" / "qiskit-ibm.json").write_text("{}")
        self.scratch.mkdir()
        if containment.landlock_abi() > 0:
            self._ruleset = containment.landlock_ruleset(
                [*_SYSTEM_READABLE, *_python_folders(), str(self.home)],
                [str(self.scratch), "/dev/null"],
            )
            self._filter = containment.seccomp_filter(None)
            if self.isolation == ISOLATIONS[0]:
                self.isolation = ISOLATIONS[1]

    def close(self) -> None:
        """Remove the cell's folder, where it is not a private mount that goes by itself."""
        if self.isolation != ISOLATIONS[2]:
            shutil.rmtree(self.base, ignore_errors=True)

    def run(self, job: dict[str, Any]) -> Ending:
        """Fork a child for the job and wait until it, and all it started, has ended."""
        _require_single_thread()
        limits = job["limits"]
        nonce = os.urandom(16)
        output, output_end = os.pipe()
        report, report_end = os.pipe()
        self._stage[0] = 0
        if self.isolation == ISOLATIONS[2]:
            containment.unshare(containment.CLONE_NEWPID)
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            self._become_child(job, output_end, report_end, nonce)
        if self.isolation == ISOLATIONS[2]:
            containment.rejoin_pid_namespace(self._own_pid_namespace)
        os.close(output_end)
        os.close(report_end)
        watch = _Watch(child, output, report, limits, started + limits["wall_seconds"])
        try:
            code, usage = watch.until_end(self._control)
        finally:
            if self.isolation != ISOLATIONS[2]:
                _end_orphans()
            watch.drain()
            os.close(output)
            os.close(report)
        empty(self.scratch)
        said = bytes(watch.said)
        genuine = said.startswith(nonce)
        return Ending(
            report=harness.parse_report(said[len(nonce) :]) if genuine else None,
            forged=bool(said) and not genuine,
            code=code,
            killed_for=watch.killed_for,
            stage=STAGES[self._stage[0] % len(STAGES)],
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            wall_seconds=time.monotonic() - started,
            peak_mb=usage.ru_maxrss / (1024 if containment.LINUX else 1024 * 1024),
            output_tail=bytes(watch.tail).decode("utf-8", "replace"),
        )

    def _become_child(
        self, job: dict[str, Any], output: int, report: int, nonce: bytes
    ) -> NoReturn:
        try:
            os.setsid()
            if containment.LINUX:
                containment.die_with_parent(signal.SIGKILL)
            nothing = os.open(os.devnull, os.O_RDONLY)
            report = os.dup2(report, 200)
            ruleset = self._ruleset if self._ruleset < 0 else os.dup2(self._ruleset, 201)
            os.dup2(nothing, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.closerange(3, 200)
            os.chdir(self.scratch)
            os.environ.update(HOME=str(self.scratch), TMPDIR=str(self.scratch))
            tempfile.tempdir = None
            os.umask(0o077)
            _limit(job["limits"])
            if ruleset >= 0:
                containment.drop_privileges()
                containment.landlock_restrict(ruleset)
                if self.isolation != ISOLATIONS[2]:
                    self._filter = containment.seccomp_filter(os.getpid())
                containment.seccomp_enforce(self._filter)
            os.dup2(report, 3)
            os.closerange(4, 65536)
            harness.judge(job, 3, nonce, self._stage)
        finally:
            os._exit(70)


def _leave_namespaces() -> str:
    """Move this process into namespaces of its own; the isolation that this gives."""
    if containment.landlock_abi() == 0 or not Path(_PRIVATE_MOUNT).is_dir():
        return ISOLATIONS[0]
    try:
        containment.enter_user_namespace(
            containment.CLONE_NEWNET | containment.CLONE_NEWIPC | containment.CLONE_NEWUTS
            | containment.CLONE_NEWNS | containment.CLONE_NEWPID
        )  # fmt: skip
        containment.seal_filesystem(_PRIVATE_MOUNT, _SCRATCH_MIB)
        reached = ISOLATIONS[2]
    except OSError:
        reached = ISOLATIONS[0]
    _continue_in_child()
    return reached


def _continue_in_child() -> None:
    """Go on as a forked child, first of its PID namespace; the parent waits and ends with it."""
    child = os.fork()
    if child == 0:
        containment.die_with_parent(signal.SIGKILL)
        containment.adopt_orphans()
        return
    os.closerange(3, 1024)
    _, status = os.waitpid(child, 0)
    os._exit(min(abs(os.waitstatus_to_exitcode(status)), 255))


def _python_folders() -> list[str]:
    """Where the interpreter and its packages live, but not folders of source code on the path."""
    folders = [sys.prefix, sys.base_prefix]
    folders += [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return [folder for folder in folders if folder != "/"]


def _require_single_thread() -> None:
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(list(tasks.iterdir())) != 1:
        raise RuntimeError("the server has more than one thread: a forked child could deadlock")


def _limit(limits: dict[str, Any]) -> None:
    wanted = {
        resource.RLIMIT_CPU: -(-limits["cpu_seconds"] // 1),
        resource.RLIMIT_AS: limits["memory_mb"] << 20,
        resource.RLIMIT_FSIZE: limits["file_mb"] << 20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_NPROC: 1024,
    }
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        value = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(kind, (value, value))


class _Watch:
    """Reads what a child writes, and ends it when it goes past a limit."""

    def __init__(
        self, child: int, output: int, report: int, limits: dict[str, Any], deadline: float
    ):
        self._child, self._output, self._report = child, output, report
        self._limits, self._deadline = limits, deadline
        self._open = {output, report}
        self._written = 0
        self.killed_for = ""
        self.said = bytearray()
        self.tail = bytearray()
        os.set_blocking(output, False)
        os.set_blocking(report, False)

    def until_end(self, control: socket.socket) -> tuple[int, resource.struct_rusage]:
        """Wait for the child's end; its exit code (negative for a signal) and what it used."""
        poll = select.poll()
        for descriptor in self._open:
            poll.register(descriptor, select.POLLIN)
        poll.register(control, select.POLLIN)
        handle = os.pidfd_open(self._child) if hasattr(os, "pidfd_open") else -1
        if handle >= 0:
            poll.register(handle, select.POLLIN)
        try:
            next_tick = time.monotonic() + _TICK
            while True:
                wait = _TICK if handle >= 0 else 0.005
                for descriptor, _ in poll.poll(wait * 1000):
                    if descriptor in (self._output, self._report) and not self._read(descriptor):
                        poll.unregister(descriptor)
                    elif descriptor == control.fileno():
                        self._kill("abandoned")
                ended, status, usage = os.wait4(self._child, os.WNOHANG)
                if ended:
                    return os.waitstatus_to_exitcode(status), usage
                if self._written > self._limits["output_bytes"]:
                    self._kill("output")
                now = time.monotonic()
                if now > self._deadline:
                    self._kill("time")
                if now > next_tick:
                    next_tick = now + _TICK
                    self._weigh_descendants()
        finally:
            if handle >= 0:
                os.close(handle)

    def drain(self) -> None:
        """Read what is left in the pipes."""
        for descriptor in tuple(self._open):
            while self._read(descriptor) and self._written <= self._limits["output_bytes"]:
                pass

    def _read(self, descriptor: int) -> bool:
        """Take in one piece; False at the end of the stream, or when nothing is there to read."""
        try:
            piece = os.read(descriptor, 65536)
        except BlockingIOError:
            return False
        if not piece:
            self._open.discard(descriptor)
            return False
        if descriptor == self._report:
            self.said += piece[: (1 << 20) - len(self.said)]
        else:
            self.tail = (self.tail + piece)[-_TAIL:]
        self._written += len(piece)
        return True

    def _kill(self, reason: str) -> None:
        if not self.killed_for:
            self.killed_for = reason
            os.kill(self._child, signal.SIGKILL)

    def _weigh_descendants(self) -> None:
        """Processes, CPU and memory of all that the child started count towards its limits."""
        processes = _descendants("self")
        if len(processes) <= 1:
            return
        if len(processes) > self._limits["processes"]:
            self._kill("process")
        ticks, pages = 0, 0
        for process in processes:
            try:
                fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            ticks += int(fields[11]) + int(fields[12])
            pages += int(fields[21])
        if ticks / os.sysconf("SC_CLK_TCK") > self._limits["cpu_seconds"]:
            self._kill("time")
        if pages * os.sysconf("SC_PAGE_SIZE") >> 20 > 2 * self._limits["memory_mb"]:
            self._kill("memory")


def _descendants(process: str) -> list[str]:
    """Pids, as this /proc names them, of everything below a process; at most a few thousand."""
    found: list[str] = []
    waiting = [process]
    while waiting and len(found) < 4096:
        folder = Path(f"/proc/{waiting.pop()}/task")
        try:
            children = [
                pid for task in folder.iterdir() for pid in (task / "children").read_text().split()
            ]
        except OSError:
            continue  # it has ended meanwhile, or this kernel does not list children
        found += children
        waiting += children
    return found


def _end_orphans() -> None:
    """End what a child has left behind; orphans are this process's children (a child subreaper)."""
    give_up = time.monotonic() + 10
    while pids := _descendants("self"):
        for pid in pids:
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue
        while True:
            try:
                reaped, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not reaped:
                break
        if time.monotonic() > give_up:
            raise RuntimeError("processes that a candidate started cannot be ended")


def empty(folder: Path) -> None:
    """Remove all that is in a folder, however deep, whatever its permissions.

    Folders inside are moved up before they are removed: no recursion, and no path grows too long.
    """
    number = 0
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                Path(entry).unlink()
                continue
            Path(entry).chmod(0o700)
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    number += 1
                    Path(inner).chmod(0o700)
                    Path(inner).rename(folder / f"qspark-{number}-{os.getpid()}")
                else:
                    Path(inner).unlink()
            Path(entry).rmdir()
