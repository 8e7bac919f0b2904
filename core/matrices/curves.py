"""Every method's error at every rank of one matrix, computed once."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core import budget
from core.cache import cached
from core.lowrank import bounds, choosers, cur, interpolative, pseudoinverse, spectrum, svd
from core.lowrank.bases import F64, Ints, checked, energy, grid, is_sparse, rows
from core.lowrank.svd import Decomposition
from core.matrices.curve import Curve, curve
from core.matrices.loading import load
from core.matrices.selection import available, choose, sketch
from core.matrices.specs import Curves
from core.progress import OnStep, part, report, run_on
from core.threads import one_thread

SPECTRAL_POINTS = 8
SPECTRAL_ENTRIES = 400_000
"""Larger matrices get spectral norms for the deterministic choosers only."""


@dataclass(frozen=True)
class ErrorCurves:
    """What the page of one matrix draws. Keys are methods (`core.matrices.specs.METHODS`).

    frobenius, spectral: errors, absolute. Frobenius ones are exact at every rank
    ("skeleton …" and "randomised": at a grid of ranks). Spectral ones are exact
    at every rank for "svd"; for the others measured by Lanczos to four digits,
    for the first draw, at a grid of ranks. expected: bounds on the Frobenius error
    from theory (see `core.lowrank.bounds`), by name; expected_spectral likewise.
    largest: the interpolation matrix's largest entry, of the first draw.
    columns, rows: chosen by each chooser in its first draw, in order.
    """

    shape: tuple[int, int]
    norm: float
    s: F64  # (k,) singular values, all of them if rest is 0
    rest: float  # energy beyond them
    floor: F64  # (K + 1,) least Frobenius error, r = 0…K
    summary: spectrum.Spectrum
    frobenius: dict[str, Curve] = field(default_factory=dict)
    spectral: dict[str, Curve] = field(default_factory=dict)
    expected: dict[str, Curve] = field(default_factory=dict)
    expected_spectral: dict[str, Curve] = field(default_factory=dict)
    largest: dict[str, Curve] = field(default_factory=dict)
    columns: dict[str, Ints] = field(default_factory=dict)
    rows: dict[str, Ints] = field(default_factory=dict)

    @property
    def ranks(self) -> int:
        """The highest rank."""
        return len(self.floor) - 1

    def relative(self, method: str) -> Curve:
        """A method's Frobenius error over ‖M‖_F."""
        return self.frobenius[method].over(self.norm)

    def relative_spectral(self, method: str) -> Curve:
        """A method's spectral error over ‖M‖₂."""
        return self.spectral[method].over(float(self.s[0]))


@cached
def decompose(spec: Curves, on_step: OnStep = run_on) -> Decomposition:
    """The singular triples of the matrix: all, or the leading ones of a large matrix."""
    loaded = load(spec.matrix, on_step)
    report(on_step, 0.02, "singular value decomposition")
    M: Any = loaded.values
    with nullcontext() if is_sparse(M) else one_thread():
        return svd.decompose(M, min(loaded.shape) if loaded.small else spec.highest)


def _memory(spec: Curves) -> float:
    """Bytes of all errors, where the matrix is known: it, a remainder, and its singular vectors."""
    if not load.ready(spec.matrix):
        return 0.0
    loaded = load(spec.matrix)
    m, n = loaded.shape
    kept = min(m, n) if loaded.small else spec.highest
    size = 0 if is_sparse(loaded.values) else m * n
    return 8.0 * (2 * size + 3 * kept * (m + n))


@budget.needs(_memory)
@cached
def curves(spec: Curves, on_step: OnStep = run_on) -> ErrorCurves:
    """All errors of a matrix. The SVD is shared by all settings but the matrix and `highest`."""
    M = load(spec.matrix, on_step).values
    decomposition = decompose(
        Curves(spec.matrix, highest=spec.highest),
        part(on_step, 0.0, 0.3),
    )
    return measure(M, decomposition, spec, on_step)


@one_thread()
def measure(
    M: Any, decomposition: Decomposition, spec: Curves, on_step: OnStep = run_on
) -> ErrorCurves:
    """`curves` of a loaded matrix. Raises SourceError for NaN and the like."""
    M = checked(M)
    shape = (int(M.shape[0]), int(M.shape[1]))
    k = min(len(decomposition.s), min(shape))
    floor = decomposition.frobenius[: k + 1]
    summary = spectrum.summarise(decomposition.s, shape, decomposition.rest)
    errors = ErrorCurves(
        shape, float(np.sqrt(energy(M))), decomposition.s, decomposition.rest, floor, summary
    )
    errors.frobenius["svd"] = curve([floor])
    errors.spectral["svd"] = curve([decomposition.spectral])
    _theory(errors, spec)
    _ranges(errors, M, k, spec, on_step)
    names = available(M)
    for i, chooser in enumerate(names):
        _chosen(errors, M, decomposition, chooser, spec, on_step, 0.45 + 0.5 * i / len(names))
    report(on_step, 1.0, "approximations")
    return errors


def _theory(errors: ErrorCurves, spec: Curves) -> None:
    s, k, (m, n) = errors.s, errors.ranks, errors.shape
    exact = bounds.random_projection(errors.norm, m, k)
    errors.expected["projection random"] = curve([exact])
    errors.expected["columns exist"] = curve([bounds.columns_exist(s, errors.rest)[: k + 1]])
    errors.expected["range"] = curve([bounds.random_range(s, errors.rest)[: k + 1]])
    randomised = bounds.randomised_svd(s, spec.oversampling, spec.power, errors.rest)[: k + 1]
    if np.isfinite(randomised).all():
        errors.expected["randomised"] = curve([randomised])
    errors.expected_spectral["columns exist"] = curve([bounds.interpolation_exists(s, n)])


def _ranges(errors: ErrorCurves, M: Any, k: int, spec: Curves, on_step: OnStep) -> None:
    """Random ranges, the randomised SVD, and projections onto subspaces fixed in advance."""
    ranks = grid(k)
    ranges, randomised = [], []
    for draw in range(spec.seeds):
        report(on_step, 0.3 + 0.1 * draw / spec.seeds, "randomised SVD")
        sketched = sketch(M, k, spec, draw)
        ranges.append(sketched.frobenius[: k + 1])
        randomised.append(svd.randomised_errors(sketched, ranks, spec.oversampling))
        if draw == 0:
            pairs = {int(r): (sketched.Q[:, :r], sketched.B[:r]) for r in _spectral_ranks(k)}
            _add_spectral(errors, "range", M, pairs)
    errors.frobenius["range"] = curve(ranges, errors.floor)
    errors.frobenius["randomised"] = curve(randomised, errors.floor, ranks)
    for kind in pseudoinverse.SUBSPACES:
        report(on_step, 0.42, "projections")
        repeated = spec.seeds if kind == "random" else 1
        draws = []
        for draw in range(repeated):
            projected, dimensions = pseudoinverse.project(M, kind, k, draw)
            draws.append(projected.frobenius[dimensions])
        errors.frobenius[f"projection {kind}"] = curve(draws, errors.floor)


def _chosen(
    errors: ErrorCurves,
    M: Any,
    decomposition: Decomposition,
    chooser: str,
    spec: Curves,
    on_step: OnStep,
    fraction: float,
) -> None:
    k = errors.ranks
    ranks = grid(k)
    columns, crosses, skeletons = [], [], []
    for draw in range(spec.seeds if chooser in choosers.SEEDED else 1):
        report(on_step, fraction, choosers.LABELS[chooser])
        interpolation, cross = choose(M, decomposition, chooser, spec, draw)
        columns.append(interpolation.frobenius)
        crosses.append(cross.frobenius)
        skeletons.append(cur.skeleton_errors(M, cross, ranks[ranks <= cross.ranks]))
        if draw:
            continue
        errors.columns[chooser], errors.rows[chooser] = interpolation.order, cross.order
        within = ranks[ranks < len(interpolation.dimensions)]
        errors.largest[chooser] = curve(
            [interpolative.largest_entries(interpolation, within)], None, within
        )
        small = M.shape[0] * M.shape[1] <= SPECTRAL_ENTRIES
        if small or (chooser not in choosers.SEEDED and not is_sparse(M)):
            _spectral(errors, M, chooser, interpolation, cross)
    if chooser != choosers.MATCHED:  # its columns are another's
        errors.frobenius[f"id {chooser}"] = curve(columns, errors.floor)
    errors.frobenius[f"cur {chooser}"] = curve(crosses, errors.floor)
    errors.frobenius[f"skeleton {chooser}"] = curve(skeletons, errors.floor, ranks)


def _spectral(
    errors: ErrorCurves,
    M: Any,
    chooser: str,
    interpolation: interpolative.Interpolation,
    cross: cur.Cross,
) -> None:
    pairs: dict[str, dict[int, tuple[F64, F64]]] = {"id": {}, "cur": {}, "skeleton": {}}
    for r in map(int, _spectral_ranks(cross.ranks)):
        i, j = interpolation.dimensions[r], cross.dimensions[r]
        if chooser != choosers.MATCHED:
            pairs["id"][r] = interpolation.Q[:, :i], interpolation.B[:i]
        pairs["cur"][r] = interpolation.Q[:, :i], cross.W[:i, :j] @ cross.P[:, :j].T
        I, J = cross.order[:r], interpolation.order[:r]  # noqa: E741
        inner = cur.skeleton(M, I, J, rows(M, I))
        pairs["skeleton"][r] = interpolation.Q[:, :i], interpolation.B[:i, J] @ inner
    for family, of_rank in pairs.items():
        if of_rank:
            _add_spectral(errors, f"{family} {chooser}", M, of_rank)


def _spectral_ranks(k: int) -> Ints:
    return grid(k, SPECTRAL_POINTS)


def _add_spectral(
    errors: ErrorCurves, method: str, M: Any, pairs: dict[int, tuple[F64, F64]]
) -> None:
    """Spectral error at a few ranks, each M less one product (left, right)."""
    ranks = np.array(sorted(pairs), np.int64)
    values = [svd.norm2(svd.residual_operator(M, *pairs[int(r)])) for r in ranks]
    floor = np.append(errors.s, 0.0)
    errors.spectral[method] = curve([np.array(values)], floor, ranks)
