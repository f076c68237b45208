"""Writes what a Python environment's Qiskit offers: `python symbols_child.py OUT.json.gz`.

It stands alone (standard library only), so that it can be run by the interpreter of any
environment, with any Qiskit. The JSON object has

    versions    distribution -> version
    modules     module -> {public name -> what it is: a path in `classes` or `functions`, a module
                or "" for another value}
    classes     path -> {"bases": [paths], "members": {name -> signature or null}, "open": bool};
                an open class takes attributes that cannot be known
    functions   path -> signature
    deprecated  path (of a function, class or class.member) -> what its documentation says

A signature is a list of [name, kind, has a default], kinds 0 to 4 as in `inspect`.
"""

import ast
import gzip
import importlib
import inspect
import json
import os
import pkgutil
import re
import sys
import types
import warnings
from importlib import metadata
from pathlib import Path

PACKAGES = ("qiskit", "qiskit_aer", "qiskit_ibm_runtime")
DISTRIBUTIONS = ("qiskit", "qiskit-terra", "qiskit-aer", "qiskit-ibm-runtime")
_NOTE = re.compile(r"\.\. deprecated:: *([\d.]+)[^\n]*\n((?:[ \t]+[^\n]*\n?)*)")
_OPENING = ("__getattr__", "__getattribute__", "__pydantic_fields__")


def signature(thing):
    """The parameters of a callable, or None where Python cannot tell."""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[p.name, int(p.kind), int(p.default is not p.empty)] for p in parameters]


def path_of(thing):
    """Where a class or function was defined."""
    return f"{thing.__module__}.{thing.__qualname__}"


def belongs(thing):
    """Whether a class or function is one of the packages'."""
    module = getattr(thing, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] in PACKAGES


def note(thing):
    """What the documentation says about a deprecation, on one line."""
    found = _NOTE.search(getattr(thing, "__doc__", None) or "")
    return f"{found[1]}: {' '.join(found[2].split())}"[:300] if found else ""


def walk(package):
    """Import every module of a package that can be imported."""
    try:
        root = importlib.import_module(package)
    except ImportError:
        return
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}.", onerror=lambda name: None):
        if re.search(r"(^|\.)(tests?|_\w+|__main__)(\.|$)", found.name):
            continue
        try:
            yield importlib.import_module(found.name)
        except BaseException:
            continue


def set_on_self(module):
    """Attributes that each class of a module gives its instances: class name -> names."""
    found = {}
    try:
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    except (OSError, TypeError, SyntaxError, ValueError, AttributeError):
        return found
    for kind in ast.walk(tree):
        if not isinstance(kind, ast.ClassDef):
            continue
        names = found.setdefault(kind.name, set())
        for node in ast.walk(kind):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id in ("self", "obj", "out", "cls", "new", "ret")
            ):
                names.add(node.attr)
        for node in kind.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
    return found


def describe(kind, own):
    """What is known of a class."""
    members, opened = {}, False
    for name in _OPENING:
        opened = opened or getattr(kind, name, None) not in (None, object.__getattribute__)
    for name in dir(kind):
        if name.startswith("_") and name not in ("__call__", "__getitem__"):
            continue
        raw = inspect.getattr_static(kind, name, None)
        if isinstance(raw, property | types.GetSetDescriptorType | types.MemberDescriptorType):
            members[name] = None
            continue
        try:
            thing = getattr(kind, name)
        except Exception:
            members[name] = None
            continue
        found = signature(thing) if callable(thing) and not isinstance(thing, type) else None
        if found and isinstance(raw, types.FunctionType) and found[0][1] < 2:
            found = found[1:]  # self
        members[name] = found if callable(thing) else None
    for base in kind.__mro__:
        for name in own.get(base.__name__, ()):
            if not name.startswith("_"):
                members.setdefault(name, None)
    made = signature(kind)
    if made is not None:
        members["__init__"] = made
    bases = [path_of(base) for base in kind.__mro__[1:] if base is not object]
    return {"bases": bases, "members": members, "open": bool(opened)}


def main(out):
    """Gather everything and write it, whole or not at all."""
    warnings.simplefilter("ignore")
    sys.argv = sys.argv[:1]
    modules, classes, functions, deprecated, own = {}, {}, {}, {}, {}
    kinds = []
    for module in [module for package in PACKAGES for module in walk(package)]:
        for name, names in set_on_self(module).items():
            own.setdefault(name, set()).update(names)
        public = modules.setdefault(module.__name__, {})
        for name in dir(module):
            if name.startswith("__"):
                continue
            try:
                thing = getattr(module, name)
            except Exception:
                continue
            if isinstance(thing, types.ModuleType):
                inside = thing.__name__.partition(".")[0] in PACKAGES
                public[name] = thing.__name__ if inside else ""
            elif isinstance(thing, type) and belongs(thing):
                public[name] = path_of(thing)
                kinds.append(thing)
            elif callable(thing) and hasattr(thing, "__qualname__") and belongs(thing):
                path = public[name] = path_of(thing)
                if path not in functions:
                    functions[path] = signature(thing)
                    if said := note(thing):
                        deprecated[path] = said
            else:
                public[name] = ""
    for kind in kinds:
        path = path_of(kind)
        if path in classes:
            continue
        classes[path] = describe(kind, own)
        said = note(kind) or note(getattr(kind, "__init__", None))
        if said:
            deprecated[path] = said
        for name, thing in vars(kind).items():
            said = note(thing)
            if said and not name.startswith("_"):
                deprecated[f"{path}.{name}"] = said
    versions = {}
    for name in DISTRIBUTIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    content = {
        "versions": versions, "modules": modules, "classes": classes, "functions": functions,
        "deprecated": deprecated,
    }  # fmt: skip
    beside = Path(f"{out}.{os.getpid()}.tmp")
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    beside.write_bytes(gzip.compress(text.encode(), mtime=0))
    beside.replace(out)


if __name__ == "__main__":
    main(sys.argv[1])
