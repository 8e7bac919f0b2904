"""The lines of `core` that reproduce the comparison of two embeddings."""

from __future__ import annotations

from core.compare.duel import Duel
from core.compare.item_specs import Better, TwoMaps
from core.specs import Spec
from dashboard.items.views import TwoView
from dashboard.spec_code import constructor


def code(spec: TwoMaps, scoring: Better, scored: list[Duel], view: TwoView) -> str:
    """Python that gives the maps, the overlap, the labels' scores, and the row looked at."""
    named: dict[Spec, str] = {spec.versions: "versions"}
    lines = f"""from core.compare.item_specs import Better, TwoMaps, Versions
from core.compare.items import better, compare_items, draw_both
from core.counts import Association, Counts
from core.items import Collection
from core.spaces import Space
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd, Shelved

versions = {constructor(spec.versions)}
compared = compare_items(versions)
print(compared.mean_overlap({scoring.better_k}), compared.alike.rsa, compared.alike.cka)
print(compared.rows[compared.overlap({scoring.better_k}).argsort(kind="stable")])

drawn = draw_both({constructor(spec, named)})
print(drawn.a, drawn.b)
"""
    if scored:
        lines += f"""
for duel in better({constructor(scoring, named)}):
    print(duel.name, duel.a, duel.b, duel.difference, duel.real)
"""
    if view.item_row >= 0:
        lines += f"""
row = list(compared.rows).index({view.item_row})
print(compared.rows[compared.a_rows[row]], compared.rows[compared.b_rows[row]])
"""
    return lines
