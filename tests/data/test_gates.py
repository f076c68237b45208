from random import Random

import pytest
from tests.data import toy_families as toy

from qspark.data.candidate import of_family
from qspark.data.equivalent import equivalence_job, provable
from qspark.data.gates import Strictness, clean, examine, failure_of
from qspark.mistakes.catalogue import CATALOGUE
from qspark.verify.judge import Limits
from qspark.verify.verdict import Verdict

LIMITS = Limits(cpu_seconds=5)


def examined(pool, *families, count=2, strictness=Strictness()):  # noqa: B008
    candidates = [
        of_family(family, family.draw(Random(f"{number}")), number, 0)
        for family in families
        for number in range(count)
    ]
    return examine(candidates, pool, LIMITS, strictness, 0)


def test_sound_tasks_are_admitted_with_what_was_found(pool):
    for one in examined(pool, *toy.SOUND):
        assert one.dropped == "", one.detail
        assert one.killed >= 0.9 * one.mutants > 5
        assert one.trace.calls >= 1
        assert "qiskit.QuantumCircuit" in one.trace.symbols
        assert all(f.mistake in CATALOGUE or f.mistake[:2] == "M-" for f in one.failures)
        assert len({f.program for f in one.failures}) == len(one.failures)


def test_a_test_that_kills_too_little_is_turned_down(pool):
    for one in examined(pool, toy.loose_test):
        assert one.dropped == "test too weak"
        assert "survive: M-" in one.detail


def test_a_wrong_reference_is_found(pool):
    assert {one.dropped for one in examined(pool, toy.wrong_reference)} == {"reference fails"}


def test_a_reference_that_passes_by_chance_is_found(pool):
    found = {one.dropped for one in examined(pool, toy.flaky_reference, count=6)}
    assert "reference fails" in found
    assert "" not in found


def test_values_that_cannot_cross_are_told_apart(pool):
    [sound] = examined(pool, toy.flipped_label, count=1)
    [own] = examined(pool, toy.gives_an_own_object, count=1)
    assert (sound.dropped, sound.apart) == ("", True)
    assert (own.dropped, own.apart) == ("", False)


def test_the_same_twice_is_the_same(pool):
    one, two = (examined(pool, *toy.SOUND, count=1) for _ in range(2))
    assert [(e.failures, e.survivors, e.trace) for e in one] == [
        (e.failures, e.survivors, e.trace) for e in two
    ]


def test_equal_values_prove_a_function_without_parameters_equivalent(pool):
    head = "from qiskit import QuantumCircuit\n\n\ndef f():\n    qc = QuantumCircuit(2)\n"
    right = f"{head}    qc.h(0)\n    qc.cz(0, 1)\n    return qc\n"
    same = right.replace("cz(0, 1)", "cz(1, 0)")
    other = right.replace("h(0)", "h(1)")
    renamed = right.replace("QuantumCircuit(2)", "QuantumCircuit(2, 1)")
    verdicts = pool.judge([equivalence_job(right, p, "f", LIMITS) for p in (same, other, renamed)])
    assert [v.passed for v in verdicts] == [True, False, False]
    assert provable(right, "f")
    assert not provable(right.replace("f()", "f(n=1)"), "f")
    assert not provable(right, "g")


@pytest.mark.parametrize(
    ("verdict", "kept"),
    [
        (Verdict(status="pass", stage="done"), False),
        (Verdict(status="infra", stage="run"), False),
        (Verdict(status="fail", stage="run", category="resource/time"), False),
        (Verdict(status="fail", stage="run", category="api/removed", message="E: m"), True),
    ],
)
def test_only_a_fault_of_the_program_is_a_failure(verdict, kept):
    assert (failure_of("p", "B01", verdict) is not None) == kept


def test_messages_lose_what_differs_from_run_to_run():
    said = "<X object at 0x7f2a10b3c4d0>, id 123e4567-e89b-12d3-a456-426614174000"
    assert clean(said) == "<X object at 0x...>, id ..."
