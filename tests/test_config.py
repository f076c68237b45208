import pytest

from qspark.config import builtin_profiles, load_profile
from qspark.errors import ProfileError
from tests.paths import MICRO


def test_every_builtin_profile_loads():
    profiles = builtin_profiles()
    assert "tiny-cpu" in profiles
    for name in profiles:
        assert load_profile(name).name == name


def test_a_seed_replaces_the_profiles_own():
    assert load_profile(str(MICRO), seed=7).seed == 7


def test_an_unknown_profile_names_the_known_ones():
    with pytest.raises(ProfileError, match="tiny-cpu"):
        load_profile("nothing")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("[sft]", "[sft]\nepochs = 3"), "sft.epochs is not a key"),
        (("[orpo]", "[orpoo]"), "orpo"),
        (("learning_rate = 2e-3", "learning_rate = -1"), "sft.learning_rate is wrong"),
        (('name = "micro"', ""), "name is missing"),
        (("seed = 0", "seed = -1"), "seed is wrong"),
        (("seed = 0", "seed = "), "not valid TOML"),
        (("group = 4", "group = 3"), "grpo is wrong.*multiple of group"),
        (("group = 4", 'group = 4\nloss = "cispo"'), "grpo is wrong.*clip_high"),
        (("group = 4", 'group = 4\nimportance = "sequence"'), 'loss = "grpo"'),
        (("group = 4", "group = 4\nminibatches = 2"), "save_steps must be a multiple"),
        (("group = 4", "group = 4\noverlong_tokens = 4"), 'advantage = "dapo"'),
    ],
)
def test_a_wrong_key_is_named(tmp_path, change, named):
    path = tmp_path / "changed.toml"
    path.write_text(MICRO.read_text().replace(*change))
    with pytest.raises(ProfileError, match=named):
        load_profile(str(path))


def test_a_binary_profile_is_refused(tmp_path):
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileError, match="not valid TOML"):
        load_profile(str(path))
