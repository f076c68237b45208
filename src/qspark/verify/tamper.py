"""What can be seen of tampering where program and test share one process.

A snapshot of what tests rely on, taken before any candidate runs (short, because every attribute
that a forked child looks at costs it a copied page); an audit hook that notes when the program's own
code walks frames, asks the garbage collector, or opens native code; and a look at the objects
that the candidate returns. A second line only: code in the same process can undo its traces.
"""

import ast
import builtins
import functools
import sys
import types
from collections.abc import Iterable, Mapping
from pkgutil import resolve_name
from typing import Any

from qspark.tasks.syntax import parse
from qspark.verify.raised import PROGRAM_FILE

_STATE = ("__eq__", "__init__", "equiv")
_RELIED_ON = {
    "math": ("isclose", "sqrt"),
    "numpy": ("all", "allclose", "array_equal", "isclose"),
    "qiskit:QuantumCircuit": ("__eq__", "__init__"),
    "qiskit.quantum_info": ("average_gate_fidelity", "process_fidelity", "state_fidelity"),
    "qiskit.quantum_info:DensityMatrix": _STATE,
    "qiskit.quantum_info:Operator": _STATE,
    "qiskit.quantum_info:Pauli": _STATE,
    "qiskit.quantum_info:SparsePauliOp": _STATE,
    "qiskit.quantum_info:Statevector": _STATE,
}
_snapshot: list[tuple[str, Mapping[str, Any], dict[str, Any]]] = []


def remember() -> None:
    """Take the snapshot; imports what it looks at."""
    functions = {name: value for name, value in vars(builtins).items() if callable(value)}
    _snapshot[:] = [("builtins", vars(builtins), functions)]
    for owner, names in _RELIED_ON.items():
        remember_too(owner, names)


def remember_too(owner: str, names: Iterable[str]) -> None:
    """Take attributes of an owner (as `pkgutil.resolve_name` finds it) into the snapshot."""
    attributes = vars(resolve_name(owner))
    known = {name: attributes[name] for name in names if name in attributes}
    _snapshot.append((owner.replace(":", "."), attributes, known))


def changed() -> str:
    """The name of something that is not as it was; empty when all is well.

    Puts the builtins back, so that the judge can go on.
    """
    found = ""
    if sys.gettrace() is not None or sys.getprofile() is not None:
        found = "the interpreter's tracing"
    for owner, current, known in _snapshot:
        for name, value in known.items():
            if current.get(name, _snapshot) is not value:
                found = found or owner + "." + name
                if current is builtins.__dict__:
                    builtins.__dict__[name] = value
    return found


# Audit events (PEP 578) of looking into what a program was not given.
_LOOKING = frozenset({
    "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.settrace",
    "sys.setprofile", "gc.get_objects", "gc.get_referrers", "gc.get_referents", "ctypes.dlopen",
    "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.addressof", "ctypes.string_at",
    "ctypes.cdata", "ctypes.cdata/buffer", "code.__new__", "function.__new__",
})  # fmt: skip
_FRAME_ATTRIBUTES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame"})


def watch(flag: Any) -> None:
    """Set the shared byte `flag` when code of the program looks into what it was not given.

    Code of libraries may: namedtuples, warnings and logging look at frames. The hook stays for the
    life of the process.
    """
    get_frame = sys._getframe

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in _LOOKING or (event == "object.__getattr__" and args[1] in _FRAME_ATTRIBUTES):
            if event == "sys._getframe" and args and isinstance(args[0], types.FrameType):
                asking = args[0]
            else:
                asking = get_frame(1)
            if asking.f_code.co_filename == PROGRAM_FILE:
                flag[0] = 1

    sys.addaudithook(hook)


# Packages whose classes compare as tests expect.
_TRUSTED = frozenset({
    "builtins", "collections", "fractions", "decimal", "datetime", "numbers", "enum", "abc",
    "types", "typing", "functools", "itertools", "numpy", "scipy", "sympy", "networkx",
    "rustworkx", "matplotlib", "PIL", "pandas", "qiskit", "qiskit_aer", "qiskit_ibm_runtime",
    "qiskit_experiments", "symengine", "pathlib", "re", "uuid",
})  # fmt: skip


# What only a program that looks for its test has use for; asked of programs in its process only.
_ODD_MODULES = frozenset({
    "_ctypes", "ast", "builtins", "code", "ctypes", "dis", "gc", "importlib", "inspect", "linecache",
    "marshal", "mmap", "pickle", "pkgutil", "qspark", "runpy", "tracemalloc", "traceback",
    "unittest", "weakref",
})  # fmt: skip
_ODD_ATTRIBUTES = frozenset({
    "__builtins__", "__class__", "__closure__", "__code__", "__defaults__", "__dict__",
    "__globals__", "__loader__", "__spec__", "__subclasses__", "__traceback__", "_current_frames",
    "_getframe", "addaudithook", "ag_frame", "cr_frame", "f_back", "f_builtins", "f_globals",
    "f_locals", "gi_frame", "meta_path", "modules", "settrace", "setprofile", "tb_frame",
})  # fmt: skip
_ODD_NAMES = frozenset({
    "__builtins__", "__import__", "__loader__", "__spec__", "compile", "eval", "exec", "globals",
    "setattr", "vars",
})  # fmt: skip


def odd(program: str) -> str:
    """What in a program's text reaches for its surroundings, such as a module; empty for nothing."""
    tree = parse(program)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            names = []
        for name in names:
            if _ODD_MODULES & set(name.split(".")):
                return f"import {name}"
        if isinstance(node, ast.Attribute) and node.attr in _ODD_ATTRIBUTES:
            return f".{node.attr}"
        if isinstance(node, ast.Name) and node.id in _ODD_NAMES:
            return node.id
    return ""


class Overridden(BaseException):
    """The candidate has returned an object whose comparisons are its own."""


_COMPARISONS = (
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__", "__class__", "equiv",
    "__instancecheck__", "__array__", "__array_ufunc__", "__array_function__", "__sub__",
    "__rsub__", "__abs__", "__missing__", "__contains__", "__getattr__", "__getattribute__",
)  # fmt: skip


def guarded(candidate: Any) -> Any:
    """The candidate, with a look at what it returns; raises Overridden from its calls."""
    if isinstance(candidate, type):
        _look_at_class(candidate)
        return candidate
    if not callable(candidate):
        _look(candidate, 30)
        return candidate

    @functools.wraps(candidate)
    def looked_at(*args: Any, **kwargs: Any) -> Any:
        result = candidate(*args, **kwargs)
        _look(result, 30)
        return result

    return looked_at


def _look(value: Any, depth: int) -> None:
    _look_at_class(type(value))
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        if not depth:
            raise Overridden("returned what is nested too deep to be looked at")
        for item in value:
            _look(item, depth - 1)


def _look_at_class(kind: type) -> None:
    for base in (*kind.__mro__, *type.mro(type(kind))):
        if base in _KNOWN or _genuine(base):
            continue
        for name in _COMPARISONS:
            if name in vars(base):
                raise Overridden(f"returned an object with a {name} of its own")


_KNOWN = {object, type}
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: every class that Python code makes


def _genuine(kind: type) -> bool:
    """Whether a class is compiled in, or the one that a trusted package has under its name."""
    if not kind.__flags__ & _HEAP_TYPE:
        return True
    if kind.__module__.split(".")[0] not in _TRUSTED:
        return False
    found: Any = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is kind
