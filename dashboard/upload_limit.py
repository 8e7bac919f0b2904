"""How much one visitor may have uploaded at once, and all together.

Streamlit holds uploaded files in memory while their visitor is there, any number of them. One
that is too much is received and dropped, as if it had been removed again, and the page says so:
the uploader in the browser can show no more than the number of an error.

Environment: VECTORSCOPE_UPLOAD_GB (of one visitor, 1; all together a quarter of the memory).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from streamlit import config, runtime

from core import budget
from core.messages import Message, message

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    Files = dict[str, dict[str, bytes]]

ONE_GB, SHARE = 1.0, 4
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")
RECEIVED = 204
_refusals: dict[str, Message] = {}  # by session, until its page has shown them


class UploadLimit:
    """Refuses an upload that is too much beside those that are kept or on their way."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.coming: Counter[str] = Counter()  # bytes by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else on."""
        upload = scope["type"] == "http" and scope["method"] == "PUT"
        match = UPLOAD.search(scope["path"]) if upload else None
        if match is None:
            await self.app(scope, receive, send)
            return
        session, size = match[1], _size(scope)
        held = kept()
        held.update(self.coming)
        most = int(budget.number("VECTORSCOPE_UPLOAD_GB", ONE_GB) * budget.GB)
        whole = max(budget.memory() // SHARE, most)
        if held[session] + size > most or held.total() + size > whole:
            _refusals[session] = message(
                "The last file was not kept: it has {size}, you have uploaded {held} already, of "
                "{most} that this server keeps for one visitor, and it keeps {whole} for all of "
                "them. Remove a file, or start the server with a larger VECTORSCOPE_UPLOAD_GB.",
                size=budget.amount(size),
                held=budget.amount(held[session]),
                most=budget.amount(most),
                whole=budget.amount(whole),
            )
            await _drop(receive)
            await send({"type": "http.response.start", "status": RECEIVED, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        self.coming[session] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.coming[session] -= size
            self.coming += Counter()  # without those that came


def refusal(session: str) -> Message | None:
    """Why this session's last upload was not kept, once."""
    return _refusals.pop(session, None)


async def _drop(receive: Receive) -> None:
    """Receive what is sent: a browser reads no answer before it has sent all."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)  # gone with a visitor who left


def kept() -> Counter[str]:
    """Bytes of uploads in memory, by session."""
    files = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return Counter(
        {
            session: sum(len(file.data) for file in list(those.values()))
            for session, those in list(files.items())
        }
    )


def _size(scope: Scope) -> int:
    """What the request says it sends, or the most that the server takes."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return int(config.get_option("server.maxUploadSize")) << 20
