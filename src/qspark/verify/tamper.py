"""What can be seen of tampering where program and test share one process.

A snapshot of what tests rely on, taken before any candidate runs (short, because every attribute
that a forked child looks at costs it a copied page); an audit hook that notes when the program's own
code walks frames, asks the garbage collector, or opens native code; and a look at the objects
that the candidate returns. A second line only: code in the same process can undo its traces.
"""

import builtins
import functools
import sys
import types
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

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


class Overridden(BaseException):
    """The candidate has returned an object whose comparisons are its own."""


_COMPARISONS = (
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__", "__class__", "equiv",
    "__instancecheck__", "__array__", "__array_ufunc__", "__array_function__",
)  # fmt: skip


def guarded(candidate: Any) -> Any:
    """The candidate, with a look at what it returns; raises Overridden from its calls."""
    if isinstance(candidate, type) or not callable(candidate):
        return candidate

    @functools.wraps(candidate)
    def looked_at(*args: Any, **kwargs: Any) -> Any:
        result = candidate(*args, **kwargs)
        _look(result, 3)
        return result

    return looked_at


def _look(value: Any, depth: int) -> None:
    kind = type(value)
    for base in (*kind.__mro__, *type.mro(type(kind))):
        if base.__module__.split(".")[0] in _TRUSTED and not _by_program(base):
            continue
        for name in _COMPARISONS:
            if name in vars(base) and name != "__class__":
                raise Overridden(f"returned an object with a {name} of its own")
    if depth and isinstance(value, list | tuple | set | frozenset):
        for item in list(value)[:100]:
            _look(item, depth - 1)
    elif depth and isinstance(value, dict):
        for item in [*value.keys(), *value.values()][:200]:
            _look(item, depth - 1)


def _by_program(kind: type) -> bool:
    """Whether a class whose module has a trusted name has methods that the program wrote."""
    for name in _COMPARISONS:
        method = vars(kind).get(name)
        code = getattr(getattr(method, "fget", method), "__code__", None)
        if code is not None and code.co_filename == PROGRAM_FILE:
            return True
    return False
