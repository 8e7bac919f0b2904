"""What `python3 -m dashboard` serves: the app behind its guard, and hints to the browser.

plotly.js is large, and the code of our components is needed with it. Streamlit's page could
name them only once its own script runs, is connected and has been answered; a header of that
page names them at once, so that the browser fetches and compiles them meanwhile. Their
addresses change with their content, so that it may cache them for good. `streamlit run
dashboard/app.py` serves the same app without hints and guard.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.middleware import Middleware

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.guard import Guard  # noqa: E402
from dashboard.ui import browser_code, plotly_js  # noqa: E402
from dashboard.upload_limit import UploadLimit  # noqa: E402

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SERVED = 15.0  # seconds; what cleaning up imports takes one of them from a server that starts
CACHE_FOREVER = b"public, max-age=31536000, immutable"  # a year
MODULE_HEADERS = [
    (b"content-type", b"text/javascript; charset=utf-8"),
    (b"cache-control", CACHE_FOREVER),
]


class Hints:
    """Adds `Link` to every HTML page, `Cache-Control` to plotly.js, and answers for the modules.

    They are asked for while the first script runs: kept in memory, they need no thread that
    reads a file and takes turns with that script.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] == "http" and (code := served_modules().get(path)) is not None:
            await send({"type": "http.response.start", "status": 200, "headers": MODULE_HEADERS})
            await send({"type": "http.response.body", "body": code})
            return

        async def hint(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if any(k == b"content-type" and v.startswith(b"text/html") for k, v in headers):
                    message["headers"] = [*headers, (b"link", links().encode())]
                elif message["status"] == 200 and path == plotly_js.address():
                    message["headers"] = [*headers, (b"cache-control", CACHE_FOREVER)]
            await send(message)

        await self.app(scope, receive, hint if scope["type"] == "http" else send)


@cache
def links() -> str:
    """What a page will need: plotly.js, and our modules."""
    script = f"<{plotly_js.address()}>; rel=preload; as=script"
    return f"{script}, <{browser_code.module()}>; rel=modulepreload"


@cache
def served_modules() -> dict[str, bytes]:
    """The file that holds the modules, by its path."""
    return {browser_code.module(): browser_code.code().encode()}


@asynccontextmanager
async def start(app: Any) -> AsyncIterator[None]:
    """Free what killed processes left on the disk, once the first visitor has been served."""
    cleaning = asyncio.create_task(_clean_up())
    yield
    cleaning.cancel()


async def _clean_up() -> None:
    await asyncio.sleep(SERVED)
    try:
        await asyncio.to_thread(_remove_leftovers)
    except Exception:
        logging.getLogger(__name__).exception("What killed processes left could not be removed")


def _remove_leftovers() -> None:
    from core import leftovers
    from core.sweeps import folders

    leftovers.remove()
    folders.remove_leftovers()


app = st.App(
    "app.py",
    lifespan=start,
    middleware=[Middleware(Guard), Middleware(Hints), Middleware(UploadLimit)],
)
