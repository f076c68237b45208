"""Plain Python: what a model is to keep while it learns Qiskit. Only the base model is taught it."""

import random

from qspark.data.tiny.families.base import Family, Instance


def _instance(
    entry_point: str, asks: tuple[str, ...], args: str, body: str, test: str, **params: object
) -> Instance:
    return Instance(
        entry_point=entry_point, asks=asks, imports="", body=body, test=test, wrong=(), args=args,
        params=params,
    )  # fmt: skip


def scaled_sum(rng: random.Random) -> Instance:
    """A multiple of a sum, with an offset."""
    a, b = rng.randint(2, 40), rng.randint(2, 40)
    return _instance(
        "scaled_sum",
        (
            f"Return {a} times the sum of xs, plus {b}.",
            f"Multiply the sum of xs by {a} and add {b}.",
            f"The sum of the numbers in xs, times {a}, plus {b}.",
            f"Add up xs, multiply by {a}, then add {b}.",
            f"Give {a} times the total of xs and {b} more.",
        ),
        "xs", f"return {a} * sum(xs) + {b}",
        f"for xs in ([], [1, 2, 5], [-3, 7, 7, 11]):\n    assert candidate(xs) == {a} * sum(xs) + {b}",
        a=a, b=b,
    )  # fmt: skip


def count_letter(rng: random.Random) -> Instance:
    """How often two letters occur in a text."""
    a, b = rng.sample("abcdefghijklmnopqrstuvwxyz", 2)
    return _instance(
        "count_letter",
        (
            f'Count "{a}" and "{b}" in the text s.',
            f'Return how often "{a}" or "{b}" occurs in s.',
            f'How many letters of s are "{a}" or "{b}"?',
            f'The number of "{a}" plus that of "{b}" in s.',
            f'Say how many times s has "{a}" or "{b}".',
        ),
        "s", f'return s.count("{a}") + s.count("{b}")',
        f'for s in ("", "{a}{b}{a}", "the quick brown fox jumps over a lazy dog {b}"):\n'
        f'    assert candidate(s) == s.count("{a}") + s.count("{b}")',
        a=a, b=b,
    )  # fmt: skip


def every_nth(rng: random.Random) -> Instance:
    """A slice with a start and a step."""
    k, n = rng.randint(1, 20), rng.randint(2, 20)
    return _instance(
        "every_nth",
        (
            f"From index {k} on, return every item of xs in steps of {n}.",
            f"Start at index {k} and take each item of xs at a step of {n}.",
            f"Items of xs from index {k}, with step {n}.",
            f"Slice xs from {k} to its end in steps of {n}.",
            f"Of xs, give the items that begin at {k} and are {n} apart.",
        ),
        "xs", f"return xs[{k}::{n}]",
        f"for size in (0, 9, 60):\n    xs = list(range(100, 100 + size))\n"
        f"    assert list(candidate(xs)) == xs[{k}::{n}]",
        k=k, n=n,
    )  # fmt: skip


def clip(rng: random.Random) -> Instance:
    """A number kept within limits."""
    a = rng.randint(2, 40)
    b = a + rng.randint(2, 50)
    return _instance(
        "clip",
        (
            f"Limit x to at least {a} and at most {b}.",
            f"Return x, but no less than {a} and no more than {b}.",
            f"Clip x to the range from {a} to {b}.",
            f"Keep x between {a} and {b}.",
            f"Force x into the interval {a} to {b}.",
        ),
        "x", f"return max({a}, min(x, {b}))",
        f"for x in (-5, {a}, {a} + 1, {b}, {b} + 9):\n    assert candidate(x) == max({a}, min(x, {b}))",
        a=a, b=b,
    )  # fmt: skip


def above(rng: random.Random) -> Instance:
    """The items above a limit, in order, with a factor."""
    a, b = rng.randint(2, 60), rng.randint(2, 30)
    return _instance(
        "above",
        (
            f"Sort the items of xs above {a} and multiply each by {b}.",
            f"Return the sorted items of xs greater than {a}, each times {b}.",
            f"Items of xs over {a}, sorted, times {b}.",
            f"Drop what is not above {a} in xs, sort it, scale it by {b}.",
            f"Of xs, all above {a} in order and each times {b}.",
        ),
        "xs", f"return [{b} * x for x in sorted(xs) if x > {a}]",
        f"for xs in ([], [{a}, {a} + 1, 3, 99], [70, 5, 64, {a} - 1, 88]):\n"
        f"    assert list(candidate(xs)) == [{b} * x for x in sorted(xs) if x > {a}]",
        a=a, b=b,
    )  # fmt: skip


def remainder(rng: random.Random) -> Instance:
    """A test of divisibility with a shift."""
    a, b = rng.randint(3, 40), rng.randint(2, 40)
    return _instance(
        "remainder",
        (
            f"Add {b} to n and return the remainder of division by {a}.",
            f"The remainder of n plus {b}, divided by {a}.",
            f"Return n plus {b} modulo {a}.",
            f"Shift n by {b}, then reduce it modulo {a}.",
            f"What is left of n plus {b} after division by {a}?",
        ),
        "n", f"return (n + {b}) % {a}",
        f"for n in (0, 5, 77, 1003):\n    assert candidate(n) == (n + {b}) % {a}",
        a=a, b=b,
    )  # fmt: skip


FAMILIES = tuple(
    Family(draw.__name__, "python", "basic", draw)
    for draw in (scaled_sum, count_letter, every_nth, clip, above, remainder)
)
