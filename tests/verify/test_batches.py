import pytest

from qspark.verify.batches import judge_in_batches
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool

LIMITS = Limits(cpu_seconds=2, wall_seconds=30)
TEST = "import random\ndef check(candidate):\n    assert candidate(2) == 4, candidate(2)\n"


def job(program: str, test: str = TEST, trusted: bool = True) -> Job:
    return Job(program, test, "f", LIMITS, trusted=trusted)


PROGRAMS = {
    "right": "def f(n):\n    return 2 * n\n",
    "wrong": "def f(n):\n    return n\n",
    "raises": "def f(n):\n    raise KeyError(n)\n",
    "no import": "import qiskit.nothing\ndef f(n):\n    return 4\n",
    "no entry point": "def g(n):\n    return 4\n",
    "leaves": "import os\ndef f(n):\n    os._exit(0)\n",
    "does not end": "def f(n):\n    while True: pass\n",
}


@pytest.mark.parametrize(
    "names",
    [("right", "wrong", "raises", "no import", "no entry point", "right"),
     ("right", "leaves", "wrong"), ("does not end", "right")],
    ids=" ".join,
)  # fmt: skip
def test_a_batch_says_what_each_program_alone_would(pool: JudgePool, names) -> None:
    jobs = [job(PROGRAMS[name]) for name in names]
    together, alone = judge_in_batches(pool, jobs), pool.judge(jobs)
    facts = ("status", "stage", "category", "message", "line", "checks_passed", "integrity")
    for one, other in zip(together, alone, strict=True):
        assert [getattr(one, fact) for fact in facts] == [getattr(other, fact) for fact in facts]


def test_each_program_has_random_numbers_of_its_own(pool: JudgePool) -> None:
    program = "import random\ndef f(n):\n    return random.random()\n"
    test = "def check(candidate):\n    raise AssertionError(str(candidate(1)))\n"
    first, second, again = judge_in_batches(
        pool, [job(program, test), job(program, test + "# other\n"), job(program, test)]
    )
    assert first.message == again.message != second.message


def test_only_trusted_programs_share_a_process(pool: JudgePool) -> None:
    with pytest.raises(ValueError, match="trusted"):
        judge_in_batches(pool, [job(PROGRAMS["right"], trusted=False)])
