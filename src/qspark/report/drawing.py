"""Drawings of the circuits that programs return, made in the sandbox.

A program is judged once more with a test of ours: the task's own test up to the first circuit that
comes back, which is drawn as text and leaves as the message of the verdict, packed because a message
is short. It is drawn by the test's process, from a circuit that crossed as QPY; the program's own
process never says anything here.
"""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qspark.tasks.task import Task
from qspark.verify.judge import Job, Limits, given_by, observes_process
from qspark.verify.pool import JudgePool

LIMITS = Limits(cpu_seconds=10, wall_seconds=60)
_MOST_TEXT = 60_000

_TEST = """

def __drawing(check):
    import base64, json, zlib
    from qiskit import QuantumCircuit

    class {token}(BaseException):
        pass

    def circuit_in(value):
        parts = value if isinstance(value, (tuple, list)) else [value]
        return next((part for part in parts if isinstance(part, QuantumCircuit)), None)

    def say(circuit):
        counts = [(circuit.num_qubits, "qubit"), (circuit.num_clbits, "classical bit")]
        counts += [(circuit.size(), "operation")]
        words = [f"{{n}} {{name}}{{'' if n == 1 else 's'}}" for n, name in counts]
        facts = ", ".join([*words, f"depth {{circuit.depth()}}"])
        text = ""
        if circuit.num_qubits <= 32 and circuit.size() <= 300:
            text = str(circuit.draw("text", fold=100))
        packed = pack(facts, text)
        return packed if len(packed) < 1900 else pack(facts, "")

    def pack(facts, text):
        data = zlib.compress(json.dumps([facts, text]).encode(), 9)
        return base64.b85encode(data).decode()

    def watch(candidate):
        def watched(*args, **kwargs):
            value = candidate(*args, **kwargs)
            circuit = circuit_in(value)
            if circuit is not None:
                raise {token}(say(circuit))
            return value
        return watched

    def drawing(candidate):
        watched = watch(candidate)
        globals()[{entry_point!r}] = watched
        check(watched)

    return drawing

check = __drawing(check)
"""


@dataclass(frozen=True)
class Drawing:
    """A circuit: its size in words, and its drawing as text (empty where it is too large for one)."""

    facts: str
    text: str


def draw_circuits(
    programs: Sequence[tuple[Task, str]],
    pool: JudgePool,
    progress: Callable[[int, int], None] | None = None,
) -> list[Drawing | None]:
    """The first circuit that each program gives its task's test, or None where there is none.

    Programs are run in the pool's sandbox only. Tasks whose test looks at the process itself are
    left out, because the program would share the process that draws. Raises SandboxError.
    """
    jobs = {
        place: drawing_job(task, program)
        for place, (task, program) in enumerate(programs)
        if not observes_process(task.test)
    }
    verdicts = pool.judge(list(jobs.values()), progress)
    found: list[Drawing | None] = [None] * len(programs)
    for place, verdict in zip(jobs, verdicts, strict=True):
        if verdict.stage == "check":
            found[place] = unpack(verdict.message, _token(*programs[place]))
    return found


def drawing_job(task: Task, program: str) -> Job:
    """The job that runs a program up to the first circuit which it returns, and draws that."""
    test = _TEST.format(token=_token(task, program), entry_point=task.entry_point)
    return Job(
        program,
        task.test + test,
        task.entry_point,
        LIMITS,
        given=given_by(task),
        strong_only=True,
    )


def unpack(message: str, token: str) -> Drawing | None:
    """The drawing in a verdict's message; None when it holds none, or a broken or huge one."""
    head, _, packed = message.partition(": ")
    if head.rpartition(".")[2] != token:
        return None
    try:
        data = zlib.decompressobj().decompress(base64.b85decode(packed), _MOST_TEXT)
        facts, text = json.loads(data)
    except (ValueError, binascii.Error, zlib.error):
        return None
    return Drawing(facts, text) if isinstance(facts, str) and isinstance(text, str) else None


def _token(task: Task, program: str) -> str:
    """The name of the exception that carries the drawing; no program can contain its own."""
    return (
        "Drawn" + hashlib.sha256(f"{task.sha256}\n{program}".encode(errors="replace")).hexdigest()
    )
