"""A test, run with every assertion counted, and what became of it."""

import ast
import hashlib
import json
import linecache
import random
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from qspark.verify.classify import Raised, classify_assertion, classify_raised
from qspark.verify.raised import TEST_FILE, describe, text_of
from qspark.verify.stand_in import active as service_is_here
from qspark.verify.wire import seal

TALLY = "__qspark_tally__"
UNCOMPILABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
Outcome = dict[str, Any]


class Checks(ast.NodeTransformer):
    """A test, compiled so that each assertion that holds is counted.

    Raises one of UNCOMPILABLE on what is no Python.
    """

    def __init__(self, test: str):
        self.lines: list[tuple[int, int]] = []
        self.passed: set[int] = set()
        self._source = test
        tree = ast.fix_missing_locations(self.visit(ast.parse(test, TEST_FILE)))
        self.code = compile(tree, TEST_FILE, "exec", dont_inherit=True)

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """Put a call that counts behind the assertion."""
        number = len(self.lines)
        self.lines.append((node.lineno, node.end_lineno or node.lineno))
        call = ast.Call(ast.Name(TALLY, ast.Load()), [ast.Constant(number)], [])
        return [node, ast.copy_location(ast.Expr(call), node)]

    def run(self, namespace: dict[str, Any], candidate: Any) -> str:
        """Run the test on the candidate; empty, or what is wrong with the test itself.

        Raises whatever the test raises.
        """
        namespace[TALLY] = self.passed.add
        exec(self.code, namespace)
        check = namespace.get("check")
        if not callable(check):
            return "the test does not define check(candidate)"
        check(candidate)
        return ""

    def _take_back(self, error: AssertionError) -> None:
        """An assertion that failed does not count, however often it held before, in a loop."""
        number = _line_number(error)
        for place, (start, end) in enumerate(self.lines):
            if start <= number <= end:
                self.passed.discard(place)

    def line_of(self, error: BaseException) -> str:
        """The statement of the test that was running, on one line."""
        number = _line_number(error)
        first, last = number, number
        for start, end in self.lines:
            if start <= number <= end:
                first, last = start, end
        lines = self._source.splitlines()[first - 1 : last] if number else []
        return " ".join(line.strip() for line in lines)

    # Outcomes: Verdict fields

    def passing(self, integrity: str) -> Outcome:
        """The outcome of a test that has come to its end."""
        return {
            "status": "pass", "stage": "done", "integrity": integrity,
            "checks_passed": len(self.passed), "checks_total": len(self.lines),
        }  # fmt: skip

    def failing(self, at: str, category: str, message: str, line: str = "") -> Outcome:
        """The outcome of anything else."""
        return {
            **failing(at, category, message, line),
            "checks_passed": len(self.passed), "checks_total": len(self.lines),
        }  # fmt: skip

    def raised(self, error: BaseException, facts: Raised | None = None) -> Outcome:
        """The outcome of a test that `error` has ended.

        `facts` are those of an exception that came out of the candidate in another process.
        """
        raised, line = facts or describe(error), self.line_of(error)
        message = facts.message if facts else text_of(error)
        if raised.by_candidate:
            category = classify_raised(raised, service_is_here())
            return self.failing("run", category, message, line)
        if isinstance(error, AssertionError):
            self._take_back(error)
            return self.failing("check", classify_assertion(line), message, line)
        category = classify_raised(raised, service_is_here())
        if category == "env/missing-package" and facts is None:
            category = "infra/test"
        return self.failing("check", category, message, line)


def _line_number(error: BaseException) -> int:
    """The line of the test that an exception came through last; 0 for none."""
    number, traceback = 0, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == TEST_FILE:
            number = traceback.tb_lineno
        traceback = traceback.tb_next
    return number


def failing(at: str, category: str, message: str, line: str = "") -> Outcome:
    """Verdict fields of a program that did not come as far as its test."""
    return {
        "status": "infra" if category.startswith("infra/") else "fail",
        "stage": at, "category": category, "message": message[:2000], "line": line[:500],
    }  # fmt: skip


def sealed(outcome: Outcome, key: str) -> Outcome:
    """The outcome with what the test says in it for nobody but the holder of the key."""
    said = {name: outcome.pop(name) for name in ("message", "line") if name in outcome}
    return {**outcome, "sealed": seal(json.dumps(said), key)}


def module(name: str, file: str, source: str) -> types.ModuleType:
    """A module for a source text, known to sys.modules and to tracebacks; not executed."""
    made = types.ModuleType(name)
    made.__file__ = file
    sys.modules[name] = made  # dataclasses and pickle look a class's module up there
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return made


def reseed(text: str) -> None:
    """The same text sees the same random numbers each time; different texts do not."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big")
    random.seed(seed)
    np.random.seed(seed)


def execute(
    program: str, entry_point: str, file: str, reach: Callable[[str], None]
) -> tuple[types.ModuleType | None, Outcome | None]:
    """Run a program's module level; the module, or the outcome of what went wrong."""
    reach("define")
    made = module("candidate", file, program)
    try:
        exec(compile(program, file, "exec", dont_inherit=True), made.__dict__)
    except BaseException as error:
        raised = describe(error)
        category = classify_raised(raised, service_is_here())
        at = "import" if raised.is_a("ImportError") else "define"
        at = "parse" if category == "parse/syntax" else at
        return None, failing(at, category, text_of(error))
    if entry_point not in made.__dict__:
        message = f"does not define {entry_point}"
        return None, failing("define", "extract/no-entry-point", message)
    return made, None
