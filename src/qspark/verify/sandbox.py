"""One cell: forks the contained children of a job, watches over them, and says how they ended.

Runs inside a server process (`worker.py`). A cell judges one job at a time: a process for the
candidate, then one for the test, joined by a socket; or, where that cannot be, one process for
both. From the best to the least: with `namespaces` the server has left the user, network, IPC, UTS
and mount namespaces and each child is the first process of a PID namespace of its own; with
`landlock+seccomp` a child can start no process at all; with `limits` there are resource limits and
the end of everything that a child started, no more.
"""

import contextlib
import dataclasses
import json
import mmap
import os
import resource
import select
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qspark.verify import alone, containment, examiner, stand_in
from qspark.verify import candidate as candidate_process
from qspark.verify.classify import STAGES
from qspark.verify.codec import Coder
from qspark.verify.containment import ISOLATIONS
from qspark.verify.watch import Child, Watch, end_orphans

_PRIVATE_MOUNT = "/dev/shm"
_SCRATCH_MIB = 256
_PARTING_SECONDS = 0.5
_COMPARING_SECONDS = 2  # wall time; a comparison takes some ms
_OUTCOMES = ("pass", "fail", "infra", examiner.UNSURE)
_LOOKED = "integrity/introspection"
_HIGH = 300  # above the descriptors that a server holds
_REPORT, _LINE, _ASKED, _SECRET = 3, 4, 5, 6  # descriptors of a child that has become contained


@dataclasses.dataclass
class Ending:
    """How a job ended.

    `report` has Verdict fields, or is None when no genuine one was written; then `code` is the exit
    code of the process that should have written it (negative for a signal), `killed_for` the
    limit that it was ended for, and `forged` whether something else came in the report's place.
    """

    report: dict[str, Any] | None
    forged: bool
    code: int
    killed_for: str
    stage: str
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    output_tail: str
    stand_in: bool = False


class Cell:
    """The contained place of one server. Made once, before anything heavy is imported."""

    def __init__(self, control: socket.socket):
        self._control = control
        self._stage, self._flag = mmap.mmap(-1, mmap.PAGESIZE), mmap.mmap(-1, mmap.PAGESIZE)
        self.isolation = ISOLATIONS[0]
        self._ruleset = -1
        if containment.LINUX:
            containment.adopt_orphans()
            self.isolation = _leave_namespaces()
            containment.bound_capabilities()
        if self.isolation == ISOLATIONS[2]:
            self.base = Path(_PRIVATE_MOUNT)
            self._own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
        else:
            self.base = Path(tempfile.mkdtemp(prefix="qspark-cell-"))
        self.home, self.scratch = self.base / "home", self.base / "job"
        (self.home / ".qiskit").mkdir(parents=True)
        self._account = self.home / ".qiskit" / "qiskit-ibm.json"
        self._account.write_text("{}")
        self.scratch.mkdir()
        if containment.landlock_abi() > 0:
            self._ruleset = containment.landlock_ruleset(
                [*containment.SYSTEM_READABLE, *containment.python_folders(), str(self.home)],
                [str(self.scratch), "/dev/null"],
            )
            self._filter = containment.seccomp_filter(None)
            if self.isolation == ISOLATIONS[0]:
                self.isolation = ISOLATIONS[1]

    def close(self) -> None:
        """Remove the cell's folder, where it is not a private mount that goes by itself."""
        if self.isolation != ISOLATIONS[2]:
            shutil.rmtree(self.base, ignore_errors=True)

    def run(self, job: dict[str, Any], asked: int, secret: int, coder: Coder) -> Ending:
        """Judge a job; `asked` and `secret` are descriptors of files with its program and its test.

        A job that is not to be judged in `alone` gets two processes, and one only where its values
        cannot cross between them. Every child, and all it started, has ended when this returns.
        """
        _require_single_thread()
        if job["alone"]:
            return self._run_alone(job, asked, secret)
        ending = self._run_pair(job, asked, secret, coder)
        report = ending.report
        if report is None or report["status"] != examiner.UNSURE:
            return ending
        why = str(report.pop("why"))
        if job["strong_only"]:
            report["status"] = "fail"
            return ending
        again = self._run_alone(job, asked, secret)
        if again.report is not None and again.report["status"] == "pass":
            again.report.pop("sealed", None)
            again.report["message"] = f"in one process: {why}"
        again.cpu_seconds += ending.cpu_seconds
        again.wall_seconds += ending.wall_seconds
        return again

    def _run_alone(self, job: dict[str, Any], asked: int, secret: int) -> Ending:
        def judge(nonce: bytes) -> None:
            stand_in.install(job, self._flag)
            work = {**_content(_ASKED), "trusted": job["trusted"]}
            alone.judge(work, _content(_SECRET), _REPORT, nonce, self._stage, self._flag)

        with self._watching(job) as watch:
            kept = {_ASKED: asked, _SECRET: secret}
            child = watch.add(self._fork(job["limits"], judge, kept))
            watch.until(child.reap)
            ending = self._ending(watch, child)
        report = ending.report
        if report is not None:
            report.pop("compared", None)  # no process that has run the program may say it
        if report is not None and not job["trusted"]:
            if report["status"] == "pass" and self._flag[0]:
                report |= {"status": "fail", "stage": "check", "category": _LOOKED}
            elif report["status"] != "pass":
                report["status"] = "fail"  # no program gets to call it the judge's fault
        if report is not None and report["status"] == "pass":
            report["integrity"] = "weak"
        return ending

    def _run_pair(self, job: dict[str, Any], asked: int, secret: int, coder: Coder) -> Ending:
        near, far = socket.socketpair()

        def host(nonce: bytes) -> None:
            stand_in.install(job, self._flag)
            candidate_process.host(_content(_ASKED), coder, _LINE, _REPORT, nonce, self._stage)

        def examine(nonce: bytes) -> None:
            stand_in.install(job, self._flag)
            os.environ["HOME"] = str(self.home)
            examiner.examine(_content(_SECRET), coder, _LINE, _REPORT, nonce, self._stage)

        with near, far, self._watching(job) as watch:
            kept = {_LINE: near.fileno(), _ASKED: asked}
            program = watch.add(self._fork(job["limits"], host, kept))
            near.close()
            watch.until(lambda: program.reap() or program.forged or bool(_report(program)))
            said = _report(program)
            if said is None or said["status"] != candidate_process.READY or watch.killed_for:
                if program.forged:
                    program.kill()
                watch.until(program.reap)
                ending = self._ending(watch, program)
                if ending.report is not None and ending.report["status"] != "fail":
                    ending.report, ending.forged = None, True  # it may say nothing else
                return ending
            kept = {_LINE: far.fileno(), _SECRET: secret}
            judge = watch.add(self._fork(job["limits"], examine, kept))
            far.close()
            watch.until(lambda: judge.reap() or (job["compares"] and bool(_report(judge))))
            said, cut_short = _report(judge), bool(watch.killed_for)
            gone = said is not None and said["status"] == examiner.GONE
            if not (gone and watch.until(program.reap, _PARTING_SECONDS)):
                program.kill()
                watch.until(program.reap)
            if not judge.ended:
                watch.until(judge.reap, _COMPARING_SECONDS)
                judge.kill()
                watch.until(judge.reap)
                # The verdict was there before: what became of the comparison changes nothing.
                watch.killed_for = watch.killed_for if cut_short else ""
            return self._ending(watch, program if gone else judge)

    @contextlib.contextmanager
    def _watching(self, job: dict[str, Any]) -> Iterator[Watch]:
        for shared in (self._stage, self._flag):
            shared[:] = bytes(mmap.PAGESIZE)
        watch = Watch(job["limits"], self._control)
        try:
            yield watch
        finally:
            for child in watch.children:
                child.kill()
            watch.until(lambda: all(child.reap() for child in watch.children))
            if self.isolation != ISOLATIONS[2]:
                end_orphans()
            for child in watch.children:
                child.close()
            self._clean()

    def _clean(self) -> None:
        """Leave no trace of a job in the folders that the next one sees."""
        self.scratch.chmod(0o700)
        empty(self.scratch)
        for place in (self.scratch, self.base, self.home, self._account.parent, self._account):
            place.chmod(0o700)
            os.utime(place, (0, 0))
            _forget_attributes(place)

    def _fork(
        self, limits: dict[str, Any], act: Callable[[bytes], None], kept: dict[int, int]
    ) -> Child:
        """Fork a contained child that acts; `kept` names descriptors by the number that it gets."""
        nonce = os.urandom(16)
        output, output_end = os.pipe()
        report, report_end = os.pipe()
        if self.isolation == ISOLATIONS[2]:
            containment.unshare(containment.CLONE_NEWPID)
        pid = os.fork()
        if pid == 0:
            self._become_child(limits, output_end, {_REPORT: report_end, **kept})
            try:
                act(nonce)
            finally:
                os._exit(70)
        if self.isolation == ISOLATIONS[2]:
            containment.rejoin_pid_namespace(self._own_pid_namespace)
        os.close(output_end)
        os.close(report_end)
        return Child(pid, output, report, nonce)

    def _become_child(self, limits: dict[str, Any], output: int, kept: dict[int, int]) -> None:
        """Contain this forked process for good; it ends here when that fails."""
        try:
            os.setsid()
            if containment.LINUX:
                containment.die_with_parent(signal.SIGKILL)
            nothing = os.open(os.devnull, os.O_RDONLY)
            high = {_HIGH + number: descriptor for number, descriptor in kept.items()}
            for number, descriptor in high.items():
                os.dup2(descriptor, number)
            ruleset = self._ruleset if self._ruleset < 0 else os.dup2(self._ruleset, _HIGH - 1)
            for number, descriptor in ((0, nothing), (1, output), (2, output)):
                os.dup2(descriptor, number)
            os.closerange(3, _HIGH - 1)
            os.chdir(self.scratch)
            # Not by update(): its type checks cost a forked child 1 ms of page copies.
            os.environ["HOME"] = os.environ["TMPDIR"] = str(self.scratch)
            tempfile.tempdir = None
            os.umask(0o077)
            _limit(limits)
            if ruleset >= 0:
                containment.drop_privileges()
                containment.landlock_restrict(ruleset)
                if self.isolation != ISOLATIONS[2]:
                    self._filter = containment.seccomp_filter(os.getpid())
                containment.seccomp_enforce(self._filter)
            for number in high:
                os.dup2(number, number - _HIGH)
            os.closerange(max(kept) + 1, 65536)
        except BaseException:
            os._exit(70)

    def _ending(self, watch: Watch, child: Child) -> Ending:
        """How the job ended, which is how this child did; every child has ended."""
        for each in watch.children:
            each.drain(watch.most_output)
        said = _report(child)
        usages = [each.usage for each in watch.children if each.usage]
        scale = 1024 if containment.LINUX else 1024 * 1024
        return Ending(
            report=said if said and said["status"] in _OUTCOMES and not watch.killed_for else None,
            forged=child.forged,
            code=child.code,
            killed_for=watch.killed_for,
            stage=STAGES[self._stage[0] % len(STAGES)],
            cpu_seconds=sum(usage.ru_utime + usage.ru_stime for usage in usages),
            wall_seconds=time.monotonic() - watch.started,
            peak_mb=max((usage.ru_maxrss for usage in usages), default=0) / scale,
            output_tail=b"".join(each.tail for each in watch.children).decode("utf-8", "replace"),
            stand_in=bool(self._flag[1]),
        )


def _content(descriptor: int) -> dict[str, Any]:
    """What the file says that this child was given; closes it."""
    content = json.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
    os.close(descriptor)
    return content


def _forget_attributes(place: Path) -> None:
    if not containment.LINUX:
        return
    with contextlib.suppress(OSError):  # a file system that has none
        for name in os.listxattr(place):
            if name.startswith("user."):
                os.removexattr(place, name)


def _report(child: Child) -> dict[str, Any] | None:
    """What a child has reported, with the comparison in a second line; None before it is whole."""
    first, _, second = child.told.partition(b"\n")
    try:
        report = json.loads(first)
    except (ValueError, RecursionError):
        return None
    if not isinstance(report, dict) or "status" not in report:
        return None
    with contextlib.suppress(ValueError, RecursionError):
        report["compared"] = json.loads(second)
    return report


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
    alive, held = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(held)
        containment.die_with_parent(signal.SIGKILL)
        if select.select([alive], [], [], 0)[0]:
            os._exit(71)  # the parent ended before the kernel was told to take this child along
        os.close(alive)
        containment.adopt_orphans()
        return
    held = os.dup2(held, 3)
    os.closerange(4, 1024)
    _, status = os.waitpid(child, 0)
    os._exit(min(abs(os.waitstatus_to_exitcode(status)), 255))


def _require_single_thread() -> None:
    if containment.threads() != 1:
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
        last = value
        if kind == resource.RLIMIT_CPU and hard in (resource.RLIM_INFINITY, value + 1):
            last = value + 1  # SIGXCPU at the first says what SIGKILL at the second would not
        resource.setrlimit(kind, (value, last))


def empty(folder: Path) -> None:
    """Remove all that is in a folder, however deep, whatever its permissions.

    Folders inside are moved up before they are removed: no recursion, and no path grows too long.
    """
    number, token = 0, os.urandom(8).hex()
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
                    Path(inner).rename(folder / f"{token}-{number}")
                else:
                    Path(inner).unlink()
            Path(entry).rmdir()
