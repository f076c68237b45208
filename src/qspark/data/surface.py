"""The public surface of the Qiskit stack: what coverage is measured against.

An object is a class or function that a documented module exports, counted once, exceptions left
out; a member is a public method or property that such a class itself defines. The fake backends
are 61 objects of one kind and are left out of the coverage of objects.
"""

import importlib
import inspect
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

MODULES = (
    "qiskit", "qiskit.circuit", "qiskit.circuit.library", "qiskit.circuit.classical.expr",
    "qiskit.circuit.classical.types", "qiskit.circuit.annotation", "qiskit.circuit.random",
    "qiskit.converters", "qiskit.dagcircuit", "qiskit.passmanager", "qiskit.primitives",
    "qiskit.providers", "qiskit.providers.basic_provider", "qiskit.providers.fake_provider",
    "qiskit.qasm2", "qiskit.qasm3", "qiskit.qpy", "qiskit.quantum_info", "qiskit.result",
    "qiskit.synthesis", "qiskit.transpiler", "qiskit.transpiler.passes",
    "qiskit.transpiler.preset_passmanagers", "qiskit.compiler", "qiskit.visualization",
    "qiskit_aer", "qiskit_aer.noise", "qiskit_aer.primitives", "qiskit_aer.library",
    "qiskit_aer.quantum_info", "qiskit_ibm_runtime", "qiskit_ibm_runtime.options",
    "qiskit_ibm_runtime.transpiler.passes", "qiskit_ibm_runtime.fake_provider",
)  # fmt: skip
FAKES = "qiskit_ibm_runtime.fake_provider."
_PACKAGES = ("qiskit", "qiskit_aer", "qiskit_ibm_runtime")


@dataclass(frozen=True)
class Surface:
    """`objects` by public name; `members` as public name of the class, dot, name."""

    objects: dict[str, Any]
    members: frozenset[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", {id(o): name for name, o in self.objects.items()})

    def name_of(self, thing: Any) -> str:
        """The public name of an object, or "" where it has none."""
        return self._names.get(id(thing), "")

    def member_of(self, kind: type, name: str) -> str:
        """The public member that an attribute of an instance of `kind` is, or ""."""
        for owner in kind.__mro__:
            if name in vars(owner):
                public = self.name_of(owner)
                full = f"{public}.{name}"
                return full if public and full in self.members else ""
        return ""


@dataclass(frozen=True)
class Coverage:
    """Shares of the surface that a set of traced symbols touches."""

    objects: int
    of_objects: int
    members: int
    of_members: int

    @property
    def shares(self) -> tuple[float, float]:
        """(share of objects, share of members)."""
        return self.objects / self.of_objects, self.members / self.of_members


@cache
def surface() -> Surface:
    """The surface of what is installed. Imports the whole stack: some seconds the first time."""
    objects: dict[str, Any] = {}
    seen: set[int] = set()
    members = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # All first: Aer gives QuantumCircuit methods of its own when it is imported.
        modules = [importlib.import_module(name) for name in MODULES]
        for module in modules:
            listed = getattr(module, "__all__", None)
            for name in listed or [n for n in dir(module) if not n.startswith("_")]:
                thing = getattr(module, name, None)
                if not _counts(thing) or id(thing) in seen:
                    continue
                seen.add(id(thing))
                public = f"{module.__name__}.{name}"
                objects[public] = thing
                if isinstance(thing, type):
                    members |= {f"{public}.{member}" for member in _own(thing)}
    return Surface(objects, frozenset(members))


def coverage(symbols: Iterable[str]) -> Coverage:
    """How much of the surface a set of traced symbols touches."""
    whole = surface()
    touched = set(symbols)
    objects = {name for name in whole.objects if not name.startswith(FAKES)}
    return Coverage(
        len(objects & touched), len(objects), len(whole.members & touched), len(whole.members)
    )


def _counts(thing: Any) -> bool:
    if not callable(thing) or inspect.ismodule(thing):
        return False
    if isinstance(thing, type) and issubclass(thing, BaseException):
        return False
    return (getattr(thing, "__module__", None) or "").partition(".")[0] in _PACKAGES


def _own(kind: type) -> list[str]:
    """The public methods and properties that a class itself defines."""
    return [
        name
        for name, thing in vars(kind).items()
        if not name.startswith("_")
        and (
            callable(thing)
            or isinstance(thing, property | staticmethod | classmethod)
            or inspect.isgetsetdescriptor(thing)
            or inspect.ismethoddescriptor(thing)
        )
    ]
