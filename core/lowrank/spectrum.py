"""Ranks read off a spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import SpecError
from core.lowrank.bases import F64
from core.messages import message


@dataclass(frozen=True)
class Spectrum:
    """Summaries of singular values; all 0 for a zero matrix."""

    stable_rank: float  # ‖M‖²_F / ‖M‖²₂
    effective_rank: float  # exp of the entropy of σ/Σσ
    numerical_rank: int  # σ above max(m, n)·ε·σ₁, as numpy.linalg.matrix_rank


def summarise(s: F64, shape: tuple[int, int], rest: float = 0.0) -> Spectrum:
    """Stable, effective and numerical rank. With energy `rest` beyond s, the latter two are of s.

    (Rudelson & Vershynin 2007, J. ACM 54; Roy & Vetterli 2007, EUSIPCO.)

    >>> summarise(np.array([2.0, 2.0, 0.0]), (3, 3)).effective_rank
    2.0
    """
    if len(s) == 0 or s[0] <= 0:
        return Spectrum(0.0, 0.0, 0)
    share = s[s > 0] / s.sum()
    entropy = -float(np.sum(share * np.log(share)))
    level = max(shape) * np.finfo(float).eps * s[0]
    stable = float(np.sum(np.square(s / s[0])) + rest / s[0] / s[0])
    return Spectrum(stable, float(np.round(np.exp(entropy), 12)), int((s > level).sum()))


def rank_for(errors: F64, share: float) -> int | None:
    """The least r with errors[r] ≤ share·errors[0], errors for r = 0…k; None where none is.

    Raises SpecError for a share outside 0…1.

    >>> rank_for(np.array([5.0, 3.0, 0.0]), 0.6)
    1
    """
    if not 0.0 <= share <= 1.0:
        raise SpecError(
            message("`share={share:g}` is not possible; choose 0 to 1.", share=share), "share"
        )
    enough = np.flatnonzero(errors <= share * errors[0] * (1 + 1e-12))
    return int(enough[0]) if len(enough) else None
