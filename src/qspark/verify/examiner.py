"""The test's process: it never runs the candidate's code, and it alone writes a strong verdict.

The test calls a stand-in for the candidate; arguments and results are values that cross the line.
Names that the test takes from the task's own source (`given`) are made here by running that source.
"""

import functools
import json
import os
import socket
import types
from collections import deque
from typing import Any, NoReturn

from qspark.verify.checks import UNCOMPILABLE, Checks, Outcome, failing, module, reseed, sealed
from qspark.verify.classify import STAGES
from qspark.verify.codec import Coder
from qspark.verify.comparing import compared
from qspark.verify.peer import Garbled, Gone, Peer, Unbridged
from qspark.verify.raised import TEST_FILE, describe, text_of
from qspark.verify.wire import seal

UNSURE, GONE = "unsure", "gone"
_GIVEN_FILE = "<given>"
_CALLS_KEPT = 4


def examine(
    secret: dict[str, str], coder: Coder, line: int, report: int, nonce: bytes, stage: Any
) -> NoReturn:
    """Judge the program at the other end of the socket `line`; never returns.

    `secret` has the task's `test`, `given` source, `entry_point` and `reference` (empty for none),
    and the key that seals what the test says. What is written to the descriptor `report` has Verdict
    fields, or a `status` of UNSURE (one process has to judge) and the verdict where that may not be,
    or GONE (the candidate's process has ended). Where there is a reference a second line follows,
    the sealed fields of a Comparison: the verdict stands whatever becomes of this process then.
    """
    stage[0] = STAGES.index("run")
    reseed(secret["test"])
    peer = Peer(socket.socket(fileno=line), coder, trusting=False)
    if secret["reference"]:
        peer.heard = deque(maxlen=_CALLS_KEPT)
    outcome = _outcome(secret, peer)
    said = json.dumps(sealed(outcome, secret["key"])).encode()
    _write(report, nonce + said + b"\n")
    if peer.heard and peer.broken is None:
        facts = compared(secret["reference"], secret["entry_point"], coder, peer, outcome)
        if facts is not None:
            key = f"{secret['key']}/compared"  # no key is used twice
            _write(report, json.dumps(seal(json.dumps(facts), key)).encode() + b"\n")
    os._exit(0)


def _write(descriptor: int, said: bytes) -> None:
    while said:
        said = said[os.write(descriptor, said) :]


def _outcome(secret: dict[str, str], peer: Peer) -> Outcome:
    test = secret["test"]
    try:
        checks = Checks(test)
    except UNCOMPILABLE as error:
        return failing("check", "infra/test", text_of(error))
    namespace = module("test", TEST_FILE, test).__dict__
    try:
        outcome = _examined(secret, checks, peer, namespace)
    except Unbridged:
        outcome = {}
    except BaseException as error:
        facts = peer.facts(error)
        outcome = checks.raised(error, facts)
        if facts is None and (peer.inexact or _of_the_stand_in(error)):
            why = ", ".join(sorted(peer.inexact)) or str(error)
            outcome |= {"status": UNSURE, "why": why[:300]}
    # A test may have swallowed these: they decide whatever it says.
    if peer.broken is Gone:
        return {"status": GONE}
    if peer.broken is Garbled:
        return checks.failing("run", "integrity/forgery", "wrote to the line of its test")
    if peer.unbridged:
        message = f"gave its test a value that cannot cross: {peer.unbridged}"
        why = {"status": UNSURE, "why": peer.unbridged[:300]}
        return checks.failing("check", "wrong/type", message) | why
    return outcome


def _examined(
    secret: dict[str, str], checks: Checks, peer: Peer, namespace: dict[str, Any]
) -> Outcome:
    _, kind, value = peer.hear()
    namespace.update(_given(secret["given"]))
    if kind == "class":
        raise peer.refuse(str(value or "a class"))
    if kind == "function":
        value = _stand_in(peer, namespace.get(secret["entry_point"]))
    namespace[secret["entry_point"]] = value
    wrong = checks.run(namespace, value)
    return checks.failing("check", "infra/test", wrong) if wrong else checks.passing("strong")


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
