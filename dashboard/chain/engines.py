"""The program that lays UMAP out: a control of every map, and what the others kept."""

from __future__ import annotations

from collections.abc import Mapping

from core.maps.specs import ENGINES
from core.specs import Spec
from dashboard.language import say
from dashboard.ui import controls

NAMES = {
    "ours": "our own program",
    "umap-learn": "umap-learn",
    "densmap": "densMAP, by umap-learn",
}


def pick(kind: type[Spec]) -> str:
    """The control; `kind` is a spec with the field `umap_engine`."""
    return controls.pick(kind, "umap_engine", "UMAP by", names=NAMES, compact=False)


def beside(current: str, kept: Mapping[str, float]) -> str:
    """Which share of neighbours the same map keeps by the other programs, as far as known."""
    others = [e for e in ENGINES if e != current and e in kept]
    if not others:
        return ""
    shares = [say("{name} {kept:.1%}", name=say(NAMES[e]), kept=kept[e]) for e in others]
    return say("Kept by the other programs: {shares}.", shares=", ".join(shares))
