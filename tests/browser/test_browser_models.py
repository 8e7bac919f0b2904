"""Training in a real browser: live loss, a closed window, a killed server, and the result's use."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, _wait_until_healthy
from harness import (
    ask,
    figure,
    no_sideways_scroll,
    screenshot,
    slider,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Page, expect

LINK = "source=lee-news&min_count=10&dim=10"
Start = Callable[[], tuple[subprocess.Popen[bytes], str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server with a shelf of its own; again with the same one at each call."""
    servers: list[subprocess.Popen[bytes]] = []

    def run() -> tuple[subprocess.Popen[bytes], str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "serve.py")]
        command += ["--server.port", str(port), "--server.fileWatcherType", "none"]
        environment = os.environ | {"VECTORSCOPE_CACHE": str(tmp_path / "cache")}
        log = tmp_path / f"{port}.log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        servers.append(server)
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(server, address, log)
        return server, address

    yield run
    for server in servers:
        server.kill()
        server.wait(timeout=30)


def train(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name="Train", exact=True).click()


def live(page: Page) -> Any:
    return page.locator('[class*="st-key-live-"] .vs-figure')


def test_trained_seen_used_and_kept(start: Start, open_page: Any) -> None:
    _, address = start()
    page = open_page(f"{address}/models?{LINK}&passes=200")
    train(page)
    expect(live(page)).to_have_attribute("data-draws", re.compile(r"^[1-9]"))
    first = ask(live(page), "gd.calcdata[0].length")
    page.wait_for_function(
        "(n) => { const gd = document.querySelector('[class*=\"st-key-live-\"] .js-plotly-plot');"
        " return gd && gd.calcdata[0].length > n; }",
        arg=first,
    )
    expect(page.get_by_text(re.compile(r"pass \d+ of 200"))).to_be_visible()
    screenshot(page, "models-training")
    page.close()  # the job belongs to the server
    again = open_page(f"{address}/models?{LINK}&passes=200", width=390, height=844)
    expect(again.get_by_text(re.compile(r"pass \d+ of 200"))).to_be_visible()
    no_sideways_scroll(again)
    again.get_by_role("button", name="Cancel").click()
    expect(again.get_by_text("Stopped. Nothing was saved.")).to_be_visible()


def test_a_killed_server_damages_nothing(start: Start, open_page: Any, tmp_path: Path) -> None:
    server, address = start()
    page = open_page(f"{address}/models?{LINK}&passes=1")
    train(page)
    wait_for_picture(page, "loss")
    wait_until_done(page)
    page.goto(f"{address}/models?{LINK}&passes=200")
    wait_until_done(page)
    train(page)
    expect(page.get_by_text(re.compile(r"pass \d+ of 200"))).to_be_visible()
    page.goto("about:blank")  # nothing is still being fetched when the server goes
    page.close()
    server.send_signal(signal.SIGKILL)
    server.wait(timeout=30)
    _, address = start()
    page = open_page(f"{address}/models?{LINK}&passes=1")
    wait_for_picture(page, "loss")
    expect(page.get_by_text(re.compile(r"pass \d+ of 200"))).to_have_count(0)
    assert len(list((tmp_path / "cache" / "models").glob("*/about.json"))) == 1
    page.get_by_role("button", name="Its neighbours").click()
    page.wait_for_url("**/neighbours?model=**")
    page.get_by_role("textbox", name="Word or expression").fill("police")
    page.keyboard.press("Enter")
    wait_until_done(page)
    wait_for_picture(page, "neighbours")
    assert len(ask(figure(page, "neighbours"), "gd.data[0].customdata")) == 15


def test_a_file_of_vectors_is_loaded(start: Start, open_page: Any) -> None:
    """A broken file first: its line is named. Then a good one: it is on the shelf at once."""
    _, address = start()
    page = open_page(f"{address}/models")
    page.get_by_role("tab", name="Load").click()
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput").first
    rows = [f"word{i} {i % 7}.5 {i % 5}.25 {i % 3}" for i in range(40)]
    broken = "\n".join([*rows[:11], "word11 1.5 two 3", *rows[12:]])
    chooser.set_input_files(
        {"name": "broken.txt", "mimeType": "text/plain", "buffer": broken.encode()}
    )
    page.get_by_role("button", name="Load", exact=True).click()
    alert = page.get_by_role("alert").filter(has_text="line 12 holds “two”")
    expect(alert).to_be_visible()
    screenshot(page, "models-load-broken")
    wait_until_done(page)
    good = "\n".join(["40 3", *rows, ""])
    chooser.set_input_files({"name": "good.vec", "mimeType": "text/plain", "buffer": good.encode()})
    expect(page.get_by_text("good.vec")).to_be_visible()
    expect(alert).to_have_count(0)
    wait_until_done(page)
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("“good.vec” is on the shelf.")).to_be_visible()
    wait_until_done(page)
    screenshot(page, "models-load-good")
    page.get_by_role("tab", name="Gallery").click()
    expect(page.get_by_text("Loaded from “good.vec”.")).to_be_visible()
    page.get_by_role("button", name="Its neighbours").click()
    page.wait_for_url("**/neighbours?model=**")
    page.get_by_role("textbox", name="Word or expression").fill("word3")
    page.keyboard.press("Enter")
    page.wait_for_url("**expression=word3**")
    wait_until_done(page)
    wait_for_picture(page, "neighbours")
    shown = [row[1] for row in ask(figure(page, "neighbours"), "gd.data[0].customdata")]
    V = np.array([[float(x) for x in row.split()[1:]] for row in rows])
    unit = V / np.linalg.norm(V, axis=1, keepdims=True)
    assert shown[:2] == [f"word{i}" for i in np.argsort(-unit @ unit[3])[1:3]]


def test_freedom_follows_the_hand(start: Start, open_page: Any) -> None:
    _, address = start()
    page = open_page(f"{address}/models?{LINK}&model_kind=glove&epochs=3")
    train(page)
    wait_for_picture(page, "loss")
    wait_until_done(page)
    page.goto(f"{address}/explain")
    page.get_by_role("tab", name="GloVe's freedom").click()
    wait_for_picture(page, "cosines")
    before = ask(figure(page, "cosines"), "gd.calcdata[1].map((p) => p.s)")
    thumb = slider(page, "‖a‖, in mean norms")
    for _ in range(5):
        thumb.press("ArrowRight")
    page.wait_for_url("**moved=1.5**")
    wait_until_done(page)
    assert ask(figure(page, "cosines"), "gd.calcdata[1].map((p) => p.s)") != before
    strip = page.locator(".vs-chain")
    losses = [strip.locator("b").nth(i).inner_text() for i in (0, 1)]
    assert float(losses[0]) == pytest.approx(float(losses[1]), abs=2e-6)
