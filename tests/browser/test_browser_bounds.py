"""The page Bounds by hand: clicks in its pictures hold another Gaussian."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from harness import click_at, nothing_cut_off, wait_for_picture, wait_until_done
from playwright.sync_api import Page


def test_clicks_hold_another_gaussian(open_page: Callable[..., Page], app: str) -> None:
    page = open_page(f"{app}/bounds")
    click_at(page, wait_for_picture(page, "over_precision"), 8, -0.4)
    page.wait_for_url("**precision=*")
    (precision,) = parse_qs(urlsplit(page.url).query)["precision"]
    assert 7 < float(precision) < 9
    nothing_cut_off(page)
    page.get_by_text("One x", exact=True).click()
    click_at(page, wait_for_picture(page, "landscape"), 1.5, 0.3)
    page.wait_for_url("**z_mean=*")
    query = parse_qs(urlsplit(page.url).query)
    assert float(query["z_mean"][0]) == 1.5 and 0.27 < float(query["z_deviation"][0]) < 0.33
    wait_until_done(page)
    nothing_cut_off(page)
