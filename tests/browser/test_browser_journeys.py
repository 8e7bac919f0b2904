"""Every page along its main way: the hand, the link, two tabs, back or reload, cancel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from harness import (
    LOOKS,
    ask,
    fits,
    navigate,
    screenshot,
    slider,
    violations,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Page, expect

from core.features import InfoMax
from core.features import fit as fit_features
from core.latent import Items, Vae, fit
from core.paths.images import ImagePath, walk
from core.specs import Spec
from core.sweeps import Sweep, run
from core.vectors.specs import Glove
from core.vectors.store import shelf
from dashboard.language import catalogue
from dashboard.navigation import PAGES

SMALL = Vae(Items(most=300), clusters=5, latent=4, width=32, vae_epochs=8, vae_batch=64)
LONGER = SMALL.replace(vae_epochs=30)  # so that clusters differ from seed to seed
INFOMAX = InfoMax(Items(most=100), info_latent=4, info_channels=2, critic_width=4,
                  info_negatives=3, info_batch=16, info_epochs=4)  # fmt: skip
GLOVES = [
    Glove(epochs=epochs).replace(source="lee-news", min_count=20, dim=5) for epochs in (2, 3, 4)
]
SWEEP = Sweep(
    "Approximation?kind=synthetic&height=30&width=20&method=randomised", "rank = 2, 5, 9",
    objectives="error", repeats=2,
)  # fmt: skip
DRAWN = "JSON.stringify(gd.data)"
WORDS = "source=lee-news&min_count=10&dim=20"
TABS = "source=lee-news&dim=20&b_dim=20&pair_words=300"


def query(spec: Spec) -> str:
    """A spec's settings as they stand in an address."""
    return urlencode(spec.to_query())


def place_of(url: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """Page and settings of an address, whatever their order."""
    parts = urlsplit(url)
    return parts.path, frozenset(parse_qsl(parts.query))


@dataclass(frozen=True)
class Journey:
    """A page with settings, its picture, and what is moved there: a slider a step, or a text."""

    link: str
    picture: str
    control: str
    texts: tuple[str, str, str] | None = None
    chosen: bool = False  # the texts are choices in a list
    inside: str = ""  # what must be opened first to see the control


JOURNEYS = {
    "start": Journey("?most=200&vae_epochs=3", "near", "Dimension d"),
    "path": Journey("path?most=200&vae_epochs=3", "near", "Dimension d"),
    "heatmap": Journey(
        "heatmap?row_list=war+army+greek+latin&cell_word=war&cell_context=army",
        "heatmap", "Window L (tokens)",
    ),
    "neighbours": Journey("neighbours?" + WORDS + "&expression=police", "neighbours", "How many"),
    "map": Journey(f"map?{WORDS}&map_words=500&map_method=pca", "map", "Words‹how many›"),
    "corpus": Journey("corpus?source=lee-news", "rank", "Minimum count"),
    "tours": Journey(
        f"neighbours?{WORDS}&expression=police&tour=why-cosine-is-not-relatedness&step=4",
        "neighbours", "Window L (tokens)",
    ),
    "models": Journey("models?model_kind=glove&" + query(GLOVES[0]), "loss", "Epochs"),
    "explain": Journey(
        f"explain?model={GLOVES[0].key}", "density", "Vectors",
        (shelf.name_of(GLOVES[0]), shelf.name_of(GLOVES[1]), shelf.name_of(GLOVES[2])),
        chosen=True,
    ),
    "scores": Journey(
        f"scores?{WORDS}&first=police&second=court&third=man", "parallelogram", "c is to …",
        ("man", "government", "prime"),
    ),
    "keywords": Journey(
        f"keywords?{WORDS}&passage=police+said", "sum", "Text",
        ("police said", "police said arafat", "the fire in sydney"),
    ),
    "sentences": Journey("sentences?source=lee-news&margin=0.2", "margin_circle", "Margin m"),
    "spectra": Journey("spectra?spectra_points=64&snr=20", "spectrum", "Redshift z"),
    "text_classes": Journey(
        "text_classes?read_characters=15&train_texts=200", "class_methods", "Characters read"
    ),
    "discovery": Journey(
        "discovery?source=lee-news&longest_word=8", "discovery_scores", "Cost of a word (nats)"
    ),
    "collection": Journey(
        "collection?rows_from=digits&row_colour=trust", "collection", "Neighbours k of the trust"
    ),
    "doubt": Journey("doubt?rows_from=digits", "agreement", "Neighbours k‹of a row›"),
    "two_embeddings": Journey("two_embeddings?rows_from=digits", "two_a", "Neighbours k"),
    "compare": Journey(f"compare?{TABS}&b_window=6", "changes", "Neighbours k"),
    "sweeps": Journey("sweeps?" + query(SWEEP), "sweep_ranking", "Seeds for each setting"),
    "lowrank": Journey(
        "lowrank?kind=synthetic&height=60&width=50&seeds=1&rank=8", "approximation", "Rank r"
    ),
    "similar": Journey("similar", "own_grid", "p₁₂"),
    "bounds": Journey("bounds", "over_precision", "Precision p"),
    "descent": Journey("descent", "surface", "Step size η"),
    "latent": Journey(f"latent?{query(SMALL)}&shown_epoch=5", "latent_map", "Epoch shown"),
    "latent_samples": Journey(
        f"latent_samples?{query(SMALL)}&temperature=0.5", "cluster_samples", "Temperature τ"
    ),
    "latent_judgement": Journey(
        "latent_judgement?" + query(LONGER), "confusion", "Seed", inside="More on the model"
    ),
    "latent_pair": Journey("latent_pair?" + query(SMALL), "pair_crossed", "Seed"),
    "generators": Journey("generators?scene=dirac&dirac_game=wgan", "phase", "Start θ"),
    "codes": Journey("codes?turn=60", "codes_pair", "Angle between z and q"),
    "features": Journey(
        f"features?{query(INFOMAX)}&shown_epoch=1", "z_moments", "Epoch shown"
    ),
}  # fmt: skip


@pytest.fixture
def at_hand(app: str, name: str) -> Iterator[None]:
    """What a page would compute for long is there before; the shelf is left as it was."""
    entries = []
    if name in ("path", "start"):
        walk(ImagePath(most=200, vae_epochs=3))
    elif name == "sweeps":
        for repeats in (2, 3, 4):
            run(SWEEP.replace(repeats=repeats))
    elif name in ("explain", "models"):
        entries = [shelf.train(spec) for spec in GLOVES]
    elif name == "features":
        fit_features(INFOMAX)
    elif name.startswith("latent"):
        for seed in (0, 1, 2, 3):
            fit((LONGER if name == "latent_judgement" else SMALL).replace(vae_seed=seed))
    yield
    for entry in entries:
        shelf.delete(entry.id)


@dataclass
class Tab:
    """A tab of a browser that stands on a page, and what is moved there."""

    page: Page
    journey: Journey
    language: str
    place: int = 0

    def said(self, text: str) -> str:
        """A text in the language of this tab."""
        plain = text.partition("‹")[0]
        return catalogue("zh").get(text, plain) if self.language == "zh" else plain

    def go(self, place: int) -> None:
        """Move the control on to a place, without waiting for what follows."""
        name = self.said(self.journey.control)
        if self.journey.inside and not slider(self.page, name).is_visible():
            self.page.get_by_text(self.said(self.journey.inside)).click()
        if self.journey.texts is None:
            thumb = slider(self.page, name)
            for _ in range(abs(place - self.place)):
                thumb.press("ArrowRight" if place > self.place else "ArrowLeft")
        elif self.journey.chosen:
            self.page.get_by_role("button", name=self.said("Change")).click()
            self.page.get_by_role("combobox", name=name).first.click()
            text = self.said(self.journey.texts[place])
            self.page.get_by_role("option", name=text, exact=True).click()
            self.page.keyboard.press("Escape")
        else:
            box = self.page.get_by_role("textbox", name=name, exact=True)
            box.fill(self.journey.texts[place])
            box.press("Control+Enter")
        self.place = place

    def drawn(self) -> str:
        """All that the picture draws."""
        host = wait_for_picture(self.page, self.journey.picture)
        wait_until_done(self.page)
        return str(ask(host, DRAWN))

    def state(self, before: tuple[str, str] = ("", "")) -> tuple[str, str]:
        """(address, what is drawn), once both are others than before."""
        self.page.wait_for_url(lambda url: place_of(url) != place_of(before[0]))
        self._wait(before[1], same=False)
        return self.page.url, self.drawn()

    def is_at(self, state: tuple[str, str]) -> None:
        """Address and picture become those of a state, and stay."""
        wanted = place_of(state[0])
        self.page.wait_for_url(lambda url: place_of(url) == wanted)
        self._wait(state[1], same=True)
        assert (self.drawn(), place_of(self.page.url)) == (state[1], wanted)

    def _wait(self, drawn: str, *, same: bool) -> None:
        self.page.wait_for_function(
            """([key, drawn, same]) => {
                const gd = document.querySelector(`.st-key-${key} .js-plotly-plot`);
                return gd?.data && (DRAWN === drawn) === same; }""".replace("DRAWN", DRAWN),
            arg=[self.journey.picture, drawn, same],
        )


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("name", PAGES)
def test_hand_link_tabs_and_back_or_reload(open_page: Any, app: str, name: str) -> None:
    journey = JOURNEYS[name]
    language, scheme = LOOKS[list(PAGES).index(name) % 2]
    sign = "&" if "?" in journey.link else "?"
    page = open_page(f"{app}/{journey.link}{sign}lang={language}", scheme=scheme)
    one = Tab(page, journey, language)
    wait_until_done(page)
    assert not violations(page)
    on_a_phone(page, name)
    first = one.state()
    one.go(1)
    second = one.state(first)  # the picture follows the hand, and the address

    if list(PAGES).index(name) // 2 % 2:  # either makes the page anew from its address
        page.reload()
    else:
        elsewhere(one, "Tours" if name in ("tours", "corpus") else "Corpus")
        page.go_back()
    one.is_at(second)
    if list(PAGES).index(name) % 3:  # two tabs share nothing that is a page's own
        return

    two = Tab(page.context.new_page(), journey, language, 1)
    two.page.goto(second[0])
    two.is_at(second)
    two.go(2)  # both at once
    one.go(0)
    one.is_at(first)
    third = two.state(second)
    assert place_of(third[0]) != place_of(first[0]) and third[1] != first[1]
    one.is_at(first)


def on_a_phone(page: Page, name: str) -> None:
    """With its results, too, a page fits a narrow window, and a wide one afterwards."""
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until_done(page)
    fits(page)
    screenshot(page, f"{name}-with-results-390")
    page.set_viewport_size(size)  # type: ignore[arg-type]
    wait_until_done(page)
    fits(page)


def elsewhere(tab: Tab, title: str) -> None:
    """Go to another page, and wait until it is all there."""
    if title == "Tours" and "tour=" in tab.page.url:  # the stage has no navigation
        tab.page.get_by_role("link", name=tab.said("Leave")).click()
    else:
        navigate(tab.page, tab.said(title))
    expect(tab.page.get_by_role("heading", name=tab.said(title), level=1)).to_be_visible()
    if title == "Corpus":
        wait_for_picture(tab.page, "rank")
    wait_until_done(tab.page)


def test_cancelled_training_of_a_vae_leaves_a_page_that_works(open_page: Any, app: str) -> None:
    """Cancelled while it learns, then stepped by one epoch."""
    more = "vae_epochs=500&vae_batch=16&vae_seed=8"
    page = open_page(f"{app}/latent?most=1500&clusters=5&width=32&{more}")
    page.get_by_test_id("stMain").get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"epoch \d+ of 500")).first).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Not trained yet: 500 epochs.")).to_be_visible()
    wait_until_done(page)
    assert "train_now" not in page.url, "its link does not train again"
    page.get_by_role("button", name="One epoch").click()
    expect(page.get_by_text("Paused after epoch 1 of 500.")).to_be_visible()
    wait_for_picture(page, "latent_map")
    wait_until_done(page)


def test_cancelled_training_of_a_model_leaves_a_page_that_works(open_page: Any, app: str) -> None:
    """Cancelled in another language; then a shorter one is trained to its end."""
    page = open_page(f"{app}/models?{WORDS}&passes=200&lang=zh", scheme="dark")
    said = catalogue("zh")
    train = page.get_by_test_id("stMain").get_by_role("button", name=said["Train"], exact=True)
    train.click()
    page.get_by_role("button", name=said["Cancel"]).click()
    expect(page.get_by_text(said["Stopped. Nothing was saved."])).to_be_visible()
    slider(page, said["Passes over the text"]).press("Home")
    page.wait_for_url(re.compile(r"passes=1\b"))
    train.click()
    wait_for_picture(page, "loss")
    wait_until_done(page)
    for entry in shelf.entries():
        shelf.delete(entry.id)


def test_cancelled_sweep_leaves_a_page_that_works(open_page: Any, app: str) -> None:
    """Cancelled, found among the kept ones, and deleted there."""
    sweep = Sweep(
        "Word2Vec?source=lee-news&min_count=10&dim=50&passes=5", "window = 2, 5, 10",
        objectives="seconds", repeats=10,
    )  # fmt: skip
    page = open_page(f"{app}/sweeps?{query(sweep)}")
    page.get_by_role("button", name="Start").click()
    wait_for_picture(page, "sweep_live")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped. What had ended is kept")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_be_enabled()
    wait_for_picture(page, "sweep_ranking")
    page.get_by_role("tab", name="Kept sweeps").click()
    kept = page.locator('[class*="st-key-sweep-kept-"]').filter(has_text="word2vec")
    kept.get_by_role("button", name="Delete").click()
    expect(kept).to_have_count(0)
    page.get_by_role("tab", name="Sweep", exact=True).click()
    expect(page.get_by_role("button", name="Start")).to_be_enabled()
    wait_until_done(page)
