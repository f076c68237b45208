import base64
import json
import zlib

from qspark.report.drawing import draw_circuits, drawing_job, unpack
from qspark.tasks.task import Task
from qspark.verify.pool import JudgePool

TASK = Task(
    task_id="t/0",
    suite="s",
    form="completion",
    prompt='from qiskit import QuantumCircuit\ndef bell(n):\n    """A Bell circuit."""\n',
    entry_point="bell",
    canonical_solution="    qc = QuantumCircuit(n)\n    qc.h(0)\n    qc.cx(0, 1)\n    return qc\n",
    test="def check(candidate):\n    assert candidate(2).num_qubits == 2\n",
)


def program(body: str) -> str:
    return TASK.prompt + body


def test_circuits_come_back_as_text(pool: JudgePool):
    programs = [
        program(TASK.canonical_solution),
        program("    qc = QuantumCircuit(n, 1)\n    qc.x(1)\n    return 3, [], qc\n"),
        program("    return 3\n"),
        program("    raise ValueError\n"),
        program("    qc = QuantumCircuit(40)\n    qc.h(range(40))\n    return qc\n"),
        program("    exit(0)\n"),
        program("    return (\n"),
    ]
    bell, pair, number, raised, wide, left, syntax = draw_circuits(
        [(TASK, text) for text in programs], pool
    )
    assert bell and bell.facts == "2 qubits, 0 classical bits, 2 operations, depth 2"
    assert "┤ H ├──■──" in bell.text and "┤ X ├" in bell.text
    assert pair and pair.facts.startswith("2 qubits, 1 classical bit, 1 operation,")
    assert wide and wide.text == "" and wide.facts.startswith("40 qubits")
    assert number is raised is left is syntax is None


def test_a_test_that_expects_errors_or_calls_by_name_is_drawn_too(pool: JudgePool):
    swallowing = TASK.model_copy(
        update={
            "test": "def check(candidate):\n    try:\n        candidate(2)\n"
            "    except Exception:\n        pass\n"
        }
    )
    by_name = TASK.model_copy(update={"test": "def check(c):\n    assert bell(2) is not None\n"})
    drawn = draw_circuits(
        [(task, program(TASK.canonical_solution)) for task in (swallowing, by_name)], pool
    )
    assert [d.facts for d in drawn if d] == [
        "2 qubits, 0 classical bits, 2 operations, depth 2"
    ] * 2


def test_a_program_cannot_draw_for_itself(pool: JudgePool):
    forged = base64.b85encode(zlib.compress(json.dumps(["mine", "mine"]).encode())).decode()
    name = "Drawn" + "0" * 64
    body = f"    class {name}(BaseException): pass\n    raise {name}({forged!r})\n"
    assert draw_circuits([(TASK, program(body))], pool) == [None]
    token = drawing_job(TASK, "x").test.partition("class Drawn")[2].partition("(")[0]
    assert unpack(f"Drawn{token}: {forged}", f"Drawn{token}").facts == "mine"
    assert unpack(f"Drawn{token}: {forged}", name) is None


def test_what_is_no_drawing_is_none():
    huge = base64.b85encode(zlib.compress(b'["facts", "' + b"x" * 50_000_000 + b'"]', 9)).decode()
    numbers = base64.b85encode(zlib.compress(b"[1, 2]")).decode()
    for packed in ("", "zzz", huge, numbers, "\x00"):
        assert unpack(f"D: {packed}", "D") is None
    assert unpack("", "D") is None and unpack("E: x", "D") is None


def test_a_test_that_watches_the_process_is_left_out(pool: JudgePool):
    watching = TASK.model_copy(
        update={"test": "import sys\ndef check(c):\n    sys.stdout.flush()\n    c(2)\n"}
    )
    assert draw_circuits([(watching, program(TASK.canonical_solution))], pool) == [None]
