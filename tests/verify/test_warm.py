"""What a server does before its first fork: nothing of it may start a thread or stay behind."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

import qspark
from qspark.verify.server import SERVER_ENVIRONMENT

SCRIPT = """
import ctypes, gc, json, os, sys
from qspark.verify import warm

warm.warm_up()
libc = ctypes.CDLL(None)
libc.mallinfo2.restype = warm._Usage
gaps = lambda: (usage := libc.mallinfo2()).fordblks - usage.keepcost
before = gaps()
warm.settle()
print(json.dumps({
    "threads": len(os.listdir("/proc/self/task")),
    "modules": [name for name in ("candidate", "test") if name in sys.modules],
    "gaps": [before, gaps()],
    "frozen": gc.get_freeze_count(),
}))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")
def test_a_warm_server_has_one_thread_no_gaps_and_no_program_of_its_own(tmp_path: Path) -> None:
    source = str(Path(qspark.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**SERVER_ENVIRONMENT, "PYTHONPATH": source, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["threads"] == 1
    assert found["modules"] == []
    assert found["frozen"] > 100_000
    before, after = found["gaps"]
    if platform.libc_ver()[0] == "glibc":
        assert after < before / 4
