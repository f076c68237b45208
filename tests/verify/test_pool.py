"""The pool: order, duplicates, cache, lost servers, and nothing left running."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

import qspark
from qspark.errors import SandboxError
from qspark.verify.cache import VerdictCache, environment_fingerprint
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

TEST = "def check(c):\n    assert c() == 42\n"
SLOW = "import time\ndef f():\n    time.sleep(600)\n"
SOURCE = str(Path(qspark.__file__).parents[1])


def job(value: int, **limits: float) -> Job:
    return Job(f"def f():\n    return {value}\n", TEST, "f", Limits(**limits))  # type: ignore[arg-type]


def servers(of: psutil.Process | None = None) -> list[psutil.Process]:
    family = (of or psutil.Process()).children(recursive=True)
    return [process for process in family if "qspark.verify.worker" in process.cmdline()]


def wait_for(what: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_verdicts_come_in_order_and_equal_jobs_run_once(pool: JudgePool) -> None:
    before, seen = pool.stats.executed, []
    ready = Verdict(status="fail", stage="extract", category="extract/empty")
    jobs = [job(41), ready, job(42), job(41), job(42)]
    verdicts = pool.judge(jobs, lambda done, total: seen.append((done, total)))
    assert [verdict.passed for verdict in verdicts] == [False, False, True, False, True]
    assert verdicts[1] is ready
    assert pool.stats.executed == before + 2
    assert seen[0] == (1, 5) and seen[-1] == (5, 5) and seen == sorted(seen)


def test_an_empty_batch_starts_nothing() -> None:
    with JudgePool() as idle:
        assert idle.judge([]) == []
        assert idle.isolation == ""


def test_a_pool_may_be_used_from_several_threads(pool: JudgePool) -> None:
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.append(pool.judge([job(42)])[0].passed))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_the_cache_spans_pools_and_leaves_out_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "verdicts.sqlite"
    jobs = [job(42), job(41), Job(SLOW, TEST, "f", Limits(wall_seconds=0.3))]
    with JudgePool(1, cache=path) as first:
        told = first.judge(jobs)
        assert first.judge(jobs)[:2] == told[:2]
        assert (first.stats.executed, first.stats.cached) == (4, 2)
    assert [verdict.category for verdict in told] == ["", "wrong/value", "resource/time"]
    with JudgePool(1, cache=path) as second:
        assert second.judge(jobs[:2]) == told[:2]
        assert (second.stats.executed, second.stats.cached) == (0, 2)
        assert second.isolation == ""


def test_the_cache_may_be_written_by_several_processes(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.sqlite"
    writer = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from qspark.verify.cache import VerdictCache
        from qspark.verify.verdict import Verdict
        cache = VerdictCache(Path({str(path)!r}))
        for number in range(200):
            cache.put(f"{{sys.argv[1]}}-{{number}}", Verdict(status="pass", stage="done"))
            cache.put(f"both-{{number}}", Verdict(status="pass", stage="done"))
    """)
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    writers = [
        subprocess.Popen([sys.executable, "-c", writer, name], env=environment) for name in "ab"
    ]
    assert [process.wait(60) for process in writers] == [0, 0]
    cache = VerdictCache(path)
    keys = [f"{name}-{number}" for name in ("a", "b", "both") for number in range(200)]
    assert all(cache.get(key) is not None for key in keys)
    cache.close()


def test_an_unusable_cache_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("this is no database " * 100)
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SandboxError, match="name another file"):
            JudgePool(cache=path)


def test_the_fingerprint_names_what_decides() -> None:
    assert "qiskit 2." in environment_fingerprint()
    assert f"python 3.{sys.version_info[1]}" in environment_fingerprint()


def test_limits_are_part_of_a_job() -> None:
    assert job(1).key == job(1).key
    assert job(1).key != job(1, cpu_seconds=1).key


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


class Killer(threading.Thread):
    """Kills a server, `times` times, while a child of it is at work."""

    def __init__(self, times: int):
        super().__init__()
        self._known = set(servers())
        self._times = times
        self.killed: list[psutil.Process] = []

    def run(self) -> None:
        for _ in range(self._times):
            # What waits, the server itself, and the child: in the order in which they were born.
            wait_for(lambda: len(self._new()) >= 3)
            self.killed += (family := self._new())
            family[1].kill()
            wait_for(lambda family=family: not alive(family))

    def _new(self) -> list[psutil.Process]:
        new = [p for p in servers() if p not in self._known and p not in self.killed]
        return sorted(alive(new), key=lambda process: (process.create_time(), process.pid))


def test_what_a_lost_server_had_in_hand_is_judged_again() -> None:
    with JudgePool(1) as fragile:
        killer = Killer(1)
        killer.start()
        slow = Job("import time\ndef f():\n    time.sleep(1)\n    return 42\n", TEST, "f")
        assert fragile.judge([slow])[0].passed
        assert fragile.stats.replaced == 1
        killer.join()


def test_a_job_that_loses_two_servers_is_infra() -> None:
    with JudgePool(1) as fragile:
        killer = Killer(2)
        killer.start()
        verdicts = fragile.judge([Job(SLOW, TEST, "f", Limits(wall_seconds=20)), job(42)])
        killer.join()
        assert (verdicts[0].status, verdicts[0].category) == ("infra", "infra/server")
        assert verdicts[1].passed


SCRIPT = """
import sys, time
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
test = "def check(c):\\n    assert c() == 42\\n"
with JudgePool(2) as pool:
    pool.judge([Job(f"def f(): return 42 + {n}", test, "f") for n in range(8)])
    print(pool.isolation, flush=True)
    slow = "import os, time\\ndef f():\\n    os.fork()\\n    time.sleep(600)\\n"
    pool.judge([Job(slow + "#" * n, test, "f", Limits(wall_seconds=300)) for n in range(2)])
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_the_parent_ends(how: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip()
    parent = psutil.Process(process.pid)
    wait_for(lambda: len(servers(parent)) >= 8)  # per server: guard, server, child, its fork
    family = servers(parent)
    process.send_signal(how)
    process.wait(60)
    wait_for(lambda: not alive(family))
    process.stdout.close()


def test_a_closed_pool_says_so() -> None:
    closed = JudgePool(1)
    closed.close()
    closed.close()
    with pytest.raises(SandboxError, match="closed"):
        closed.judge([job(42)])


def test_many_programs_leak_nothing(pool: JudgePool) -> None:
    pool.judge([job(n) for n in range(900, 940)])  # both servers are up
    files, processes = len(list(Path("/proc/self/fd").iterdir())), len(servers())
    verdicts = pool.judge([job(n) for n in range(1000, 1300)])
    assert all(verdict.category == "wrong/value" for verdict in verdicts)
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
    assert len(servers()) == processes
