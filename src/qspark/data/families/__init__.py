"""Parametric families of tasks, a file per topic or part of one."""

import importlib
import importlib.util
import pkgutil
from functools import cache
from pathlib import Path

from qspark.data.families.base import Family, families_in
from qspark.errors import QSparkError


@cache
def all_families() -> tuple[Family, ...]:
    """Every family that comes with QSpark, by file and by place in it."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(found for module in modules for found in families_in(module))


def families_of_file(path: Path) -> tuple[Family, ...]:
    """The families in a Python file. Raises QSparkError where there is none."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise QSparkError(f"{path} is no Python file: name a family, a topic or a file of families")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not (found := families_in(module)):
        raise QSparkError(f"{path} defines no family: decorate a function with @family(...)")
    return found
