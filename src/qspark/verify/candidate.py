"""The candidate's process: run the program, then answer the calls of the test's process.

It never sees the test and holds no way to a verdict: all that it can say is that its module level
went wrong, and the values that it answers with.
"""

import json
import os
import socket
from typing import Any, NoReturn

from qspark.verify.checks import execute, reseed
from qspark.verify.classify import STAGES
from qspark.verify.codec import CannotCross, Coder
from qspark.verify.peer import Garbled, Gone, Peer
from qspark.verify.raised import PROGRAM_FILE

READY = "ready"
_exit = os._exit
_getpid = os.getpid
_write = os.write


def host(
    asked: dict[str, str], coder: Coder, line: int, report: int, nonce: bytes, stage: Any
) -> NoReturn:
    """Run the program and serve its entry point on the socket `line`; never returns.

    `asked` has the `program` and its `entry_point`.

    Writes to the descriptor `report`, behind the nonce, what went wrong, or that it is ready.
    """
    own = _getpid()

    def reach(name: str) -> None:
        stage[0] = STAGES.index(name)

    reseed(asked["program"])
    made, outcome = execute(asked["program"], asked["entry_point"], PROGRAM_FILE, reach)
    if _getpid() != own:
        _exit(71)
    said = nonce + json.dumps(outcome or {"status": READY}).encode()
    while said:
        said = said[_write(report, said) :]
    os.close(report)
    if made is None:
        _exit(0)
    reach("run")
    peer = Peer(socket.socket(fileno=line), coder, trusting=True)
    entry = made.__dict__[asked["entry_point"]]
    peer.export(entry)
    try:
        greeting = ("hello", "function", None)
        if isinstance(entry, type):
            greeting = ("hello", "class", None)
        elif not callable(entry):
            greeting = ("hello", "value", entry)
        try:
            peer.say(greeting)
        except CannotCross as error:
            peer.say(("hello", "class", str(error)))
        peer.serve()
    except (Gone, Garbled):
        _exit(0)
    _exit(0)
