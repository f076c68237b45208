import random

import torch
from scipy.stats import chisquare

from qspark.evaluate.draw import Draw, draw, only

SHARES = torch.tensor([0.5, 0.3, 0.15, 0.05])


def drawn(temperature: float, top_p: float, count: int = 4000) -> list[int]:
    """How often each of four tokens is drawn."""
    numbers = torch.tensor([random.Random(seed).random() for seed in range(count)])
    tokens = draw(SHARES.log().expand(count, 4), numbers, temperature, top_p)
    return torch.bincount(tokens, minlength=4).tolist()


def test_tokens_come_as_often_as_they_should() -> None:
    shares = SHARES.double()
    shares /= shares.sum()
    assert chisquare(drawn(1.0, 1.0), (4000 * shares).tolist()).pvalue > 0.001
    flatter = shares.sqrt() / shares.sqrt().sum()  # temperature 2
    assert chisquare(drawn(2.0, 1.0), (4000 * flatter).tolist()).pvalue > 0.001


def test_the_nucleus_is_the_fewest_tokens_that_reach_top_p() -> None:
    for top_p, kept in ((0.1, 1), (0.5, 1), (0.51, 2), (0.8, 2), (0.81, 3), (0.96, 4)):
        counts = drawn(1.0, top_p, 500)
        assert [count > 0 for count in counts] == [place < kept for place in range(4)], top_p
    counts = drawn(1.0, 0.7)
    assert chisquare(counts[:2], [4000 * 5 / 8, 4000 * 3 / 8]).pvalue > 0.001


def test_the_ends_of_the_range() -> None:
    logits = torch.tensor([[0.0, 5.0, 1.0], [0.0, 5.0, 1.0]])
    assert draw(logits, torch.tensor([0.0, 1.0]), 1.0, 1.0).tolist() == [1, 0]
    assert draw(logits, torch.tensor([0.0, 1.0]), 1.0, 0.1).tolist() == [1, 1]
    masked = torch.tensor([[-torch.inf, 0.0, -torch.inf]])
    assert draw(masked, torch.tensor([0.9999]), 1.0, 1.0).tolist() == [1]


def test_one_token_is_left() -> None:
    left = only(torch.zeros(2, 3), torch.tensor([2, 0]))
    assert left.tolist() == [[-torch.inf, -torch.inf, 0.0], [0.0, -torch.inf, -torch.inf]]


def test_a_row_is_drawn_by_its_own_seed_wherever_it_is() -> None:
    scores = torch.randn(3, 50, generator=torch.Generator().manual_seed(0))
    ids = torch.zeros(3, 1, dtype=torch.long)
    one = Draw([1, 2, 3], 1.0, 1.0)
    other = Draw([3, 1, 2], 1.0, 1.0)
    for _ in range(5):
        a = one(ids, scores).argmax(dim=1)
        b = other(ids, scores[[2, 0, 1]]).argmax(dim=1)
        assert b.tolist() == a[[2, 0, 1]].tolist()
