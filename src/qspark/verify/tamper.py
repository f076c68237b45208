"""A snapshot of what tests rely on, taken before any candidate runs, to see whether it was changed.

A second line only: code in the same process can undo its traces. It is short because every
attribute that a forked child looks at costs it a copied page.
"""

import builtins
import sys
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

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
