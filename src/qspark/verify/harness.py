"""What happens inside a child: run the program, then the test, then report.

Nothing that the program prints, raises or exits with makes a pass: a report is written only after
`check` has returned, on a private pipe, behind a nonce. What the program can still do here, in
one process with its test, is bounded by `tamper.py`.
"""

import ast
import builtins
import hashlib
import json
import linecache
import os
import random
import sys
import types
from typing import Any, NoReturn

import numpy as np

from qspark.tasks.syntax import fault
from qspark.verify.classify import STAGES, Raised, classify_assertion, classify_raised
from qspark.verify.tamper import changed

PROGRAM_FILE = "<candidate>"
TEST_FILE = "<test>"
_TALLY = "__qspark_tally__"
_exit = os._exit
_getpid = os.getpid
_write = os.write


def judge(job: dict[str, Any], report: int, nonce: bytes, stage: Any) -> NoReturn:
    """Judge the job in this process, write the report to the descriptor `report`, and exit.

    `stage` is a shared one-byte memory that holds how far it came, for when no report is written.
    """
    own = _getpid()
    outcome = _outcome(job, stage)
    if _getpid() != own:
        _exit(71)  # a process that the candidate forked has come back from the test
    _write_all(report, nonce + json.dumps(outcome).encode())
    _exit(0)


def parse_report(said: bytes) -> dict[str, Any] | None:
    """The report that `judge` wrote, without its nonce; None when it is cut short."""
    try:
        report = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) else None


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[_write(descriptor, data) :]


def _outcome(job: dict[str, Any], stage: Any) -> dict[str, Any]:
    """Run everything; the report as a dictionary of Verdict fields."""
    program, test, entry_point = job["program"], job["test"], job["entry_point"]
    _reseed(program + test)
    reason = fault(test)
    if reason:
        return {"status": "infra", "stage": "check", "category": "infra/test", "message": reason}
    checks = _Checks(test)
    total = len(checks.lines)

    def failed(at: str, category: str, message: str, line: str = "") -> dict[str, Any]:
        return {
            "status": "infra" if category.startswith("infra/") else "fail",
            "stage": at, "category": category, "message": message[:2000], "line": line[:500],
            "checks_passed": len(checks.passed), "checks_total": total,
        }  # fmt: skip

    def reach(name: str) -> None:
        stage[0] = STAGES.index(name)

    reach("define")
    module = _module("candidate", PROGRAM_FILE, program)
    try:
        exec(compile(program, PROGRAM_FILE, "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:
        changed()
        raised = describe(error)
        category = classify_raised(raised)
        at = "import" if raised.is_a("ImportError") else "define"
        return failed("parse" if category == "parse/syntax" else at, category, text_of(error))
    if entry_point not in module.__dict__:
        return failed("define", "extract/no-entry-point", f"does not define {entry_point}")
    candidate = module.__dict__[entry_point]
    if found := changed():
        return failed("define", "integrity/tamper", f"changed {found}")
    reach("run")
    examiner = _module("test", TEST_FILE, test)
    for name, value in module.__dict__.items():
        if not name.startswith("__") and not hasattr(builtins, name):
            examiner.__dict__[name] = value
    examiner.__dict__[_TALLY] = checks.passed.add
    try:
        exec(checks.code, examiner.__dict__)
        if not callable(examiner.__dict__.get("check")):
            return failed("check", "infra/test", "the test does not define check(candidate)")
        examiner.__dict__["check"](candidate)
    except BaseException as error:
        changed()
        raised = describe(error)
        message = text_of(error)
        line = checks.line_of(error)
        if raised.by_candidate:
            return failed("run", classify_raised(raised), message, line)
        if isinstance(error, AssertionError):
            return failed("check", classify_assertion(line), message, line)
        category = classify_raised(raised)
        if category == "env/missing-package":
            category = "infra/test"
        return failed("check", category, message, line)
    if found := changed():
        return failed("check", "integrity/tamper", f"changed {found}")
    return {
        "status": "pass", "stage": "done",
        "checks_passed": len(checks.passed), "checks_total": total,
    }  # fmt: skip


def _reseed(text: str) -> None:
    """The same program and test see the same random numbers each time; different ones do not."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big")
    random.seed(seed)
    np.random.seed(seed)


def _module(name: str, file: str, source: str) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module  # dataclasses and pickle look a class's module up there
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return module


class _Checks(ast.NodeTransformer):
    """A test, compiled so that each assertion that holds is counted."""

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
        call = ast.Call(ast.Name(_TALLY, ast.Load()), [ast.Constant(number)], [])
        return [node, ast.copy_location(ast.Expr(call), node)]

    def line_of(self, error: BaseException) -> str:
        """The statement of the test that was running, on one line."""
        number, traceback = 0, error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == TEST_FILE:
                number = traceback.tb_lineno
            traceback = traceback.tb_next
        first, last = number, number
        for start, end in self.lines:
            if start <= number <= end:
                first, last = start, end
        lines = self._source.splitlines()[first - 1 : last] if number else []
        return " ".join(line.strip() for line in lines)


def describe(error: BaseException) -> Raised:
    """The plain facts of an exception."""
    files, by_candidate, traceback = [], False, error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        files.append(file)
        if file in (PROGRAM_FILE, TEST_FILE):
            by_candidate = file == PROGRAM_FILE
        traceback = traceback.tb_next
    types_ = tuple(
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
        for kind in type(error).__mro__
    )
    subject = ""
    if isinstance(error, ImportError):
        subject = str(error.name or "")
    elif isinstance(error, AttributeError):
        about = error.obj
        subject = about.__name__ if isinstance(about, types.ModuleType) else ""
        kind = about if isinstance(about, type) else type(about)
        subject = subject or str(kind.__module__)
    return Raised(types_, text_of(error), subject, tuple(files), by_candidate)


def text_of(error: BaseException) -> str:
    """Type and message of an exception whose own methods may misbehave."""
    try:
        message = str(error)
    except BaseException:
        message = "(its message cannot be shown)"
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return text.encode("utf-8", "replace").decode()
