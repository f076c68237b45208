"""What an attack is, the tests that attacks are judged by, and the words for their outcomes."""

from dataclasses import dataclass

EXIT = "integrity/exit"
FORGED = "integrity/forgery"
TAMPER = "integrity/tamper"
LOOKED = "integrity/introspection"
ODD = "integrity/comparison"
WRONG = "wrong/value"
TYPE = "wrong/type"
DENIED = PYTHON = "runtime/python"
CRASH = "runtime/crash"
TIME = "resource/time"
MEMORY = "resource/memory"
PROCESS = "resource/process"
OUTPUT = "resource/output"
NETWORK = "env/network"
SYNTAX = "parse/syntax"
NO_ENTRY = "extract/no-entry-point"

TEST = "def check(candidate):\n    assert candidate() == 42\n"
TWICE = """
def check(candidate):
    first = candidate()
    assert candidate() == 42
    assert first == 42
"""
IS_INT = """
def check(candidate):
    answer = candidate()
    assert isinstance(answer, int) and answer == 42
"""
NEAR = "def check(candidate):\n    assert abs(candidate() - 42) < 1e-6\n"
MATH_CLOSE = """
import math
def check(candidate):
    assert math.isclose(candidate(), 42)
"""
ALL_CLOSE = """
import numpy as np
def check(candidate):
    assert np.allclose(candidate(), [0.25, 0.75, 0.5])
"""
TESTING = """
import numpy as np
def check(candidate):
    np.testing.assert_allclose(candidate(), [0.25, 0.75, 0.5])
"""
BELL = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
def check(candidate):
    expected = QuantumCircuit(2)
    expected.h(0)
    expected.cx(0, 1)
    made = candidate()
    assert isinstance(made, QuantumCircuit)
    assert Operator(made).equiv(Operator(expected))
"""
SAME_CIRCUIT = """
from qiskit import QuantumCircuit
def check(candidate):
    expected = QuantumCircuit(2)
    expected.h(0)
    expected.cx(0, 1)
    assert candidate() == expected
"""
COUNTED = """
def check(candidate):
    made = candidate()
    assert made.count_ops() == {"h": 3}
    assert made.depth() == 3
"""
STATE = """
from qiskit.quantum_info import Statevector
def check(candidate):
    assert candidate() == Statevector.from_label("+")
"""
RANDOM = """
import random
def check(candidate):
    for _ in range(3):
        wanted = random.random()
        assert candidate() == wanted
"""
ARGUMENT = """
def check(candidate):
    given = [3, 1, 2]
    assert candidate(given) == [1, 2, 3]
    assert given == [3, 1, 2]
"""
SORTED_LATER = """
import time
def check(candidate):
    answer = candidate()
    time.sleep(0.3)
    assert answer == [1, 2, 3]
"""
CALLBACK = """
def check(candidate):
    seen = []
    def wanted(x):
        seen.append(x)
        return x * 7
    assert candidate(wanted) == 42
    assert seen == [6]
"""
EVERY = "def check(candidate):\n    for value in map(candidate, range(3)):\n        assert value == 42\n"
MUST_RAISE = """
def check(candidate):
    try:
        candidate(-1)
    except:
        return
    assert False, "accepted a negative number"
"""
HELPER = """
def verify(value):
    assert value == 42
def check(candidate):
    assert candidate is not None
    verify(candidate())
"""
HIDDEN = """
ANSWER = 5318008231127
def check(candidate):
    assert candidate() == ANSWER
"""
IMPORTS_LATE = """
def check(candidate):
    answer = candidate()
    import colorsys, wave
    assert answer == 42
"""


@dataclass(frozen=True)
class Attack:
    """A program and what it must get: a failure of one of the categories, never a forged pass.

    `passes` says that what it tried came to nothing and that its answer is right all the same.
    `alone` are the categories where program and test share one process, if they are others; such a
    program fails there even if it `passes` in a process of its own.
    """

    name: str
    program: str
    categories: tuple[str, ...] = ()
    passes: bool = False
    test: str = TEST
    alone: tuple[str, ...] = ()

    def allowed(self, in_one_process: bool) -> tuple[str, ...]:
        """The categories that it may get; empty where it is to pass.

        In one process a program may always be refused for what it reaches for or returns; in two, a
        value that cannot cross is a failure.
        """
        if in_one_process and self.alone:
            return (*self.alone, LOOKED, ODD)
        if self.passes:
            return ()
        return (*self.categories, LOOKED, ODD) if in_one_process else (*self.categories, TYPE)


def in_one_process(test: str) -> str:
    """The same test, made to look at the process that it runs in."""
    return f"import sys\nsys.stdout.flush()\n{test}"


def call(
    name: str, body: str, *categories: str, passes: bool = False, test: str = TEST,
    alone: tuple[str, ...] = (), before: str = "",
) -> Attack:  # fmt: skip
    """An attack in the body of answer()."""
    indented = "\n".join("    " + line for line in body.strip("\n").split("\n"))
    program = f"import os, sys\n{before}\ndef answer(*args):\n{indented}\n"
    return Attack(name, program, categories, passes, test, alone)


def module(
    name: str, body: str, *categories: str, passes: bool = False, test: str = TEST,
    alone: tuple[str, ...] = (),
) -> Attack:  # fmt: skip
    """An attack that is the whole program."""
    return Attack(name, body.strip("\n") + "\n", categories, passes, test, alone)
