"""Small jobs, and the processes of the judge's servers, for the tests of the pool."""

import time
from collections.abc import Callable

import psutil

from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.server import Server

TEST = "def check(c):\n    assert c() == 42\n"


def job(value: int, **limits: float) -> Job:
    return Job(f"def f():\n    return {value}\n", TEST, "f", Limits(**limits))  # type: ignore[arg-type]


def servers(of: psutil.Process | None = None) -> list[psutil.Process]:
    """Every process of every server below a process, or below this one."""
    found = []
    try:
        below = (of or psutil.Process()).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    for process in below:
        try:
            if "qspark.verify.worker" in process.cmdline():
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def family(pool: JudgePool) -> list[psutil.Process]:
    """Every process of the servers of one pool. (Those of another pool may start at any time.)"""
    found = []
    for server in pool._crew._servers:
        if isinstance(server, Server):
            try:
                guard = psutil.Process(server.process.pid)
            except psutil.NoSuchProcess:
                continue
            found += [guard, *servers(guard)]
    return found


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def wait_for(what: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
