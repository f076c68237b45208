"""Every claim of the catalogue, executed once in the sandbox."""

import random
from collections import defaultdict

import pytest
from tests.mistakes.snippets import snippet_job

from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.find import check_source
from qspark.mistakes.fix import fix_source
from qspark.mistakes.inject import inject
from qspark.mistakes.injectors import INJECTORS
from qspark.mistakes.rules import RULES

# What no source shows: it is explained and injected, not detected.
ONLY_EXECUTION = {
    "C14", "C15", "C36", "D41", "D42", "S01", "S02", "S03", "S04", "S05", "S06", "S07", "S14",
    "S15", "S16", "S17", "S18", "S19", "S20", "S23", "S24", "S27", "S28", "S29", "S31", "S32",
    "S33", "S34", "S35", "S36", "S37", "S40", "S42",
}  # fmt: skip
# Deprecated or wrong only for some purposes: they run.
RUNS = {id for id, m in CATALOGUE.items() if m.removed == "3.0"}
RUNS |= {"C24"}  # the stand-in for IBM's service takes the old channel


@pytest.fixture(scope="module")
def executed(pool):
    """(kind, what, program) -> verdict, of all snippets, fixes and mutants; one batch."""
    jobs = {}
    for id, mistake in CATALOGUE.items():
        mutants = (m for m in inject(mistake.right, random.Random(1)) if m.mistake == id)
        fixed = fix_source(mistake.wrong, unsafe=True)
        programs = [("wrong", mistake.wrong), ("right", mistake.right)]
        if id in fixed.applied:
            programs.append(("fixed", fixed.text))
        programs += [("mutant", m.program) for m, _ in zip(mutants, range(2), strict=False)]
        for what, program in programs:
            jobs[id, what, program] = snippet_job(program, mistake.check)
    return dict(zip(jobs, pool.judge(list(jobs.values())), strict=True))


def failing(executed, what):
    return {id: v.message for (id, kind, _), v in executed.items() if kind == what and not v.passed}


def test_wrong_snippets_fail_and_right_ones_pass(executed):
    assert failing(executed, "right") == {}
    silent = CATALOGUE.keys() - failing(executed, "wrong").keys() - RUNS
    assert silent == set()
    assert not any(v.status == "infra" for v in executed.values())


def test_what_is_fixed_runs_and_is_right(executed):
    assert failing(executed, "fixed") == {}
    fixed = {id for id, what, _ in executed if what == "fixed"}
    assert len(fixed) >= 200
    unfixed = {id for id, m in CATALOGUE.items() if m.fixable} - fixed
    assert unfixed <= {"A10"} | {id for id in unfixed if not CATALOGUE[id].rewrites}, unfixed


def test_mutants_are_of_their_kind_and_fail(executed):
    by_kind = defaultdict(list)
    for (id, what, _), verdict in executed.items():
        if what == "mutant":
            by_kind[id].append(verdict.status)
    failing_kinds = {id for id, found in by_kind.items() if "fail" in found}
    assert len(failing_kinds) >= 190
    assert len(failing_kinds) >= 0.85 * len(by_kind)


@pytest.mark.parametrize("letter", sorted({id[0] for id in CATALOGUE}))
def test_each_kind_is_found_in_what_is_wrong_and_nothing_in_what_is_right(letter):
    for id, mistake in CATALOGUE.items():
        if id[0] != letter:
            continue
        found = {finding.id for finding in check_source(mistake.wrong)}
        assert (id in found) != (id in ONLY_EXECUTION), (id, found)
        assert check_source(mistake.right) == [], id


def test_the_catalogue_is_large_and_says_what_to_do():
    assert len(CATALOGUE) - len(ONLY_EXECUTION) >= 250
    for id, mistake in CATALOGUE.items():
        assert id == mistake.id
        assert mistake.title and mistake.explanation.endswith("."), id
        assert mistake.rule in {*RULES, ""}, id
        assert mistake.injector in {*INJECTORS, ""}, id


def test_fixing_twice_is_fixing_once():
    for id, mistake in CATALOGUE.items():
        once = fix_source(mistake.wrong, unsafe=True).text
        assert fix_source(once, unsafe=True).text == once, id
