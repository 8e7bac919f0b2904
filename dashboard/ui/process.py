"""The process that serves everybody: its descriptors, its garbage, and who is there."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import jobs, network

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

MANY = 200  # new modules that make freezing worth while
GRACE = 20.0  # seconds in which a browser whose connection broke finds all as it was
BETWEEN = 60.0  # seconds between two collections for visitors who left: they stop all threads
DESCRIPTORS = Path("/dev/fd")  # of this process, on Linux and macOS

_modules_frozen = 0
_here: set[str] = set()  # sessions that Streamlit keeps
_pinned: set[str] = set()  # those kept when objects were frozen: some are theirs
_collecting = False


def prepare() -> None:
    """Call at the start of each run: what the process needs, and that this visitor is here."""
    raise_descriptors()
    network.only_by_hand()
    spare_imports()
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        _present(context.session_id)


def raise_descriptors() -> None:
    """Raise the number of files and connections this process may open to what the system allows.

    Many systems start programs with 256 or 1 024, of which each visitor takes a few.
    """
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != hard:
            with suppress(OSError, ValueError):  # macOS allows less than it says
                resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def spare_imports() -> None:
    """Keep the objects that imports create out of Python's garbage collection.

    A million objects of libraries make a collection take 0.2 s, in which every thread stands
    still, and a rare one: figures of past runs pile up meanwhile. Without those objects it takes
    a few ms, and Python makes one as soon as a quarter of what is left is new. What belongs to
    the visitors of the moment is frozen, too, until `collect`.
    """
    global _modules_frozen
    if len(sys.modules) >= _modules_frozen + MANY:
        _modules_frozen = len(sys.modules)
        gc.freeze()
        _pinned.update(_here)


def collect() -> None:
    """Free what visitors who left have held, frozen objects included, and freeze the rest."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _pinned.clear()
    _pinned.update(_here)


def left(session: str, close: Callable[[str], None], later: Callable[..., object]) -> None:
    """A visitor has been gone for a while: give up their work, free what they held."""
    global _collecting
    jobs.leave(session)
    close(session)
    _here.discard(session)
    if session in _pinned and not _collecting:
        _collecting = True
        later(BETWEEN, _collect_once)


def _collect_once() -> None:
    global _collecting
    _collecting = False
    collect()


def _disconnected(session: str) -> None:
    """Streamlit calls this, in its event loop, when a connection ends; it may come back."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # the session itself is being destroyed
        jobs.leave(session)
        _here.discard(session)
        return
    loop.call_later(GRACE if _descriptors_left() else 0.0, _if_gone, session, loop)


def _if_gone(session: str, loop: asyncio.AbstractEventLoop) -> None:
    if runtime.exists() and not runtime.get_instance().is_active_session(session):
        left(session, runtime.get_instance().close_session, loop.call_later)


def _descriptors_left() -> bool:
    """Whether fewer than half of the descriptors are in use; each session holds three."""
    if resource is None or not DESCRIPTORS.is_dir():
        return True
    return 2 * len(os.listdir(DESCRIPTORS)) < resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@st.cache_resource(scope="session", on_release=_disconnected, show_spinner=False)
def _present(session: str) -> str:
    """Known until the session's connection ends."""
    _here.add(session)
    return session
