"""Advantages: from the rewards of groups of answers to what each answer is worth to the update.

Every function takes `rewards` [groups x group], the answers of one prompt next to each other, and gives
as many advantages. A reward of NaN is an answer that could not be scored: it takes no part in its
group's mean and deviation, and its advantage is 0. Deviations are those of samples (n - 1).
"""

import torch
from torch import Tensor

EPSILON = 1e-4  # what TRL adds to a deviation


def grpo(rewards: Tensor, group: int) -> Tensor:
    """A_i = (r_i - mean) / (std + 1e-4) within the group (GRPO, arXiv 2402.03300)."""
    grouped = rewards.view(-1, group)
    return _scorable((grouped - _mean(grouped)) / (_deviation(grouped) + EPSILON))


def dr_grpo(rewards: Tensor, group: int) -> Tensor:
    """A_i = r_i - mean within the group (Dr. GRPO, arXiv 2503.20783).

    Without the deviation, which gives groups that are nearly all right or all wrong more weight.
    """
    grouped = rewards.view(-1, group)
    return _scorable(grouped - _mean(grouped))


def dapo(rewards: Tensor, group: int, lengths: Tensor, limit: int, cache: int) -> Tensor:
    """GRPO's advantage of r_i plus the soft overlong punishment (DAPO, arXiv 2503.14476, eq. 9, 13).

    `lengths` are tokens of the answers, of at most `limit`; see `overlong`.
    """
    return grpo(rewards + overlong(lengths, limit, cache), group)


def overlong(lengths: Tensor, limit: int, cache: int) -> Tensor:
    """DAPO's punishment of length, from 0 to -1 (arXiv 2503.14476, eq. 13), of the shape of `lengths`.

    0 up to limit - cache tokens, from there falling to -1 at the limit. A cache of 0 punishes nothing.
    """
    if not cache:
        return torch.zeros_like(lengths, dtype=torch.float64)
    return ((limit - cache - lengths.double()) / cache).clamp(-1.0, 0.0)


def ngrpo(rewards: Tensor, group: int, maximum: float = 1.0) -> Tensor:
    """A_i = (r_i - mean(R + {r_max})) / (std(R + {r_max}) + 1e-6) (NGRPO, arXiv 2509.18851).

    One virtual answer with the highest reward there is, `maximum`, joins every group: a group in which
    all failed alike is moved away from, where GRPO learns nothing. A group that is all right stays at 0.
    The paper clips at 0.16 below and 0.24 above.
    """
    grouped = rewards.view(-1, group)
    joined = torch.cat([grouped, torch.full_like(grouped[:, :1], maximum)], dim=1)
    return _scorable((grouped - _mean(joined)) / (_deviation(joined) + 1e-6))


def lead(rewards: Tensor, group: int, passed: Tensor) -> Tensor:
    """GRPO's advantage times a weight of difficulty (GRPO-LEAD, arXiv 2504.09696).

        w(rho) = 0.4 + (1.5 - 0.4) / (1 + exp(10 (rho - 0.75)))
        A'_i   = A_i w(rho)      where A_i > 0
                 A_i w(1 - rho)  elsewhere

    rho is the share of the group that passed. Right answers weigh more where they are rare, wrong ones
    where they are rare. `passed` is 1 or 0, of the shape of `rewards`, NaN where nothing was scored.
    """
    values = grpo(rewards, group)
    share = _mean(passed.to(rewards.dtype).view(-1, group)).nan_to_num(0.0)
    rises, falls = (
        difficulty_weight(rho).expand(-1, group).flatten() for rho in (share, 1 - share)
    )
    return values * torch.where(values > 0, rises, falls)


def difficulty_weight(rho: Tensor) -> Tensor:
    """GRPO-LEAD's w(rho) with the paper's constants: about 1.5 for a hard prompt, 0.5 for an easy one."""
    return 0.4 + 1.1 * torch.sigmoid(-10 * (rho - 0.75))


def whiten(values: Tensor, scored: Tensor) -> Tensor:
    """(A_i - mean) / (std + 1e-4) over the whole batch: the last step of GDPO (arXiv 2601.05242).

    Before it each component of the reward is normalised within its group, and the results are added by
    weight. `scored`, of the shape of `values`, is False where nothing was scored: there it is 0.
    """
    row = values.masked_fill(~scored, torch.nan)[None, :]
    return _scorable((row - _mean(row)) / (_deviation(row) + EPSILON))


def silent(values: Tensor, group: int) -> list[bool]:
    """Which groups of advantages teach nothing, all of theirs being 0."""
    return (values.view(-1, group).abs() < 1e-6).all(dim=1).tolist()


def _mean(grouped: Tensor) -> Tensor:
    """Mean of each row without NaN, [rows, 1]; NaN for a row that is all NaN."""
    return grouped.nanmean(dim=1, keepdim=True)


def _deviation(grouped: Tensor) -> Tensor:
    """Standard deviation of each row without NaN, [rows, 1]; 0 for a row of fewer than two values."""
    count = (~grouped.isnan()).sum(dim=1, keepdim=True)
    squares = ((grouped - _mean(grouped)) ** 2).nansum(dim=1, keepdim=True)
    return (squares / (count - 1).clamp(min=1)).sqrt()


def _scorable(values: Tensor) -> Tensor:
    """Flat, with 0 in place of NaN."""
    return values.flatten().nan_to_num(0.0)
