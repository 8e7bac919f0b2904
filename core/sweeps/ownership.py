"""One owner at a time: of several servers that run one sweep, one computes and the others watch.

The owner holds a lock on a file in the sweep's folder. The system lets go of it when the owner's
process ends, however it ends, so that another can go on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

LOCK = "owner.lock"


@contextlib.contextmanager
def owned(folder: Path) -> Iterator[bool]:
    """Try to own the sweep in a folder while the block runs; gives whether that is so.

    Where files cannot be locked, as on some network disks, everybody is an owner.
    """
    import locket

    lock = locket.lock_file(str(folder / LOCK), timeout=0)
    try:
        lock.acquire()
    except locket.LockError:
        yield False
        return
    except OSError:
        yield True
        return
    try:
        yield True
    finally:
        with contextlib.suppress(OSError):
            lock.release()
