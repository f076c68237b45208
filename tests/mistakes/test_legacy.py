"""Scripts in the idioms of Qiskit 0.2x and 1.x: what `fix` accepts runs afterwards."""

from pathlib import Path

import pytest

from qspark.mistakes.execute import fault_of, script_job
from qspark.mistakes.fix import fix_source

SCRIPTS = sorted((Path(__file__).parent / "legacy").glob("*.py"))


@pytest.fixture(scope="module")
def outcomes(pool):
    """Name -> (text, fixed text, fault before, fault after)."""
    texts = {path.stem: path.read_bytes().decode() for path in SCRIPTS}
    fixed = {name: fix_source(text).text for name, text in texts.items()}
    jobs = [script_job(t) for t in texts.values()] + [script_job(t) for t in fixed.values()]
    faults = [fault_of(verdict) for verdict in pool.judge(jobs)]
    before, after = faults[: len(texts)], faults[len(texts) :]
    return {
        name: (texts[name], fixed[name], before[place], after[place])
        for place, name in enumerate(texts)
    }


def test_most_of_what_is_fixed_runs_and_nothing_that_ran_is_broken(outcomes):
    assert len(outcomes) >= 60
    broken = [name for name, (_, _, before, after) in outcomes.items() if not before and after]
    assert broken == []
    accepted = {name: o for name, o in outcomes.items() if o[0] != o[1]}
    still = {name: str(after) for name, (_, _, _, after) in accepted.items() if after}
    assert len(accepted) >= 60
    assert len(still) <= 0.1 * len(accepted), still


def test_what_ran_is_left_alone(outcomes):
    for name in ("modern_already", "modern_estimator", "modern_dynamic"):
        text, fixed, before, _ = outcomes[name]
        assert before is None
        assert fixed == text


def test_line_endings_stay(outcomes):
    _, fixed, _, after = outcomes["crlf_and_accents"]
    assert after is None
    assert fixed.count("\r\n") == fixed.count("\n") > 3
