"""Results in memory and on disk; no other module knows where they are.

`cached` turns a function of one spec into one that computes each setting once:
the result is kept in memory (least recently used first out, bounded by bytes)
and in a file named by the spec and by the *code* that computed it (`core.buffers`).
A checksum is verified before a file is trusted, and a full or read-only disk costs
the speed of the next start, never the result. What a page waits for is shown before its file
is written, which costs as much as many a computation (`written_later`).

Environment: VECTORSCOPE_CACHE (folder), VECTORSCOPE_CACHE_GB (size limit, 10, which a process
may exceed by a hundredth: to look at all files after each result would cost a slider's move).
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import platformdirs
from cachetools import LRUCache

from core import buffers, claims, turns
from core.files import ABANDONED, checksum, replacing
from core.fingerprint import fingerprint
from core.progress import OnStep, run_on
from core.results import frozen, nbytes
from core.specs import Spec

R = TypeVar("R", covariant=True)

MEMORY_BYTES = 2 * 1024**3
CACHE_GB = 10.0
EXCESS = 0.01  # of the limit, that may be written before the files are looked at again
SUFFIX, SEAL = ".result", ".crc"
QUICK = 0.01  # seconds: what a page waited less for is computed again as soon as it is read
MOST_LATER = 64 * 1024**2  # bytes of a result that is used before its file is written
MOST_WAITING = 16  # of them at once; each holds a descriptor
WORTH_A_MAP = 4 * 1024**2  # bytes of arrays: to map the file of fewer costs more than it saves


class _Nested(threading.local):
    """How many computations a thread is inside of, and how many results it has asked for."""

    def __init__(self) -> None:
        self.depth = self.asked = 0


class _Later(threading.local):
    """Whether a thread goes on with results before their files are written."""

    def __init__(self) -> None:
        self.on = False


class Computation(Protocol[R]):
    """What `cached` returns: call it with a spec, or ask whether that would be instant."""

    def __call__(self, spec: Any, on_step: OnStep = run_on) -> R:
        """The result, computed unless it is stored."""

    def ready(self, spec: Any) -> bool:
        """Whether the result is in memory."""

    def stored(self, spec: Any) -> bool:
        """Whether the result is in memory or on disk."""


_memory: LRUCache[str, Any] = LRUCache(MEMORY_BYTES, getsizeof=lambda entry: nbytes(entry))
_lock = threading.Lock()
_unseen = math.inf  # bytes written since this process last looked at all the files
_anew = threading.local()  # what `anew` computed so far in this thread
_nested = _Nested()
_later = _Later()
_writer = ThreadPoolExecutor(1, "cache")  # at exit Python waits for it
_unwritten: set[Future[None]] = set()  # results that wait for their files


def cached(compute: Callable[..., R]) -> Computation[R]:
    """Compute `compute(spec, on_step)` once per spec.

    Two threads that ask for the same spec at once compute it once, as do two processes where
    the system has locks (`core.claims`); where not, both compute it, and either file is whole.
    """
    name = f"{compute.__module__}.{compute.__qualname__}"
    code = functools.cache(lambda: fingerprint(compute.__module__))

    def slot(spec: Spec) -> str:
        return f"{name}/{code()}-{spec.key}"

    @functools.wraps(compute)
    def load_or_compute(spec: Spec, on_step: OnStep = run_on) -> R:
        key = slot(spec)
        _nested.asked += 1
        results = getattr(_anew, "results", None)
        if results is not None and not name.startswith(_anew.keep):
            if key not in results:
                results[key] = frozen(compute(spec, on_step))
            return cast(R, results[key])
        with _lock:
            if key in _memory:
                return cast(R, _memory[key])
        with turns.taken(key, on_step) as step:
            with _lock:
                if key in _memory:
                    return cast(R, _memory[key])
            result = _read(key)
            if result is None:
                return cast(R, _computed(key, spec, step))
            _keep(key, result)
        return cast(R, result)

    def _computed(key: str, spec: Spec, on_step: OnStep) -> Any:
        with contextlib.ExitStack() as claim:
            step, waited = claim.enter_context(claims.claimed(_path(key), on_step))
            result = _read(key) if waited else None
            if result is None:
                began, asked = time.perf_counter(), _nested.asked
                with _deeper():
                    result = frozen(compute(spec, step))
                took, alone = time.perf_counter() - began, asked == _nested.asked
                if not (_later.on and alone and took < QUICK):
                    return _stored(key, result, claim)
            _keep(key, result)
            return result

    def ready(spec: Spec) -> bool:
        """True when a call would only look the result up in memory."""
        with _lock:
            return slot(spec) in _memory

    def stored(spec: Spec) -> bool:
        """True when a call would not compute anything."""
        path = _path(slot(spec))
        return ready(spec) or (os.path.exists(path) and os.path.exists(_seal(path)))

    load_or_compute.ready = ready  # type: ignore[attr-defined]
    load_or_compute.stored = stored  # type: ignore[attr-defined]
    return cast(Computation[R], load_or_compute)


@contextlib.contextmanager
def anew(keep: tuple[str, ...] = ()) -> Iterator[None]:
    """Within, this thread recomputes every result once, except those of modules in `keep`.

    For measuring the cost of a computation, whatever is stored. The results are stored at
    the end of the block.
    """
    _anew.results, _anew.keep = {}, keep
    try:
        yield
        results = _anew.results
    finally:
        _anew.results = None
    for key, result in results.items():
        _write(key, buffers.parts_of(result))
        _keep(key, result)


@contextlib.contextmanager
def written_later() -> Iterator[None]:
    """Within, this thread goes on with a result before its file is written.

    Another process that wants the result waits for the file.
    """
    _later.on = True
    try:
        yield
    finally:
        _later.on = False


def depth() -> int:
    """How many cached computations this thread is inside of: one that needs another makes two."""
    return _nested.depth


@contextlib.contextmanager
def _deeper() -> Iterator[None]:
    _nested.depth += 1
    try:
        yield
    finally:
        _nested.depth -= 1


def folder() -> Path:
    """The folder of results, uploads and saved models."""
    chosen = os.environ.get("VECTORSCOPE_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("vectorscope", appauthor=False)


def size() -> int:
    """Bytes of all results on disk."""
    return sum(_size(path) for path in _entries())


def size_on_disk() -> int:
    """Bytes of everything in the folder: results, uploads, models, sweeps, leftovers."""
    return sum(_size(Path(where, name)) for where, _, names in os.walk(folder()) for name in names)


def clear() -> None:
    """Forget every result, in memory and on disk."""
    wait_until_written()
    with _lock:
        _memory.clear()
    shutil.rmtree(folder() / "results", ignore_errors=True)


def forget_memory() -> None:
    """Forget the results in memory, as a restart does; those on disk stay."""
    global _unseen
    wait_until_written()
    with _lock:
        _memory.clear()
        _unseen = math.inf


def wait_until_written() -> None:
    """Wait for the files of all results there are."""
    wait(list(_unwritten))


def _stored(key: str, result: Any, claim: contextlib.ExitStack) -> Any:
    """Keep a result in memory and on disk; returns what is in memory.

    Its file may be written after it is used; the claim on it then ends with that.
    """
    parts = buffers.parts_of(result)  # before others have the result, and may change it
    size = sum(part.nbytes for part in parts)
    if not _later.on or size > MOST_LATER or len(_unwritten) >= MOST_WAITING:
        result = _on_disk(key, result, parts)
        _keep(key, result)
        return result
    _keep(key, result)
    held = claim.pop_all()

    def write() -> None:
        with held:
            mapped = _on_disk(key, result, parts)
        with _lock:
            if key in _memory:
                _memory[key] = mapped

    try:
        written = _writer.submit(write)
    except RuntimeError:  # the program ends
        write()
        return result
    _unwritten.add(written)
    written.add_done_callback(_unwritten.discard)
    return result


def _on_disk(key: str, result: Any, parts: list[memoryview]) -> Any:
    """Write a result, and read it back, so that its arrays are the file's own pages and not a
    second copy in memory; the result itself where it cannot be written, or has few arrays."""
    if not _write(key, parts) or sum(part.nbytes for part in parts[1:]) < WORTH_A_MAP:
        return result
    mapped = _read(key, verified=True)
    return result if mapped is None else mapped


def _keep(key: str, result: Any) -> None:
    """Hold a result in memory, where it fits."""
    with _lock:
        if nbytes(result) <= MEMORY_BYTES:
            _memory[key] = result


def _path(key: str) -> Path:
    return folder() / "results" / f"{key}{SUFFIX}"


def _seal(path: Path) -> Path:
    """The file that holds a result's checksum."""
    return path.with_suffix(SEAL)


def _entries() -> list[Path]:
    return list((folder() / "results").glob(f"*/*{SUFFIX}"))


def _read(key: str, verified: bool = False) -> Any | None:
    """A result from disk, or None where there is none that can be trusted.

    verified: it was written a moment ago, and to compare its checksum costs as much as to count.
    """
    path = _path(key)
    try:
        if not verified and checksum(path) != _seal(path).read_text():
            _remove(path)
            return None
        result = frozen(buffers.read(path))
    except Exception:  # no such file, no descriptor, no memory, no result: it is computed anew
        return None
    with contextlib.suppress(OSError):  # in a read-only folder the use cannot be recorded
        os.utime(path)
    return result


def _write(key: str, parts: list[memoryview]) -> bool:
    """Keep the parts of a result on disk; False where the disk is full or read-only."""
    path = _path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as part:
            written = buffers.write(parts, part)
            # The checksum goes first: another process then sees an old file with a
            # new checksum for a moment, and recomputes; never an unchecked one.
            with replacing(_seal(path)) as seal:
                seal.write_text(written)
        if _is_time_to_look(_size(path)):
            _evict()
        return True
    except OSError:
        return False


def _remove(path: Path) -> None:
    """Delete a file if it is there and may be deleted."""
    with contextlib.suppress(OSError):
        path.unlink()


def _limit() -> float:
    """Bytes that results may take on disk."""
    try:
        return float(os.environ["VECTORSCOPE_CACHE_GB"]) * 1e9
    except (KeyError, ValueError):
        return CACHE_GB * 1e9


def _is_time_to_look(written: int) -> bool:
    """Whether the folder may have grown beyond its limit, now that so many bytes were written."""
    global _unseen
    with _lock:
        _unseen += written
        if _unseen < EXCESS * _limit():
            return False
        _unseen = 0.0
        return True


def _evict() -> None:
    """Drop the least recently used files until the folder is within its limit."""
    limit = _limit()
    entries = sorted(_entries(), key=_used)
    total = sum(_size(path) for path in entries)
    for path in entries[:-1]:  # the newest is the one just written
        if total <= limit:
            break
        total -= _size(path)
        _remove(path)
        _remove(_seal(path))
    for path in (folder() / "results").glob("*/*"):  # of killed processes, or earlier versions
        known = path.suffix == SUFFIX or (path.suffix == SEAL and path.with_suffix(SUFFIX).exists())
        if not known and _used(path) < time.time() - ABANDONED:
            _remove(path)


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
