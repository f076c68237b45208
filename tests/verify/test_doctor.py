"""The doctor's attacks are real (they work where nothing is promised), and come to nothing here."""

import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import qspark
from qspark.report.doctor import print_diagnosis
from qspark.verify import attacks, doctor
from qspark.verify.containment import ISOLATIONS, landlock_abi
from qspark.verify.doctor import broken, diagnose
from qspark.verify.verdict import Verdict

LINUX_ONLY = pytest.mark.skipif(
    landlock_abi() == 0 or shutil.which("unshare") is None, reason="needs Landlock and unshare"
)
SCRIPT = "import json; from qspark.verify.doctor import diagnose; print(json.dumps(diagnose(1)))"
WITHOUT = textwrap.dedent("""
    import errno, os, struct, sys
    from qspark.verify import containment as c
    lines = [(0x20, 0, 0, 0), (0x15, 0, 1, int(sys.argv[1])), (0x06, 0, 0, 0x50000 | errno.ENOSYS),
             (0x06, 0, 0, 0x7FFF0000)]
    c.drop_privileges()
    c.seccomp_enforce(b"".join(struct.pack("=HBBI", *line) for line in lines))
    os.execv(sys.argv[2], sys.argv[2:])
""")
LANDLOCK_CREATE, UNSHARE = 444, 272 if os.uname().machine == "x86_64" else 97
ONLY_NAMESPACES = ["no changing of permissions outside"]
NEEDS_LANDLOCK = [
    "no network", "no reading of home", "no reading of other processes",
    "no writing outside the scratch folder", "no new programs", "no tracing of other processes",
    "signals reach nobody outside", "private shared memory and IPC",
    "no change to how other processes run", *ONLY_NAMESPACES,
]  # fmt: skip


@pytest.fixture(scope="module")
def here() -> dict[str, Any]:
    return diagnose(1)


def diagnose_without(call: int) -> dict[str, Any]:
    """Diagnose in a process whose kernel lacks a system call."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(call), sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": str(Path(qspark.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    return json.loads(done.stdout)


def not_holding(diagnosis: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["detail"] for each in diagnosis["guarantees"] if not each["holds"]}


@LINUX_ONLY
def test_here_every_guarantee_holds(here: dict[str, Any]) -> None:
    assert here["pool"]["isolation"] == ISOLATIONS[2]
    assert not_holding(here) == {}
    assert broken(here) == []


def test_the_shape_is_that_of_the_design(here: dict[str, Any]) -> None:
    assert json.loads(json.dumps(here)) == here
    assert here.keys() == {"guarantees", "versions", "pool", "machine"}
    for each in here["guarantees"]:
        assert each.keys() == {"name", "attack", "holds", "detail"}
        assert each["detail"] and "\n" not in each["detail"]
    names = [each["name"] for each in here["guarantees"]]
    assert len(set(names)) == len(names) >= 20
    assert here["pool"].keys() == {
        "workers", "isolation", "gives_not", "start_seconds", "programs_per_second",
    }  # fmt: skip
    assert here["versions"]["qspark"] == qspark.__version__
    assert here["machine"]["cpus"] >= 1
    assert doctor._VARIABLE not in os.environ


@LINUX_ONLY
def test_without_namespaces_permissions_outside_can_be_changed() -> None:
    found = diagnose_without(UNSHARE)
    assert found["pool"]["isolation"] == ISOLATIONS[1]
    lost = not_holding(found)
    assert sorted(lost) == sorted(ONLY_NAMESPACES)
    assert all("worked: " in detail for detail in lost.values())
    assert broken(found) == []


@LINUX_ONLY
def test_without_landlock_the_attacks_work() -> None:
    found = diagnose_without(LANDLOCK_CREATE)
    assert found["pool"]["isolation"] == ISOLATIONS[0]
    lost = not_holding(found)
    assert sorted(lost) == sorted(NEEDS_LANDLOCK)
    for detail in lost.values():
        assert detail.startswith("not given by 'limits'")
        assert "worked: " in detail
    for sign in ("a socket was reached", "a secret was read", "files were changed"):
        assert any(sign in detail for detail in lost.values()), sign
    for sign in ("a process was ended", "shared memory was left"):
        assert any(sign in detail for detail in lost.values()), sign
    assert broken(found) == []


@pytest.mark.parametrize(
    ("output", "category", "ends", "holds"),
    [
        ("@one: refused EPERM\n@end: ended\n", "wrong/value", (), True),
        ("@one: refused EPERM\n@two: worked\n@end: ended\n", "wrong/value", (), False),
        ("@one: failed NameError('x')\n@end: ended\n", "wrong/value", (), False),
        ("@one: refused ENOENT\n@end: ended\n", "wrong/value", (), False),
        ("@one: refused EPERM\n", "runtime/python", (), False),
        ("", "runtime/python", (), False),
        ("", "resource/time", ("resource/time",), True),
        ("", "resource/memory", ("resource/time",), False),
        ("@end: ended\n", "wrong/value", ("resource/time",), False),
    ],
)
def test_only_an_attack_that_was_made_proves(
    output: str, category: str, ends: tuple[str, ...], holds: bool
) -> None:
    attack = attacks.Attack("a", "b", 0, ("",), ends)
    verdict = Verdict(status="fail", stage="run", category=category, output_tail=output)
    assert doctor._outcome(attack, verdict)[0] is holds
    for status in ("pass", "infra"):
        other = verdict.model_copy(update={"status": status})
        assert not doctor._outcome(attack, other)[0]


def test_a_limit_that_came_too_late_is_none() -> None:
    attack = attacks.Attack("a", "b", 0, ("",), ("resource/*",))
    stopped = Verdict(status="fail", stage="run", category="resource/time", cpu_seconds=1.1)
    assert doctor._outcome(attack, stopped)[0]
    assert not doctor._outcome(attack, stopped.model_copy(update={"cpu_seconds": 10.0}))[0]


def test_a_judge_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    found = diagnose(1)
    assert "the judge does not work" in found["guarantees"][0]["detail"]
    assert len(broken(found)) == len(found["guarantees"])
    assert "the judge does not start" in printed(found)


def test_what_is_printed_names_every_guarantee(here: dict[str, Any]) -> None:
    text = printed(here)
    assert all(each["name"] in text for each in here["guarantees"])
    here = json.loads(json.dumps(here))
    here["guarantees"][0]["holds"] = False
    assert "Promised here and does not hold: a sound program passes" in printed(here)


def printed(diagnosis: dict[str, Any]) -> str:
    stream = io.StringIO()
    print_diagnosis(diagnosis, Console(file=stream, width=200))
    return stream.getvalue()
