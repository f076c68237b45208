"""Watching over the children of one job: what they write, what they use, and how they end."""

import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TAIL = 2000
_TICK = 0.1
_LARGEST_REPORT = 1 << 20


class Child:
    """A forked child: its pipes, and how it ended once it has."""

    def __init__(self, pid: int, output: int, report: int, nonce: bytes):
        self.pid, self.output, self.report, self.nonce = pid, output, report, nonce
        self.handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
        self.open = {output, report}
        self.said = bytearray()
        self.tail = bytearray()
        self.written = 0
        self.ended = False
        self.code = 0
        self.usage: resource.struct_rusage | None = None
        os.set_blocking(output, False)
        os.set_blocking(report, False)

    @property
    def forged(self) -> bool:
        """Whether something that is not a report came down the report's pipe."""
        size = min(len(self.said), len(self.nonce))
        return self.said[:size] != self.nonce[:size]

    @property
    def told(self) -> bytes:
        """What follows the nonce; empty as long as nothing does."""
        return b"" if self.forged else bytes(self.said[len(self.nonce) :])

    def read(self, descriptor: int) -> bool:
        """Take in one piece; False at the end of the stream, or when nothing is there to read."""
        try:
            piece = os.read(descriptor, 65536)
        except BlockingIOError:
            return False
        if not piece:
            self.open.discard(descriptor)
            return False
        if descriptor == self.report:
            self.said += piece[: _LARGEST_REPORT - len(self.said)]
        else:
            self.tail = (self.tail + piece)[-_TAIL:]
        self.written += len(piece)
        return True

    def reap(self) -> bool:
        """Whether it has ended; takes note of how, once."""
        if not self.ended:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.ended, self.usage = True, usage
                self.code = os.waitstatus_to_exitcode(status)
        return self.ended

    def kill(self) -> None:
        """End it, unless it has ended."""
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)

    def drain(self, most: int) -> None:
        """Read what is left in the pipes, up to `most` bytes in all."""
        for descriptor in tuple(self.open):
            while self.read(descriptor) and self.written <= most:
                pass

    def close(self) -> None:
        """Close the pipes."""
        os.close(self.output)
        os.close(self.report)
        if self.handle >= 0:
            os.close(self.handle)


class Watch:
    """Reads what the children of a job write, and ends them when they go past a limit."""

    def __init__(self, limits: dict[str, Any], control: socket.socket):
        self._limits, self._control = limits, control
        self.started = time.monotonic()
        self.most_output = limits["output_bytes"]
        self._deadline = self.started + limits["wall_seconds"]
        self._next_tick = self.started + _TICK
        self.children: list[Child] = []
        self.killed_for = ""

    def add(self, child: Child) -> Child:
        """Watch over this child too."""
        self.children.append(child)
        return child

    def until(self, done: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait until `done()`; False where that takes longer than `seconds`."""
        give_up = None if seconds is None else time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        owner: dict[int, Child] = {}
        for child in self.children:
            for descriptor in child.open:
                poll.register(descriptor, select.POLLIN)
                owner[descriptor] = child
            if child.handle >= 0 and not child.ended:
                poll.register(child.handle, select.POLLIN)
                owner[child.handle] = child
        while not done():
            if give_up is not None and time.monotonic() > give_up:
                return False
            for descriptor, _ in poll.poll(5 if self._without_handles() else _TICK * 1000):
                child = owner.get(descriptor)
                if child is None:
                    self.end("abandoned")
                elif descriptor == child.handle:
                    if child.reap():
                        poll.unregister(descriptor)
                elif not child.read(descriptor):
                    poll.unregister(descriptor)
            self._look()
        return True

    def _without_handles(self) -> bool:
        return any(child.handle < 0 for child in self.children)

    def _look(self) -> None:
        for child in self.children:
            if child.handle < 0:
                child.reap()
        if sum(child.written for child in self.children) > self.most_output:
            self.end("output")
        now = time.monotonic()
        if now > self._deadline:
            self.end("time")
        if now > self._next_tick:
            self._next_tick = now + _TICK
            self._weigh_descendants()

    def end(self, reason: str) -> None:
        """End every child; the first reason is kept."""
        self.killed_for = self.killed_for or reason
        for child in self.children:
            child.kill()

    def _weigh_descendants(self) -> None:
        """Processes, CPU and memory of all that the children started count towards their limits."""
        processes = descendants("self")
        if len(processes) >= self._limits["processes"] + len(self.children):
            self.end("process")
        ticks, pages = 0, 0
        for process in processes:
            try:
                fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            ticks += int(fields[11]) + int(fields[12])
            pages += int(fields[21])
        if ticks / os.sysconf("SC_CLK_TCK") > self._limits["cpu_seconds"]:
            self.end("time")
        if pages * os.sysconf("SC_PAGE_SIZE") >> 20 > 2 * self._limits["memory_mb"]:
            self.end("memory")


def descendants(process: str) -> list[str]:
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


def end_orphans() -> None:
    """End what children have left behind; orphans are this process's children (a subreaper)."""
    give_up = time.monotonic() + 10
    while pids := descendants("self"):
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
