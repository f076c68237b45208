"""Names that do not exist: imports, members, keywords, and names that nothing binds."""

import ast
import builtins
from collections.abc import Iterator
from functools import cache

from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.guards import is_guarded
from qspark.mistakes.patterns import dotted
from qspark.mistakes.program import Finding, Fix, Import, Program
from qspark.mistakes.source import Edit
from qspark.mistakes.symbols import ROOTS, Index, stored_index, stored_versions

_COMMON = {
    "np": Import("numpy", "", "np"), "numpy": Import("numpy"), "math": Import("math"),
    "plt": Import("matplotlib.pyplot", "", "plt"), "pi": Import("math", "pi"),
    "random": Import("random"), "itertools": Import("itertools"), "sqrt": Import("math", "sqrt"),
    "minimize": Import("scipy.optimize", "minimize"), "qiskit": Import("qiskit"),
    "scipy": Import("scipy"), "warnings": Import("warnings"), "time": Import("time"),
    "defaultdict": Import("collections", "defaultdict"), "reduce": Import("functools", "reduce"),
    "Fraction": Import("fractions", "Fraction"), "gcd": Import("math", "gcd"),
    "List": Import("typing", "List"), "Dict": Import("typing", "Dict"),
    "Tuple": Import("typing", "Tuple"), "Optional": Import("typing", "Optional"),
    "Union": Import("typing", "Union"), "Any": Import("typing", "Any"),
}  # fmt: skip
_WHOLE = {"qasm2": "qiskit", "qasm3": "qiskit", "qpy": "qiskit", "expr": "qiskit.circuit.classical"}


def find_names(program: Program) -> Iterator[Finding]:
    """Findings of classes H01 to H05."""
    for node in program.nodes:
        match node:
            case ast.ImportFrom(level=0) if node.module:
                yield from _from(program, node)
            case ast.Import():
                for alias in node.names:
                    if not program.index.exists(alias.name):
                        yield program.finding("H03", "error", _no(program.index, alias.name), alias)
            case ast.Attribute():
                yield from _attribute(program, node)
            case ast.Call():
                yield from _keywords(program, node)
    yield from find_missing(program)


_PACKAGES = {"qiskit": "Qiskit", "qiskit_aer": "Aer", "qiskit_ibm_runtime": "The runtime"}


@cache
def _no(index: Index, path: str, nearest: str = "", kind: str = "") -> str:
    """A sentence that says what is not there, since when, and what is.

    `kind` is the full path of the class that a member is missing from.
    """
    root = (kind or path).partition(".")[0]
    version = index.version_of(root)
    said = f"{_PACKAGES.get(root, root)} {version}".rstrip() + f" has no {path}"
    for earlier in sorted(stored_versions()):
        old = stored_index(earlier)
        if earlier < index.version and old.resolve(path) and root in old.modules:
            said = f"{path} is gone: Qiskit {earlier} had it, {index.version} has not"
    return f"{said}; the nearest is {nearest}" if nearest else said


def _from(program: Program, node: ast.ImportFrom) -> Iterator[Finding]:
    index, module = program.index, node.module or ""
    if not index.exists(module):
        if module.partition(".")[0] in ROOTS:
            alias = node.names[0]
            fix, where = _elsewhere(program, node, alias) if len(node.names) == 1 else (None, "")
            suggestion = f"use {where}" if where else ""
            yield program.finding("H03", "error", _no(program.index, module), node, fix, suggestion)
        return
    for alias in node.names:
        path = f"{module}.{alias.name}"
        if alias.name == "*" or alias.name.startswith("_") or index.exists(path):
            continue  # the index has public names alone
        fix, where = _elsewhere(program, node, alias)
        near = where or index.nearest(alias.name, _public(index, module))
        suggestion = f"use {where}" if where else ""
        yield program.finding(
            "H02", "error", _no(program.index, path, near), alias, fix, suggestion
        )


def _public(index: Index, module: str) -> list[str]:
    return [name for name in index.modules.get(module, {}) if not name.startswith("_")]


def _elsewhere(program: Program, node: ast.ImportFrom, alias: ast.alias) -> tuple[Fix | None, str]:
    """The same name in another module, and the fix that imports it from there."""
    homes = program.index.homes.get(alias.name, [])
    if not homes:
        return None, ""
    from qspark.mistakes.moves import without

    where = homes[0]
    new = Import(where, alias.name, alias.asname or "")
    if len(node.names) == 1:
        return Fix((Edit(*program.source.span(node), str(new)),)), f"{where}.{alias.name}"
    if node in program.source.tree.body:
        return Fix(tuple(without(program, node, alias)), (new,)), f"{where}.{alias.name}"
    return None, f"{where}.{alias.name}"


def _attribute(program: Program, node: ast.Attribute) -> Iterator[Finding]:
    index, inference = program.index, program.inference
    base = inference.of(node.value)
    if base.origin and not base.kind:
        at = index.resolve(base.origin)
        if node.attr.startswith("_"):
            return  # the index has public names alone
        if at in index.modules and not index.resolve(f"{at}.{node.attr}"):
            if isinstance(node.ctx, ast.Load) and not is_guarded(program, node):
                near = index.nearest(node.attr, _public(index, at))
                yield program.finding(
                    "H02", "error", _no(program.index, f"{at}.{node.attr}", near), node
                )
        elif at in index.classes and isinstance(node.ctx, ast.Load):
            yield from _member(program, node, at)
        return
    if base.guess or base.kind not in index.classes or not isinstance(node.ctx, ast.Load):
        return
    yield from _member(program, node, base.kind)


def _member(program: Program, node: ast.Attribute, kind: str) -> Iterator[Finding]:
    known = program.index.classes[kind]
    name = node.attr
    if (
        known["open"]
        or name in known["members"]
        or name.startswith("_")
        or is_guarded(program, node)
    ):
        return
    if not known["members"]:
        return
    simple = kind.rpartition(".")[2]
    near = program.index.nearest(name, known["members"])
    say = _no(program.index, f"{simple}.{name}", near, kind)
    yield program.finding(
        "H01", "error", say, node, suggestion=f"did you mean {near}?" if near else ""
    )


def _keywords(program: Program, node: ast.Call) -> Iterator[Finding]:
    path = _callee(program, node)
    signature = program.index.signature(path) if path else None
    if signature is None or any(kind == 4 for _, kind, _ in signature):
        return
    known = [name for name, kind, _ in signature if kind in (1, 3)]
    for word in node.keywords:
        if word.arg is None or word.arg in known or is_guarded(program, node):
            continue
        near = program.index.nearest(word.arg, known)
        said = f"{path.rpartition('.')[2]}() takes no argument {word.arg}"
        say = f"{said}; the nearest is {near}" if near else f"{said}: it takes {', '.join(known)}"
        fix = None
        if near and len(near) > 3 and near not in {w.arg for w in node.keywords}:
            start, _ = program.source.span(word)
            fix = Fix((Edit(start, start + len(word.arg), near),), (), False)
        yield program.finding(
            "H04", "error", say, word, fix, f"did you mean {near}?" if near else ""
        )
    positional = [name for name, kind, _ in signature if kind in (0, 1)]
    variadic = any(kind == 2 for _, kind, _ in signature)
    starred = any(isinstance(a, ast.Starred) for a in node.args)
    if (
        not variadic
        and not starred
        and len(node.args) > len(positional)
        and not is_guarded(program, node)
    ):
        most = len(positional)
        say = (
            f"{path.rpartition('.')[2]}() takes at most {most} positional "
            f"argument{'s' if most != 1 else ''}: {', '.join(known) or 'none'}"
        )
        yield program.finding("H05", "error", say, node)


def _callee(program: Program, node: ast.Call) -> str:
    """The path of the function, class or method that a call runs; "" if it is not known."""
    function = program.inference.of(node.func)
    index = program.index
    if function.origin and not function.kind:
        at = index.resolve(function.origin)
        if at in index.functions or at in index.classes:
            return at
        _owner, _, _name = at.rpartition(".")
        return ""
    if isinstance(node.func, ast.Attribute):
        base = program.inference.of(node.func.value)
        if base.kind in index.classes and not base.guess:
            if node.func.attr in index.classes[base.kind]["members"]:
                return f"{base.kind}.{node.func.attr}"
    return ""


def find_missing(program: Program) -> Iterator[Finding]:
    """Names that nothing in the file binds, but that Qiskit or a usual import has."""
    if program.inference.star:
        return
    level = CATALOGUE["H06"].severity
    for node in program.inference.missing:
        if hasattr(builtins, node.id):
            continue
        new = missing_import(program, node.id)
        if new is None:
            continue
        say = f"{node.id} is used and never imported"
        yield program.finding("H06", level, say, node, Fix((), (new,)), f"add: {new}")


def missing_import(program: Program, name: str) -> Import | None:
    """The import that binds a name which a program lacks."""
    if name in _COMMON:
        return _COMMON[name]
    if name in _WHOLE:
        return Import(_WHOLE[name], name)
    homes = program.index.homes.get(name)
    return Import(homes[0], name) if homes else None


__all__ = ["dotted", "find_missing", "find_names", "missing_import"]
