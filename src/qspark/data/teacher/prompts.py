"""What the teacher is asked, step by step. Each answer has named blocks (`blocks.py`).

The steps are those of Self-OSS-Instruct (StarCoder2-Instruct): concepts, instruction, solution,
and here a test that is written from the instruction alone.
"""

from dataclasses import dataclass
from importlib import metadata

from qspark.data.teacher.seeds import Seed, described

CONCEPTS = ("concepts", "conventions")
INSTRUCTION = ("phrasing-1", "phrasing-2", "phrasing-3", "entry_point", "signature")
SOLUTION = ("solution",)
TEST = ("test",)
Messages = tuple[dict[str, str], ...]

_SYSTEM = """You write programming tasks about quantum computing with Qiskit, and solve them.
The installed versions are {versions}. Use nothing that these versions deprecate or have removed: \
no execute, no Aer or BasicAer of the package qiskit, no QuantumInstance, no bind_parameters.
Programs use the standard library's math, itertools, functools and collections, numpy, scipy, \
qiskit, qiskit_aer and qiskit_ibm_runtime's fake backends. They never use a network, files, the \
clock, input, inspect, sys or os, and print nothing.
Answer with exactly the fenced blocks that are asked for. A block starts with a line of three \
backticks directly followed by its name and ends with a line of three backticks. Any text around \
the blocks is ignored."""

_CONCEPTS = """Here is a part of the library's public interface.

{object}
{partners}
Think of one programming task about it.
The skill that it trains: {skill}. Difficulty: {difficulty}. Form: {form}.

Do not write the task yet. Name what a solver has to know:

```concepts
two to six concepts, one on a line
```

```conventions
the facts on which a right answer depends (bit and qubit order, global phase, register names, \
units, types), one on a line
```"""

_INSTRUCTION = """Write a programming task.

It is about {names}.
Skill: {skill}. Difficulty: {difficulty}. Form: {form}.
Concepts:
{concepts}
Conventions:
{conventions}

A solver writes one function. Its result follows from its arguments alone: nothing is random, \
sampled or timed. Ask for something that a test can check by value, not for a drawing or a text to \
print. Give three phrasings of the same task, each complete in itself: types, order of bits and \
qubits, what happens in edge cases, everything that a test may look at. The phrasings name the \
function and its parameters as the signature does. They hold no code of the solution.

```phrasing-1
a precise request in a few sentences
```

```phrasing-2
the same in other words, as a user would ask
```

```phrasing-3
the same as a specification: purpose, inputs, output
```

```entry_point
name_of_the_function
```

```signature
(first: int, second: str) -> QuantumCircuit
```"""

_SOLVE = """{ask}

The function is `{entry_point}{signature}`.
Write a whole file: imports, and the function, with helper functions if need be. Nothing runs when \
it is imported.

```solution
the file
```"""

_KNOWN = """

What a solver has to know:
{concepts}
{conventions}"""

_TEST = """Here is a programming task in three phrasings. You do not see any solution.

1. {one}

2. {two}

3. {three}

The function is `{entry_point}{signature}`.
Write its test: a file that defines `check(candidate)`, where `candidate` is the solver's function. \
It calls `candidate` with at least three different inputs and asserts what the task says of each \
result. Work the expected values out independently: by hand, by linear algebra with numpy, or by \
another route through the library. Accept every right solution (compare unitaries and states up to \
global phase unless the task says otherwise, floats with a tolerance of 1e-8), and turn down \
wrong ones: swapped qubits, reversed bit strings, a missing gate, a wrong sign, an empty circuit, \
None, the argument returned unchanged. The test imports all that it uses, and never the solution.

```test
the file
```"""


@dataclass(frozen=True)
class Asked:
    """The task as the teacher has put it: three phrasings, the function's name and signature."""

    phrasings: tuple[str, str, str]
    entry_point: str
    signature: str


def concepts(seed: Seed) -> Messages:
    """Step (a): what a solver has to know."""
    partners = "".join(f"\nTogether with:\n{described(name, 600)}\n" for name in seed.partners)
    return _chat(
        _CONCEPTS.format(
            object=described(seed.object), partners=partners, skill=seed.skill,
            difficulty=seed.difficulty, form=seed.form,
        )
    )  # fmt: skip


def instruction(seed: Seed, known: dict[str, str]) -> Messages:
    """Step (b): the task in three phrasings."""
    return _chat(
        _INSTRUCTION.format(
            names=", ".join((seed.object, *seed.partners)), skill=seed.skill,
            difficulty=seed.difficulty, form=seed.form, **known,
        )
    )  # fmt: skip


def solution(asked: Asked, known: dict[str, str]) -> Messages:
    """Step (c): a solution, with the concepts at hand."""
    return _chat(_solve(asked, 0) + _KNOWN.format(**known))


def test(asked: Asked) -> Messages:
    """Step (d): a test, from the phrasings alone."""
    one, two, three = asked.phrasings
    return _chat(
        _TEST.format(
            one=one, two=two, three=three, entry_point=asked.entry_point, signature=asked.signature
        )
    )


def fresh(asked: Asked, number: int) -> Messages:
    """Step (e): another solution, from one of the phrasings alone."""
    return _chat(_solve(asked, number % 3))


def _solve(asked: Asked, phrasing: int) -> str:
    return _SOLVE.format(
        ask=asked.phrasings[phrasing], entry_point=asked.entry_point, signature=asked.signature
    )


def _chat(text: str) -> Messages:
    packages = ("qiskit", "qiskit-aer", "qiskit-ibm-runtime")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    return (
        {"role": "system", "content": _SYSTEM.format(versions=versions)},
        {"role": "user", "content": text},
    )
