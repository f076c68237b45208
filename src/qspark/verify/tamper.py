"""A snapshot of what tests rely on, taken before any candidate runs, to see whether it was changed.

A second line only: code in the same process can undo its traces.
"""

import builtins
import math
import operator
import sys
import types
from collections.abc import Mapping
from typing import Any

_snapshot: list[tuple[str, Mapping[str, Any], dict[str, Any]]] = []


def remember(classes: list[type], modules: list[types.ModuleType]) -> None:
    """Take the snapshot: builtins, math, operator, and these classes and modules."""
    _snapshot.clear()
    for module in [builtins, math, operator, *modules]:
        _snapshot.append((module.__name__, vars(module), _behaviour(vars(module))))
    for kind in classes:
        _snapshot.append((kind.__qualname__, vars(kind), _behaviour(vars(kind))))


def _behaviour(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What can be called or computes something; plain values, such as counters, may change."""
    return {
        name: value
        for name, value in attributes.items()
        if callable(value) or isinstance(value, property | classmethod | staticmethod)
    }


def changed() -> str:
    """The name of something that is not as it was; empty when all is well."""
    if sys.gettrace() is not None or sys.getprofile() is not None:
        return "the interpreter's tracing"
    for owner, current, known in _snapshot:
        for name, value in known.items():
            if current.get(name, _snapshot) is not value:
                return f"{owner}.{name}"
    return ""
