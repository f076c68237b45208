"""Program and test in one process: for trusted programs, and for values that cannot cross.

Nothing that the program prints, raises or exits with makes a pass: a report is written only after
`check` has returned, on a private pipe, behind a nonce. What else a program can do to its judge in
here is bounded by `tamper.py`, and the verdict is called weak.
"""

import base64
import builtins
import json
import os
import time
import zlib
from collections.abc import Sequence
from typing import Any, NoReturn

from qspark.verify import tamper
from qspark.verify.checks import (
    UNCOMPILABLE,
    Checks,
    Outcome,
    execute,
    failing,
    module,
    reseed,
    sealed,
)
from qspark.verify.classify import STAGES
from qspark.verify.raised import PROGRAM_FILE, TEST_FILE, text_of

_exit = os._exit
_getpid = os.getpid
_write = os.write


def judge(
    job: dict[str, Any], secret: dict[str, str], report: int, nonce: bytes, stage: Any, flag: Any
) -> NoReturn:
    """Judge in this process, write the report to the descriptor `report`, and exit.

    `job` has the `program`, its `entry_point` and whether it is `trusted`; `secret` the `test`.
    The first byte of the shared memory `stage` says how far it came, for when no report is written;
    that of `flag` is set when the program looks at what is not its own.
    """
    own = _getpid()
    if not job["trusted"]:
        tamper.watch(flag)
    outcome = outcome_of(job, secret["test"], stage)
    if _getpid() != own:
        _exit(71)  # a process that the candidate forked has come back from the test
    said = nonce + json.dumps(sealed(outcome, secret["key"])).encode()
    while said:
        said = said[_write(report, said) :]
    _exit(0)


def outcomes_of(items: Sequence[tuple[str, str, str]]) -> str:
    """What becomes of trusted programs, each (program, entry point, test), as compressed JSON."""
    found = []
    for program, entry_point, test in items:
        start = time.process_time()
        job = {"program": program, "entry_point": entry_point, "trusted": True}
        outcome = outcome_of(job, test, bytearray(1))
        found.append({**outcome, "cpu_seconds": round(time.process_time() - start, 4)})
    return base64.b85encode(zlib.compress(json.dumps(found).encode())).decode()


def outcome_of(job: dict[str, Any], test: str, stage: Any) -> Outcome:
    """Run everything in this process; the report as a dictionary of Verdict fields.

    `job` and `test` are as in `judge`; the first byte of `stage` becomes how far it came.
    """
    program, entry_point = job["program"], job["entry_point"]

    def reach(name: str) -> None:
        stage[0] = STAGES.index(name)

    reseed(program + test)
    try:
        checks = Checks(test)
    except UNCOMPILABLE as error:
        return failing("check", "infra/test", text_of(error))
    if not job["trusted"] and (found := tamper.odd(program)):
        message = f"has {found}, which no program may have in one process with its test"
        return checks.failing("define", "integrity/introspection", message)
    made, outcome = execute(program, entry_point, PROGRAM_FILE, reach)
    if made is None:
        tamper.changed()
        assert outcome is not None
        return checks.failing(outcome["stage"], outcome["category"], outcome["message"])
    if found := tamper.changed():
        return checks.failing("define", "integrity/tamper", f"changed {found}")
    reach("run")
    namespace = module("test", TEST_FILE, test).__dict__
    for name, value in made.__dict__.items():
        if not name.startswith("__") and not hasattr(builtins, name):
            namespace[name] = value
    try:
        candidate = made.__dict__[entry_point]
        wrong = checks.run(namespace, candidate if job["trusted"] else tamper.guarded(candidate))
    except tamper.Overridden as error:
        return checks.failing("check", "integrity/comparison", str(error))
    except BaseException as error:
        tamper.changed()
        return checks.raised(error)
    if wrong:
        return checks.failing("check", "infra/test", wrong)
    if found := tamper.changed():
        return checks.failing("check", "integrity/tamper", f"changed {found}")
    if checks.lines and not checks.passed and not job["trusted"]:
        return checks.failing("check", "integrity/tamper", "no assertion of the test was reached")
    return checks.passing("weak")
