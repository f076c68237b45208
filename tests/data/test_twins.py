from random import Random

import pytest
from tests.data import toy_families as toy

from qspark.data.candidate import of_family
from qspark.data.gates import Strictness, examine
from qspark.data.kinds import complete_prompt, completion_of, repair_prompt, write_prompt
from qspark.data.likeness import normal_form
from qspark.data.twins import choice, migrations, repairs, traceback_job, traceback_of
from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.find import check_source
from qspark.mistakes.fix import fix_source
from qspark.mistakes.symbols import stored_index
from qspark.verify.judge import Job, Limits

LIMITS = Limits(cpu_seconds=5)


@pytest.fixture(scope="module")
def fine(pool):
    candidates = [
        of_family(family, family.draw(Random(f"{number}")), number, 0)
        for family in toy.SOUND
        for number in range(3)
    ]
    return examine(candidates, pool, LIMITS, Strictness(), 0)


def judged(pool, twin):
    programs = [twin.answer, *(failure.program for failure in twin.wrong)]
    jobs = [Job(p, twin.test, twin.entry_point, LIMITS, trusted=True) for p in programs]
    answer, *wrong = pool.judge(jobs)
    assert answer.passed
    assert all(verdict.status == "fail" for verdict in wrong)


def test_repairs_show_a_program_that_fails_and_its_real_traceback(fine, pool):
    twins = repairs(fine, pool, LIMITS, 0)
    assert all(twins)
    for twin in twins:
        judged(pool, twin)
        assert twin.said.startswith("Traceback (most recent call last):\n")
        assert twin.shown[0] == twin.wrong[0].program


def test_a_traceback_names_the_line_of_the_program(pool):
    broken = (
        "from qiskit import QuantumCircuit\n\n\ndef f():\n    return QuantumCircuit(1).cnot(0)\n"
    )
    test = "def check(candidate):\n    assert candidate()\n"
    said = traceback_of(pool.judge([traceback_job(broken, test, "f", LIMITS)])[0])
    assert 'File "solution.py", line 5, in f\n    return QuantumCircuit(1).cnot(0)' in said
    assert said.endswith("AttributeError: 'QuantumCircuit' object has no attribute 'cnot'")
    silent = broken.replace(".cnot(0)", ".num_clbits")
    said = traceback_of(pool.judge([traceback_job(silent, test, "f", LIMITS)])[0])
    assert "assert candidate()" in said
    assert said.endswith("AssertionError")


def test_migrations_start_from_interfaces_that_were_removed(fine, pool):
    twins = [twin for twin in migrations(fine, pool, LIMITS, 0) if twin]
    assert twins
    for twin in twins:
        judged(pool, twin)
        assert all(CATALOGUE[id].removed or CATALOGUE[id].deprecated for id in twin.mistakes)
        (legacy,) = twin.shown
        assert normal_form(fix_source(legacy).text) == normal_form(twin.answer)
        older = [check_source(legacy, stored_index(version)) for version in ("0.46", "1.4")]
        assert any(all(f.severity != "error" for f in found) for found in older)


def test_choices_say_what_becomes_of_each_program(fine, pool):
    for one in fine:
        twin = choice(one, 0)
        judged(pool, twin)
        space = {}
        exec(twin.answer, space)
        said = space["verdicts"]()
        instance = one.candidate.instance
        jobs = [
            Job(p, instance.check(), instance.entry_point, LIMITS, trusted=True) for p in twin.shown
        ]
        for word, verdict in zip(said.values(), pool.judge(jobs), strict=True):
            assert (word == "right") == verdict.passed
            if word not in ("right", "wrong value"):
                assert verdict.message.startswith(f"{word}:")


def test_completions_continue_their_prompt(fine):
    for one in fine:
        instance = one.candidate.instance
        prompt = complete_prompt(instance, one.candidate.key)
        program = prompt + completion_of(instance, instance.solution())
        compile(program, "<program>", "exec")
        assert completion_of(instance, "import os\n" + instance.solution()) is None


def test_wordings_follow_from_the_key(fine):
    instance = fine[0].candidate.instance
    texts = {write_prompt(instance, f"key/{n}") for n in range(40)}
    assert len(texts) >= 6
    assert write_prompt(instance, "key/1") == write_prompt(instance, "key/1")
    shown = repair_prompt(instance, "key", "def f(): pass\n", "ValueError: {x}")
    assert "ValueError: {x}" in shown and "def f(): pass" in shown
