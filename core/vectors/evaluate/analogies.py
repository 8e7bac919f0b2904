"""a is to b as c is to …: one question, answered by three rules, with all candidates.

3CosAdd   cos(d, b) − cos(d, a) + cos(d, c)
3CosMul   s(d, b) s(d, c) / (s(d, a) + 0.001),  s = (cos + 1)/2
raw sum   cos(d, v_b − v_a + v_c), the vectors as they are, not normalised (Su 2017)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import QueryError
from core.lengths import inverse
from core.messages import message
from core.vectors.models.model import Space

RULES = ("3CosAdd", "3CosMul", "raw sum")


@dataclass(frozen=True)
class Answer:
    """The best words of one rule: ids and scores, best first; margin: first less second."""

    rule: str
    ids: NDArray[np.int64]
    scores: NDArray[np.float64]

    @property
    def margin(self) -> float:
        """How far the first answer is ahead of the second; NaN where there is no second."""
        return float(self.scores[0] - self.scores[1]) if len(self.scores) > 1 else float("nan")


def answers(
    space: Space, question: Sequence[int], k: int = 10, *, exclude_inputs: bool = True
) -> list[Answer]:
    """The k best words of each rule for asked = (a, b, c). Raises QueryError for a zero vector."""
    a, b, c = (int(i) for i in question)
    if not (space.norms[[a, b, c]] > 0).all():
        raise QueryError(message("One of the words has a vector of zeros; choose another."))
    scales = inverse(space.norms, np.nan)
    cosine = (space.word @ (space.word[[a, b, c]] * scales[[a, b, c], None]).T).T * scales
    cosine = np.clip(cosine.astype(np.float64), -1, 1)
    s = (cosine + 1) / 2
    total = space.word[b].astype(np.float64) - space.word[a] + space.word[c]
    length = np.linalg.norm(total)
    raw = space.word @ (total / max(length, 1e-30)).astype(np.float32) * scales
    scores = (
        cosine[1] - cosine[0] + cosine[2],
        s[1] * s[2] / (s[0] + 1e-3),
        raw.astype(np.float64) if length > 0 else np.full(len(raw), np.nan),
    )
    ranked = []
    for rule, score in zip(RULES, scores, strict=True):
        score = np.where(np.isnan(score), -np.inf, score)
        if exclude_inputs:
            score[[a, b, c]] = -np.inf
        ids = np.argsort(-score, kind="stable")[:k]
        ids = ids[np.isfinite(score[ids])]
        ranked.append(Answer(rule, ids, score[ids]))
    return ranked


def plane(space: Space, ids: Sequence[int], question: Sequence[int]) -> NDArray[np.float64]:
    """Words in the plane that shows the parallelogram best: (n, 2).

    The plane of b − a and c − a, orthonormal, with a at the origin; what stands out of it
    is not seen.
    """
    a, b, c = (space.word[i].astype(np.float64) for i in question)
    first = b - a
    first /= max(np.linalg.norm(first), 1e-30)
    second = (c - a) - ((c - a) @ first) * first
    second /= max(np.linalg.norm(second), 1e-30)
    rows = space.word[np.asarray(ids)].astype(np.float64) - a
    return np.stack([rows @ first, rows @ second], axis=1)
