"""The warm fork server: `python -m qspark.verify.worker DESCRIPTOR`, started by the pool.

It contains itself, imports what programs need, and then judges one job after another. It only
imports: it never transpiles and never runs a circuit, because the thread pools that this starts
would deadlock every forked child.
"""

import gc
import importlib
import importlib.util
import os
import socket
import sys
from typing import Any

from qspark.verify import tamper, wire
from qspark.verify.classify import classify_ending
from qspark.verify.codec import Coder
from qspark.verify.sandbox import Cell, Ending

_MODULES = (
    "numpy", "numpy.testing", "scipy", "scipy.linalg", "scipy.optimize", "scipy.signal",
    "scipy.stats", "networkx", "sympy", "rustworkx", "matplotlib.backends.backend_agg",
    "matplotlib.figure", "matplotlib.pyplot", "pylatexenc.latexencode", "pylatexenc.latexwalker",
    "qiskit", "qiskit.circuit.library", "qiskit.circuit.random", "qiskit.circuit.classical.expr",
    "qiskit.circuit.controlflow", "qiskit.converters", "qiskit.dagcircuit", "qiskit.passmanager",
    "qiskit.primitives", "qiskit.providers.basic_provider", "qiskit.providers.fake_provider",
    "qiskit.qasm2", "qiskit.qasm3", "qiskit.qpy", "qiskit.quantum_info", "qiskit.result",
    "qiskit.synthesis", "qiskit.transpiler", "qiskit.transpiler.passes",
    "qiskit.transpiler.passes.synthesis.plugin",
    "qiskit.transpiler.preset_passmanagers", "qiskit.transpiler.preset_passmanagers.plugin",
    "qiskit.visualization", "qiskit_aer", "qiskit_aer.noise", "qiskit_aer.primitives",
    "qiskit_ibm_runtime", "qiskit_ibm_runtime.fake_provider", "qiskit_experiments",
    "qspark.verify.equivalence", "qspark.verify.distributions", "qspark.verify.isa",
    "qspark.verify.stand_in_client",
)  # fmt: skip
_OPTIONAL = {"sympy", "networkx", "qiskit_experiments"}


def warm_up() -> Coder:
    """Import what programs use, load the plugins, and note what must not be changed.

    Returns the codec of what has been imported.
    """
    for name in _MODULES:
        if name not in _OPTIONAL or importlib.util.find_spec(name):
            importlib.import_module(name)
    from qiskit.transpiler.passes.synthesis.plugin import (
        HighLevelSynthesisPluginManager,
        UnitarySynthesisPluginManager,
    )
    from qiskit.transpiler.preset_passmanagers.plugin import PassManagerStagePluginManager

    PassManagerStagePluginManager()
    HighLevelSynthesisPluginManager()
    UnitarySynthesisPluginManager()
    from qspark.verify.codec_qiskit import coder

    tamper.remember()
    return coder()


def serve(control: socket.socket) -> None:
    """Contain this process, warm up, say hello, and judge until the pool hangs up."""
    cell = Cell(control)
    os.environ.update(HOME=str(cell.home), MPLCONFIGDIR=str(cell.home))
    os.chdir(cell.home)
    try:
        coder = warm_up()
        gc.collect()
        gc.freeze()
        wire.send(control, {"isolation": cell.isolation, "folder": str(cell.base)})
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
