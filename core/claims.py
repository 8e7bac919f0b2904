"""One process computes a result; others that want it wait, and see how far it is.

Several servers may share a folder of results. Whoever computes one holds a lock of the operating
system on a file beside it, which ends with its process, however that ends; its progress stands in
the file. Where there can be no such lock, on a read-only disk or a system without `flock`, each
computes for itself, as is always right and only slower.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.messages import Message, message
from core.progress import OnStep, report

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PATIENCE = 0.2  # seconds between two looks at a computation of another process
TELLING = 0.5  # seconds between two notes of one's own


@contextlib.contextmanager
def claimed(path: Path, on_step: OnStep) -> Iterator[tuple[OnStep, bool]]:
    """Within, no other process computes the result that belongs at `path`.

    Gives (the hook to compute with, whether another process had it meanwhile, so that the result
    may be there). Waiting, it reports what the other one does. Raises Cancelled as `report` does.
    """
    held = waited = None
    while fcntl is not None:
        held = _take(path.with_suffix(".claim"))
        if held is None or held >= 0:
            break
        waited = True
        _tell(path.with_suffix(".claim"), on_step)
        time.sleep(PATIENCE)
    if held is None:
        yield on_step, bool(waited)
        return
    try:
        yield _noting(held, on_step), bool(waited)
    finally:
        with contextlib.suppress(OSError):
            path.with_suffix(".claim").unlink(missing_ok=True)  # before the lock ends: see `_take`
        os.close(held)


def _take(path: Path) -> int | None:
    """The lock's descriptor; −1 while another process has it; None where there can be none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # the file may have been removed by whoever held it between the two calls
        if os.fstat(descriptor).st_ino == os.stat(path).st_ino:
            return descriptor
    except FileNotFoundError:
        pass
    except BlockingIOError:
        pass
    except OSError:  # a file system without locks
        os.close(descriptor)
        return None
    os.close(descriptor)
    return -1


def _noting(descriptor: int, on_step: OnStep) -> OnStep:
    """The hook that also writes into the claim how far the computation is."""
    last = 0.0

    def note(fraction: float, metrics: Mapping[str, Any]) -> bool:
        nonlocal last
        if time.monotonic() > last + TELLING:
            last = time.monotonic()
            stage = metrics.get("stage", "")
            text = stage.template if isinstance(stage, Message) else str(stage)
            values = stage.values if isinstance(stage, Message) else {}
            content = json.dumps([fraction, text, values], default=str).encode()
            with contextlib.suppress(OSError):
                os.pwrite(descriptor, content.ljust(os.fstat(descriptor).st_size), 0)
        return on_step(fraction, metrics)

    return note


def _tell(path: Path, on_step: OnStep) -> None:
    """Report the progress of another process."""
    fraction, stage = 0.0, message("waiting for the same computation elsewhere")
    with contextlib.suppress(OSError, ValueError, TypeError):
        fraction, text, values = json.loads(path.read_bytes())
        if text:
            stage = message(text, **values)
    report(on_step, float(fraction), stage)
