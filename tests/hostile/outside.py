"""What lies outside of the sandbox for attacks to reach: all of it must be as it was afterwards."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
from hostile_attack import Attack, in_one_process

import qspark
from qspark.verify.judge import Job, Limits

LIMITS = Limits(cpu_seconds=1, wall_seconds=3, memory_mb=2048, file_mb=8, processes=16)
MARKER = Path("/tmp/qspark-was-here")


class Outside:
    """A folder, a victim process and two listening sockets, until it is closed."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.secret = folder / "secret"
        self.secret.write_text("a secret")
        self._before = self._state()
        self.victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        self._port = socket.create_server(("127.0.0.1", 0))
        self._abstract = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._name = f"qspark-hostile-{os.getpid()}"
        self._abstract.bind(f"\0{self._name}")
        self._port.setblocking(False)
        self._abstract.setblocking(False)

    def close(self) -> None:
        """End the victim and close the sockets."""
        self.victim.kill()
        self.victim.wait()
        self._port.close()
        self._abstract.close()

    def job(self, attack: Attack, alone: bool) -> Job:
        """The job of an attack, with the names of what is outside put in."""
        test = in_one_process(attack.test) if alone else attack.test
        return Job(self.aimed(attack).program, test, "answer", LIMITS, strong_only=not alone)

    def aimed(self, attack: Attack) -> Attack:
        """The attack, aimed at what is outside here."""
        program = attack.program
        for word, here in (
            ("VICTIM", self.victim.pid), ("OUTSIDE", self.folder), ("ABSTRACT", self._name),
            ("PORT", self._port.getsockname()[1]), ("REPOSITORY", Path(qspark.__file__).parents[2]),
        ):  # fmt: skip
            program = program.replace(word, str(here))
        return replace(attack, program=program)

    def escapes(self) -> list[str]:
        """What is not as it was."""
        found = []
        if self.victim.poll() is not None:
            found.append("the victim has ended")
        if self._state() != self._before:
            found.append("the folder outside has changed")
        if MARKER.exists():
            found.append(f"{MARKER} exists")
        for listening, take in ((self._port, self._port.accept), (self._abstract, self._heard)):
            try:
                take()
                found.append(f"something has come to {listening.getsockname()!r}")
            except BlockingIOError:
                pass
        return found

    def _heard(self) -> bytes:
        return self._abstract.recv(9)

    def _state(self) -> list[tuple[str, int, int, float, str]]:
        return [
            (path.name, path.lstat().st_mode, path.lstat().st_nlink, path.lstat().st_mtime,
             path.read_text())
            for path in sorted(self.folder.iterdir())
        ]  # fmt: skip


def held() -> dict[int, int]:
    """Every process of this process's judges, and how many descriptors it has open."""
    found = {}
    for top in psutil.Process().children():
        if "qspark.verify.worker" in top.cmdline():
            for process in (top, *top.children(recursive=True)):
                found[process.pid] = process.num_fds()
    return found
