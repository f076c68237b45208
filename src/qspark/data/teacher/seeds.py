"""What a task is to be about: one public object of the installed stack, partners, a skill, a form.

Objects that are used less are drawn more often (weight 1 / (1 + uses)), so that all of the surface
is taught. The wheels ship no release notes; what their docstrings say of versions is taken instead.
"""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from qspark.data.surface import FAKES, surface
from qspark.errors import QSparkError
from qspark.tasks.syntax import parse
from qspark.tasks.task import Difficulty

SKILLS = (
    "building an object from a description", "changing a given object", "analysing a given object",
    "converting between representations", "simulating and reading the result",
    "comparing two objects", "composing several library features", "handling bit and qubit order",
    "parameters and their binding", "checking a property and acting on it",
)  # fmt: skip
FORMS = (
    "a plain function with a precise specification",
    "a function whose arguments decide the size of what it builds",
    "a function that takes a library object and returns another",
    "a function that reports numbers or a dictionary about a library object",
    "a small scenario from practice, boiled down to one function",
)
LEVELS: tuple[tuple[Difficulty, int], ...] = (("basic", 3), ("intermediate", 5), ("advanced", 2))
_NOTE = re.compile(
    r"^[ \t]*\.\. (versionadded|versionchanged):: *(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE
)
_LONGEST_DOC = 3000
# Tables of rewriting rules: scores of functions without arguments that differ in a circuit only.
_TABLES = re.compile(r"\.(template_nct_|clifford_\d|rzx_)")
_TABLE_WEIGHT = 0.05
# What needs an account, or only names a place of the library.
_UNFIT = re.compile(
    r"(QiskitRuntimeService|IBMBackend|RuntimeJob\w*|\.Session|\.Batch|Error|\.plot_\w+)$"
)


@dataclass(frozen=True)
class Seed:
    """What the teacher is told to write a task about; `object` and `partners` are public names."""

    number: int
    object: str
    partners: tuple[str, ...]
    skill: str
    difficulty: Difficulty
    form: str

    @property
    def topic(self) -> str:
        """The module of the object, as a topic: "quantum_info", "circuit_library"."""
        parts = self.object.split(".")[:-1]
        return "_".join(parts[1:]) or parts[0]


def seeds(seed: int, like: Iterable[str] = (), used: Counter[str] | None = None) -> Iterator[Seed]:
    """Seeds without end, the same for the same arguments and installed stack.

    `like` are words of which one must be in the object's public name or its topic; `used` counts
    uses of objects so far. Raises QSparkError where no object fits.
    """
    words = [word.lower() for word in like]
    fit = [name for name in sorted(surface().objects) if _fits(name)]
    chosen = [n for n in fit if not words or any(word in n.lower() for word in words)]
    if not chosen:
        raise QSparkError(
            f"no public object of Qiskit is like {', '.join(words)}: give a part of a name, such as "
            "--topic-like quantum_info"
        )
    uses = Counter(used or {})
    rng = Random(f"teacher/{seed}")
    number = 0
    while True:
        name = _drawn(rng, chosen, uses)
        module = name.rpartition(".")[0]
        others = [n for n in fit if n.rpartition(".")[0] != module]
        partners: list[str] = []
        for _ in range(rng.choice((0, 1, 1, 2))):
            partner = _drawn(rng, [n for n in others if n not in partners], uses)
            partners.append(partner)
        names, weights = zip(*LEVELS, strict=True)
        uses.update([name, *partners])
        yield Seed(
            number, name, tuple(partners), rng.choice(SKILLS),
            rng.choices(names, weights)[0], rng.choice(FORMS),
        )  # fmt: skip
        number += 1


def described(name: str, longest: int = _LONGEST_DOC) -> str:
    """A public object's signature, docstring and what it says of versions, as text."""
    thing = surface().objects[name]
    lines = [f"{name}{_signature(thing)[:600]}"]
    documented = inspect.getdoc(thing) or ""
    if isinstance(thing, type):
        own = [n for n in vars(thing) if not n.startswith("_")]
        lines.append(f"public members: {', '.join(sorted(own)[:40])}") if own else None
    text = documented if len(documented) <= longest else f"{documented[:longest]}\n[...]"
    lines.append(text)
    notes = [" ".join(f"{kind} {said}".split()) for kind, said in notes_of(thing)]
    if notes and any(note not in text for note in notes):
        lines.append("versions: " + "; ".join(notes))
    return "\n".join(filter(None, lines))


def notes_of(thing: Any) -> list[tuple[str, str]]:
    """What an object's docstring says of versions: ("versionadded", "2.1 ...")."""
    return [(kind, said) for kind, said in _NOTE.findall(inspect.getdoc(thing) or "")]


def uses_in(programs: Iterable[str]) -> Counter[str]:
    """How many programs import each public object."""
    found: Counter[str] = Counter()
    by_name = surface().objects
    for program in programs:
        tree = parse(program)
        names = set()
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        found.update(name for name in names if name in by_name)
    return found


def _fits(name: str) -> bool:
    if name.startswith(FAKES) or _UNFIT.search(name):
        return False
    documented = inspect.getdoc(surface().objects[name]) or ""
    return ".. deprecated::" not in documented


def _drawn(rng: Random, names: list[str], uses: Counter[str]) -> str:
    weights = [(_TABLE_WEIGHT if _TABLES.search(n) else 1) / (1 + uses[n]) for n in names]
    return rng.choices(names, weights)[0]


def _signature(thing: Any) -> str:
    try:
        return str(inspect.signature(thing))
    except (ValueError, TypeError):
        return "(...)"
