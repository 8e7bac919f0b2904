"""One thread for LAPACK while other computations run beside it.

OpenBLAS spins while its threads wait for each other. On a busy machine that
costs ten times the arithmetic (pivoted QR of 1500 × 1000 on two shared cores:
2.4 CPU seconds with two threads, 0.2 with one), so what runs in the background
keeps to one.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadpoolctl import ThreadpoolController

_lock = threading.Lock()
_inside = 0
_limit: Any = None
_controller = functools.cache(ThreadpoolController)  # looking the libraries up takes a while


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS uses one thread inside; the setting returns when the last block is left.

    The setting belongs to the process, so blocks that overlap are counted.
    """
    global _inside, _limit
    with _lock:
        if _inside == 0:
            _limit = _controller().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _limit.restore_original_limits()
