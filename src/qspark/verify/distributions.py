"""What counts can say about a distribution.

Use the exact probabilities of `branches.py` wherever a circuit is at hand. The thresholds
here keep a stated false-alarm budget `alpha`: the chance that a right program is called wrong. With
m checks in a test, or m programs in a run, divide `alpha` by m. Bit strings are Qiskit's: the
classical bit with the highest index is the leftmost character; spaces between registers are ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, isfinite, log, sqrt
from typing import Any, Literal

import numpy as np

ALPHA = 1e-6
_NO_PROBABILITY = 1e-12


@dataclass(frozen=True)
class Equivalence:
    """What a check found.

    `answer` is "unknown" when the check could not decide, which never speaks against a candidate.
    `closeness` is in 0..1, a fidelity where there is one, or None; `method` names the check that
    answered; `detail` is for a reader.
    """

    answer: Literal["equivalent", "different", "unknown"]
    closeness: float | None
    method: str
    detail: str = ""


def tvd(p: Mapping[str, float], q: Mapping[str, float]) -> float:
    """Total variation distance of two distributions, 0..1: half the sum of |p - q|."""
    return 0.5 * sum(abs(p.get(key, 0.0) - q.get(key, 0.0)) for key in {*p, *q})


def tvd_threshold(outcomes: int, shots: int, alpha: float = ALPHA) -> float:
    """What the TVD of counts from their own distribution exceeds with chance `alpha` at most.

    1/2 sqrt((K-1)/N) + sqrt(ln(1/alpha) / (2N)): the mean is bounded by Cauchy-Schwarz, the excess
    over the mean by McDiarmid's inequality (Surveys in Combinatorics 1989, 148), as one shot moves
    the TVD by 1/N at most. ValueError unless outcomes > 0, shots > 0 and 0 < alpha < 1.
    """
    _need(shots, alpha, outcomes)
    return 0.5 * sqrt((outcomes - 1) / shots) + sqrt(log(1 / alpha) / (2 * shots))


def event_threshold(shots: int, alpha: float = ALPHA) -> float:
    """How far a relative frequency strays from its probability: sqrt(ln(2/alpha) / (2N)).

    Hoeffding, J. Am. Stat. Assoc. 58 (1963) 13, two-sided. ValueError as for `tvd_threshold`.
    """
    _need(shots, alpha)
    return sqrt(log(2 / alpha) / (2 * shots))


def expectation_threshold(shots: int, alpha: float = ALPHA, weight: float = 1.0) -> float:
    """How far an estimated Pauli expectation strays: weight * sqrt(2 ln(2/alpha) / N).

    Hoeffding for values of -1 and 1. For a sum of k Pauli terms with real coefficients c, pass
    `weight` = sum |c| and `alpha` / k, N being the shots behind every term.
    """
    return 2 * weight * event_threshold(shots, alpha)


def shots_needed(distance: float, outcomes: int, alpha: float = ALPHA) -> int:
    """The fewest shots with 2 * `tvd_threshold` <= `distance`: both errors then stay below `alpha`.

    `distance` is the TVD, in (0, 1], to the nearest wrong answer that is plausible.
    """
    _need(1, alpha, outcomes)
    if not 0 < distance <= 1:
        raise ValueError(f"a distance is in (0, 1], not {distance}")
    return ceil((2 * tvd_threshold(outcomes, 1, alpha) / distance) ** 2)


def check_counts(
    counts: Mapping[str, int],
    probabilities: Mapping[str, float],
    alpha: float = ALPHA,
    distance: float | None = None,
    noiseless: bool = True,
) -> Equivalence:
    """Whether `counts` can come from `probabilities`, which sum to 1.

    Different: a forbidden outcome was seen (probability 0; only when `noiseless`), or the TVD is
    over `tvd_threshold`. Unknown: the threshold is so wide that it passes everything, or the counts
    fit but two thresholds exceed `distance`, the TVD to the nearest wrong answer. A wrong circuit
    that gives forbidden outcomes the probability q slips past the first check with (1-q)**shots.
    The closeness is the classical fidelity (sum sqrt(p q))**2. When `noiseless` is False all
    outcomes that are not in `probabilities` count as one. ValueError: probabilities that are
    negative or do not sum to 1. Counts that are no counts are "different", never an exception.
    """
    if any(p < 0 for p in probabilities.values()) or abs(sum(probabilities.values()) - 1) > 1e-6:
        raise ValueError("probabilities must not be negative and must sum to 1")
    expected = {key.replace(" ", ""): p for key, p in probabilities.items() if p > _NO_PROBABILITY}
    seen, fault = _clean(counts)
    if fault:
        return Equivalence("different", 0.0, "counts", fault)
    shots = sum(seen.values())
    shares = {key: count / shots for key, count in seen.items() if count}
    fidelity = min(1.0, sum(sqrt(p * shares.get(key, 0.0)) for key, p in expected.items()) ** 2)
    strangers = sorted(key for key in shares if key not in expected)
    if strangers and noiseless:
        detail = f"{strangers[0][:80]} cannot occur, but did {seen[strangers[0]]} x"
        return Equivalence("different", fidelity, "forbidden", detail)
    gap = tvd(shares, expected)
    limit = tvd_threshold(len(expected) + (not noiseless), shots, alpha)
    detail = f"TVD {gap:.4f}, threshold {limit:.4f} for {shots} shots and alpha {alpha:g}"
    if gap > limit:
        return Equivalence("different", fidelity, "tvd", detail)
    if limit >= 1 or (distance is not None and 2 * limit > distance):
        return Equivalence("unknown", fidelity, "tvd", f"too few shots: {detail}")
    return Equivalence("equivalent", fidelity, "tvd", detail)


def _clean(counts: Any) -> tuple[dict[str, int], str]:
    """Counts with plain keys, or what is wrong with them."""
    if not isinstance(counts, Mapping) or not all(isinstance(key, str) for key in counts):
        return {}, "not counts: expected bit strings and how often each was seen"
    whole: dict[str, int] = {}
    for key, count in counts.items():
        number = isinstance(count, int | float | np.integer | np.floating)
        if not number or not isfinite(count) or count < 0 or count != int(count):
            return {}, f"not a count: {count!r}"[:200]
        plain = key.replace(" ", "")
        whole[plain] = whole.get(plain, 0) + int(count)
    return whole, "" if sum(whole.values()) else "no shots"


def _need(shots: int, alpha: float, outcomes: int = 1) -> None:
    if shots <= 0 or outcomes <= 0 or not 0 < alpha < 1:
        raise ValueError(f"no threshold for {outcomes} outcomes, {shots} shots and alpha {alpha}")
