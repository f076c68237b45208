"""What an installed Qiskit offers: names, members, signatures, deprecations.

An Index is built by `symbols_child.py` in a child process (it imports everything), once per
environment, and kept in the cache folder. Indexes of a few versions come with QSpark, and are used
where they fit the installed one or when another version is asked for.
"""

import difflib
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from qspark.errors import QSparkError

ROOTS = ("qiskit", "qiskit_aer", "qiskit_ibm_runtime")
STORED = Path(__file__).parent / "indexes"
_CHILD = Path(__file__).with_name("symbols_child.py")
_DISTRIBUTIONS = ("qiskit", "qiskit-aer", "qiskit-ibm-runtime")
_SECONDS = 300
# Where a name is looked for first when an import is missing.
_HOMES = (
    "qiskit", "qiskit.circuit", "qiskit.circuit.library", "qiskit.quantum_info", "qiskit_aer",
    "qiskit.primitives", "qiskit.transpiler", "qiskit.transpiler.passes", "qiskit.visualization",
    "qiskit.providers.fake_provider", "qiskit_aer.noise", "qiskit_aer.primitives",
    "qiskit_ibm_runtime", "qiskit_ibm_runtime.fake_provider", "qiskit.synthesis",
    "qiskit.converters", "qiskit.dagcircuit", "qiskit.circuit.random", "qiskit.exceptions",
    "qiskit.result", "qiskit.providers.basic_provider", "qiskit.circuit.classical",
)  # fmt: skip

Signature = list[list[Any]]


@dataclass(eq=False)
class Index:
    """The symbols of one environment. Paths are dotted; see `symbols_child.py` for the fields."""

    versions: dict[str, str]
    modules: dict[str, dict[str, str]]
    classes: dict[str, dict[str, Any]]
    functions: dict[str, Signature | None]
    deprecated: dict[str, str]

    @property
    def version(self) -> str:
        """The version of Qiskit."""
        return self.versions.get("qiskit") or self.versions.get("qiskit-terra", "0")

    def version_of(self, root: str) -> str:
        """The version of the distribution that a top-level module comes from; "" if unknown."""
        return self.version if root == "qiskit" else self.versions.get(root.replace("_", "-"), "")

    @cached_property
    def parents(self) -> dict[str, frozenset[str]]:
        """For each class the simple names of itself and its bases."""
        return {
            path: frozenset([path.rpartition(".")[2], *(b.rpartition(".")[2] for b in c["bases"])])
            for path, c in self.classes.items()
        }

    @cached_property
    def homes(self) -> dict[str, list[str]]:
        """For each name of a class or function: the public modules that offer it, best first."""
        found: dict[str, list[str]] = {}
        for module, names in self.modules.items():
            if any(part.startswith("_") for part in module.split(".")):
                continue
            for name, what in names.items():
                if not name.startswith("_") and what and what not in self.modules:
                    found.setdefault(name, []).append(module)
        order = {home: rank for rank, home in enumerate(_HOMES)}
        for places in found.values():
            places.sort(key=lambda m: (order.get(m, 99), m.count("."), len(m), m))
        return found

    def resolve(self, path: str) -> str:
        """What a dotted path names: the path of a class, function or module; "" if unknown.

        Another value gives its own path.
        """
        if path in self.modules or path in self.classes or path in self.functions:
            return path
        parent, _, name = path.rpartition(".")
        if not parent:
            return ""
        at = self.resolve(parent)
        if at in self.modules:
            if name not in self.modules[at]:
                return ""
            return self.modules[at][name] or path
        if at in self.classes:
            member = self.classes[at]["members"]
            return f"{at}.{name}" if name in member or self.classes[at]["open"] else ""
        return path if at else ""  # an attribute of a function or another value: not known

    def exists(self, path: str) -> bool:
        """Whether a dotted path names something here. Packages that are not indexed: True."""
        root = path.partition(".")[0]
        if root not in ROOTS or root not in self.modules:
            return True
        return bool(self.resolve(path))

    def is_a(self, path: str, name: str) -> bool:
        """Whether a class is the one with this simple name or derived from it."""
        return name in self.parents.get(path, ())

    def signature(self, path: str) -> Signature | None:
        """The parameters of a function, method or class, without self; None if unknown."""
        if path in self.functions:
            return self.functions[path]
        if path in self.classes:
            return self.classes[path]["members"].get("__init__")
        owner, _, name = path.rpartition(".")
        return self.classes[owner]["members"].get(name) if owner in self.classes else None

    def nearest(self, name: str, among: Any) -> str:
        """The most similar of some names, or ""."""
        return _nearest(name, tuple(among))


@lru_cache(maxsize=4096)
def _nearest(name: str, among: tuple[str, ...]) -> str:
    lower = {n.lower(): n for n in among}
    if name.lower() in lower:
        return lower[name.lower()]
    found = difflib.get_close_matches(name, among, n=1, cutoff=0.75)
    return found[0] if found else ""


def read_index(path: Path) -> Index:
    """Read an index that `symbols_child.py` wrote."""
    return Index(**json.loads(gzip.decompress(path.read_bytes())))


def stored_versions() -> dict[str, Path]:
    """The versions of Qiskit whose index comes with QSpark, and its file."""
    return {
        path.name.removesuffix(".json.gz").removeprefix("qiskit-"): path
        for path in sorted(STORED.glob("qiskit-*.json.gz"))
    }


@lru_cache(maxsize=8)
def stored_index(version: str) -> Index:
    """The stored index of a version such as "1.4". Raises QSparkError if there is none."""
    stored = stored_versions()
    wanted = ".".join(version.split(".")[:2])
    if wanted not in stored:
        nearest = [v for v in stored if v.split(".")[0] == wanted.split(".")[0]]
        if wanted not in _minors(wanted) or not nearest:
            raise QSparkError(
                f"there is no index of Qiskit {version}: give one of {', '.join(stored)}"
            )
        wanted = nearest[-1]
    return read_index(stored[wanted])


def _minors(wanted: str) -> tuple[str, ...]:
    """The version itself when it has the form of one."""
    return (wanted,) if all(part.isdigit() for part in wanted.split(".")) else ()


@lru_cache(maxsize=1)
def installed_index() -> Index:
    """The index of this environment: stored, cached, or built now (some ten seconds)."""
    versions = {name: metadata.version(name) for name in _DISTRIBUTIONS}
    minor = ".".join(versions["qiskit"].split(".")[:2])
    stored = stored_versions().get(minor)
    if stored is not None:
        index = read_index(stored)
        if all(index.versions.get(name) == version for name, version in versions.items()):
            return index
    cached = cache_path(versions)
    if not cached.exists():
        build_index(cached)
    try:
        return read_index(cached)
    except (OSError, EOFError, ValueError, TypeError):
        build_index(cached)
        return read_index(cached)


def cache_path(versions: dict[str, str]) -> Path:
    """Where the index of an environment with these versions is kept."""
    text = json.dumps([versions, _CHILD.read_text(encoding="utf-8")])
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    return _cache_folder() / f"symbols-{key}.json.gz"


def build_index(path: Path, python: str = sys.executable) -> None:
    """Write the index of the environment of an interpreter, whole or not at all.

    Raises QSparkError if its Qiskit cannot be imported.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-I", str(_CHILD), str(path)],
            cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False,
            env={**os.environ, "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise QSparkError(f"Qiskit cannot be looked through ({last[0]}): mend its installation")


def _cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "qspark"
