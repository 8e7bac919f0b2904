"""The lines of `core` that give the numbers of a comparison and of the tabs below it.

What takes long is among them where the page has it: scores, reruns and several models once
looked at.
"""

from __future__ import annotations

from core.compare.crowd import mutual
from core.compare.pairs import Compared
from core.compare.specs import Contest, Crowd, Pair
from core.compare.stability import repeat
from core.compare.versus import versus
from core.specs import Spec
from dashboard import state
from dashboard.chain import spaces
from dashboard.chain.reruns import reruns_of
from dashboard.compare.views import CompareView
from dashboard.spec_code import constructor


def listed(k: int) -> int:
    """How many neighbours the two lists of a word hold."""
    return min(max(k, 5), 15)


def code(spec: Pair, view: CompareView, comparison: Compared, row: int | None) -> str:
    """Python that gives the same numbers."""
    k = min(view.overlap_k, comparison.longest)
    kind = type(spec.models).__name__
    lines = spaces.code(spec.a, spec.b)
    lines += f"""from core.compare import {kind}, Contest, Pair, compare, versus
from core.counts import Association, Counts
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd, Shelved

pair = {constructor(spec)}
comparison = compare(pair)
print(comparison.mean_overlap({k}), comparison.alike, comparison.overlap({k}))
"""
    if row is not None:
        n = listed(k)
        lines += f"""
row = comparison.words.index({comparison.words[row]!r})
print([comparison.words[i] for i in comparison.a_rows[row, :{n}]], comparison.a_cosines[row, :{n}])
print([comparison.words[i] for i in comparison.b_rows[row, :{n}]], comparison.b_cosines[row, :{n}])
print(comparison.alike.cosines[row])
"""
    contest = Contest(spec, state.spec(Contest).trainings)
    if versus.stored(contest):
        lines += f"\nprint(versus(Contest(pair, {contest.trainings})))\n"
    return lines + _reruns(spec, view, comparison, row) + _several()


def _reruns(spec: Pair, view: CompareView, comparison: Compared, row: int | None) -> str:
    """The model that was trained again and again, if one was."""
    reruns = reruns_of(spec.a if view.repeated == "a" else spec.b)
    if not repeat.stored(reruns):
        return ""
    names: dict[Spec, str] = {spec.a: "pair.a", spec.b: "pair.b"}
    k = min(view.overlap_k, repeat(reruns).longest)
    lines = f"""
from core.compare import Repeats, Rerun, repeat

again = repeat({constructor(reruns, names)})
print(again.stay({k}))
"""
    if row is None or comparison.words[row] not in repeat(reruns).words:
        return lines
    return (
        lines
        + f"""place = again.words.index({comparison.words[row]!r})
near = [again.words[i] for i in again.own[place, :{k}] if i >= 0]
print(near, again.found_again({comparison.words[row]!r}, near, {k}))
"""
    )


def _several() -> str:
    """Several models, each with each, where they were compared."""
    crowd = state.spec(Crowd)
    if not mutual.stored(crowd):
        return ""
    return f"""
from core.compare import Crowd, mutual

crowd = mutual({constructor(crowd)})
print(crowd.depths, crowd.overlaps)
"""
