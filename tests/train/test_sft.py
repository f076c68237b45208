from tests.paths import MICRO

from qspark.config import load_profile
from qspark.train.sft import in_order

PROFILE = load_profile(str(MICRO))


def changed(**values):
    return PROFILE.model_copy(update={"sft": PROFILE.sft.model_copy(update=values)})


def test_clean_rows_come_first_and_the_rest_is_mixed():
    profile = changed(steps=10, batch_size=4, clean_share=0.5)
    order = in_order(profile, list("abcdefgh"), list("ABC"))
    assert len(order) == 40
    assert "".join(order[:20]).islower()
    assert "".join(order[20:]).isupper()
    assert sorted(order[:8]) == list("abcdefgh")


def test_without_a_clean_share_all_rows_are_mixed():
    order = in_order(changed(clean_share=0.0), ["right"], ["drawn"])
    assert set(order) == {"drawn"}


def test_the_order_follows_from_the_seed():
    rows = list(range(50))
    again = [in_order(PROFILE, rows, rows) for _ in range(2)]
    assert again[0] == again[1]
    other = PROFILE.model_copy(update={"seed": 1})
    assert in_order(other, rows, rows) != again[0]
