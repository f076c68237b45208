"""The test's process: it never runs the candidate's code, and it alone writes a strong verdict.

The test calls a stand-in for the candidate; arguments and results are values that cross the line.
Names that the test takes from the task's own source (`given`) are made here by running that source.
"""

import functools
import json
import os
import socket
import types
from typing import Any, NoReturn

from qspark.verify.checks import UNCOMPILABLE, Checks, Outcome, failing, module, reseed
from qspark.verify.classify import STAGES
from qspark.verify.codec import Coder
from qspark.verify.peer import Garbled, Gone, Peer, Unbridged
from qspark.verify.raised import TEST_FILE, describe, text_of

UNSURE, GONE = "unsure", "gone"
_GIVEN_FILE = "<given>"


def examine(
    content: dict[str, Any], coder: Coder, line: int, report: int, nonce: bytes, stage: Any
) -> NoReturn:
    """Judge the program at the other end of the socket `line`; never returns.

    `content` has the task's `test`, `given` source and `entry_point`. What is written to the
    descriptor `report` has Verdict fields, or a `status` of UNSURE (one process has to judge) with
    the reason, or GONE (the candidate's process has ended).
    """
    stage[0] = STAGES.index("run")
    outcome = _outcome(content, coder, line)
    said = nonce + json.dumps(outcome).encode()
    while said:
        said = said[os.write(report, said) :]
    os._exit(0)


def _outcome(content: dict[str, Any], coder: Coder, line: int) -> Outcome:
    test, entry_point = content["test"], content["entry_point"]
    reseed(test)
    try:
        checks = Checks(test)
    except UNCOMPILABLE as error:
        return failing("check", "infra/test", text_of(error))
    peer = Peer(socket.socket(fileno=line), coder, trusting=False)
    namespace = module("test", TEST_FILE, test).__dict__
    try:
        _, kind, value = peer.hear()
        if kind == "class":
            return {"status": UNSURE, "message": value or "a class"}
        namespace.update(_given(content["given"]))
        if kind == "function":
            value = _stand_in(peer, namespace.get(entry_point))
        namespace[entry_point] = value
        wrong = checks.run(namespace, value)
        if peer.unbridged:
            return {"status": UNSURE, "message": peer.unbridged}
        return checks.failing("check", "infra/test", wrong) if wrong else checks.passing("strong")
    except Gone:
        return {"status": GONE}
    except Garbled as error:
        return checks.failing("run", "integrity/forgery", f"wrote to the test's line: {error}")
    except Unbridged as error:
        return {"status": UNSURE, "message": str(error)}
    except BaseException as error:
        facts = peer.facts(error)
        if peer.unbridged:
            return {"status": UNSURE, "message": peer.unbridged}
        if facts is None and (peer.inexact or _of_the_stand_in(error)):
            why = ", ".join(sorted(peer.inexact)) or str(error)
            return {"status": UNSURE, "message": why[:300]}
        return checks.raised(error, facts)


def _given(source: str) -> dict[str, Any]:
    """What the task's own source defines; nothing when it cannot be run."""
    made = module("candidate", _GIVEN_FILE, source)
    try:
        exec(compile(source, _GIVEN_FILE, "exec", dont_inherit=True), made.__dict__)
    except Exception:
        return {}
    return {name: value for name, value in vars(made).items() if not name.startswith("__")}


def _stand_in(peer: Peer, signature: Any) -> Any:
    def candidate(*args: Any, **kwargs: Any) -> Any:
        return peer.call(0, *args, **kwargs)

    if isinstance(signature, types.FunctionType):
        candidate = functools.wraps(signature)(candidate)
    candidate.__qspark_handle__ = 0  # type: ignore[attr-defined]
    return candidate


def _of_the_stand_in(error: BaseException) -> bool:
    """Whether a test has failed for what only the candidate's own process has.

    That is a name of the program that the task's source does not define, or an attribute of the
    candidate itself.
    """
    if describe(error).by_candidate:
        return False
    if isinstance(error, NameError):
        return True
    return isinstance(error, AttributeError) and hasattr(error.obj, "__qspark_handle__")
