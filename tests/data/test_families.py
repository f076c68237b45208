"""Every family: what it draws is well formed, and one instance of each is executed."""

import ast
import os
import subprocess
import sys
from collections import Counter
from random import Random
from typing import get_args

import pytest

from qspark.data.candidate import of_family
from qspark.data.families import all_families
from qspark.data.families.base import Oracle, angle, bits, pauli
from qspark.data.gates import reference_jobs
from qspark.data.likeness import normal_form
from qspark.data.trace import trace_of
from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.find import check_source
from qspark.tasks.syntax import parse
from qspark.tasks.task import DIFFICULTIES
from qspark.verify.judge import Limits

FAMILIES = all_families()
INSTANCES = [(f, n, f.draw(Random(f"7/{f.name}/{n}"))) for f in FAMILIES for n in range(2)]


def test_there_are_many_families_over_many_topics():
    topics = Counter(family.topic for family in FAMILIES)
    assert len(FAMILIES) >= 60
    assert len(topics) >= 20
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert sum(family.difficulty == "advanced" for family in FAMILIES) >= len(FAMILIES) // 10


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_says_what_it_is(family):
    assert family.difficulty in DIFFICULTIES
    assert family.oracle in get_args(Oracle)
    assert family.topic.replace("_", "").isalpha()
    assert 0 <= family.false_alarm <= 1e-3
    assert family.skills and family.why


@pytest.mark.parametrize(
    ("family", "number", "instance"), INSTANCES, ids=[f"{f.name}/{n}" for f, n, _ in INSTANCES]
)
def test_an_instance_is_well_formed(family, number, instance):
    assert len(set(instance.asks)) == len(instance.asks) >= 3
    assert all(len(ask) > 20 for ask in instance.asks)
    for text in (instance.solution(), instance.check()):
        assert parse(text) is not None
        assert "qspark" not in text
    defined = {n.name for n in parse(instance.solution()).body if hasattr(n, "name")}
    assert instance.entry_point in defined
    assert any(isinstance(node, ast.Assert) for node in ast.walk(parse(instance.check())))
    assert all(wrong.mistake in CATALOGUE for wrong in instance.wrong)
    errors = [f for f in check_source(instance.solution()) if f.severity == "error"]
    assert not errors, errors
    again = family.draw(Random(f"7/{family.name}/{number}"))
    assert again == instance


def test_drawing_again_draws_something_else():
    for family in FAMILIES:
        forms = {normal_form(family.draw(Random(f"{n}")).solution()) for n in range(12)}
        assert len(forms) >= 3, family.name


def test_every_reference_passes_and_can_be_traced(pool):
    candidates = [of_family(f, instance, n, 7) for f, n, instance in INSTANCES if n == 0]
    jobs = [reference_jobs(candidate.instance, Limits(cpu_seconds=20)) for candidate in candidates]
    verdicts = pool.judge([job for four in jobs for job in four])
    for place, candidate in enumerate(candidates):
        first, second, answered, traced = verdicts[4 * place : 4 * place + 4]
        assert first.passed and second.passed, (candidate.key, first, second)
        assert answered.passed, (candidate.key, answered)
        assert trace_of(traced) is not None, (candidate.key, traced)


def test_what_is_drawn_for_families_keeps_its_word():
    rng = Random(1)
    for _ in range(200):
        assert 0.2 <= angle(rng) <= 2.9
        text = bits(rng, 3, 5)
        assert 3 <= len(text) <= 5 and text != text[::-1]
        label = pauli(rng, 2, 4)
        assert set(label) <= set("IXYZ") and label != label[::-1]


def test_draws_do_not_depend_on_the_hash_seed():
    code = (
        "from random import Random\nfrom qspark.data.families import all_families\n"
        "print([repr(f.draw(Random(f'{f.name}/0'))) for f in all_families()])"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(texts) == 1
