"""Every page in every language but English, whole: nothing of it is English."""

from __future__ import annotations

import pytest
from looked_at import (
    ENCODERS,
    GAN,
    INFERENCE,
    OGAN,
    OPENED,
    REVIEWS,
    SPECTRA,
    TRAINED,
    compare_quickly,
)
from opening import open_page, open_tab
from speaking import all_said, recorded, say_in, texts

from core import sequences, series, text_classes
from core.adversarial import Claim, fit_inference, fit_items, run_claim
from core.adversarial import fit as play
from core.latent import fit
from core.series.luck import luck_of, over_seeds
from dashboard import language
from dashboard.language import SPOKEN, catalogue
from dashboard.navigation import PAGES

OTHERS = [name for name in SPOKEN if name != "en"]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("page", PAGES)
def test_no_english_on_the_page(page: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a text that the catalogue would have known, had it been asked."""
    missed: set[str] = set()
    if page.startswith("latent"):
        for vae in TRAINED:
            fit(vae)
    elif page == "sentences":
        for spec in ENCODERS:
            sequences.fit(spec)
    elif page == "spectra":
        series.fit(SPECTRA), over_seeds(luck_of(SPECTRA, 50, 2))
    elif page == "text_classes":
        text_classes.fit(REVIEWS)
    elif page == "generators":
        run_claim(Claim(GAN, anchors="0 1", claim_seeds=2)), play(GAN), fit_items(OGAN)
        fit_inference(INFERENCE)
    elif page == "features":
        compare_quickly()
    recording = recorded(catalogue(other), missed)
    monkeypatch.setattr(language, "catalogue", lambda name: recording)
    for query in OPENED.get(page, ({},)):
        at = open_page(page, lang=other, **query)
        all_said(set(texts(at)), other)
        for name in PAGES[page].tabs:
            open_tab(at, page, say_in(other, name))
            all_said(set(texts(at)), other)
    assert not missed, sorted(missed)
