"""What this machine can do, and which guarantees of the sandbox hold: each is attacked here and now.

An attack is a program, judged like any other, that prints a line for each thing it tries: `@what:
worked`, `refused` with the kernel's error, or `failed` for an unrelated reason. Outside stands a
scene made to be harmed: sockets, files, a process. A guarantee holds when the program ran to where
it had to, nothing worked, nothing failed, and the scene is as it was.
"""

import ctypes
import json
import os
import platform
import re
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path
from typing import Any

from qspark.errors import SandboxError
from qspark.verify.attacks import ATTACKS, PROGRAM, TEST, Attack, gives_not
from qspark.verify.containment import ISOLATIONS, LINUX, landlock_abi
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

PACKAGES = [
    "qspark",
    "qiskit",
    "qiskit-aer",
    "qiskit-ibm-runtime",
    "numpy",
    "torch",
    "trl",
    "transformers",
]
_THREADS = [f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "RAYON")]
_VARIABLE = "QSPARK_DOCTOR_SECRET"
_LIMITS = Limits(cpu_seconds=1, wall_seconds=10, memory_mb=2048, file_mb=8, processes=16)
_BATCH = 40
_REFUSALS = ("EPERM", "EACCES", "EROFS", "ENOSYS")
_ABSENT = ("ENOENT",)  # in a container, what lies outside does not exist
_PROBE = """
import ctypes, json, os
libc, user = ctypes.CDLL(None), 0x10000000
def obtainable(flag):
    if (child := os.fork()) == 0:
        os._exit(libc.unshare(user) != 0 or (flag != user and libc.unshare(flag) != 0))
    return os.waitpid(child, 0)[1] == 0
flags = dict(user=user, pid=0x20000000, net=0x40000000, mount=0x20000, ipc=0x8000000, uts=0x4000000)
print(json.dumps({name: obtainable(flag) for name, flag in flags.items()}))
"""


class _Scene(ExitStack):
    """What stands outside to be harmed; `given` is what the attacks are told of it."""

    def __init__(self, token: str):
        super().__init__()
        self._token, self._name = token, f"qspark-{secrets.token_hex(4)}"
        base = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"
        made = tempfile.TemporaryDirectory(prefix="qspark-doctor-", dir=base)
        self._outside, self._memory = Path(self.enter_context(made)), Path("/dev/shm") / self._name
        (self._outside / "old").write_text(f"{_VARIABLE}={token}")
        key, self._segment = secrets.randbelow(1 << 30) + 1, -1
        if LINUX:
            self._memory.write_text(f"{_VARIABLE}={token}")
            self._segment = ctypes.CDLL(None).shmget(key, 4096, 0o1600)
        self._sockets: list[socket.socket] = []
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            file = str(self._outside / f"socket-{kind:d}")
            for family, address in ((socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_UNIX, file)):
                self._sockets.append(self.enter_context(socket.socket(family, kind)))
                self._sockets[-1].bind(address)
                if kind == socket.SOCK_STREAM:
                    self._sockets[-1].listen()
        tcp, stream, udp, datagram = (listener.getsockname() for listener in self._sockets)
        self._victim = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "input()", f"{_VARIABLE}={token}"],
            env={**os.environ, _VARIABLE: token}, start_new_session=True, stdin=subprocess.PIPE,
        )  # fmt: skip
        home = Path(os.environ.get("HOME") or "/")
        entries = sorted(home.iterdir()) if os.access(home, os.R_OK | os.X_OK) else []
        files = [str(path) for path in entries if path.is_file() and os.access(path, os.R_OK)]
        self._before = self._state()
        self.given = {
            "tcp": tcp[1], "udp": udp[1], "stream": stream, "datagram": datagram, "key": key,
            "outside": str(self._outside), "memory": str(self._memory), "name": self._name,
            "home": str(home), "files": files[:3], "victim": self._victim.pid,
        }  # fmt: skip

    def __exit__(self, *error: Any) -> None:
        self._victim.kill()
        self._victim.communicate()
        for path in (self._memory, Path(f"{self._memory}-new")):
            path.unlink(missing_ok=True)
        if self._segment >= 0:
            ctypes.CDLL(None).shmctl(self._segment, 0, None)
        super().__exit__(*error)

    def _state(self) -> list[tuple[str, int, int, int]]:
        found = [(path.name, path.lstat()) for path in sorted(self._outside.iterdir())]
        return [(name, stat.st_mode, stat.st_size, stat.st_mtime_ns) for name, stat in found]

    def harm(self, said: str) -> list[str]:
        """What the scene suffered, given what the programs said."""
        names = [_text(path).strip() for path in Path("/proc").glob("[0-9]*/comm")]
        signs = {
            "a secret was read": self._token in said,
            "a socket was reached": bool(select.select(self._sockets, [], [], 0)[0]),
            "files were changed": self._state() != self._before,
            "shared memory was left": Path(f"{self._memory}-new").exists(),
            "a process was ended": self._victim.poll() is not None,
            "a process was left": self._name in names,
        }
        return [sign for sign, shows in signs.items() if shows]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _outcome(attack: Attack, verdict: Verdict, inside: bool = False) -> tuple[bool, str]:
    """Whether one program came to nothing, and what happened; `inside` a container or not."""
    said: dict[str, dict[str, None]] = {}
    for what, how in re.findall(r"^@([^:\n]+): (.*)$", verdict.output_tail, re.MULTILINE):
        said.setdefault(how, {})[what] = None
    ended = said.pop("ended", None) is not None
    told = "; ".join(f"{how}: {', '.join(whats)}" for how, whats in said.items())
    if not ended or not told:
        told = f"{told or verdict.message} ({verdict.category or verdict.status})"
    if verdict.cpu_seconds > _LIMITS.cpu_seconds + 1:
        return False, f"{verdict.cpu_seconds} s of CPU time; {told}"
    if "worked" in said or verdict.passed:
        return False, told
    refusals = (*_REFUSALS, *attack.refusals, *(_ABSENT if inside else ()))
    refused = {how for how in said if how.split()[-1] in refusals}
    odd = said.keys() - refused - {"tried", "started"}
    by_limit = any(fnmatch(verdict.category, end) for end in attack.ends)
    if (
        verdict.status == "fail"
        and not odd
        and (by_limit or (ended and (refused or not attack.ends)))
    ):
        return True, told
    return False, f"the attack could not be made, so nothing is proven: {told}"


def _examine(attack: Attack, pool: JudgePool, token: str) -> dict[str, Any]:
    with _Scene(token) as scene:
        verdicts: list[Verdict] = []
        for body in attack.bodies:  # one by one, so that the same server judges them
            program = PROGRAM.replace("BODY", textwrap.indent(body.strip(), "    "))
            job = Job(f"S = {scene.given!r}\n{program}", attack.test, "answer", _LIMITS)
            verdicts += pool.judge([job])
        harm = scene.harm("".join(verdict.output_tail for verdict in verdicts))
    inside = pool.isolation == ISOLATIONS[3]
    outcomes = [_outcome(attack, verdict, inside) for verdict in verdicts]
    holds = not harm and all(held for held, _ in outcomes)
    details = [*harm, *dict.fromkeys(told for held, told in outcomes if holds or not held)]
    if ISOLATIONS.index(pool.isolation) < attack.least:
        holds, details = False, [f"not given by '{pool.isolation}'", *details]
    return _row(attack.name, attack.attack, holds, "; ".join(details))


def _row(name: str, attack: str, holds: bool, detail: str) -> dict[str, Any]:
    return {
        "name": name,
        "attack": attack,
        "holds": holds,
        "detail": " ".join(detail.split())[:500],
    }


def _control(trouble: str) -> dict[str, Any]:
    attack = "None: gives the right answer, before the attacks and after them."
    return _row("a sound program passes", attack, not trouble, trouble or "passed both times")


def diagnose(
    workers: int = 2, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """`{guarantees, versions, pool, machine}` of this machine; takes some ten seconds.

    `progress(done, total)` counts attacks. Sets an environment variable while it works.
    """
    token = secrets.token_hex(8)
    os.environ[_VARIABLE] = token
    try:
        with JudgePool(workers, minimum_isolation=ISOLATIONS[0]) as pool:
            found, measured = _measure(pool, token, progress or (lambda done, total: None))
    except SandboxError as error:
        found = [_row(each.name, each.attack, False, "nothing is proven") for each in ATTACKS]
        found.insert(0, _control(f"the judge does not work: {error}"))
        measured = {"isolation": "", "gives_not": []}
    finally:
        del os.environ[_VARIABLE]
    versions = {name: _version(name) for name in PACKAGES}
    pool_facts = {"workers": workers, **measured}
    return {"guarantees": found, "versions": versions, "pool": pool_facts, "machine": machine()}


def _measure(
    pool: JudgePool, token: str, progress: Callable[[int, int], None]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The guarantees, and what there is to say of the pool."""

    def sound(count: int, name: str) -> tuple[float, str]:
        program = f"def answer():\n    return 42\n# {name} "
        jobs = [Job(f"{program}{n}\n", TEST, "answer", _LIMITS) for n in range(count)]
        start = time.monotonic()
        bad = [verdict for verdict in pool.judge(jobs) if not verdict.passed]
        trouble = f"the judge is broken: {bad[0].category}: {bad[0].message}" if bad else ""
        return time.monotonic() - start, trouble

    start_seconds, before = sound(pool.workers, "start")
    found = []
    for done, attack in enumerate(ATTACKS, 1):
        found.append(_examine(attack, pool, token))
        progress(done, len(ATTACKS))
    seconds, after = sound(_BATCH, "speed")
    return [_control(before or after), *found], {
        "isolation": pool.isolation,
        "gives_not": gives_not(pool.isolation),
        "start_seconds": round(start_seconds, 2),
        "programs_per_second": round(_BATCH / seconds, 1),
    }


def broken(diagnosis: Mapping[str, Any]) -> list[str]:
    """Names of the guarantees that the reached rung promises and that do not hold."""
    excused = diagnosis["pool"]["gives_not"]
    failed = [each["name"] for each in diagnosis["guarantees"] if not each["holds"]]
    return [name for name in failed if name not in excused]


def machine() -> dict[str, Any]:
    """Facts of the machine; memory and free space in MiB. What cannot be known is None or empty."""
    memory = re.findall(r"(Mem\w+): +(\d+) kB", _text(Path("/proc/meminfo")))
    usable = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))
    probe = [sys.executable, "-I", "-S", "-c", _PROBE]
    said = subprocess.run(probe, capture_output=True, text=True).stdout if LINUX else ""
    cgroups = {2: "/sys/fs/cgroup/cgroup.controllers", 1: "/sys/fs/cgroup/memory"}
    folders = [folder for folder in (tempfile.gettempdir(), "/dev/shm") if Path(folder).is_dir()]
    return {
        "python": platform.python_version(), "platform": platform.platform(),
        "cpus": len(usable(0)), "threads": {name: os.environ.get(name) for name in _THREADS},
        "kernel": platform.release(), "landlock_abi": landlock_abi(),
        "seccomp": "Seccomp:" in _text(Path("/proc/self/status")),
        "namespaces": json.loads(said) if said else {},
        "cgroup": next((version for version, path in cgroups.items() if Path(path).exists()), None),
        "memory_mb": {name[3:].lower(): int(kib) >> 10 for name, kib in memory},
        "free_mb": {folder: shutil.disk_usage(folder).free >> 20 for folder in folders},
    }  # fmt: skip


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
