"""MQT QCEC in a child process: it may hang, crash or eat memory, and the caller never does.

Both circuits travel as QPY on standard input; the answer is one JSON line on standard output. Only
circuits are handled here, never a program. QCEC: Burgholzer and Wille, IEEE TCAD 40 (2021) 1810.
"""

import io
import json
import os
import resource
import subprocess
import sys
from importlib.util import find_spec
from math import ceil

from qiskit import QuantumCircuit, qpy

EXTRA = "equivalence"
MEMORY_BYTES = 6 << 30
THREADS = 2


def ask(a: QuantumCircuit, b: QuantumCircuit, timeout: float) -> tuple[str, str]:
    """QCEC's criterion for the two circuits, and a line about it.

    The criterion is one of QCEC's names ("equivalent", "equivalent_up_to_global_phase",
    "not_equivalent", "no_information", ...), or "no_answer" where none came: QCEC not installed,
    no child could be started, killed after `timeout` seconds (wall clock, its start of half a
    second to a second included), crashed, or a circuit that QCEC or QPY cannot read. Never raises
    for those. The circuits must be unitary; a layout is not read. ValueError unless timeout > 0.
    """
    if not timeout > 0:
        raise ValueError(f"a timeout is above 0 seconds, not {timeout}")
    if find_spec("mqt") is None or find_spec("mqt.qcec") is None:
        return "no_answer", f"QCEC is not installed: pip install 'qspark[{EXTRA}]'"
    package = io.BytesIO()
    try:
        qpy.dump([_plain(a), _plain(b)], package)
    except Exception as error:
        return "no_answer", f"the circuits cannot be written as QPY: {type(error).__name__}"
    # One thread for the libraries: each would reserve address space per core, which is limited.
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    command = [sys.executable, "-I", "-m", "qspark.verify.qcec_child", str(timeout)]
    try:
        done = subprocess.run(
            command,
            input=package.getvalue(),
            capture_output=True,
            timeout=timeout,
            env={**os.environ, **single},
        )
    except subprocess.TimeoutExpired:
        return "no_answer", f"QCEC was stopped after {timeout:g} s"
    except OSError as error:
        return "no_answer", f"QCEC could not be started: {error}"
    return _read(done.stdout, done.stderr, done.returncode)


def _plain(circuit: QuantumCircuit) -> QuantumCircuit:
    # QCEC knows qubits by their register only, and a unitary has no classical bits.
    plain = QuantumCircuit(circuit.num_qubits, global_phase=circuit.global_phase)
    for one in circuit.data:
        plain.append(one.operation, [circuit.find_bit(qubit).index for qubit in one.qubits])
    return plain


def _read(stdout: bytes, stderr: bytes, code: int) -> tuple[str, str]:
    try:
        answer = json.loads(stdout)
        return str(answer["criterion"]), str(answer["detail"])
    except (ValueError, KeyError, TypeError):
        last = stderr.decode(errors="replace").strip().splitlines()[-1:]
        return "no_answer", f"QCEC ended with {code}: {' '.join(last)}"[:300]


def main() -> None:
    """Read two circuits from standard input, check them, answer in one line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The parent ends this process in time; should the parent be gone, the kernel does.
    cpu = THREADS * ceil(float(sys.argv[1])) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    # What QCEC prints must not mix with the answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        from mqt.qcec import verify  # pyright: ignore[reportMissingImports]

        a, b = qpy.load(io.BytesIO(sys.stdin.buffer.read()))
        result = verify(a, b, nthreads=THREADS)
        line = {
            "criterion": result.equivalence.name,
            "detail": f"QCEC: {result.equivalence.name} in {result.check_time:.2f} s",
        }
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        line = {"criterion": "no_answer", "detail": f"QCEC: {words}"[:300]}
    print(json.dumps(line), file=answer, flush=True)
    # A checker thread that does not heed its timeout must not hold the answer back.
    os._exit(0)


if __name__ == "__main__":
    main()
