"""The statistics of a score: intervals, pass@k, paired differences. Pure functions, shares in 0..1.

A task is the unit that was drawn, so every interval resamples tasks, never single answers: several
answers to one task are first brought down to one value per task.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

Z95 = 1.959963984540054
RESAMPLES = 10_000
_BLOCK = 500


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval, all three in the unit of the estimate."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PairedDifference:
    """The mean of b - a over the same tasks, its 95 % interval, and how many tasks moved.

    `wins` are the tasks on which b is above a, `losses` those on which it is below; `p` is
    two-sided.
    """

    difference: float
    low: float
    high: float
    wins: int
    losses: int
    p: float


def wilson(passed: int, total: int) -> Interval:
    """The Wilson score interval (95 %) of the share `passed` / `total`.

    Formula: Wilson, J. Am. Stat. Assoc. 22 (1927) 209. ValueError unless 0 <= passed <= total and
    total > 0.
    """
    if total <= 0 or not 0 <= passed <= total:
        raise ValueError(f"no interval for {passed} passed of {total}")
    share, z2 = passed / total, Z95 * Z95
    scale = 1 + z2 / total
    centre = (share + z2 / (2 * total)) / scale
    half = Z95 / scale * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    low = 0.0 if passed == 0 else max(0.0, centre - half)
    high = 1.0 if passed == total else min(1.0, centre + half)
    return Interval(share, low, high)


def pass_at_k(n: int, c: int, k: int) -> float:
    """The unbiased chance that one of k answers passes, when c of n answers passed.

    1 - C(n-c, k) / C(n, k), Chen et al. arXiv 2107.03374, equation 1, in exact integers.
    ValueError unless 1 <= k <= n and 0 <= c <= n: with fewer than k answers nothing can be said.
    """
    if not (1 <= k <= n and 0 <= c <= n):
        raise ValueError(f"pass@{k} is not defined for {c} passed of {n} answers")
    return 1.0 - comb(n - c, k) / comb(n, k)


def bootstrap_mean(values: Sequence[float], seed: int, resamples: int = RESAMPLES) -> Interval:
    """The mean of one value per task, with the percentile interval over resampled tasks.

    `values` has shape (tasks,); ValueError when it is empty. When all tasks have the same value the
    interval has no width: the bootstrap knows nothing of tasks unlike those that were drawn.
    """
    data = _vector(values)
    means = _resampled_means(data, np.random.default_rng(seed), resamples)
    low, high = np.percentile(means, (2.5, 97.5))
    return Interval(float(data.mean()), float(low), float(high))


def paired_difference(
    a: Sequence[float], b: Sequence[float], seed: int, resamples: int = RESAMPLES
) -> PairedDifference:
    """How much b is above a on the same tasks: `a[i]` and `b[i]` belong to task i, shape (tasks,).

    The interval is the percentile bootstrap over tasks. `p` is the exact McNemar test (binomial
    with one half over the tasks that differ), which for values other than 0 and 1 is the sign test.
    ValueError when the two are empty or differ in length.
    """
    return pooled_paired_difference([(a, b)], seed, resamples)


def pooled_paired_difference(
    runs: Sequence[tuple[Sequence[float], Sequence[float]]], seed: int, resamples: int = RESAMPLES
) -> PairedDifference:
    """The paired difference over several runs (seeds), stratified: every run counts the same.

    `runs` holds (a, b) as for `paired_difference`, one pair per run. Tasks are resampled within
    their run, and the difference is the mean of the runs' means, so the interval speaks of these
    runs and not of seeds that were never tried. `wins`, `losses` and `p` are over all tasks of all
    runs: where runs share tasks, the interval is too narrow and `p` too small.
    """
    if not runs:
        raise ValueError("no run to compare")
    rng = np.random.default_rng(seed)
    centre, means, wins, losses = 0.0, np.zeros(resamples), 0, 0
    for a, b in runs:
        if len(a) != len(b):
            raise ValueError(f"paired values differ in length: {len(a)} and {len(b)}")
        gap = _vector(b) - _vector(a)
        centre += float(gap.mean())
        means += _resampled_means(gap, rng, resamples)
        wins += int((gap > 0).sum())
        losses += int((gap < 0).sum())
    low, high = np.percentile(means / len(runs), (2.5, 97.5))
    return PairedDifference(
        centre / len(runs), float(low), float(high), wins, losses, sign_test(wins, losses)
    )


def sign_test(wins: int, losses: int) -> float:
    """Two-sided exact p of `wins` against `losses` under a fair coin; 1 when both are 0."""
    moved = wins + losses
    return float(binomtest(wins, moved).pvalue) if moved else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the order given (Holm, Scand. J. Stat. 6 (1979) 65)."""
    adjusted, running = [0.0] * len(p_values), 0.0
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    for rank, index in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = running
    return adjusted


def net_wins_needed(moved: int) -> int | None:
    """The smallest wins - losses for which `sign_test` is below 0.05 when `moved` tasks differ.

    None when no outcome reaches it (fewer than six). Divided by the number of tasks it is the
    smallest difference that such a comparison can detect.
    """
    for losses in range(moved // 2, -1, -1):
        if sign_test(moved - losses, losses) < 0.05:
            return moved - 2 * losses
    return None


def _vector(values: Sequence[float]) -> NDArray[np.float64]:
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 1 or data.size == 0:
        raise ValueError("expected one value per task, and at least one task")
    return data


def _resampled_means(
    data: NDArray[np.float64], rng: np.random.Generator, resamples: int
) -> NDArray[np.float64]:
    means = np.empty(resamples)
    for start in range(0, resamples, _BLOCK):
        stop = min(start + _BLOCK, resamples)
        picked = rng.integers(0, data.size, size=(stop - start, data.size))
        means[start:stop] = data[picked].mean(axis=1)
    return means
