"""The pool on Ray: the same verdicts, lost actors, nothing left running. Needs the extra `ray`."""

import importlib.util
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.processes import TEST, alive, job, servers, wait_for

import qspark
from qspark.errors import SandboxError
from qspark.verify import ray_servers
from qspark.verify.containment import ISOLATIONS
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed: pip install qspark[ray]"
)
NAPPING = "import time\ndef f():\n    time.sleep(1)\n    return 42\n"


def actors() -> list[psutil.Process]:
    below = alive(psutil.Process().children(recursive=True))
    return [process for process in below if process.name().startswith("ray::_Actor")]


@pytest.fixture(scope="module")
def on_ray() -> Iterator[JudgePool]:
    before = signal.getsignal(signal.SIGTERM)
    with JudgePool(1, ray="local") as judges:
        yield judges
        family = [process for actor in actors() for process in servers(actor)]
        assert family
    wait_for(lambda: not alive(family))
    import ray

    assert not ray.is_initialized()
    assert signal.getsignal(signal.SIGTERM) is before


@needs_ray
def test_verdicts_are_those_of_a_local_server(on_ray: JudgePool) -> None:
    jobs = [job(42), job(41), Job("import nowhere\n", TEST, "f"), job(42)]
    verdicts = on_ray.judge(jobs)
    assert [verdict.stage for verdict in verdicts] == ["done", "check", "import", "done"]
    assert [verdict.category for verdict in verdicts[:2]] == ["", "wrong/value"]
    assert on_ray.isolation in ISOLATIONS and on_ray.stats.executed == 3
    assert [place for place, _ in on_ray.stream(jobs[:1])] == [0]


@needs_ray
def test_a_killed_actor_is_replaced_and_leaves_nothing(on_ray: JudgePool, pool: JudgePool) -> None:
    on_ray.judge([job(7)])
    replaced = on_ray.stats.replaced
    [actor] = actors()
    family = servers(actor)
    stream = on_ray.stream([Job(NAPPING, TEST, "f")])
    killer = threading.Thread(target=lambda: (_wait_for_child(actor, len(family)), actor.kill()))
    killer.start()
    [(_, verdict)] = list(stream)
    killer.join()
    assert verdict.passed
    assert on_ray.stats.replaced == replaced + 1
    wait_for(lambda: not alive(family))


def _wait_for_child(actor: psutil.Process, before: int) -> None:
    wait_for(lambda: len(servers(actor)) > before)


@needs_ray
def test_a_node_with_other_packages_is_told(
    on_ray: JudgePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_ray.judge([job(8)])
    here = ray_servers.environment_fingerprint() + "; extra 1"
    monkeypatch.setattr(ray_servers, "environment_fingerprint", lambda: here)
    with (
        JudgePool(1, ray="local") as other,
        pytest.raises(SandboxError, match="install the same packages on every node"),
    ):
        other.judge([job(42)])


NODES = """
import threading, time
from ray.cluster_utils import Cluster
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool

test = "def check(c):\\n    assert c() == 42\\n"
nap = "import time\\ndef f():\\n    time.sleep({seconds})\\n    return 42\\n"
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
with JudgePool(2, ray=cluster.address) as pool:
    pool.judge([Job(nap.format(seconds=n), test, "f") for n in (1, 2)])
    lose = lambda: (time.sleep(1), cluster.remove_node(nodes[0], allow_graceful=False))
    loser = threading.Thread(target=lose, daemon=True)
    loser.start()
    verdicts = pool.judge([Job(nap.format(seconds=n), test, "f") for n in (3, 4)])
    loser.join()
    print("RESULT", [verdict.passed for verdict in verdicts], flush=True)
cluster.shutdown()
"""


@needs_ray
def test_what_a_lost_node_had_in_hand_is_judged_on_another() -> None:
    source = str(Path(qspark.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", NODES],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert "RESULT [True, True]" in done.stdout, done.stdout[-500:] + done.stderr[-1500:]


def test_without_ray_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SandboxError, match=r"pip install 'qspark\[ray\]'"):
        JudgePool(ray="local")
