"""The lines of `core` that reproduce the doubt of a collection."""

from __future__ import annotations

from core.spaces.doubts import Alike, Labelled, Predicted, find_alike, predict
from core.specs import Spec
from dashboard.spec_code import constructor


def code(labels: Labelled | None, alike: Alike, predicted: Predicted) -> str:
    """Python that gives the agreement, the suspects, and what else was looked at."""
    space = alike.space
    lines = f"""from core.counts import Association, Counts
from core.items import Collection
from core.spaces import Place, Space, outliers, rows_of, true_neighbours
from core.specs import Spec
from core.spaces.doubts import Alike, Labelled, Predicted, find_alike, judge_labels, predict
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd, Shelved

space = {constructor(space)}
rows = rows_of(space).rows
near = true_neighbours(space, {alike.doubt_k})
print(rows[outliers(near).items])
"""
    named: dict[Spec, str] = {space: "space"}
    if labels is not None:
        lines += f"""
labels = judge_labels({constructor(labels, named)})
print(labels.names, labels.agreement.label, labels.agreement.low, labels.agreement.high)
print(rows[labels.suspects.items], labels.suspects.share)
"""
    if find_alike.stored(alike):
        lines += f"""
pairs = find_alike({constructor(alike, named)})
print(pairs.duplicates.group, pairs.duplicates.exact)
"""
    if predict.stored(predicted):
        lines += f"""
for column, (neighbours, linear) in predict({constructor(predicted, named)}).items():
    print(column, neighbours, linear)
"""
    return lines
