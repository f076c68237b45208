"""Running a program in the sandbox, to learn which exception its own code raises.

What a test asserts is never told: a program that comes to a value, right or wrong, has no fault.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from qspark.tasks.syntax import fault as syntax_fault
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

_MARK = "QSPARK-FAULT"
_SAID = re.compile(rf"{_MARK} (\[.*\])", re.DOTALL)

# The candidate's side of a script: it runs the source, and says what it raised and on which line.
_SCRIPT = """
def qspark_run():
    import traceback
    try:
        exec(compile({source!r}, "<program>", "exec"), {{"__name__": "__main__"}})
    except SystemExit as left:
        return None if not left.code else ["SystemExit", str(left.code), 0, 0]
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == "<program>"]
        return [type(error).__name__, str(error)[:1000], *(lines[-1:] + lines[:1] or [0, 0])]
    return None
"""
_SCRIPT_TEST = f"""
import json
def check(candidate):
    said = candidate()
    assert said is None, "{_MARK} " + json.dumps(said)
"""
# Put behind a candidate: its entry point says on which line it raised.
_WRAPPER = """

def qspark_wrapped(original):
    def entry(*arguments, **keywords):
        try:
            return original(*arguments, **keywords)
        except Exception as error:
            import json, traceback
            frames = traceback.extract_tb(error.__traceback__)
            lines = [f.lineno for f in frames if f.filename == "<candidate>" and f.lineno <= {last}]
            said = [type(error).__name__, str(error)[:1000], *(lines[-1:] + lines[:1] or [0, 0])]
        raise RuntimeError("{mark} " + json.dumps(said))
    return entry
{entry_point} = qspark_wrapped({entry_point})
"""


@dataclass(frozen=True)
class Fault:
    """An exception that a program's own code raised.

    `line` is where it was raised, and `reached` the outermost line of the program that was being
    executed, which a function's line says nothing of (0: unknown).
    """

    type: str
    message: str
    line: int = 0
    reached: int = 0

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.type}: {self.message}"


Run = Callable[[str], Fault | None]


def script_runner(pool: JudgePool, limits: Limits | None = None) -> Run:
    """What runs a script from start to end."""

    def run(program: str) -> Fault | None:
        if reason := syntax_fault(program):
            return _of_syntax(reason)
        return fault_of(pool.judge([script_job(program, limits)])[0])

    return run


def script_job(program: str, limits: Limits | None = None) -> Job:
    """The job that runs a script; `fault_of` reads its verdict."""
    source = _SCRIPT.format(source=program)
    return Job(source, _SCRIPT_TEST, "qspark_run", limits or Limits())


def fault_of(verdict: Verdict) -> Fault | None:
    """What the verdict on a `script_job` says that the script raised."""
    return None if verdict.passed else _said(verdict)


def raised_in(verdict: Verdict) -> Fault | None:
    """The exception of the program's own code in a verdict; None where there is none."""
    return _said(verdict) if verdict.stage in ("parse", "import", "define", "run") else None


def task_runner(
    pool: JudgePool,
    test: str,
    entry_point: str,
    given: str = "",
    limits: Limits | None = None,
    stand_in: bool = True,
) -> Run:
    """What runs a program as its test calls it, and says no word of what the test asserts."""
    script, most = script_runner(pool, limits), limits or Limits()

    def run(program: str) -> Fault | None:
        if reason := syntax_fault(program):
            return _of_syntax(reason)
        job = Job(program, test, entry_point, most, given=given, stand_in=stand_in)
        verdict = pool.judge([job])[0]
        if verdict.passed or verdict.stage in ("check", "done"):
            return None
        if verdict.stage in ("import", "define"):
            return script(program)
        last = program.count("\n") + 1
        wrapped = program + _WRAPPER.format(last=last, mark=_MARK, entry_point=entry_point)
        again = Job(wrapped, test, entry_point, most, given=given, stand_in=stand_in)
        told = pool.judge([again])[0]
        return _said(told if _SAID.search(told.message) else verdict)

    return run


def _said(verdict: Verdict) -> Fault:
    found = _SAID.search(verdict.message)
    if found:
        try:
            kind, message, line, reached = json.loads(found[1])
            return Fault(str(kind), str(message), int(line), int(reached))
        except (ValueError, TypeError):
            pass
    kind, _, message = verdict.message.partition(": ")
    if verdict.category.startswith(("resource/", "infra/", "integrity/")):
        return Fault(verdict.category, verdict.message)
    return Fault(kind, message)


def _of_syntax(reason: str) -> Fault:
    kind, _, message = reason.partition(": ")
    line = re.search(r"line (\d+)", message)
    at = int(line[1]) if line else 0
    return Fault(kind, message, at, at)
