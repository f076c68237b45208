"""Parametric families of tasks, a file per topic. `ALL` is every family; `UNSEEN` are never trained on."""

from qspark.data.tiny.families import (
    algorithms,
    dynamic,
    gates,
    interchange,
    operators,
    parameters,
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

__all__ = ["ALL", "UNSEEN", "Family", "Instance", "Wrong"]
