"""Three hundred visits where a process may open 256 files and connections."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).parents[2]
MOST, VISITS = 256, 300
SOON = 60.0  # seconds; nothing here takes so long unless it hangs


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, MOST))


async def visit(port: int, page: str) -> None:
    """Open a page, wait until its script has run, and leave."""
    request = HTTPRequest(
        f"ws://127.0.0.1:{port}/_stcore/stream", headers={"Sec-WebSocket-Protocol": "streamlit"}
    )
    link = await websocket_connect(request, max_message_size=1 << 28)
    opening = BackMsg()
    opening.rerun_script.page_name = page
    await link.write_message(opening.SerializeToString(), binary=True)
    while True:
        data = await asyncio.wait_for(link.read_message(), SOON)
        assert isinstance(data, bytes), "the server hung up"
        message = ForwardMsg.FromString(data)
        assert message.delta.new_element.WhichOneof("type") != "exception"
        if message.WhichOneof("type") == "script_finished":
            link.close()
            return


async def visits(port: int) -> None:
    for number in range(VISITS):
        await visit(port, "corpus" if number in (0, VISITS - 1) else "tours")


@pytest.mark.slow
def test_every_visit_is_served(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    command = ["-m", "streamlit", "run", "dashboard/serve.py", "--server.port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT, env=os.environ, preexec_fn=limit, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        late = time.monotonic() + SOON
        while b"URL" not in log.read_bytes() and time.monotonic() < late:
            time.sleep(0.05)
        asyncio.run(visits(port))
        assert len(os.listdir(f"/proc/{server.pid}/fd")) < MOST / 1.5
    finally:
        server.terminate()
        server.wait(SOON)
    assert b"Errno 24" not in log.read_bytes() and b"Traceback" not in log.read_bytes()
