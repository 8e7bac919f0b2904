"""Skip-gram and CBOW by gensim, with a loss one can trust.

gensim's own counter saturates and depends on the number of workers; here the loss is
estimated after each pass, always in the same way, on a fixed sample of the text trained
on and of text held out: nats a pair (skip-gram) or a word (CBOW),

    −log σ(⟨h, c⟩) − Σ_k log σ(−⟨h, c_k⟩)      negative sampling, k noise words
    −Σ_t log σ(±⟨h, θ_t⟩)                      hierarchical softmax, along the tree
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import Cancelled, SpecError
from core.learning.history import Record
from core.messages import message
from core.progress import OnStep, run_on
from core.text.tokens import segments, tokenise
from core.text.vocabulary import vocabulary
from core.vectors.models.model import NONE, Model, Tree
from core.vectors.specs import Word2Vec

I64 = NDArray[np.int64]
HELD_OUT = 0.02
PIECE = 1000  # tokens at most; a piece is what gensim calls a sentence
SAMPLE = 4000  # pairs or words that a loss is estimated from
LAST_RATE = 1e-4
STEP = 10  # pieces between two looks at the cancel button


@dataclass(frozen=True)
class Pieces:
    """The text without its dropped words, ids (N,), cut into pieces at starts (S + 1,)."""

    ids: I64
    starts: I64

    def __len__(self) -> int:
        return len(self.starts) - 1

    def chosen(self, which: NDArray[np.bool_]) -> Pieces:
        """The pieces marked in `which`: (pieces,) bool."""
        lengths = np.diff(self.starts)
        ids = self.ids[np.repeat(which, lengths)]
        return Pieces(ids, np.concatenate([[0], np.cumsum(lengths[which])]))


@dataclass(frozen=True)
class Probe:
    """Sampled predictions: contexts (M, 2L) padded with −1, words (M,), noise (M, k).

    Skip-gram's contexts are one a row; CBOW's are a window.
    """

    contexts: I64
    words: I64
    noise: I64


@cached
def train(spec: Word2Vec, on_step: OnStep = run_on) -> Model:
    """Train by gensim, with progress, and the loss after each pass."""
    from gensim.models import Word2Vec as Gensim

    tokens = tokenise(spec.corpus.text, on_step)
    words = vocabulary(spec.corpus, on_step)
    record = Record(on_step)
    record.report(0.0, "preparing")
    pieces = cut(tokens.ids, segments(tokens, spec.boundary), len(words.words))
    rng = np.random.default_rng(spec.seed)
    held = rng.random(len(pieces)) < HELD_OUT
    trained, out = pieces.chosen(~held), pieces.chosen(held)
    if not len(trained):
        raise SpecError(message("The text is too short to train on; choose a longer one."))
    skip, negative = spec.architecture == "skip-gram", spec.output == "negative sampling"
    keep = kept_share(words.counts, spec.sample)
    noise = np.cumsum(words.counts**spec.noise)
    probes = [probe(part, spec, keep, noise / noise[-1]) for part in (trained, out)]
    gensim = Gensim(
        vector_size=spec.dim, sg=int(skip), hs=int(not negative),
        negative=spec.negatives if negative else 0, ns_exponent=spec.noise, sample=spec.sample,
        window=spec.window, min_count=1, workers=spec.workers, seed=spec.seed + 1,
        alpha=spec.rate, min_alpha=min(LAST_RATE, spec.rate), cbow_mean=1,
    )  # fmt: skip
    frequency = dict(zip(words.words, words.counts.tolist(), strict=True))
    gensim.build_vocab_from_freq(frequency, corpus_count=len(trained))
    names = np.array(words.words, object)
    order = np.array([gensim.wv.key_to_index[word] for word in words.words])
    tree = None if negative else _tree(gensim, order)
    began = time.monotonic()

    def note(step: int) -> None:
        W = gensim.wv.vectors[order]
        out = gensim.syn1neg[order] if negative else gensim.syn1
        on_trained, on_held = (estimate(W, out, p, tree) for p in probes)
        record.add(step, on_trained, on_held)

    note(0)
    falls = np.linspace(spec.rate, min(LAST_RATE, spec.rate), spec.passes + 1)
    for n in range(spec.passes):
        stopped: list[bool] = []

        def sentences(n: int = n, stopped: list[bool] = stopped) -> Iterator[list[str]]:
            """The pieces as words. Ends early when cancelled: gensim has no way to stop it."""
            metrics = {
                "stage": message("pass {i} of {n}", i=n + 1, n=spec.passes),
                "history": record.curve,
            }
            for s in range(len(trained)):
                if s % STEP == 0 and on_step((n + s / len(trained)) / spec.passes, metrics):
                    stopped.append(True)
                    return
                low, high = trained.starts[s : s + 2]
                yield names[trained.ids[low:high]].tolist()

        gensim.train(
            _Once(sentences), total_examples=len(trained), epochs=1,
            start_alpha=falls[n], end_alpha=falls[n + 1],
        )  # fmt: skip
        if stopped:
            raise Cancelled("training")
        note(n + 1)
        if not record.finite:
            raise SpecError(
                message("The loss is not finite after {i} passes; lower `rate`.", i=n + 1), "rate"
            )
    record.report(1.0, "done")
    context = np.array(gensim.syn1neg[order]) if negative else NONE
    if tree is not None:
        tree = Tree(np.array(gensim.syn1), tree.points, tree.codes, tree.starts)
    return Model(
        words.words, words.counts, np.array(gensim.wv.vectors[order]), context, tree=tree,
        history=record.curve, seconds=time.monotonic() - began,
        lowercase=words.lowercase, simplified=words.simplified,
    )  # fmt: skip


class _Once:
    """An iterable of what a function yields; gensim refuses generators."""

    def __init__(self, make: Any) -> None:
        self.make = make

    def __iter__(self) -> Iterator[list[str]]:
        return self.make()


def cut(ids: NDArray[Any], starts: I64, size: int) -> Pieces:
    """Drop words ≥ `size`, and cut at `starts` and wherever a piece would grow too long.

    Short texts are cut finer, so that a share of the pieces can be held out.
    """
    kept = np.asarray(ids) < size
    before = np.concatenate([[0], np.cumsum(kept)])
    N = int(before[-1])
    longest = max(10, min(PIECE, N // 50))
    ends = np.unique(np.append(before[np.asarray(starts)], N))
    cuts = [np.arange(a, b, longest) for a, b in pairwise(ends)]
    return Pieces(np.asarray(ids)[kept].astype(np.int64), np.append(np.concatenate(cuts), N))


def kept_share(counts: NDArray[Any], sample: float) -> NDArray[np.float64]:
    """The share of a word's occurrences that word2vec trains on: (V,).

    min(1, (√(f/t) + 1) t/f), the formula of the code, which is not the paper's.
    """
    if sample == 0.0:
        return np.ones(len(counts))
    ratio = np.asarray(counts) / (sample * counts.sum())
    return np.minimum(1.0, (np.sqrt(ratio) + 1) / ratio)


def probe(
    pieces: Pieces, spec: Word2Vec, keep: NDArray[np.float64], noise: NDArray[np.float64]
) -> Probe:
    """A fixed sample of what is predicted in these pieces, drawn as training draws it."""
    rng = np.random.default_rng(1)
    L, k = spec.window, spec.negatives if spec.output == "negative sampling" else 0
    N, M = len(pieces.ids), SAMPLE if spec.architecture == "cbow" else 4 * SAMPLE
    offsets = np.concatenate([np.arange(-L, 0), np.arange(1, L + 1)])
    if not N:
        return Probe(np.zeros((0, 2 * L), np.int64), np.zeros(0, np.int64), np.zeros((0, k), int))
    at = rng.integers(0, N, M)
    at = at[rng.random(M) < keep[pieces.ids[at]]]
    piece = np.repeat(np.arange(len(pieces)), np.diff(pieces.starts))
    reach = rng.integers(1, L + 1, len(at))
    places = at[:, None] + offsets
    inside = (places >= 0) & (places < N) & (np.abs(offsets) <= reach[:, None])
    places = np.clip(places, 0, N - 1)
    inside &= piece[places] == piece[at][:, None]
    nearby = pieces.ids[places]
    inside &= rng.random(nearby.shape) < keep[nearby]
    contexts = np.where(inside, nearby, -1)
    words = pieces.ids[at]
    if spec.architecture == "skip-gram":
        row, column = np.nonzero(inside)
        some = rng.permutation(len(row))[:SAMPLE]
        # gensim predicts the middle word from each of its contexts; over a text that is the same
        contexts, words = nearby[row, column][some][:, None], words[row[some]]
    else:
        filled = inside.any(axis=1)
        contexts, words = contexts[filled], words[filled]
    return Probe(contexts, words, np.searchsorted(noise, rng.random((len(words), k))))


def estimate(W: Any, out: Any, probe: Probe, tree: Tree | None) -> float:
    """The mean loss of the sampled predictions in nats; NaN where there are none.

    W: (V, d) input vectors; out: output vectors (V, d), or the tree's inner nodes.
    """
    if not len(probe.words):
        return float("nan")
    present = (probe.contexts >= 0).astype(np.float64)
    share = present / present.sum(axis=1, keepdims=True)
    h = np.einsum("mc,mcd->md", share, W[np.maximum(probe.contexts, 0)].astype(np.float64))
    if tree is not None:
        return float(-path_log_probability(h, probe.words, tree, out).mean())
    right = np.einsum("md,md->m", h, out[probe.words])
    wrong = np.einsum("md,mkd->mk", h, out[probe.noise])
    return float((np.logaddexp(0, -right) + np.logaddexp(0, wrong).sum(axis=1)).mean())


def path_log_probability(h: Any, words: I64, tree: Tree, theta: Any = None) -> Any:
    """log p(word | h) along the tree's paths, in nats: (M,) for h (M, d) and words (M,)."""
    theta = tree.theta if theta is None else theta
    lengths = tree.starts[words + 1] - tree.starts[words]
    row = np.repeat(np.arange(len(words)), lengths)
    step = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    place = tree.starts[words][row] + step
    score = np.einsum("pd,pd->p", h[row], theta[tree.points[place]].astype(np.float64))
    sign = 1.0 - 2.0 * tree.codes[place]
    return np.bincount(row, -np.logaddexp(0, -sign * score), minlength=len(words))


def _tree(gensim: Any, order: I64) -> Tree:
    """gensim's Huffman tree, words in our order."""
    paths = [
        (gensim.wv.get_vecattr(int(i), "point"), gensim.wv.get_vecattr(int(i), "code"))
        for i in order
    ]
    lengths = [len(code) for _, code in paths]
    return Tree(
        np.zeros((0, 0), np.float32),
        np.concatenate([point[:n] for (point, _), n in zip(paths, lengths, strict=True)]).astype(
            np.int32
        ),
        np.concatenate([code for _, code in paths]).astype(np.uint8),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )
