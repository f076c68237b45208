"""A function taken out of its module with all that it needs: imports, constants, helpers.

Helpers of the repository's other modules come along; what cannot be taken along ends in `Uncut`.
"""

import ast
import builtins
import symtable
import warnings

from qspark.data.mining.find import Module, Repository, bound_by
from qspark.data.shape import segment
from qspark.mistakes.symbols import Index

PACKAGES = frozenset({
    "qiskit", "qiskit_aer", "qiskit_ibm_runtime", "qiskit_algorithms", "qiskit_experiments",
    "numpy", "scipy", "math", "cmath", "random", "itertools", "functools", "collections",
    "typing", "fractions", "decimal", "operator", "string", "re", "copy", "enum", "dataclasses",
    "abc", "networkx", "sympy", "rustworkx", "matplotlib", "warnings", "numbers", "statistics",
    "__future__", "typing_extensions", "heapq", "bisect", "json", "logging", "textwrap",
    "qiskit_ignis", "qiskit_terra",
})  # fmt: skip
_SCREENED = frozenset({
    "os", "sys", "time", "datetime", "pathlib", "requests", "urllib", "socket", "subprocess",
})  # fmt: skip
_MOST = 40  # statements


class Uncut(Exception):
    """A function that cannot stand alone; the text is the reason that is counted."""


def cut(repository: Repository, module: Module, function: ast.FunctionDef, index: Index) -> str:
    """A file with the function and what it needs, the function last. Raises Uncut."""
    work = _Cut(repository, index)
    work.statement(module, function)
    imports = sorted(work.imports, key=lambda line: (not line.startswith("from __future__"), line))
    return "\n".join(imports) + "\n\n\n" + "\n\n\n".join(work.pieces) + "\n"


class _Cut:
    def __init__(self, repository: Repository, index: Index):
        self._repository, self._index = repository, index
        self.imports: dict[str, None] = {}
        self.pieces: list[str] = []
        self._owner: dict[str, object] = {}
        self._done: set[int] = set()

    def statement(self, module: Module, node: ast.stmt) -> None:
        """Take a statement, behind all that it needs."""
        if id(node) in self._done:
            return
        self._done.add(id(node))
        if len(self._done) > _MOST:
            raise Uncut("needs too much of its module")
        if any(isinstance(n, ast.Global | ast.Nonlocal) for n in ast.walk(node)):
            raise Uncut("leans on changing global values")
        for name in sorted(_global_names(node)):
            self.name(module, name, node)
        self.pieces.append(segment(module.source, node))

    def name(self, module: Module, name: str, user: ast.stmt) -> None:
        """Take what a global name means to a statement of a module."""
        bindings = module.bindings.get(name)
        if not bindings:
            if not hasattr(builtins, name) and name != "__name__":
                self._starred(module, name)
            return
        if name in module.changed:
            raise Uncut("leans on changing global values")
        earlier = [b for b in bindings if b.lineno <= user.lineno]
        chosen = earlier[-1] if earlier else bindings[0]
        if isinstance(chosen, ast.Import | ast.ImportFrom):
            self._import(module, chosen, name)
            return
        self._claim(name, id(chosen))
        if any(
            isinstance(n, ast.Import | ast.ImportFrom) for n in ast.walk(chosen)
        ) and not isinstance(chosen, ast.FunctionDef | ast.ClassDef):  # try: import ...
            self._guarded(module, chosen, name)
            return
        self.statement(module, chosen)

    def _guarded(self, module: Module, chosen: ast.stmt, name: str) -> None:
        """An import inside `try` or `if`: the first that binds the name is taken."""
        for node in ast.walk(chosen):
            if isinstance(node, ast.Import | ast.ImportFrom) and name in bound_by(node):
                self._import(module, node, name)
                return
        raise Uncut("leans on changing global values")

    def _import(self, module: Module, node: ast.Import | ast.ImportFrom, name: str) -> None:
        alias = next(a for a in node.names if (a.asname or a.name).partition(".")[0] == name)
        called = f" as {alias.asname}" if alias.asname else ""
        if isinstance(node, ast.Import):
            self._known(module, alias.name, 0)
            self._add_import(name, alias.name, f"import {alias.name}{called}")
            return
        own = self._repository.module_of(module, node.module or "", node.level)
        if own is None and node.level == 0:
            self._known(module, node.module or "", 0)
            line = f"from {node.module} import {alias.name}{called}"
            self._add_import(name, f"{node.module}.{alias.name}", line)
            return
        if own is None or alias.asname or alias.name not in own.bindings or own is module:
            raise Uncut("needs modules that cannot be taken along")
        last = own.bindings[alias.name][-1]
        if isinstance(last, ast.Import | ast.ImportFrom):
            self._import(own, last, alias.name)
            return
        self._claim(name, id(last))
        self.statement(own, last)

    def _add_import(self, name: str, path: str, line: str) -> None:
        """Import a name, once; the places where Qiskit offers one object mean the same."""
        new = name not in self._owner
        self._claim(name, self._index.resolve(path) or path)
        if new or "." not in path:
            self.imports[line] = None

    def _known(self, module: Module, path: str, level: int) -> None:
        root = path.partition(".")[0]
        if self._repository.module_of(module, path, level) is not None and root not in PACKAGES:
            raise Uncut("needs modules that cannot be taken along")
        if root not in PACKAGES and root not in _SCREENED:
            raise Uncut("needs packages that are not at hand")

    def _claim(self, name: str, meaning: object) -> None:
        if self._owner.setdefault(name, meaning) != meaning:
            raise Uncut("names that clash between modules")

    def _starred(self, module: Module, name: str) -> None:
        """A name that a star import may bind: of the repository, of numpy, or of Qiskit."""
        for node in reversed(module.tree.body):
            if not isinstance(node, ast.ImportFrom) or node.names[0].name != "*":
                continue
            own = self._repository.module_of(module, node.module or "", node.level)
            if own is not None and own is not module:
                if name in own.bindings:
                    self._claim(name, id(own.bindings[name][-1]))
                    self.name(own, name, own.tree.body[-1])
                    return
                continue
            path = node.module or ""
            self._known(module, path, node.level)
            if path.partition(".")[0] == "qiskit":
                known = name in self._index.modules.get(path, {})
                legacy = path == "qiskit" and name in (
                    "execute",
                    "Aer",
                    "BasicAer",
                    "IBMQ",
                    "assemble",
                )
                if not (known or legacy):
                    continue
            elif not _offers(path, name):
                continue
            self._add_import(name, f"{path}.{name}", f"from {path} import {name}")
            return
        raise Uncut("names that are not defined")


def _offers(path: str, name: str) -> bool:
    """Whether a plain module (math, numpy, scipy) has a name."""
    if path not in ("math", "cmath", "numpy", "random", "itertools", "typing", "collections"):
        return False
    return hasattr(__import__(path), name)


def _global_names(node: ast.stmt) -> set[str]:
    """The names that a statement takes from its module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = symtable.symtable(ast.unparse(node), "<cut>", "exec")
    names, tables = set(), [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            if (table is top and symbol.is_referenced()) or (
                table is not top and symbol.is_global()
            ):
                names.add(symbol.get_name())
    return names
