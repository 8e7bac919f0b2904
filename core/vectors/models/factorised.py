"""Word vectors cut from a truncated SVD of the PPMI matrix: M ≈ U Σ Vᵀ.

W = U_d Σ_d^p and C = V_d Σ_d^p; with p = ½, ⟨w, c⟩ approximates the PPMI itself.
(Levy, Goldberg & Dagan 2015, Q15-1016.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core import cluster
from core.cache import cached
from core.counts.ppmi import associate
from core.errors import SpecError
from core.lengths import lengths
from core.lowrank.truncated import Svd, captured, truncated_svd
from core.messages import message
from core.progress import OnStep, part, run_on
from core.vectors.specs import Factors, PpmiSvd

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Vectors:
    """One vector a word, in the order of the vocabulary; every array is read-only."""

    word: F32  # (V, d)
    context: F32  # (V, d)
    norms: F32  # (V,), of the word vectors
    s: F64  # (d,) singular values
    explained: F64  # (d,) share of ‖M‖²_F held by the first 1…d triples
    energy: float  # ‖M‖²_F


@cached
def factorise(spec: Factors, on_step: OnStep = run_on) -> Svd:
    """The leading singular triples of the PPMI matrix: `spec.rank`, or V − 1 where that is less."""
    if cluster.address():
        from core.counts import spread_ppmi
        from core.lowrank import remote

        on = cluster.connect()
        rows = spread_ppmi.associated(on, spec.association, part(on_step, 0.0, 0.5))
        rank = _possible(spec.rank, int(rows.bounds[-1]))
        return remote.truncated_svd(
            on, rows.futures, rows.bounds, rank, on_step=part(on_step, 0.5, 1.0)
        )
    matrix = associate(spec.association, on_step)
    return truncated_svd(matrix, _possible(spec.rank, max(matrix.shape)), on_step=on_step)


def _possible(rank: int, size: int) -> int:
    """The rank, or what a vocabulary of that size can give. Raises SpecError for one word."""
    if size < 2:
        raise SpecError(
            message(
                "A vocabulary of {size} has nothing to factorise; lower `min_count` or "
                "choose a longer text.",
                size=size,
            ),
            "min_count",
        )
    return min(rank, size - 1)


def vectors(spec: PpmiSvd, on_step: OnStep = run_on) -> Vectors:
    """Word and context vectors. Moving `dim`, `exponent` or `add_context` factorises nothing anew.

    Raises SpecError where the vocabulary is too small for `dim`.
    """
    factorise(spec.factors, on_step)  # reports and can be cancelled; below it is looked up
    return _assembled(spec)


def reconstruct(svd: Svd, d: int, rows: NDArray[np.integer], columns: NDArray[np.integer]) -> F64:
    """Entries of U_d Σ_d V_dᵀ for rows (R,) and columns (C,): (R, C)."""
    left = svd.U[rows, :d].astype(np.float64) * svd.s[:d]
    return left @ svd.Vt[:d, columns].astype(np.float64)


@lru_cache(maxsize=4)
def _assembled(spec: PpmiSvd) -> Vectors:
    return cut(factorise(spec.factors), spec.dim, spec.exponent, spec.add_context)


def cut(svd: Svd, dim: int, exponent: float = 0.5, add_context: bool = False) -> Vectors:
    """The first `dim` dimensions of a decomposition, as vectors."""
    rank = len(svd.s)
    if dim > rank:
        raise SpecError(
            message(
                "`dim={dim}` exceeds what a vocabulary of {n:,} words can give; choose ≤ {have}.",
                dim=dim,
                n=len(svd.U),
                have=rank,
            ),
            "dim",
        )
    s = svd.s[:dim]
    # a direction without any energy is arbitrary: it gets no weight, at p = 0 neither
    nonzero = s > 1e-6 * s[0]
    weight = np.where(nonzero, np.where(nonzero, s, 1.0) ** exponent, 0.0).astype(np.float32)
    context = np.ascontiguousarray(svd.Vt[:dim].T * weight)
    word = np.ascontiguousarray(svd.U[:, :dim] * weight)
    if add_context:
        word += context
    norms = lengths(word)
    truncated = Vectors(word, context, norms, s.copy(), captured(s, svd.energy), svd.energy)
    for array in (
        truncated.word,
        truncated.context,
        truncated.norms,
        truncated.s,
        truncated.explained,
    ):
        array.flags.writeable = False
    return truncated
