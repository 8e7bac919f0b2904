"""Who may talk to the server, and what its pages may load: checked and said with every answer.

A page of another site can reach a server on this machine, under a name of its own that leads
here (DNS rebinding) or in a frame. So a request is answered only under the names of this server
and to its own pages, and every answer carries a policy that forbids outside sources and frames.

Environment: VECTORSCOPE_EMBED, the origins that may show the app in a frame.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import os
import re
import socket
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config

from dashboard.language import SPOKEN, naming_script

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
EVERYWHERE = ("", "0.0.0.0", "::")  # addresses that mean all of a machine's
POLICY = {
    "default-src": "'self'",
    # Components are modules given as text. plotly.js writes functions for WebGL when it draws;
    # without 'unsafe-eval' it says that the browser has no WebGL.
    "script-src": "'self' blob: 'unsafe-eval' {scripts}",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit and plotly.js write rules as they go
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self' ws://{host} wss://{host} data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "{ancestors}",
}
OURS = {b"content-security-policy", b"x-content-type-options", b"referrer-policy",
        b"x-frame-options"}  # fmt: skip
REFUSALS = {
    "host": b"This server does not answer under this name. Whoever runs it can allow the name: "
    b"--server.allowedHosts NAME\n",
    "origin": b"This server answers its own pages only. Whoever runs it can allow another site: "
    b"--server.corsAllowedOrigins ORIGIN\n",
}
_ORIGIN = re.compile(r"\*|https?://[\w.*-]+(:(\d+|\*))?", re.ASCII)


class Guard:
    """Refuses foreign hosts and origins; adds the headers that protect to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.names = served_names()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        ours = is_ours(host, self.names)
        protection = protecting(host if ours and _name(host) else "localhost")

        async def protect(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [pair for pair in message.get("headers", []) if pair[0].lower() not in OURS]
                message["headers"] = [*own, *protection]
            await send(message)

        problem = "" if ours else "host"
        if ours and not is_own_page(headers.get(b"origin"), host):
            problem = "origin"
        if not problem:
            await self.app(scope, receive, protect)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: a 403
        else:
            plain = [(b"content-type", b"text/plain; charset=utf-8")]
            await protect({"type": "http.response.start", "status": 403, "headers": plain})
            await protect({"type": "http.response.body", "body": REFUSALS[problem]})


def served_names() -> tuple[str, ...]:
    """The names under which this server answers; "*" stands for any, "#" for any IP address.

    Those of `server.allowedHosts`. Where they are the default, this machine, and the server is
    shared, the address it listens on is one, too. Of a server that listens everywhere the IP
    addresses are not known, but no foreign name can lead a browser to call it by one.
    """
    names = tuple(config.get_option("server.allowedHosts")) or THIS_MACHINE
    # the second is the one that users call where another server stands in front
    addresses = {
        (config.get_option("server.address") or "").strip("[]"),
        (config.get_option("browser.serverAddress") or "localhost").strip("[]"),
    } - set(THIS_MACHINE)
    if set(names) != set(THIS_MACHINE) or not addresses:
        return names
    if addresses & set(EVERYWHERE):
        own = socket.gethostname()
        addresses |= {own, f"{own}.local", "#"}
    names = (*names, *sorted(addresses - set(EVERYWHERE)))
    # Streamlit knows no sign for any IP address; its websocket is behind this guard as well
    config.set_option("server.allowedHosts", ["*"])
    return names


def is_ours(host: str, names: tuple[str, ...]) -> bool:
    """Whether a request's `Host` is one of the names, as `served_names` gives them."""
    name = _name(host)
    for pattern in (pattern.strip().strip("[]").rstrip(".").lower() for pattern in names):
        if pattern == "*":
            return True
        if name and (
            name == pattern
            or (pattern == "#" and _is_ip(name))
            or (pattern.startswith("*.") and name.endswith(pattern[1:]))
        ):
            return True
    return False


def is_own_page(origin: str | None, host: str) -> bool:
    """Whether a request's `Origin` is this server under the same name, or one that was allowed."""
    if origin is None or not config.get_option("server.enableCORS"):
        return True
    if origin in config.get_option("server.corsAllowedOrigins"):
        return True
    return _without_port(urlsplit(origin).netloc) == _without_port(host)


@lru_cache(maxsize=64)
def protecting(host: str) -> list[tuple[bytes, bytes]]:
    """The headers that protect the pages of this host."""
    ancestors = embedders()
    values = {"host": host, "scripts": _page_scripts(), "ancestors": ancestors or "'self'"}
    policy = "; ".join(f"{name} {value.format(**values)}" for name, value in POLICY.items())
    headers = [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]
    # of sites that may frame the app this older header cannot tell
    return headers if ancestors else [*headers, (b"x-frame-options", b"SAMEORIGIN")]


def embedders() -> str:
    """The origins that may show the app in a frame, from VECTORSCOPE_EMBED; "" for none.

    What is no origin, such as a policy of somebody's making, is left out.
    """
    origins = os.environ.get("VECTORSCOPE_EMBED", "").split()
    valid = [origin for origin in origins if _ORIGIN.fullmatch(origin)]
    return " ".join(["'self'", *valid]) if valid else ""


@cache
def _page_scripts() -> str:
    """The hashes of the scripts that stand in the page itself: Streamlit's, and the language."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    scripts += [naming_script(language) for language in SPOKEN]
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts
    ]
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _name(host: str) -> str:
    """The name in a `Host`, in lower case, without port and brackets; "" where it is none."""
    if not re.fullmatch(r"[\w.-]+(:\d*)?|\[[\da-fA-F:.]+\](:\d*)?", host, re.ASCII):
        return ""
    return (urlsplit(f"//{host}").hostname or "").rstrip(".")


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _without_port(netloc: str) -> str:
    """Host and port in lower case; the ports that browsers leave out are left out."""
    return re.sub(r":(80|443)$", "", netloc.lower())
