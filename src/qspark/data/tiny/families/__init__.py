"""Parametric families of tasks, a file per topic.

`ALL` is every family of Qiskit tasks; `UNSEEN` of them are never trained on. `PLAIN` are families of
plain Python, which only the base model is taught.
"""

from qspark.data.tiny.families import (
    algorithms,
    dynamic,
    gates,
    interchange,
    operators,
    parameters,
    plain,
    primitives,
    states,
    transpilation,
)
from qspark.data.tiny.families.base import Family, Instance, Wrong

TOPICS = (
    states,
    gates,
    parameters,
    operators,
    transpilation,
    primitives,
    dynamic,
    interchange,
    algorithms,
)

ALL: tuple[Family, ...] = tuple(family for topic in TOPICS for family in topic.FAMILIES)
UNSEEN = frozenset({"two_rotations", "rotation_layer", "ghz_qasm"})
PLAIN: tuple[Family, ...] = plain.FAMILIES

__all__ = ["ALL", "PLAIN", "UNSEEN", "Family", "Instance", "Wrong"]
