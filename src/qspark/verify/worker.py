"""The warm fork server: `python -m qspark.verify.worker DESCRIPTOR`, started by the pool.

It contains itself, imports what programs need, and then judges one job after another. It only
imports: it never transpiles and never runs a circuit, because the thread pools that this starts
would deadlock every forked child.
"""

import os
import socket
import sys
from typing import Any

from qspark.verify import container, wire
from qspark.verify.classify import classify_ending
from qspark.verify.containment import ISOLATIONS
from qspark.verify.sandbox import Cell, Ending
from qspark.verify.warm import settle, warm_up


def serve(control: socket.socket) -> None:
    """Contain this process, warm up, say hello, and judge until the pool hangs up."""
    cell = Cell(control)
    os.environ.update(HOME=str(cell.home), MPLCONFIGDIR=str(cell.home))
    os.chdir(cell.home)
    try:
        coder = warm_up()
        settle()
        reached = cell.isolation
        if container.INSIDE in os.environ and reached == ISOLATIONS[2]:
            reached = ISOLATIONS[3]
        wire.send(control, {"isolation": reached, "folder": str(cell.base)})
        while True:
            job, (asked, secret) = wire.receive_with_files(control, 2)
            try:
                ending = cell.run(job, asked, secret, coder)
            finally:
                os.close(asked)
                os.close(secret)
            wire.send(control, verdict_fields(ending, job["limits"]["cpu_seconds"]))
    except (wire.Hangup, ConnectionError):
        return
    finally:
        cell.close()


def verdict_fields(ending: Ending, cpu_limit: float) -> dict[str, Any]:
    """The fields of the Verdict for how a child ended."""
    measured = {
        "cpu_seconds": round(ending.cpu_seconds, 4),
        "wall_seconds": round(ending.wall_seconds, 4),
        "peak_mb": round(ending.peak_mb, 1),
        "output_tail": ending.output_tail,
        "stand_in": ending.stand_in,
    }
    if ending.report is not None and not ending.killed_for:
        return {**ending.report, **measured}
    if ending.forged:
        category, message = "integrity/forgery", "wrote to the channel of the verdict"
    else:
        category, message = classify_ending(
            ending.code, ending.killed_for, ending.cpu_seconds, cpu_limit
        )
    return {
        "status": "fail", "stage": ending.stage, "category": category, "message": message,
        **measured,
    }  # fmt: skip


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
