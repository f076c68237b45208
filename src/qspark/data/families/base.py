"""What a family is: a short function from a random generator to one Instance of a task.

An Instance is everything that is asked and checked for one set of parameters; a Family says what
is true of all its instances. From one instance come a `write` task (prose, the answer is a file),
a `complete` task (imports, signature and docstring are given), and the tasks that are made of its
verified wrong answers: `repair`, `migrate` and `choose` (`data/twins.py`).

    @family("states", "basic", oracle="state", skills=("endianness",))
    def basis_state(rng: Random) -> Instance:
        '''A circuit that prepares a named basis state.'''
        ...
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from textwrap import dedent, indent
from types import ModuleType
from typing import Any, Literal

from qspark.tasks.task import Difficulty

Oracle = Literal[
    "unitary", "state", "channel", "distribution", "expectation", "isa", "structure", "value"
]  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that a model would write: its body, and the catalogue id of its mistake.

    `imports` are the import lines that it needs in place of the reference's.
    """

    mistake: str
    body: str
    imports: str = ""


@dataclass(frozen=True)
class Instance:
    """One set of parameters of a family.

    `signature` is what follows the function's name: "(n: int) -> QuantumCircuit"; empty when
    `body` defines the entry point itself (a class, or a function with helpers beside it). `asks`
    are at least three phrasings of the same request; each must say everything that the test
    asserts. `test` is the body of `check(candidate)`. Bodies and tests are written without
    indentation and name nothing of QSpark.
    """

    entry_point: str
    asks: tuple[str, ...]
    imports: str
    signature: str
    body: str
    test: str
    params: dict[str, Any] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()
    difficulty: Difficulty | None = None

    @property
    def head(self) -> str:
        """The first line of the function; empty for a whole definition."""
        return f"def {self.entry_point}{self.signature}:" if self.signature else ""

    def solution(self, wrong: Wrong | None = None) -> str:
        """The whole file: imports and definition, of the reference or of a wrong answer."""
        body = dedent(wrong.body if wrong else self.body).strip("\n")
        imports = dedent(wrong.imports if wrong and wrong.imports else self.imports).strip("\n")
        definition = f"{self.head}\n{indent(body, '    ')}" if self.head else body
        return f"{imports}\n\n\n{definition}\n" if imports else f"{definition}\n"

    def check(self) -> str:
        """The test's source: a definition of `check(candidate)`."""
        return f"def check(candidate):\n{indent(dedent(self.test).strip(chr(10)), '    ')}\n"


@dataclass(frozen=True)
class Family:
    """A named generator of instances, and what is true of all of them.

    `oracle` is what the test compares; `tolerance` is the numerical distance that it allows, and
    `false_alarm` the probability that it rejects a right answer, for tests that sample. `why` is
    the convention or fact that a solver has to know, in one sentence.
    """

    name: str
    topic: str
    difficulty: Difficulty
    oracle: Oracle
    draw: Callable[[Random], Instance]
    skills: tuple[str, ...] = ()
    why: str = ""
    tolerance: float = 0.0
    false_alarm: float = 0.0


def family(
    topic: str,
    difficulty: Difficulty,
    oracle: Oracle,
    skills: tuple[str, ...] = (),
    why: str = "",
    tolerance: float = 0.0,
    false_alarm: float = 0.0,
) -> Callable[[Callable[[Random], Instance]], Family]:
    """Make a family of the function below it; the function's name is the family's."""

    def make(draw: Callable[[Random], Instance]) -> Family:
        return Family(
            draw.__name__, topic, difficulty, oracle, draw, skills, why, tolerance, false_alarm
        )

    return make


def families_in(module: ModuleType) -> tuple[Family, ...]:
    """The families that a module defines, in its order."""
    return tuple(value for value in vars(module).values() if isinstance(value, Family))


def angle(rng: Random) -> float:
    """An angle in radians with two decimals, between 0.2 and 2.9, at no multiple of pi/4 or 1."""
    while True:
        value = rng.randint(20, 290) / 100
        if value not in (1.0, 1.57, 2.0, 0.79, 2.36):
            return value


def bits(rng: Random, low: int, high: int) -> str:
    """A string of `low` to `high` bits that holds both values and is no palindrome."""
    while True:
        text = "".join(rng.choice("01") for _ in range(rng.randint(low, high)))
        if text != text[::-1]:
            return text


def pauli(rng: Random, low: int, high: int) -> str:
    """A Pauli label of `low` to `high` letters that is no palindrome and not all I."""
    while True:
        text = "".join(rng.choice("IXYZ") for _ in range(rng.randint(low, high)))
        if text != text[::-1]:
            return text
