"""Files that mean harm: whatever bytes a reader is given, it gives a result or a sentence.

Inputs are whole files that were flipped, cut, doubled and spliced at random. Each reader runs in a
process of its own, so that its death is counted, too, and its memory is its own.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import CoreError

ROOT = Path(__file__).parents[2]
LIMIT_MB, LIMIT_S = 2000, 30.0
MOST = 16 << 30  # bytes of address space of a reader's process
SPLICES = (b"\xff" * 8, b"\0" * 8, b"-1", b"1e400", b"9" * 30, b"\n", b"\xef\xbb\xbf", b'"')
Read = Callable[[str, bytes], object]


def fuzzed(times: int) -> Iterator[dict[str, Any]]:
    """So many inputs for each reader."""
    for reader in READERS:
        yield _in_child(reader, times) | {"attack": f"fuzzed: {reader}"}


def peaks() -> Iterator[dict[str, Any]]:
    """The most memory that a small file, or one of the usual size, makes a reader take."""
    for reader, (_, files) in LARGE.items():
        for kind in files:
            row = _in_child(f"{reader}/{kind}", 1)
            row["wrong"] += row.get("MB", 0) > LIMIT_MB or row.get("s", 0) > LIMIT_S
            yield row | {"attack": f"memory: {reader}, {kind}"}


def _in_child(what: str, times: int) -> dict[str, Any]:
    """Run a reader on its inputs in processes; one that dies is started again after its input."""
    wrong, first, done = 0, "", 0
    row: dict[str, Any] = {}
    while done < times:
        command = [sys.executable, "-m", "benchmarks.siege.fuzzing", what, str(done), str(times)]
        with tempfile.TemporaryDirectory() as folder:
            child = subprocess.run(
                command, cwd=ROOT, env=os.environ | {"VECTORSCOPE_CACHE": folder},
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        lines = [json.loads(line) for line in child.stdout.splitlines() if line.startswith("{")]
        for line in lines:
            wrong += line.get("wrong", 0)
            first = first or line.get("first", "")
            row |= {k: max(v, row.get(k, 0)) for k, v in line.items() if k in ("s", "MB")}
        if lines and lines[-1].get("end"):
            break
        done = max((line.get("at", done) for line in lines), default=done) + 1
        wrong, first = wrong + 1, first or f"died with {child.returncode}"
    return row | {
        "tries": times, "wrong": wrong, "first": first,
        "worst": f"{row.get('s', 0):.1f} s, {row.get('MB', 0):.0f} MB",
    }  # fmt: skip


def _child(what: str, start: int, end: int) -> None:
    """Read the inputs from `start` on, and print what comes of it, a line of JSON each hundred."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))  # the machine has other work
    reader, _, kind = what.partition("/")
    read, files = LARGE[reader] if kind else READERS[reader]
    if not kind:  # imports and compiling are not the first input's time
        name = next(iter(files))
        read(name, files[name]())
    slowest, wrong, first = 0.0, 0, ""
    for n in range(start, end):
        name = kind or list(files)[n % len(files)]
        data = files[name]()
        if not kind:
            print(json.dumps({"at": n}), flush=True)
            data = mutated(data, random.Random(n))
        began = time.perf_counter()
        try:
            read(name, data)
        except CoreError:
            pass
        except Exception as error:
            wrong, first = wrong + 1, first or f"{type(error).__name__} at {n}: {error}"[:90]
        slowest = max(slowest, time.perf_counter() - began)
    print(json.dumps({"end": 1, "wrong": wrong, "first": first, "s": slowest, "MB": _peak()}))


def _peak() -> float:
    """MB this process took at most. What `getrusage` says begins with the parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    [peak] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(peak.split()[1]) / 1024


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes after a few random changes."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        i = chance.randrange(len(content) + 1)
        j = min(i + chance.choice((1, 2, 4, 8, 64, 1000)), len(content))
        kind = chance.randrange(5)
        if kind == 0 and content:
            content[i % len(content)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del content[i:j]
        elif kind == 2:
            content[i:i] = content[i:j]
        elif kind == 3:
            content[i:j] = chance.randbytes(j - i)
        else:
            content[i:i] = chance.choice(SPLICES)
    return bytes(content)


def _text(name: str, data: bytes) -> object:
    from core.text.reading import columns, read
    from core.text.shelf import store_upload

    source = store_upload(name, data)
    names = columns(source)
    return read(source.replace(column=names[0]) if names else source)


def _vectors(name: str, data: bytes) -> object:
    from core import uploads
    from core.vectors.store.loading import VectorFile, keep

    return keep(VectorFile(name=name, digest=uploads.keep(name, data)))


def _matrix(name: str, data: bytes) -> object:
    from core.matrices import shelf

    return shelf.read(*shelf.store_upload(name, data))


def _items(name: str, data: bytes) -> object:
    from core.items.files import read_upload, store_items

    return read_upload(store_items(name, data))


def _tour(name: str, data: bytes) -> object:
    from dashboard import tours

    return tours.find(tours.keep(data).id)


def _pairs(name: str, data: bytes) -> object:
    from core.vectors.evaluate.lists import read_list

    return read_list(data, name, "pairs")


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, x=np.eye(20), y=np.arange(20))
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.random.default_rng(0).random((30, 20)))
    return file.getvalue()


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "the cat sat on the mat\n" * 40)
        archive.writestr("b.csv", "n,text\n1,the dog\n" * 40)
    return file.getvalue()


def _word2vec() -> bytes:
    rows = np.random.default_rng(0).random((50, 8), np.float32)
    body = b"".join(f"w{i} ".encode() + row.tobytes() + b"\n" for i, row in enumerate(rows))
    return b"50 8\n" + body


def _safetensors() -> bytes:
    from safetensors.numpy import save

    return bytes(save({"x": np.eye(12, dtype=np.float32)}))


TEXT = b"The cat sat on the mat. A dog saw it.\n" * 30
TABLE = b"a,b,c\n" + b"1,2.5,-3\n4,5,6e2\n" * 20
READERS: dict[str, tuple[Read, dict[str, Callable[[], bytes]]]] = {
    "texts": (_text, {
        "a.txt": lambda: TEXT, "a.csv": lambda: b"n,text\n1,\"the, cat\"\n" * 30, "a.zip": _zip,
        "a.jsonl": lambda: b'{"text": "the cat", "n": [1]}\n' * 30,
        "a.txt.gz": lambda: gzip.compress(TEXT, mtime=0),
    }),
    "vectors": (_vectors, {
        "a.txt": lambda: b"3 2\n" + b"a 1 2\nb 3 4\nc -1 .5\n", "a.bin": _word2vec,
        "a.vec.gz": lambda: gzip.compress(b"a 1 2\nb 3 4\n", mtime=0),
    }),
    "matrices": (_matrix, {
        "a.csv": lambda: TABLE, "a.npy": _npy, "a.npz": _npz,
        "a.mtx": lambda: b"%%MatrixMarket matrix coordinate real general\n3 3 2\n1 1 2\n3 2 1\n",
    }),
    "items": (_items, {
        "a.csv": lambda: TABLE, "a.npz": _npz, "a.npy": _npy,
        "a.idx": lambda: b"\0\0\x08\x03\0\0\0\x02\0\0\0\x03\0\0\0\x03" + bytes(range(18)),
    }),
    "tours": (_tour, {"a.md": lambda: b"# A\ns\n\n## S\nopen: corpus?source=lee-news\nLook.\n"}),
    "scored lists": (_pairs, {"a.txt": lambda: b"war peace 3.5\ncat dog 7\n" * 9}),
}  # fmt: skip
LARGE: dict[str, tuple[Read, dict[str, Callable[[], bytes]]]] = {
    "texts": (_text, {
        "words.txt": lambda: "".join(f"w{n} " for n in range(4_000_000)).encode(),
        "bomb.txt.gz": lambda: gzip.compress(b"a 1\n" * 25_000_000, 1),
    }),
    "vectors": (_vectors, {
        "bomb.txt.gz": lambda: gzip.compress(b"a 1\n" * 25_000_000, 1),
        "large.npy": lambda: b"\x93NUMPY\x01\0v\0{'descr': '<f4', 'fortran_order': False, "
                             b"'shape': (1000000000, 300), }".ljust(128) + b"\n" * 99,
    }),
    "matrices": (_matrix, {"text.csv": lambda: b"1,2,3\n" * 4_000_000}),
    "items": (_items, {"text.csv": lambda: b"1,2,3\n" * 4_000_000}),
}  # fmt: skip

if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
