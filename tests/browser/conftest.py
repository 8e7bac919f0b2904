"""A real browser against a real server.

Nothing here waits for time to pass: tests wait for a state of the page (`expect`,
`wait_until_idle`, `wait_for_picture`), with a generous limit for slow machines.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from harness import LIMIT, NOTE_ANSWERS, wait_for_picture, wait_until_idle  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, Page  # noqa: E402

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
WIDTH, HEIGHT = 1440, 900
# Opened by the address of a page other than the first, Streamlit looks for its server there too.
STREAMLITS_OWN = re.compile(r"//[^/]+/\w+/_stcore/(health|host-config)$")
Serve = Callable[[Path], str]
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """Path of the Chromium to drive, if there is one."""
    named = os.environ.get("VECTORSCOPE_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    with sync_api.sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium found: install one or name it in VECTORSCOPE_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`serve(script)` starts Streamlit on it once and returns the address."""
    servers: dict[Path, tuple[subprocess.Popen[bytes], str]] = {}

    def start(script: Path) -> str:
        if script in servers:
            return servers[script][1]
        folder = tmp_path_factory.mktemp("server")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        # The cache folder is that of the whole session: what another test computed is there.
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.port", str(port), "--server.fileWatcherType", "none"]
        log = folder / "server.log"
        with log.open("wb") as out:
            # From the root: that is where .streamlit/config.toml is looked for.
            server = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        address = f"http://127.0.0.1:{port}"
        servers[script] = (server, address)
        _wait_until_healthy(server, address, log)
        return address

    yield start
    for server, _ in servers.values():
        server.terminate()
        server.wait(timeout=30)


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server ended with {server.returncode}:\n{log.read_text()}")


@pytest.fixture(scope="session")
def gallery(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the component gallery, in a folder with the static files it needs."""
    import dashboard.ui.figure
    import dashboard.ui.live_slider  # noqa: F401  dashboard/static)

    folder = tmp_path_factory.mktemp("gallery")
    unfinished = shutil.ignore_patterns("*.part")
    shutil.copytree(ROOT / "dashboard" / "static", folder / "static", ignore=unfinished)
    script = shutil.copy(Path(__file__).parent / "component_gallery.py", folder)
    return serve(Path(script))


@pytest.fixture(scope="session")
def app(serve: Serve) -> str:
    """Address of the dashboard itself, the results of its default settings at hand."""
    from core.paths import WordPath, approximated
    from core.vectors import PpmiSvd, vectors

    vectors(PpmiSvd())
    approximated(WordPath())
    return serve(ROOT / "dashboard" / "serve.py")


def _complaint(message: sync_api.ConsoleMessage) -> str:
    """What a message on the console complains of, if anything."""
    if message.type != "error":
        return ""
    where = message.location.get("url", "")
    if STREAMLITS_OWN.search(where) and "404" in message.text:
        return ""
    return f"console: {message.text} {where}"


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A context for each colour scheme.

    All tests of a worker share them: what is compiled of plotly.js and Streamlit, half of the
    time that a page takes, is kept by context. A route would turn that off.
    """
    contexts: dict[str, BrowserContext] = {}
    for scheme in ("light", "dark"):
        contexts[scheme] = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme=scheme,  # type: ignore[arg-type]
            accept_downloads=True,
        )
        contexts[scheme].set_default_timeout(LIMIT)
        contexts[scheme].add_init_script(NOTE_ANSWERS)
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def open_page(contexts: dict[str, BrowserContext]) -> Iterator[OpenPage]:
    """`open_page(address, width=1440, height=900, scheme="light")`; fails on page errors.

    Nothing outside this machine is reachable, and asking for it counts as an error.
    """
    problems: list[str] = []

    def guard(request: sync_api.Request) -> None:
        if request.url.startswith("http") and "//127.0.0.1:" not in request.url:
            problems.append(f"request to {request.url}")

    def hear(message: sync_api.ConsoleMessage) -> None:
        if complaint := _complaint(message):
            problems.append(complaint)

    def fail(error: sync_api.WebError) -> None:
        problems.append(f"page error: {error.error}")

    # Of the whole context: a test may open a second tab beside the page.
    heard = {"request": guard, "console": hear, "weberror": fail}
    for context in contexts.values():
        for event, listener in heard.items():
            context.on(event, listener)  # type: ignore[call-overload]

    def open_(
        address: str, *, width: int = WIDTH, height: int = HEIGHT, scheme: str = "light"
    ) -> Page:
        page = contexts[scheme].new_page()
        _forget(page, address)
        if (width, height) != (WIDTH, HEIGHT):
            page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        wait_until_idle(page)
        return page

    yield open_
    for context in contexts.values():
        for page in context.pages:
            page.close()
        context.clear_permissions()
        for event, listener in heard.items():
            context.remove_listener(event, listener)
    assert not problems, "\n".join(problems)


def _forget(page: Page, address: str) -> None:
    """What a page kept in the browser, as if nobody had been there."""
    session = page.context.new_cdp_session(page)
    origin = "/".join(address.split("/")[:3])
    session.send(
        "Storage.clearDataForOrigin",
        {"origin": origin, "storageTypes": "cookies,local_storage,indexeddb"},
    )
    session.detach()


@pytest.fixture
def page(open_page: OpenPage, gallery: str) -> Page:
    """The gallery at 1440×900, light, both pictures drawn."""
    page = open_page(gallery)
    wait_for_picture(page, "wave")
    wait_for_picture(page, "spiral")
    return page
