"""A judge's server in an OCI container: the best rung, where the user has configured a runtime.

QSPARK_OCI_RUNTIME names a command with the interface of runc. The container sees the system's
libraries, Python and QSpark, read-only, and nothing else of the machine; the server contains itself
and its children inside as it does outside. Jobs come as descriptors over the server's socket,
which the runtime must hand on: runc does, and crun (with cgroups v2). gVisor's runsc cannot
pass descriptors in from outside.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from qspark.errors import SandboxError
from qspark.verify.containment import SYSTEM_READABLE, python_folders

VARIABLE = "QSPARK_OCI_RUNTIME"
INSIDE = "QSPARK_IN_CONTAINER"
_DEVICES = ("/dev", "/proc")


def runtime() -> str:
    """The path of the configured runtime; empty where none is. Raises SandboxError."""
    name = os.environ.get(VARIABLE, "")
    found = shutil.which(name) if name else ""
    if found is None:
        raise SandboxError(f"there is no OCI runtime {name!r}: install it, or unset {VARIABLE}")
    return found


class Container:
    """The bundle of one server, which is to find its socket as descriptor 3."""

    def __init__(
        self, runtime: str, arguments: Sequence[str], environment: Mapping[str, str], source: str
    ):
        self._runtime = runtime
        self._folder = Path(tempfile.mkdtemp(prefix="qspark-container-"))
        self._name = self._folder.name
        (self._folder / "rootfs").mkdir()
        environment = {**environment, INSIDE: "1"}
        settings = _settings(arguments, environment, [*python_folders(), source])
        (self._folder / "config.json").write_text(json.dumps(settings))

    @property
    def command(self) -> list[str]:
        """The command line that runs the server, its standard input on as descriptor 3.

        (Of the standard streams the runtime hands on copies of what comes through them.)
        """
        run = [*self._call("run"), "--preserve-fds", "1", "--bundle", str(self._folder)]
        return ["/bin/sh", "-c", 'exec "$@" 3<&0 0</dev/null', "sh", *run, self._name]

    def remove(self) -> None:
        """End all that runs in the container, and remove it."""
        subprocess.run([*self._call("delete"), "--force", self._name], capture_output=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _call(self, verb: str) -> list[str]:
        return [self._runtime, "--root", str(self._folder / "state"), verb]


def _settings(
    arguments: Sequence[str], environment: Mapping[str, str], folders: Sequence[str]
) -> dict[str, object]:
    """A bundle's config.json, as the OCI runtime specification 1.0 has it.

    Root inside is the user outside. CAP_SETFCAP is what a process needs to map that root into a
    user namespace of its own, which the server then makes.
    """
    capabilities = {kind: ["CAP_SETFCAP"] for kind in ("bounding", "effective", "permitted")}
    scratch = ["nosuid", "nodev", "noexec", "mode=1777", "size=512m"]
    mounts = [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid"]},
        {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": scratch},
    ]
    mounts += [
        {"destination": place, "type": "none", "source": os.path.realpath(place),
         "options": ["rbind", "ro", "nosuid", "nodev"]}
        for place in _outermost([*SYSTEM_READABLE, *folders])
    ]  # fmt: skip
    own = [{"containerID": 0, "hostID": os.getuid(), "size": 1}]
    group = [{"containerID": 0, "hostID": os.getgid(), "size": 1}]
    return {
        "ociVersion": "1.0.0",
        "process": {
            "user": {"uid": 0, "gid": 0}, "args": list(arguments), "cwd": "/",
            "env": [f"{name}={value}" for name, value in environment.items()],
            "capabilities": capabilities,
        },
        "root": {"path": "rootfs"},
        "hostname": "judge",
        "mounts": mounts,
        "linux": {
            "namespaces": [{"type": kind} for kind in (
                "user", "pid", "mount", "network", "ipc", "uts",
            )],
            "uidMappings": own, "gidMappings": group,
        },
    }  # fmt: skip


def _outermost(places: Sequence[str]) -> list[str]:
    """The places that exist, without those that lie in another, or where a runtime mounts its own."""
    kept: list[str] = []
    for place in sorted({place for place in places if Path(place).exists()}):
        inside = (*kept, *_DEVICES)
        if not any(place == other or place.startswith(f"{other}/") for other in inside):
            kept.append(place)
    return kept
