"""Functions with docstrings in what a user names: folders, files, notebooks, git repositories.

Nothing of a repository is imported or executed here. Links are not followed, so that a repository
shows only what is in it.
"""

import ast
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from qspark.data.mining.calls import Call, calls_in
from qspark.errors import QSparkError
from qspark.mistakes.files import read_document
from qspark.mistakes.source import Source, SourceError

LARGEST = 1_000_000  # bytes of a file
_SKIPPED = {".git", ".venv", "venv", "env", "node_modules", "__pycache__", ".ipynb_checkpoints",
            ".tox", "site-packages", ".eggs", "build"}  # fmt: skip
_URL = re.compile(r"(https?|ssh|git|file)://\S+|[\w.-]+@[\w.-]+:\S+")
_SECONDS = 900
_MOST_CALLS = 40  # kept for each name


@dataclass(eq=False)
class Module:
    """A file of a repository; `path` is relative to its root."""

    path: str
    file: Path
    text: str

    @cached_property
    def source(self) -> Source:
        """The text with its tree."""
        return Source(self.text, self.file.name)

    def forget(self) -> None:
        """Give up the tree until it is asked for again: large repositories have thousands."""
        for name in ("source", "bindings", "changed"):
            self.__dict__.pop(name, None)

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return self.source.tree

    @cached_property
    def bindings(self) -> dict[str, list[ast.stmt]]:
        """The top-level statements that bind each name, in order."""
        found: dict[str, list[ast.stmt]] = {}
        for statement in self.tree.body:
            for name in bound_by(statement):
                found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def changed(self) -> set[str]:
        """Names whose values statements at the top level change: `qc.h(0)`, `x[0] = 1`, loops."""
        names = set()
        for statement in self.tree.body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                continue
            if isinstance(statement, ast.AugAssign | ast.For | ast.While | ast.With):
                names |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            value = statement.value if isinstance(statement, ast.Expr) else None
            called = value.func if isinstance(value, ast.Call) else None
            for node in (*targets, called):
                while isinstance(node, ast.Attribute | ast.Subscript):
                    node = node.value
                    if isinstance(node, ast.Name):
                        names.add(node.id)
        return names


@dataclass
class Repository:
    """What a user named, read: its Qiskit modules by path, and calls by the name of what is called."""

    root: Path
    name: str
    commit: str = ""
    modules: dict[str, Module] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    only: frozenset[str] = frozenset()

    def functions(self) -> Iterator[tuple[Module, ast.FunctionDef]]:
        """Every top-level function of the modules that speak of Qiskit, tests left out."""
        for module in self.modules.values():
            if "qiskit" not in module.text or (self.only and module.path not in self.only):
                continue
            last = {n.name: n for n in module.tree.body if isinstance(n, ast.FunctionDef)}
            for function in last.values():
                if not function.name.startswith(("test_", "main")):
                    yield module, function
            for other in self.modules.values():
                other.forget()

    def module_of(self, importer: Module, name: str, level: int) -> Module | None:
        """The repository's own module that an import means, or None."""
        parts = name.split(".") if name else []
        here = Path(importer.path).parent
        if level:
            starts = (
                [Path(*here.parts[: len(here.parts) - level + 1])]
                if level - 1 <= len(here.parts)
                else []
            )
        else:
            starts = [here, Path(), Path("src")]
        for start in starts:
            for end in (
                start.joinpath(*parts).as_posix() + ".py",
                start.joinpath(*parts, "__init__.py").as_posix(),
            ):
                if end in self.modules:
                    return self.modules[end]
        return None


@contextmanager
def opened(place: str) -> Iterator[Repository]:
    """The repository that a path or git address means; a clone is removed at the end.

    Raises QSparkError.
    """
    with ExitStack() as stack:
        path = Path(place)
        bare = path.is_dir() and (path / "HEAD").is_file() and (path / "objects").is_dir()
        if bare or (not path.exists() and _URL.fullmatch(place)):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="qspark-mine-"))
            clone(path.resolve().as_uri() if bare else place, Path(folder) / "clone")
            root, name = Path(folder) / "clone", path.name if bare else _without_secrets(place)
        elif path.exists():
            root = (path if path.is_dir() else path.parent).resolve()
            name = ""
        else:
            raise QSparkError(
                f"there is no file, folder or git address {place!r}: give a path that exists, or an "
                "address such as https://host/owner/name.git"
            )
        commit = _git(root, "rev-parse", "HEAD") if _is_in_git(root) else ""
        repository = Repository(root, name or _name_of(root), commit)
        if path.is_file() and not bare:
            _take(repository, path.resolve(), explicit=True)
            repository.only = frozenset({path.name})
        else:
            for file in _files(root, repository.skipped):
                _take(repository, file)
        yield repository


def clone(address: str, folder: Path) -> None:
    """Fetch the newest commit of a git repository. Raises QSparkError."""
    line = ["git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"]
    line += ["clone", "--quiet", "--depth", "1", "--no-tags", "--", address, str(folder)]
    # Nobody is asked for a password, and a link of the repository stays a text.
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}
    try:
        done = subprocess.run(
            line, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise QSparkError("git is not installed: install it, or give a folder") from error
    except subprocess.TimeoutExpired as error:
        raise QSparkError(
            f"{_without_secrets(address)} was not fetched in {_SECONDS} s: clone it yourself and give "
            "the folder"
        ) from error
    if done.returncode:
        said = " ".join(done.stderr.split())[-200:]
        raise QSparkError(
            f"git cannot fetch {_without_secrets(address)} ({_without_secrets(said)}): correct the "
            "address, or clone it yourself and give the folder"
        )


def bound_by(statement: ast.stmt) -> list[str]:
    """The names that a top-level statement binds; a star import binds "*"."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [(a.asname or a.name).partition(".")[0] for a in statement.names]
    found = []
    for node in _shallow(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [(a.asname or a.name).partition(".")[0] for a in node.names]
    return found


def _shallow(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is in it, but not inside functions, classes and comprehensions."""
    yield node
    if isinstance(
        node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.ListComp | ast.GeneratorExp
    ):
        return
    for child in ast.iter_child_nodes(node):
        yield from _shallow(child)


def _files(root: Path, skipped: Counter[str]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(f for f in folders if f not in _SKIPPED)
        for name in sorted(names):
            file = Path(folder) / name
            if not name.endswith((".py", ".ipynb")):
                continue
            if file.is_symlink() or not file.is_file():
                skipped["files: links, pipes"] += 1
            else:
                yield file


def _take(repository: Repository, file: Path, explicit: bool = False) -> None:
    """Read a file into a repository, or count why not."""
    try:
        if file.stat().st_size > LARGEST:
            raise SourceError(f"{file} is larger than {LARGEST:,} bytes: split it")
        document = read_document(file)
        source = Source(document.program, file.name)
        found = calls_in(source.tree)
    except (OSError, SourceError, RecursionError) as error:
        if explicit:
            said = f"{file} is nested too deeply to be read: split its longest expression"
            raise QSparkError(said if isinstance(error, RecursionError) else str(error)) from error
        kind = (
            "files: too large" if "larger" in str(error) else "files: not Python that can be read"
        )
        repository.skipped[kind] += 1
        return
    path = file.relative_to(repository.root).as_posix()
    for name, calls in found.items():
        kept = repository.calls.setdefault(name, [])
        kept += calls[: max(0, _MOST_CALLS - len(kept))]
    repository.modules[path] = Module(path, file, document.program)


def _is_in_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def _name_of(root: Path) -> str:
    """How a folder is called in the data: its origin's address, or the folder's own name."""
    if _is_in_git(root):
        origin = _git(root, "config", "--get", "remote.origin.url")
        if re.match(r"https?://|ssh://|git@", origin):
            return _without_secrets(origin)
    return root.name


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _without_secrets(address: str) -> str:
    return re.sub(r"(\w+://)[^/@\s]*@", r"\1", address)
