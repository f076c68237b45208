"""What a verdict says of a program's values beside the reference's."""

import pytest

from qspark.verify.cache import VerdictCache
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Comparison, Verdict

LIMITS = Limits(cpu_seconds=5)
HEAD = "from qiskit import QuantumCircuit\n"
REFERENCE = HEAD + "def f(n):\n    qc = QuantumCircuit(n)\n    qc.rx(2.0, 0)\n    return qc\n"
TEST = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
def check(candidate):
    for n in (1, 2):
        want = QuantumCircuit(n)
        want.rx(2.0, 0)
        assert isinstance(candidate(n), QuantumCircuit)
        assert Operator(candidate(n)).equiv(want)
"""


def judge(pool: JudgePool, program: str, test: str = TEST, reference: str = REFERENCE) -> Verdict:
    (verdict,) = pool.judge(
        [Job(program, test, "f", LIMITS, strong_only=True, reference=reference)]
    )
    return verdict


def test_a_right_answer_shows_its_size(pool: JudgePool) -> None:
    longer = REFERENCE.replace("qc.rx(2.0, 0)", "qc.rx(1.0, 0)\n    qc.rx(1.0, 0)")
    verdict = judge(pool, longer)
    assert verdict.passed and verdict.integrity == "strong"
    assert verdict.compared == Comparison(answered=True, same_type=True, depth=(2, 1), gates=(2, 1))


def test_a_wrong_answer_is_as_close_as_its_worst_call(pool: JudgePool) -> None:
    near = judge(pool, REFERENCE.replace("2.0", "1.9"))
    assert near.status == "fail" and 0.9 < near.compared.closeness < 1
    on_one = judge(pool, REFERENCE.replace("qc.rx(2.0, 0)", "qc.rx(2.0 if n == 1 else 0, 0)"))
    assert on_one.compared.answered and on_one.compared.closeness == pytest.approx(0, abs=1e-9)
    assert (on_one.checks_passed, on_one.checks_total) == (1, 2)


def test_what_raises_has_not_answered(pool: JudgePool) -> None:
    for body in ("raise ValueError", "return 1 / 0", "return QuantumCircuit(n).nonsense()"):
        verdict = judge(pool, HEAD + f"def f(n):\n    {body}\n")
        assert verdict.compared == Comparison(answered=False, same_type=False)
    late = judge(pool, REFERENCE.replace("qc =", "assert n == 1\n    qc ="))
    assert late.stage == "run" and not late.compared.answered


def test_another_type_is_seen(pool: JudgePool) -> None:
    verdict = judge(pool, "def f(n):\n    return 'a circuit'\n")
    assert verdict.compared == Comparison(answered=True, same_type=False)
    assert judge(pool, "def f(n):\n    return None\n").compared.same_type is False


def test_what_is_changed_in_place_is_compared_where_nothing_is_returned(pool: JudgePool) -> None:
    test = """
from qiskit import QuantumCircuit
def check(candidate):
    qc = QuantumCircuit(1)
    qc.rx(0.2, 0)
    candidate(qc)
    assert qc.count_ops() == {"rx": 1, "ry": 1}
"""
    reference = "def f(qc):\n    qc.ry(2.0, 0)\n"
    assert judge(pool, reference, test, reference).passed
    wrong = judge(pool, "def f(qc):\n    qc.rz(0.1, 0)\n    qc.ry(1.9, 0)\n", test, reference)
    assert wrong.status == "fail" and 0.9 < wrong.compared.closeness < 1
    none = judge(pool, "def f(qc):\n    pass\n", test, reference)
    assert none.compared.closeness == pytest.approx(0, abs=1e-9)


def test_a_reference_that_goes_wrong_leaves_the_verdict_alone(pool: JudgePool) -> None:
    wrong = REFERENCE.replace("2.0", "1.9")
    for reference in (
        "raise ValueError", "def g(n): pass", "import os\nos._exit(0)", "while True: pass",
        REFERENCE.replace("qc =", "import os\n    os._exit(3)\n    qc ="),
    ):  # fmt: skip
        verdict = judge(pool, wrong, reference=reference)
        assert (verdict.status, verdict.category) == ("fail", "wrong/value")
        assert verdict.compared is None


def test_a_comparison_changes_no_verdict_and_costs_no_random_numbers(pool: JudgePool) -> None:
    program = "import random\ndef f(n):\n    print(random.random())\n    return random.random()\n"
    test = "import random\ndef check(c):\n    random.random()\n    assert c(1) < c(2)\n"
    plain = judge(pool, program, test, "")
    compared = judge(pool, program, test, "import random\ndef f(n):\n    return random.random()\n")
    assert plain.compared is None and compared.compared is not None
    assert compared.output_tail == plain.output_tail and compared.status == plain.status


def test_in_one_process_nothing_is_compared(pool: JudgePool) -> None:
    verdict = judge(pool, REFERENCE.replace("2.0", "1.9"), "import sys\nsys.stdout\n" + TEST)
    assert verdict.status == "fail" and verdict.compared is None


def test_verdicts_without_a_comparison_are_written_as_before(tmp_path) -> None:
    plain = Verdict(status="pass", stage="done")
    assert not {"compared", "real_names"} & set(plain.model_dump(mode="json"))
    assert Verdict.model_validate_json(plain.model_dump_json()) == plain
    one = Verdict(
        status="fail", stage="check", real_names=0.5,
        compared=Comparison(answered=True, same_type=True, closeness=0.25, gates=(1, 2)),
    )  # fmt: skip
    cache = VerdictCache(tmp_path / "verdicts.sqlite")
    cache.put("key", one)
    assert cache.get("key") == one
    cache.close()


def test_the_reference_is_part_of_a_jobs_key() -> None:
    assert Job("a", "b", "c").key != Job("a", "b", "c", reference="d").key
