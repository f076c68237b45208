"""The rung of a container, with a real OCI runtime; skipped where none is installed or works."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.processes import alive, family, job, servers, wait_for

import qspark
from qspark.errors import SandboxError
from qspark.verify import container
from qspark.verify.containment import ISOLATIONS
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.server import Server

RUNTIME = next((name for name in ("runc", "crun") if shutil.which(name)), "")
LOOKS = """
import os
def f():
    seen = []
    for path in PATHS:
        try:
            os.stat(path)
            seen.append(path)
        except OSError:
            pass
    return seen
"""
NOTHING = "def check(c):\n    assert c() == []\n"


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not RUNTIME:
        pytest.skip("no OCI runtime is installed: runc or crun")
    source = str(Path(qspark.__file__).parents[1])
    probe = container.Container(str(shutil.which(RUNTIME)), [sys.executable, "-V"], {}, source)
    done = subprocess.run(probe.command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    probe.remove()
    if done.returncode:
        pytest.skip(f"{RUNTIME} cannot run a container here: {done.stderr[-200:]}")
    monkeypatch.setenv(container.VARIABLE, RUNTIME)


@pytest.mark.usefixtures("configured")
def test_programs_are_judged_in_a_container_and_see_no_file_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    paths = [str(secret), "/etc/passwd", str(Path.home() / ".bashrc"), "/var"]
    with JudgePool(1, minimum_isolation=ISOLATIONS[3]) as pool:
        looks = Job(LOOKS.replace("PATHS", repr(paths)), NOTHING, "f")
        passed, failed, looked = pool.judge([job(42), job(41), looks])
        assert (passed.passed, failed.category, looked.passed) == (True, "wrong/value", True)
        assert passed.isolation == pool.isolation == ISOLATIONS[3]
        assert passed.integrity == "strong"
        [server] = pool._crew._servers
        assert isinstance(server, Server) and server._container
        bundle = server._container._folder
        assert bundle.exists()
        below = family(pool)
    wait_for(lambda: not alive(below))
    assert not bundle.exists()


@pytest.mark.usefixtures("configured")
def test_a_container_ends_with_its_pool_also_when_that_is_killed() -> None:
    script = (
        "from tests.processes import TEST\n"
        "from qspark.verify.judge import Job, Limits\n"
        "from qspark.verify.pool import JudgePool\n"
        "pool = JudgePool(1)\n"
        "pool.judge([Job('def f(): return 42', TEST, 'f')])\n"
        "print('up', flush=True)\n"
        "slow = 'import time\\ndef f():\\n    time.sleep(600)\\n'\n"
        "pool.judge([Job(slow, TEST, 'f', Limits(wall_seconds=300))])\n"
    )
    folders = [str(Path(qspark.__file__).parents[1]), str(Path(__file__).parents[2])]
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline() == b"up\n"
    parent = psutil.Process(process.pid)
    wait_for(lambda: len(servers(parent)) >= 3)
    below = servers(parent)
    process.kill()
    process.wait()
    process.stdout.close()
    wait_for(lambda: not alive(below))


def test_a_runtime_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(container.VARIABLE, "no-such-runtime")
    with JudgePool(1) as pool, pytest.raises(SandboxError, match="install it, or unset"):
        pool.judge([job(42)])


@pytest.mark.usefixtures("configured")
def test_limits_hold_in_a_container() -> None:
    endless = Job("def f():\n    while True: pass\n", NOTHING, "f", Limits(cpu_seconds=1))
    with JudgePool(1) as pool:
        assert pool.judge([endless])[0].category == "resource/time"
        assert pool.judge([job(42)])[0].passed
        assert pool.stats.replaced == 0
