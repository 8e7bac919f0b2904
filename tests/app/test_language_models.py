"""What needs a trained model, a sweep or a click before it is shown: nothing of it is English."""

from __future__ import annotations

from pathlib import Path

import pytest
import shelving
from opening import go, open_page, open_tab, settled
from shelving import own_shelf  # noqa: F401
from speaking import all_said, recorded, say_in, texts
from test_language import OTHERS

from core.matrices.specs import Approximation
from core.sweeps import Sweep, run
from core.sweeps.axes import fields
from core.vectors.store import shelf
from dashboard import language
from dashboard.compare.parts import sweep_run
from dashboard.language import catalogue
from dashboard.ui import background
from tests.core.sweeping import Here

LINK = {
    "swept": "Approximation?kind=synthetic&height=30&width=20&method=randomised&power=0",
    "axes": "rank = 2, 5, 9; shown.curves.oversampling = 0, 4",
    "objectives": "error, seconds",
    "repeats": "2",
}
FIELDS = {field.name for field in fields(Approximation)}
PICTURES = ["Ranking", "Trade-off", "Parallel", "Importance", "Slices", "Contour"]


def _link(kind: str) -> dict[str, str]:
    query = shelving.SMALL[kind].to_query().items()
    return {"model_kind": kind} | {name: value for name, value in query if value}


@pytest.fixture
def missed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Texts that were said, and that the catalogue lacks."""
    missing: set[str] = set()
    catalogues = {other: catalogue(other) for other in OTHERS}
    monkeypatch.setattr(language, "catalogue", lambda name: recorded(catalogues[name], missing))
    return missing


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("kind", [kind for kind in shelving.SMALL if kind != "tree"])
def test_a_trained_model(kind: str, other: str, missed: set[str]) -> None:
    shelf.train(shelving.SMALL[kind])
    at = open_page("models", lang=other, **_link(kind))
    all_said(set(texts(at)), other)
    open_tab(at, "models", say_in(other, "Gallery"))
    all_said(set(texts(at)), other)
    assert not missed, sorted(missed)


@pytest.mark.parametrize("other", OTHERS)
def test_pages_of_models_on_the_shelf(other: str, missed: set[str]) -> None:
    glove, tree = (shelf.train(shelving.SMALL[kind]).id for kind in ("glove", "tree"))
    at = open_page("explain", lang=other, model=glove)
    for tab in ("Factorisation", "GloVe's freedom", "Lengths"):
        open_tab(at, "explain", say_in(other, tab))
        all_said(set(texts(at)), other)
    go(at, "keywords")
    all_said(set(texts(at)), other)
    at = open_page("compare", lang=other, a_model=glove, b_model=tree, repeats="2")
    for tab in ("Words", "Scores", "Stability", "Several models"):
        open_tab(at, "compare", say_in(other, tab))
        if any(button.key == "compare-reruns" for button in at.button):  # not trained before
            settled(at.button("compare-reruns").click().run())
        all_said(set(texts(at)), other)
    assert not missed, sorted(missed)


@pytest.mark.parametrize("other", OTHERS)
def test_the_pictures_of_a_sweep(
    other: str, missed: set[str], empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sweeps.running.workers", Here)
    background.forget()
    sweep_run._loaded.clear()
    run(Sweep.from_query(LINK)[0])
    at = open_page("sweeps", lang=other, **LINK)
    for picture in PICTURES:
        at.session_state["sweep-pictures"] = say_in(other, picture)
        settled(at.run())
        # a field is called as in a link and in code
        all_said(set(texts(at)) - FIELDS, other)
    open_tab(at, "sweeps", say_in(other, "Kept sweeps"))
    all_said(set(texts(at)), other)
    assert not missed, sorted(missed)
