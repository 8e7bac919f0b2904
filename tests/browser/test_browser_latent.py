"""The latent models in a real browser: trained live, scrubbed, hovered over, dragged."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import (
    ask,
    figure,
    plot_area,
    screenshot,
    slider,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Page, expect

from core.latent import Items, Vae, fit

SMALL = Vae(Items(most=300), clusters=5, latent=4, width=32, vae_epochs=8, vae_batch=64)
QUERY = "&".join(f"{name}={value}" for name, value in SMALL.to_query().items())


@pytest.fixture(scope="module")
def trained(app: str) -> Any:
    return fit(SMALL)


@pytest.fixture
def visit(open_page: Any, app: str, trained: Any) -> Any:
    def open_(path: str, query: str = QUERY, **more: Any) -> Page:
        page = open_page(f"{app}/{path}?{query}", **more)
        wait_until_done(page)
        return page

    return open_


def test_trains_pauses_and_goes_on(visit: Any) -> None:
    """Live: a run of more epochs than anybody waits for is paused, and resumed from there."""
    page = visit("latent", "most=1200&clusters=5&width=32&vae_epochs=500&vae_batch=16&vae_seed=3")
    running = page.get_by_text(re.compile(r"^epoch \d+ of 500")).first
    paused = page.get_by_text(re.compile(r"Paused after epoch \d+ of 500"))

    def losses_when_paused() -> list[float]:
        expect(running).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        expect(paused).to_be_visible()
        wait_for_picture(page, "latent_map")
        wait_until_done(page)
        losses = ask(figure(page, "loss"), "Array.from(gd.calcdata[0], (point) => point.y)")
        assert len(losses) == int(re.findall(r"\d+", paused.inner_text())[0]) < 500
        return losses

    page.get_by_test_id("stMain").get_by_role("button", name="Train", exact=True).click()
    first = losses_when_paused()
    page.get_by_role("button", name="Resume").click()
    expect(paused).to_have_count(0)
    then = losses_when_paused()
    assert len(then) > len(first) and then[: len(first)] == first
    screenshot(page, "latent-trained")


def test_scrubber_moves_the_map(visit: Any) -> None:
    page = visit("latent")
    host = wait_for_picture(page, "latent_map")
    places = "Array.from(gd._fullData[0].x).slice(0, 9)"
    before = ask(host, places)
    slider(page, "Epoch shown").press("ArrowLeft")
    expect(page.get_by_text("after epoch 7,")).to_be_attached()
    wait_until_done(page)
    assert ask(host, places) != before
    page.wait_for_url("**shown_epoch=7**")


def test_hovering_shows_the_picture(visit: Any) -> None:
    page = visit("latent")
    host = wait_for_picture(page, "latent_map")
    place = ask(host, "[gd._fullData[0].x[0], gd._fullData[0].y[0]]")
    area = plot_area(host)
    x, y = ask(
        host, f"[gd._fullLayout.xaxis.d2p({place[0]}), gd._fullLayout.yaxis.d2p({place[1]})]"
    )
    card = host.locator(".vs-figure-picture")
    expect(card).to_be_hidden()
    page.mouse.move(area["x"] + x - 3, area["y"] + y)
    page.mouse.move(area["x"] + x, area["y"] + y, steps=4)
    expect(card).to_be_visible()
    assert "data:image/png" in card.evaluate("(e) => getComputedStyle(e).backgroundImage")


def test_temperature_redraws_the_samples(visit: Any) -> None:
    page = visit("latent_samples")
    host = wait_for_picture(page, "cluster_samples")
    before = ask(host, "gd.data[0].source")
    slider(page, "Temperature").press("ArrowLeft")
    expect(page.get_by_text("τ = 0.95")).to_be_attached()
    wait_until_done(page)
    assert ask(host, "gd.data[0].source") != before
