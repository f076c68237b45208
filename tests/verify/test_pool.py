"""The pool: order, duplicates, cache, lost servers, and nothing left running."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import psutil
import pytest
from tests.processes import TEST, alive, family, job, servers, wait_for

import qspark
from qspark.errors import SandboxError
from qspark.verify.cache import Timings, VerdictCache, environment_fingerprint
from qspark.verify.containment import ISOLATIONS
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

SLOW = "import time\ndef f():\n    time.sleep(600)\n"
NAP = "import time\ndef f():\n    time.sleep(1)\n"
SOURCE = str(Path(qspark.__file__).parents[1])


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


def test_the_cache_may_be_used_by_several_processes(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.sqlite"
    writer = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from qspark.verify.cache import VerdictCache
        from qspark.verify.verdict import Verdict
        sys.stdin.read()
        cache = VerdictCache(Path({str(path)!r}))
        for number in range(200):
            verdict = Verdict(status="pass", stage="done", checks_total=number)
            cache.put(f"{{sys.argv[1]}}-{{number}}", verdict)
            cache.put(f"both-{{number}}", verdict)
            cache.add_timing("both", number)
            assert cache.get_many([f"both-{{number}}"]) == {{f"both-{{number}}": verdict}}
    """)
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", writer, name], env=environment, stdin=subprocess.PIPE
        )
        for name in "abcd"
    ]
    for process in writers:
        assert process.stdin is not None
        process.stdin.close()  # all of them make the file at the same time
    assert [process.wait(60) for process in writers] == [0] * 4
    cache = VerdictCache(path)
    keys = [f"{name}-{number}" for name in ("a", "b", "c", "d", "both") for number in range(200)]
    found = cache.get_many(keys)
    assert [found[key].checks_total for key in keys] == [*range(200)] * 5
    (mean, jobs) = cache.timings()["both"]
    assert jobs == 800 and abs(mean - 99.5) < 1e-6
    cache.close()


def test_many_verdicts_are_looked_up_at_once(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.sqlite"
    jobs = [job(number) for number in range(10_000)]
    cache = VerdictCache(path)
    cache.put(jobs[0].key, Verdict(status="pass", stage="done", isolation=ISOLATIONS[-1]))
    with sqlite3.connect(path) as database:
        text = database.execute("SELECT verdict FROM verdicts").fetchone()[0]
        database.executemany(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?)",
            [(cache._key(each.key), text) for each in jobs],
        )
        database.execute("UPDATE verdicts SET verdict = '{}' WHERE key = ?", (cache._key("x"),))
    database.close()
    cache.close()
    with JudgePool(cache=path) as judges:
        started = time.process_time()
        assert all(verdict.passed for verdict in judges.judge(jobs))
        assert time.process_time() - started < 5
        assert (judges.stats.executed, judges.stats.cached, judges.isolation) == (0, 10_000, "")


@pytest.mark.parametrize("category", ["env/missing-package", "resource/time"])
def test_what_is_said_of_the_machine_is_not_kept(tmp_path: Path, category: str) -> None:
    cache = VerdictCache(tmp_path / "verdicts.sqlite")
    cache.put("key", Verdict(status="fail", stage="import", category=category))
    cache.put("other", Verdict(status="fail", stage="check", category="wrong/value"))
    assert set(cache.get_many(["key", "other"])) == {"other"}
    cache.close()


def test_a_verdict_of_a_lesser_rung_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.sqlite"
    cache = VerdictCache(path)
    cache.put(job(41).key, Verdict(status="pass", stage="done", isolation=ISOLATIONS[0]))
    cache.close()
    with JudgePool(1, path, ISOLATIONS[1]) as judges:
        assert not judges.judge([job(41)])[0].passed


def test_a_verdict_of_another_version_is_no_verdict(tmp_path: Path) -> None:
    cache = VerdictCache(tmp_path / "verdicts.sqlite")
    cache.put("a", Verdict(status="pass", stage="done"))
    cache._database.execute("UPDATE verdicts SET verdict = '{\"new\": 1}'")
    assert cache.get("a") is None
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


class Killer(threading.Thread):
    """Kills the server of a pool, `times` times, while a child of it is at work."""

    def __init__(self, victim: JudgePool, times: int):
        super().__init__()
        self._victim, self._times = victim, times
        self.killed: list[psutil.Process] = []

    def run(self) -> None:
        for _ in range(self._times):
            # What waits, the server itself, and its two children: in the order of their birth.
            wait_for(lambda: len(self._new()) >= 4)
            self.killed += (found := self._new())
            found[1].kill()
            wait_for(lambda found=found: not alive(found))

    def _new(self) -> list[psutil.Process]:
        new = alive([each for each in family(self._victim) if each not in self.killed])
        return sorted(new, key=lambda process: (process.create_time(), process.pid))


def test_what_a_lost_server_had_in_hand_is_judged_again() -> None:
    with JudgePool(1) as fragile:
        killer = Killer(fragile, 1)
        killer.start()
        slow = Job("import time\ndef f():\n    time.sleep(1)\n    return 42\n", TEST, "f")
        assert fragile.judge([slow])[0].passed
        assert fragile.stats.replaced == 1
        killer.join()


def test_a_job_that_loses_two_servers_is_infra() -> None:
    with JudgePool(1) as fragile:
        killer = Killer(fragile, 2)
        killer.start()
        verdicts = fragile.judge([Job(SLOW, TEST, "f", Limits(wall_seconds=20)), job(42)])
        killer.join()
        assert (verdicts[0].status, verdicts[0].category) == ("infra", "infra/server")
        assert verdicts[1].passed


SCRIPT = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits SIG_IGN
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
    below = servers(parent)
    process.send_signal(how)
    process.wait(60)
    wait_for(lambda: not alive(below))
    process.stdout.close()


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JudgePool]:
    """A pool of one server, for what depends on the order."""
    with JudgePool(1, tmp_path_factory.mktemp("single") / "verdicts.sqlite") as judges:
        yield judges


def timed(seconds: float, number: int = 0) -> Job:
    """A job that takes so many CPU seconds more than others, with a test of its own."""
    program = f"""
import time
def f():
    end = time.process_time() + {seconds}
    while time.process_time() < end: pass
    return {42 + number}
"""
    return Job(program, f"# {seconds}\n{TEST}", "f")


def test_the_longest_go_first_by_what_is_recorded(single: JudgePool) -> None:
    assert single.recorded_seconds(timed(0.1)) is None
    single.judge([timed(0.1), timed(0.5), timed(1)])
    recorded = [single.recorded_seconds(timed(seconds, 1)) for seconds in (0.1, 0.5, 1)]
    assert None not in recorded and recorded == sorted(recorded)  # type: ignore[type-var]
    jobs = [timed(0.1, 1), timed(0, 1), timed(0.5, 1), timed(1, 1)]
    order = [place for place, _ in single._flow(iter(enumerate(jobs)), 9, 9)]
    assert order == [3, 1, 2, 0]  # the unknown one counts as the median, and came before its equal


def test_timings_are_kept_with_the_cache(tmp_path: Path) -> None:
    verdict = Verdict(status="fail", stage="run", category="resource/time", cpu_seconds=3)
    for seen in (None, 3.0):
        cache = VerdictCache(tmp_path / "verdicts.sqlite")
        timings = Timings(cache)
        assert timings.recorded(job(1)) == seen
        timings.add(job(2), verdict)
        timings.add(job(2), Verdict(status="infra", stage="run", cpu_seconds=99))
        cache.close()
    assert timings.predicted(timed(1)) == 3.0  # the median
    assert Timings(None).predicted(job(1)) == 0.0


def test_a_stream_is_lazy_and_gives_what_is_done(pool: JudgePool) -> None:
    taken = 0

    def endless() -> Iterator[Job | Verdict]:
        nonlocal taken
        yield Verdict(status="fail", stage="extract", category="extract/empty")
        for number in count(5000):
            taken += 1
            yield job(number // 2)  # each twice

    stream = pool.stream(endless())
    assert next(stream)[0] == 0
    assert taken == 0
    seen = {place: verdict for place, verdict in islice(stream, 100)}
    assert len(seen) == 100 and max(seen) <= 110 and taken <= 120
    assert all(verdict.category == "wrong/value" for verdict in seen.values())
    stream.close()  # type: ignore[attr-defined]
    assert pool.judge([job(42)])[0].passed


def test_a_stream_that_is_closed_early_leaves_nothing_running(single: JudgePool) -> None:
    single.judge([job(1)])
    slow = [Job(SLOW + "#" * n, TEST, "f", Limits(wall_seconds=300)) for n in range(9)]
    stream = single.stream([job(43), *slow])
    assert next(stream)[0] == 0
    wait_for(lambda: len(family(single)) > 2)  # a program is at work
    at_work = family(single)
    stream.close()  # type: ignore[attr-defined]
    wait_for(lambda: not alive(at_work))
    assert not family(single)
    assert single.judge([job(44), job(42)])[1].passed
    assert single.stats.replaced == 0


def test_streams_and_batches_may_be_nested(pool: JudgePool) -> None:
    for place, verdict in pool.stream(job(6000 + n) for n in range(3)):
        assert not verdict.passed
        assert pool.judge([job(42), job(6100 + place)])[0].passed


def test_an_error_in_the_callback_ends_the_servers() -> None:
    broken, seen = JudgePool(1), []

    def fail(done: int, total: int) -> None:
        if done:
            seen.extend(family(broken))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken.judge([job(1), job(2)], fail)
    assert seen
    wait_for(lambda: not alive(seen))
    with pytest.raises(SandboxError, match="closed"):
        broken.judge([job(1)])


def test_closing_ends_a_batch_of_another_thread_even_while_servers_start() -> None:
    judges, found = JudgePool(2), []

    def work() -> None:
        try:
            judges.judge([job(1), job(2)])
        except SandboxError as error:
            found.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    wait_for(lambda: len(family(judges)) >= 2)
    seen = family(judges)
    judges.close()
    thread.join(20)
    assert len(found) == 1 and "closed" in found[0]
    wait_for(lambda: not alive(seen))
    assert not family(judges)


def test_a_closed_pool_says_so() -> None:
    closed = JudgePool(1)
    closed.close()
    closed.close()
    with pytest.raises(SandboxError, match="closed"):
        closed.judge([job(42)])


def test_many_programs_leak_nothing(pool: JudgePool) -> None:
    pool.judge([Job(NAP + "#" * n, TEST, "f") for n in range(8)])
    wait_for(lambda: len(family(pool)) == 4)  # both servers are up, and idle
    pool.judge([job(n) for n in range(900, 940)])
    files, processes = len(list(Path("/proc/self/fd").iterdir())), len(family(pool))
    verdicts = pool.judge([job(n) for n in range(1000, 1300)])
    assert all(verdict.category == "wrong/value" for verdict in verdicts)
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
    assert len(family(pool)) == processes
