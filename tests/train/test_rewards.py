from math import log, sqrt

import pytest

from qspark.config import Rewards, load_profile
from qspark.errors import ProfileError
from qspark.train.rewards import components, highest_failure, judged, maximum, reward, total
from qspark.verify.judge import Job
from qspark.verify.verdict import Comparison, Verdict

VERIFIED, PAPER = Rewards(), Rewards(preset="paper")
SETTINGS = [VERIFIED, PAPER]


def verdict(status, stage, **extra):
    return Verdict(status=status, stage=stage, **extra)


def compared(closeness=None, answered=True, same_type=True, **extra):
    return Comparison(answered=answered, same_type=same_type, closeness=closeness, **extra)


def test_a_pass_has_everything():
    strong = verdict("pass", "done", integrity="strong")
    assert reward(strong) == reward(strong, VERIFIED) == pytest.approx(1.0)
    assert reward(strong, PAPER) == pytest.approx(1 + 1 + 1.5 + 2 + 0.5)
    assert [maximum(one) for one in SETTINGS] == pytest.approx([1.0, 6.0])


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: one.preset)
def test_a_pass_that_could_be_forged_earns_no_more_than_a_failure(settings):
    best = verdict(
        "fail", "check", checks_passed=9, checks_total=9, real_names=1.0, compared=compared(1.0)
    )
    weak = verdict("pass", "done", integrity="weak")
    assert reward(best, settings) == pytest.approx(highest_failure(settings))
    assert reward(weak, settings) == pytest.approx(highest_failure(settings))
    assert highest_failure(settings) <= 0.75 * maximum(settings)


def test_infra_gives_no_reward():
    for settings in SETTINGS:
        assert components(verdict("infra", "run"), settings.preset) is None
        assert reward(verdict("infra", "run"), settings) is None


def test_the_components_of_verified():
    wrong = verdict(
        "fail", "check", checks_passed=2, checks_total=3, real_names=0.75, compared=compared(0.4)
    )
    assert components(wrong, "verified") == pytest.approx(
        {
            "pass": 0, "extract": 1, "parse": 1, "names": 0.75, "runs": 1, "type": 1,
            "checks": 2 / 3, "closeness": 0.4,
        }
    )  # fmt: skip
    worth = 0.02 + 0.03 + 0.04 * 0.75 + 0.05 + 0.03 + 0.03 * 2 / 3 + 0.1 * 0.4
    assert reward(wrong) == pytest.approx(worth)


def test_the_components_of_the_paper():
    wrong = verdict("fail", "check", real_names=0.75, compared=compared(0.25))
    assert components(wrong, "paper") == pytest.approx(
        {"format": 1, "imports": 0.75, "simulation": 1.5, "fidelity": sqrt(0.25), "efficiency": 0}
    )
    plain = verdict("fail", "check", compared=compared(None, same_type=False))
    assert components(plain, "paper") == pytest.approx(
        {"format": 1, "imports": 0.2, "simulation": 1, "fidelity": 0, "efficiency": 0}
    )


def test_the_efficiency_of_a_pass_is_the_papers_beside_the_references():
    larger = verdict(
        "pass", "done", integrity="strong", compared=compared(depth=(7, 3), gates=(15, 3))
    )
    own, reference = 1 / (1 + log(8) + 0.5 * log(16)), 1 / (1 + log(4) + 0.5 * log(4))
    found = components(larger, "paper")
    assert found["efficiency"] == pytest.approx(0.5 * own / reference)
    assert found["fidelity"] == 2.0
    smaller = compared(depth=(1, 3), gates=(1, 3))
    best = verdict("pass", "done", integrity="strong", compared=smaller)
    assert components(best, "paper")["efficiency"] == 0.5
    assert reward(larger, VERIFIED) == pytest.approx(1.0)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: one.preset)
def test_further_is_better(settings):
    way = [
        verdict("fail", "extract"),
        verdict("fail", "parse"),
        verdict("fail", "import", real_names=0.5),
        verdict("fail", "run", real_names=0.9, compared=compared(answered=False, same_type=False)),
        verdict("fail", "check", real_names=1.0, compared=compared(same_type=False)),
        verdict("fail", "check", real_names=1.0, compared=compared(0.0)),
        verdict("fail", "check", real_names=1.0, compared=compared(0.5)),
        verdict("pass", "done", integrity="strong"),
    ]
    values = [reward(one, settings) for one in way]
    assert values == sorted(set(values))
    assert values[0] == 0


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: one.preset)
def test_tampering_earns_nothing(settings):
    for category in ("integrity/exit", "integrity/forgery", "integrity/tamper"):
        caught = verdict(
            "fail", "check", category=category, real_names=1.0, compared=compared(1.0),
            checks_passed=9, checks_total=9,
        )  # fmt: skip
        assert reward(caught, settings) == 0


def test_what_a_process_said_of_itself_counts_for_nothing():
    claimed = verdict("fail", "check", category="runtime/crash", checks_passed=9, checks_total=9)
    found = components(claimed, "verified")
    assert found["runs"] == found["type"] == found["checks"] == found["closeness"] == 0
    assert components(claimed, "paper")["simulation"] == 0
    slow = verdict("fail", "check", category="resource/time")
    assert components(slow, "verified")["runs"] == 0


def test_more_passed_checks_than_checks_earn_nothing_extra():
    many = verdict("fail", "check", checks_passed=500, checks_total=2, compared=compared())
    assert components(many, "verified")["checks"] == 1.0


def test_names_come_from_the_program_and_from_nothing_else():
    forged = verdict("fail", "check", real_names=1.0)
    job = Job("from qiskit import QuantumCircuit, execute\n", "", "f")
    assert judged(job, forged).real_names == 0.5
    assert judged(forged, forged).real_names is None


def test_weights_replace_those_of_the_preset():
    settings = Rewards(weights={"closeness": 0.2, "pass": 1.0})
    assert total({"closeness": 0.5, "pass": 0.0}, settings.weighed) == pytest.approx(0.1)
    assert settings.weighed["parse"] == 0.03
    assert maximum(settings) == pytest.approx(1.4)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('weights = {fidelity = 1.0}', "no component 'fidelity' in preset verified"),
        ('preset = "paper"\nweights = {fidelity = 0.1}', "give fidelity a weight of"),
        ("weights = {closeness = 3.0}", "failures would earn nearly what a pass does"),
        ("weights = {closeness = -1.0}", "rewards.weights.closeness is wrong"),
    ],
)  # fmt: skip
def test_wrong_weights_are_refused_in_one_sentence(tmp_path, lines, said):
    from importlib import resources

    tiny = (resources.files("qspark") / "profiles" / "tiny-cpu.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(f"{tiny}\n[rewards]\n{lines}\n")
    with pytest.raises(ProfileError, match=said):
        load_profile(str(path))
