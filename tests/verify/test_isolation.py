"""The ladder of isolation: each rung reached by taking away what the one above it needs."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import qspark
from qspark.verify.containment import ISOLATIONS, landlock_abi
from qspark.verify.pool import JudgePool

SOURCE = str(Path(qspark.__file__).parents[1])
HOSTILE = str(Path(__file__).parents[1] / "hostile")
LINUX_ONLY = pytest.mark.skipif(
    landlock_abi() == 0 or shutil.which("unshare") is None, reason="needs Landlock and unshare"
)

NO_NAMESPACES = "echo 0 > /proc/sys/user/max_user_namespaces && exec"
SCRIPT = """
import json, sys
from dataclasses import replace
from attacks import ATTACKS, TEST
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
limits = Limits(cpu_seconds=1, wall_seconds=3, memory_mb=2048, file_mb=8, processes=16)
names = sys.argv[2:]
attacks = [attack for attack in ATTACKS if attack.name in names]
jobs = [Job(attack.program, TEST, "answer", limits) for attack in attacks]
sound = "import qiskit\\ndef answer():\\n    qiskit.QuantumCircuit(2).h(0)\\n    return 42\\n"
with JudgePool(1, minimum_isolation=sys.argv[1]) as pool:
    verdicts = pool.judge([Job(sound, TEST, "answer", limits), *jobs, Job(sound + "#", TEST,
        "answer", limits)])
    print(json.dumps([pool.isolation, pool.stats.replaced, [v.category for v in verdicts]]))
"""
ATTACKS = [
    "busy loop", "fork bomb", "output flood", "writing outside", "environment of the server",
    "socket", "killing everything", "daemon that outlives", "deep folders and locked ones",
]  # fmt: skip


def judge_where(prefix: list[str], minimum: str, *attacks: str) -> tuple[str, int, list[str]]:
    """Judge in another process behind a command; isolation, servers lost, categories."""
    done = subprocess.run(
        [*prefix, sys.executable, "-c", SCRIPT, minimum, *attacks],
        env={**os.environ, "PYTHONPATH": f"{SOURCE}:{HOSTILE}"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    if done.returncode:
        pytest.fail(done.stderr[-1500:])
    isolation, replaced, categories = json.loads(done.stdout)
    return isolation, replaced, categories


def unshared(command: str, *flags: str) -> list[str]:
    return ["unshare", "--user", *flags, "sh", "-c", f'{command} "$@"', "sh"]


@LINUX_ONLY
def test_here_or_as_an_ordinary_user_the_best_rung_is_reached(pool: JudgePool) -> None:
    isolation, replaced, categories = judge_where(
        unshared("exec", "--map-user=1000", "--map-group=1000"), ISOLATIONS[2], *ATTACKS
    )
    assert (isolation, replaced) == (ISOLATIONS[2], 0)
    assert categories[0] == categories[-1] == ""
    assert "" not in categories[1:-1]


@LINUX_ONLY
def test_without_user_namespaces_landlock_and_seccomp_hold() -> None:
    isolation, replaced, categories = judge_where(
        unshared(NO_NAMESPACES, "--map-root-user"), ISOLATIONS[1], *ATTACKS
    )
    assert (isolation, replaced) == (ISOLATIONS[1], 0)
    assert categories[0] == categories[-1] == ""
    assert "" not in categories[1:-1]


NO_LANDLOCK = textwrap.dedent("""
    import errno, os, struct, sys
    from qspark.verify import containment as c
    lines = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x50000 | errno.ENOSYS),
             (0x06, 0, 0, 0x7FFF0000)]
    c.drop_privileges()
    c.seccomp_enforce(b"".join(struct.pack("=HBBI", *line) for line in lines))
    os.execv(sys.argv[1], sys.argv[1:])
""")


@LINUX_ONLY
def test_without_landlock_only_limits_are_left_and_must_be_asked_for() -> None:
    prefix = [sys.executable, "-c", NO_LANDLOCK]
    ours = ("busy loop", "fork bomb", "output flood", "daemon that outlives")
    isolation, replaced, categories = judge_where(prefix, ISOLATIONS[0], *ours)
    assert (isolation, replaced) == (ISOLATIONS[0], 0)
    assert categories[0] == categories[-1] == ""
    assert "" not in categories[1:-1]
    with pytest.raises(pytest.fail.Exception, match=r"SandboxError.*isolation 'limits' only"):
        judge_where(prefix, ISOLATIONS[1])


@LINUX_ONLY
def test_lower_rungs_leave_no_folder_behind(tmp_path: Path) -> None:
    os.environ["TMPDIR"] = str(tmp_path)
    try:
        judge_where(unshared(NO_NAMESPACES, "--map-root-user"), ISOLATIONS[1])
    finally:
        del os.environ["TMPDIR"]
    assert list(tmp_path.iterdir()) == []
