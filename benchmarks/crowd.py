"""Users who come at the same moment, over the websocket alone, as their browsers would."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from dashboard import navigation
from dashboard.language import SENSE
from dashboard.page_row import Page
from dashboard.ui.slider_scale import read

PATIENCE = 120  # s; a ceiling, not a delay
MOVERS = 10
EVERY = 1.0  # s between two looks at a page that is being computed
PAUSE = 0.1  # s between the moves of a hand that looks at each picture


@dataclass
class Crowd:
    """ms until each user's page has run, and each slider's move; bytes of each page.

    late: for each run, whether its answer was a progress bar, beside the last result if any.
    """

    opened: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    errors: int = 0
    late: list[bool] = field(default_factory=list)


async def gather(address: str, page: Page, users: int) -> Crowd:
    """Have so many users open a page at once; then ten of them move its main slider at once."""
    crowd = Crowd()
    visitors = [Visitor(address, page, crowd) for _ in range(users)]
    try:
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        movers = [visitor for visitor in visitors if visitor.slider is not None][:MOVERS]
        await asyncio.gather(*(mover.move(i + 1) for i, mover in enumerate(movers)))
    finally:
        for visitor in visitors:
            visitor.leave()
    return crowd


async def alone(address: str, page: Page, moves: int) -> Crowd:
    """One user, who moves the main slider to stops that nobody has been at.

    No moves where no link leads to the slider. The first move, which may import what the page
    needs, is not counted. The slider goes up, and down from where it began once it is at its end.
    """
    for _ in range(PATIENCE):  # until all is computed that the page shows at first
        crowd = Crowd()
        visitor = Visitor(address, page, crowd)
        await visitor.open()
        if not any(crowd.late):
            break
        visitor.leave()
        await asyncio.sleep(EVERY)
    else:
        raise RuntimeError(f"{page.file} was still being computed after {PATIENCE} visits")
    try:
        if visitor.slider is None:
            return crowd
        began, last = visitor.content["index"], len(visitor.content["labels"]) - 1
        ahead = [*range(began + 1, last + 1), *range(began - 1, -1, -1)]
        for stop in ahead[: moves + 1]:
            await visitor.move_to(stop)
            await asyncio.sleep(PAUSE)
    finally:
        visitor.leave()
    crowd.moved, crowd.late = crowd.moved[1:], crowd.late[2:]
    return crowd


class Visitor:
    """One of them."""

    def __init__(self, address: str, page: Page, crowd: Crowd) -> None:
        self.address, self.page, self.crowd = address, page, crowd
        self.link: Any = None
        self.slider: Any = None  # its last message
        self.content: dict[str, Any] = {}
        self.fragment = ""

    async def open(self) -> None:
        """Connect, and wait until the page has run."""
        from tornado.httpclient import HTTPRequest
        from tornado.websocket import websocket_connect

        request = HTTPRequest(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            headers={"Sec-WebSocket-Protocol": "streamlit"},
        )
        self.link = await websocket_connect(request, max_message_size=1 << 28)
        took, size = await self._run()
        self.crowd.opened.append(took)
        self.crowd.sizes.append(size)

    async def move(self, steps: int) -> None:
        """Move the main slider so many stops from where it is, or from its other end."""
        index, last = self.content["index"], len(self.content["labels"]) - 1
        await self.move_to(index + steps if index + steps <= last else max(index - steps, 0))

    async def move_to(self, stop: int) -> None:
        """Move the main slider to a stop."""
        turn = {"index": stop, "turn": self.content["turn"] + 1, "held": False}
        took, _ = await self._run({"event": "moved", "value": turn})
        self.crowd.moved.append(took)

    def leave(self) -> None:
        """Close the browser."""
        if self.link is not None:
            self.link.close()

    async def _run(self, report: dict[str, Any] | None = None) -> tuple[float, int]:
        """(ms, bytes) of the run that a visit or a report starts."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        state, size, began = BackMsg(), 0, time.perf_counter()
        self.crowd.late.append(False)
        run_number = len(self.crowd.late) - 1
        run = state.rerun_script
        run.query_string = self.page.slider.query if self.page.slider else ""
        run.page_name = navigation.address(self.page.file)
        if report is not None:
            widget = run.widget_states.widgets.add()
            widget.id = f"$$STREAMLIT_INTERNAL_KEY_{self.slider.id}__events"
            widget.json_trigger_value = json.dumps([report])
            run.widget_states.widgets.add(id=self.slider.id, json_value="{}")
            run.fragment_id = self.fragment
        await self.link.write_message(state.SerializeToString(), binary=True)
        while True:
            data = await asyncio.wait_for(self.link.read_message(), PATIENCE)
            if not isinstance(data, bytes):  # the server hung up
                self.crowd.errors += 1
                return 1000 * (time.perf_counter() - began), size
            size += len(data)
            message = ForwardMsg.FromString(data)
            self._note(message)
            self.crowd.late[run_number] |= _is_progress(message)
            if message.WhichOneof("type") == "script_finished":
                return 1000 * (time.perf_counter() - began), size

    def _note(self, message: Any) -> None:
        """Remember the main slider; count what went wrong."""
        element = message.delta.new_element
        self.crowd.errors += element.WhichOneof("type") == "exception"
        if element.WhichOneof("type") != "bidi_component" or self.page.slider is None:
            return
        if element.bidi_component.component_name != "vectorscope_live_slider":
            return
        content = read(element.bidi_component.bytes)
        if content["label"] == self.page.slider.label.partition(SENSE)[0]:
            self.slider, self.content = element.bidi_component, content
            self.fragment = message.delta.fragment_id


def _is_progress(message: Any) -> bool:
    return bool(message.delta.new_element.WhichOneof("type") == "progress")
