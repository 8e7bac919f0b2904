"""What a run is worth: each objective of a spec, with bootstrap replicates where it has items.

Replicate b is the same objective on the b-th draw, with replacement, from the whole list of
pairs, of the pairs that analogies were built from, or of words. The draws depend on the list
alone, so replicates of two settings belong together in pairs. So do the random cuts of the list in
two halves, by which a choice can be judged on items it was not made on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import anew, cached
from core.errors import QueryError, SpecError
from core.families import COPIED, COVERED, JS, KNN, RHO, TOLD
from core.kinds import SECONDS
from core.lengths import directions, lengths
from core.messages import message
from core.progress import OnStep, report, run_on
from core.registry import AGREEMENT, BY_CLASS, ON_MAP
from core.specs import Spec
from core.sweeps.targets import objectives_of, read, read_reference
from core.vectors.evaluate import resampling
from core.vectors.evaluate.benchmarks import ANALOGY_SETS, PAIR_SETS, pairs_of, questions_of
from core.vectors.evaluate.scores import FEWEST, answered, cosines, covered, spearman
from core.vectors.models.model import Model, Space, space
from core.vectors.rows.common import OVERLAP
from core.vectors.search.graph import neighbours_among
from core.vectors.store.shelf import model_of

REPLICATES = 200
SPLITS = 100
NEAREST = 10
COMPARED = 2000  # words whose neighbours are compared, the most frequent shared ones
INPUTS = (
    "core.text.", "core.items.data.", "core.items.collection.", "core.matrices.loading.",
    "core.sweeps.",
)  # fmt: skip
NONE: NDArray[np.float64] = np.zeros(0)
_warm: set[str] = set()  # kinds of spec this process has run: what they import is compiled


@dataclass(frozen=True)
class Judged(Spec):
    """One objective of one run; `reference` as in a sweep."""

    run: str = specs.text("PpmiSvd", 4000, "the spec that is run")
    objective: str = specs.text("WordSim-353", 100, "what is measured of it")
    against: str = specs.text("", 4000, "the model it is compared with")


@dataclass(frozen=True)
class Value:
    """An objective's value, its replicates (B,) or (0,), and its values on the two halves of each
    random cut of the list, (S, 2) or (0, 2)."""

    value: float
    replicates: NDArray[np.float64] = field(default_factory=lambda: NONE)
    halves: NDArray[np.float64] = field(default_factory=lambda: NONE.reshape(0, 2))


@cached
def measure(spec: Judged, on_step: OnStep = run_on) -> Value:
    """Run the spec, if it was not run before, and measure it.

    Raises CoreError where the setting is impossible or the objective has no value.
    """
    run, name = read(spec.run), spec.objective
    if name not in objectives_of(type(run)):
        raise SpecError(
            message("{kind} cannot be judged by {name}.", kind=type(run).__name__, name=name),
            "objectives",
        )
    if name == SECONDS:
        return Value(_seconds(run, on_step))
    result = _fit(run, on_step)
    if name == OVERLAP:
        return _overlap(result, model_of(read_reference(spec.against), on_step))
    return MEASURES[name](run, result, name, on_step)


def _fit(run: Spec, on_step: OnStep) -> Any:
    """The result of any spec that can be swept; from the cache where it was computed before."""
    kind = BY_CLASS[type(run).__name__]
    result = kind.load_fit()(run, on_step)
    _warm.add(kind.key)
    return result


def _seconds(run: Spec, on_step: OnStep) -> float:
    """CPU seconds of computing a result anew from data in memory; imports and compiling are not in.

    Models that JAX compiles for each shape tell how long their steps took.
    """
    kind = BY_CLASS[type(run).__name__]
    if kind.timed:
        return float(_fit(run, on_step).seconds)
    if kind.key not in _warm:
        _fit(run, on_step)
    report(on_step, 0.5, "measuring the time")
    with anew(keep=INPUTS):
        began = time.process_time()
        _fit(run, on_step)
        spent = time.process_time() - began
    return spent


def _similarity(run: Spec, model: Model, name: str, on_step: OnStep) -> Value:
    pairs, rows = pairs_of(name), space(model)
    places, a, b = covered(model.vocabulary, pairs)
    if len(places) < FEWEST:
        raise QueryError(
            message(
                "The vocabulary covers {n} pairs of {name}, at least {fewest} are "
                "needed; lower `min_count` or choose a longer text.",
                n=len(places),
                name=name,
                fewest=FEWEST,
            )
        )
    model_scores, human_scores = (
        np.full(len(pairs), np.nan),
        np.array([pair.score for pair in pairs]),
    )
    model_scores[places] = cosines(rows, a, b)

    def of(rows: NDArray[np.int64]) -> float:
        return _rank_correlation(model_scores[rows], human_scores[rows])

    return Value(
        spearman(model_scores[places], human_scores[places]),
        np.array([of(drawn) for drawn in resampling.draws(pairs, REPLICATES)]),
        _on_halves(of, resampling.halves(pairs, SPLITS)),
    )


def _rank_correlation(
    model_scores: NDArray[np.float64], human_scores: NDArray[np.float64]
) -> float:
    known = ~np.isnan(model_scores)
    return (
        spearman(model_scores[known], human_scores[known])
        if known.sum() >= FEWEST
        else float("nan")
    )


def _analogies(run: Spec, model: Model, name: str, on_step: OnStep) -> Value:
    questions = questions_of(name)
    places, right = answered(space(model), model.vocabulary, questions, name, on_step)
    if not len(places):
        raise QueryError(
            message("The vocabulary covers no question of {name}; choose a longer text.", name=name)
        )
    hit = np.full(len(questions), np.nan)
    hit[places] = right["3CosAdd"]
    return Value(
        _known_mean(hit),
        np.array([_known_mean(hit[drawn]) for drawn in resampling.draws(questions, REPLICATES)]),
        _on_halves(lambda rows: _known_mean(hit[rows]), resampling.halves(questions, SPLITS)),
    )


def _overlap(model: Model, reference: Model) -> Value:
    """Per word, the share of its 10 nearest by cosine that both models agree on.

    Among the most frequent words that both know; both search among these only.
    """
    shared = [word for word in reference.words if word in model.vocabulary.index][:COMPARED]
    if len(shared) <= NEAREST:
        raise QueryError(
            message("Only {n} words are in both models; choose another reference.", n=len(shared))
        )
    k = NEAREST
    ours, theirs = (_nearest(space(each), each, shared, k) for each in (model, reference))
    rows = zip(ours, theirs, strict=True)
    return _mean(np.array([len(set(a) & set(b)) / k for a, b in rows]))


def _nearest(rows: Space, model: Model, shared: list[str], k: int) -> list[list[int]]:
    index = model.vocabulary.index
    ids = [index[word] for word in shared]
    unit = rows.word[ids] / np.maximum(rows.norms[ids], 1e-30)[:, None]
    cosine = unit @ unit.T
    np.fill_diagonal(cosine, -np.inf)
    return np.argpartition(-cosine, k, axis=1)[:, :k].tolist()


def _reconstruction(run: Any, trained: Any, name: str, on_step: OnStep) -> Value:
    from core.items.data import load

    last = _last(run, trained)
    load_copies = BY_CLASS[type(run).__name__].load_copies
    if load_copies is None:  # a game measures its copies at every stored epoch
        return Value(float(np.sqrt(last.error)))
    copies, data = load_copies()(run, trained), load(run.items)
    return Value(float(np.sqrt(np.mean((copies - data.x[: len(copies)]) ** 2))))


def _use(run: Any, trained: Any, name: str, on_step: OnStep) -> Value:
    use = _last(run, trained).usage(run.size)
    return Value(use.used if name == "codes used" else use.perplexity)


def _points(run: Any, trained: Any, name: str, on_step: OnStep) -> Value:
    score = _last(run, trained).score
    return Value(float(score.covered) if name == COVERED else score.js)


def _samples(run: Any, trained: Any, name: str, on_step: OnStep) -> Value:
    last = _last(run, trained)
    return Value(last.rho if name == RHO else last.told)


def _clusters(run: Any, trained: Any, name: str, on_step: OnStep) -> Value:
    from core.latent.judgement import judge

    last, labels = _labelled(run, trained, name)
    judged = judge(last.cluster, labels, run.components)
    return Value(judged.accuracy if name == "accuracy" else judged.nmi)


def _labelled(run: Any, trained: Any, name: str) -> tuple[Any, NDArray[np.int32]]:
    """The last epoch of a training, and its items' labels. Raises QueryError without labels."""
    from core.items.data import load

    last, data = _last(run, trained), load(run.items)
    if not len(data.labels):
        raise QueryError(
            message("“{data}” has no labels; {name} needs them.", data=run.items.label, name=name)
        )
    return last, data.labels[: len(last.mean)]


def _last(run: Any, trained: Any) -> Any:
    """The snapshot that a training results in. Raises SpecError where it diverged."""
    if trained.stopped:
        raise SpecError(trained.stopped, BY_CLASS[type(run).__name__].rate)
    return trained.result


def _error(run: Spec, error: float, name: str, on_step: OnStep) -> Value:
    return Value(error)


def _trust(run: Any, result: Any, name: str, on_step: OnStep) -> Value:
    """Of words the judgement itself is the result; of items it is made of the same map."""
    from core.spaces.doubts import Labelled
    from core.spaces.places import judge
    from core.spaces.specs import Kept

    if isinstance(run, Labelled):
        result = judge(Kept(run.place, run.doubt_k), on_step)
    return _mean(result.kept)


def _labels(run: Any, labels: Any, name: str, on_step: OnStep) -> Value:
    """Of each item with a label, what its neighbours say: see `core.spaces.doubts.judge_labels`."""
    return _mean(labels.on_map if name == ON_MAP else labels.agreement.own)


def _knn(run: Any, result: Any, name: str, on_step: OnStep) -> Value:
    """Whether an item's nearest ones name its label: rows of a collection, or a model's latents."""
    from core.spaces.doubts import Labelled, coded_labels
    from core.spaces.probes import knn_right
    from core.spaces.rows import true_neighbours

    if isinstance(run, Labelled):
        codes, _ = coded_labels(run)
        near = true_neighbours(run.place.space, run.doubt_k, on_step)
    else:
        last, codes = _labelled(run, result, name)
        near = neighbours_among(directions(last.mean, lengths(last.mean)), NEAREST, on_step)
    items, right = knn_right(near.rows, codes)
    every = np.full(len(codes), np.nan)
    every[items] = right
    return _mean(every)


def _mean(items: NDArray[Any]) -> Value:
    """The mean over items (n,), NaN for those that are not covered."""
    rng = np.random.default_rng(0)  # the same draws for every setting
    n = len(items)
    spread = [_known_mean(items[rng.integers(0, n, n)]) for _ in range(REPLICATES)]
    parted = _on_halves(lambda rows: _known_mean(items[rows]), resampling.cuts(n, SPLITS, rng))
    return Value(_known_mean(items), np.array(spread), parted)


def _on_halves(
    of: Callable[[NDArray[np.int64]], float],
    parted: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> NDArray[np.float64]:
    """An objective of rows of a list, on both halves of each cut: (S, 2)."""
    return np.array([[of(first), of(second)] for first, second in parted])


def _known_mean(items: NDArray[Any]) -> float:
    """The mean of those that are not NaN; 0 where none is known, as in a draw of a short list."""
    known = ~np.isnan(items)
    return float(items[known].sum() / max(known.sum(), 1))


MEASURES: dict[str, Callable[[Any, Any, str, OnStep], Value]] = {
    **dict.fromkeys(PAIR_SETS, _similarity),
    **dict.fromkeys(ANALOGY_SETS, _analogies),
    "accuracy": _clusters,
    "NMI": _clusters,
    COPIED: _reconstruction,
    COVERED: _points,
    JS: _points,
    RHO: _samples,
    TOLD: _samples,
    "codes used": _use,
    "perplexity": _use,
    "error": _error,
    "trust": _trust,
    AGREEMENT: _labels,
    ON_MAP: _labels,
    KNN: _knn,
}
"""(spec, its result, objective, on_step) → value; time and overlap take more than a result."""
