"""What one visitor may have uploaded at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from dashboard import upload_limit
from dashboard.upload_limit import UploadLimit

PATH = "/_stcore/upload_file/{session}/{file}"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is in memory, by session; 1 000 bytes are allowed."""
    held: Counter[str] = Counter()
    monkeypatch.setattr(upload_limit, "kept", lambda: Counter(held))
    monkeypatch.setattr(upload_limit.budget, "memory", lambda: 6000)
    monkeypatch.setenv("VECTORSCOPE_UPLOAD_GB", "0.000001")
    return held


async def sent(app: Any, session: str, size: int | None, method: str = "PUT") -> bool:
    """Whether an upload is kept; all of it is received in any case, and answered the same."""
    statuses: list[int] = []
    parts = [{"body": b"x", "more_body": True}, {"body": b"x"}]

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send(message: dict[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    headers = [] if size is None else [(b"content-length", str(size).encode())]
    path = PATH.format(session=session, file="f")
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    await app(scope, receive, send)
    assert statuses == [204]
    refused = upload_limit.refusal(session)
    assert refused is None or not parts
    return refused is None


async def accepts(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(0)
    await send({"type": "http.response.start", "status": 204, "headers": []})


def test_a_visitor_has_a_budget(held: Counter[str]) -> None:
    app = UploadLimit(accepts)
    held.update({"a": 600})
    assert asyncio.run(sent(app, "a", 400))
    assert not asyncio.run(sent(app, "a", 401))
    assert asyncio.run(sent(app, "b", 900))
    assert not asyncio.run(sent(app, "b", None)), "of unknown size: it may be too large"
    assert asyncio.run(sent(app, "a", 9999, "DELETE"))


def test_all_visitors_have_one_together(held: Counter[str]) -> None:
    held.update({"a": 800, "b": 600})
    assert not asyncio.run(sent(UploadLimit(accepts), "c", 200))


def test_what_is_on_its_way_counts(held: Counter[str]) -> None:
    async def both(app: Any) -> list[bool]:
        return await asyncio.gather(sent(app, "a", 600), sent(app, "a", 600))

    app = UploadLimit(accepts)
    assert asyncio.run(both(app)) == [True, False]
    assert asyncio.run(sent(app, "a", 600)) and not app.coming
