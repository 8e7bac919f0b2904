"""The guard in front of the server: foreign names and pages are refused, every answer protects."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from streamlit import config

from dashboard import guard

OWN = "127.0.0.1:8501"
OPTIONS = (
    "server.address", "browser.serverAddress", "server.allowedHosts", "server.corsAllowedOrigins",
)  # fmt: skip


@pytest.fixture(autouse=True)
def options() -> Iterator[None]:
    """The options as they were, and no header remembered from another test."""
    before = {name: config.get_option(name) for name in OPTIONS}
    guard.protecting.cache_clear()
    yield
    for name, value in before.items():
        config.set_option(name, value)
    guard.protecting.cache_clear()


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """An app that welcomes everybody."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    own = [(b"X-Frame-Options", b"ALLOWALL"), (b"content-type", b"text/html")]
    await send({"type": "http.response.start", "status": 200, "headers": own})
    await send({"type": "http.response.body", "body": b""})


def answer(
    headers: Mapping[str, str], kind: str = "http", server: guard.Guard | None = None
) -> tuple[int, dict[str, str]]:
    """The status and the headers of an answer to a request; 101 for a websocket let through."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    server = server or guard.Guard(inner)
    asyncio.run(server({"type": kind, "headers": raw}, None, send))  # type: ignore[arg-type]
    first = sent[0]
    if kind == "websocket":
        return (101 if first["type"] == "websocket.accept" else 403), {}
    names = [name.decode().lower() for name, _ in first["headers"]]
    assert len(names) == len(set(names)), "a header is sent twice"
    return first["status"], {k.decode().lower(): v.decode() for k, v in first["headers"]}


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({"Host": OWN}, True),
        ({"Host": "localhost:8501"}, True),
        ({"Host": "LOCALHOST."}, True),
        ({"Host": "[::1]:8501"}, True),
        ({"Host": OWN, "Origin": f"http://{OWN}"}, True),
        ({"Host": "localhost", "Origin": "http://localhost:80"}, True),
        ({}, False),
        ({"Host": ""}, False),
        # a foreign name that leads here: host and origin agree
        ({"Host": "evil.example:8501", "Origin": "http://evil.example:8501"}, False),
        ({"Host": "127.0.0.1.evil.example"}, False),
        ({"Host": "localhost.evil.example"}, False),
        ({"Host": "evil.example@localhost"}, False),
        ({"Host": "localhost/evil"}, False),
        ({"Host": "192.168.1.7:8501"}, False),
        # a page of another site, or of another server of this machine
        ({"Host": OWN, "Origin": "http://evil.example"}, False),
        ({"Host": OWN, "Origin": "http://127.0.0.1:3000"}, False),
        ({"Host": OWN, "Origin": "null"}, False),
    ],
)
def test_who_is_answered(kind: str, headers: dict[str, str], welcome: bool) -> None:
    config.set_option("server.address", "127.0.0.1")
    config.set_option("server.allowedHosts", list(guard.THIS_MACHINE))
    status, _ = answer(headers, kind)
    assert status == ((200 if kind == "http" else 101) if welcome else 403)


@pytest.mark.parametrize(
    ("address", "allowed", "welcome", "refused"),
    [
        ("0.0.0.0", [], ["192.168.1.7:8501", "[fe80::1]", "localhost"], ["evil.example"]),
        ("demo.example", [], ["demo.example:8501", "localhost"], ["evil.example", "10.0.0.1"]),
        ("0.0.0.0", ["*.lab.example"], ["a.lab.example"], ["lab.example", "192.168.1.7"]),
        ("127.0.0.1", ["*"], ["evil.example"], []),
    ],
)
def test_a_shared_server_answers_under_its_address(
    address: str, allowed: list[str], welcome: list[str], refused: list[str]
) -> None:
    config.set_option("server.address", address)
    config.set_option("server.allowedHosts", allowed or list(guard.THIS_MACHINE))
    server = guard.Guard(inner)
    for host in [*welcome, *refused]:
        assert answer({"Host": host}, server=server)[0] == (200 if host in welcome else 403), host
    assert config.get_option("server.allowedHosts") == (allowed or ["*"])


def test_a_server_behind_another_answers_under_the_public_address() -> None:
    config.set_option("server.address", "127.0.0.1")
    config.set_option("server.allowedHosts", list(guard.THIS_MACHINE))
    config.set_option("browser.serverAddress", "0.0.0.0")
    server = guard.Guard(inner)
    for host, status in (("192.168.1.7:8501", 200), ("localhost", 200), ("evil.example", 403)):
        assert answer({"Host": host}, server=server)[0] == status, host


def test_an_origin_that_was_allowed_may_ask() -> None:
    config.set_option("server.corsAllowedOrigins", ["https://hub.example"])
    assert answer({"Host": OWN, "Origin": "https://hub.example"})[0] == 200


@pytest.mark.parametrize("host", [OWN, "evil.example", "x; script-src *", 'a"b'])
def test_every_answer_protects(host: str) -> None:
    _, headers = answer({"Host": host})
    policy = dict(
        rule.partition(" ")[::2] for rule in headers["content-security-policy"].split("; ")
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert policy["frame-ancestors"] == "'self'" and policy["object-src"] == "'none'"
    outside = re.compile(r"\*|https?:|evil")
    assert not any(outside.search(sources) for sources in policy.values())
    assert "'unsafe-inline'" not in policy["script-src"] and "'sha256-" in policy["script-src"]
    assert set(policy) == set(guard.POLICY)


@pytest.mark.parametrize(
    ("given", "ancestors"),
    [
        ("https://hub.example http://localhost:8888", "'self' https://hub.example http://localhost:8888"),
        ("https://*.example:*", "'self' https://*.example:*"),
        ("*", "'self' *"),
        ("x;script-src", "'self'"),
        ("", "'self'"),
    ],
)  # fmt: skip
def test_frames_by_choice(given: str, ancestors: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTORSCOPE_EMBED", given)
    _, headers = answer({"Host": OWN})
    assert f"frame-ancestors {ancestors}" in headers["content-security-policy"].split("; ")
    assert ("x-frame-options" in headers) == (ancestors == "'self'")
