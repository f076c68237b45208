"""What a family is: a short function from a random generator to one Instance of a task.

An Instance holds the parameters, several phrasings of the same request, the reference body, the wrong
bodies with the mistake that each one makes, and the body of a semantic test. From one Instance come a
completion task (imports, signature and docstring are given) and an instruction task (prose only).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import dedent, indent
from typing import Any

from qspark.tasks.task import Difficulty, Form


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: the body that a model would write, and the catalogue id of its mistake.

    `share` is how often real models make it here, relative to the family's other answers; `imports` are
    the import lines that it needs in place of the reference's.
    """

    mistake: str
    body: str
    share: float
    imports: str | None = None


@dataclass(frozen=True)
class Instance:
    """One set of parameters of a family.

    `asks` are phrasings; the last one is kept for held-out tasks. `test` is the body of
    `check(candidate)`. Bodies and tests are written without indentation.
    """

    entry_point: str
    asks: tuple[str, ...]
    imports: str
    body: str
    test: str
    wrong: tuple[Wrong, ...]
    args: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def prompt(self, form: Form, ask: int) -> str:
        """The prompt in the given form, with phrasing number `ask`."""
        text = self.asks[ask]
        if form == "completion":
            head = f"{self.imports}\n\n\n" if self.imports else ""
            return f'{head}def {self.entry_point}({self.args}):\n    """{text}"""\n'
        return f"Write a function `{self.entry_point}({self.args})`. {text}"

    def answer(self, form: Form, wrong: Wrong | None = None) -> str:
        """The reference answer, or a wrong one, as text that follows the prompt of that form."""
        body = dedent(wrong.body if wrong else self.body).strip("\n")
        own_imports = wrong.imports if wrong else None
        if form == "completion":
            if own_imports:
                body = f"{own_imports}\n{body}"
            return indent(body, "    ") + "\n"
        imports = own_imports or self.imports
        head = f"{imports}\n\n\n" if imports else ""
        return f"{head}def {self.entry_point}({self.args}):\n{indent(body, '    ')}\n"

    def check(self) -> str:
        """The test's source: a definition of `check(candidate)`."""
        return f"def check(candidate):\n{indent(dedent(self.test).strip(chr(10)), '    ')}\n"


@dataclass(frozen=True)
class Family:
    """A named generator of instances with a topic and a difficulty."""

    name: str
    topic: str
    difficulty: Difficulty
    draw: Callable[[random.Random], Instance]


def angle(rng: random.Random) -> str:
    """An angle in radians with one decimal, between 0.2 and 2.9, never 1.0 or 2.0."""
    return rng.choice([f"{k / 10}" for k in range(2, 30) if k % 10])


def bits(rng: random.Random, low: int, high: int) -> str:
    """A string of `low` to `high` bits that holds both values and is no palindrome."""
    while True:
        text = "".join(rng.choice("01") for _ in range(rng.randint(low, high)))
        if text != text[::-1]:
            return text


def pick(rng: random.Random, size: int, count: int) -> list[int]:
    """`count` different qubits of a circuit of `size` qubits, in random order."""
    return rng.sample(range(size), count)
