"""Pictures, tables and saved runs that mean harm: they are read, or refused with a reason."""

from __future__ import annotations

import gzip
import io
import json
import struct
import warnings
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save

from core.errors import SpecError
from core.items import data
from core.items.files import KINDS, read_upload, store_items, store_together
from core.items.specs import Items
from core.latent.saving import from_bytes, to_bytes
from core.latent.specs import Vae
from core.latent.training import fit
from tests.core.hostile import answered, damaged, fuzzed, refused, within, zipped
from tests.core.test_hostile_matrices import packed
from tests.core.test_hostile_vectors import PICKLE, Trap, header, npy, safe, tensor

DIGITS = (np.arange(5 * 4 * 4) % 251).reshape(5, 4, 4).astype(np.uint8)
LABELS = np.arange(5, dtype=np.uint8) % 2


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    sizes = b"".join(struct.pack(">I", side) for side in array.shape)
    return bytes([0, 0, kind, array.ndim]) + sizes + array.tobytes()


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    made = io.BytesIO()
    Image.fromarray(np.resize(DIGITS[0], size)).save(made, kind)
    return made.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A picture that its header says is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9999)))
            + chunk(b"IEND", b""))  # fmt: skip


VALID: dict[str, tuple[bytes, ...]] = {
    "x-ubyte": (idx(DIGITS), idx(DIGITS.astype(">f4"), 13), idx(LABELS)),
    "x-ubyte.gz": (gzip.compress(idx(DIGITS)),),
    "x.npy": (npy(DIGITS), npy(DIGITS / 7), npy(DIGITS > 99), npy(np.ones((3, 2, 2, 3)))),
    "x.npz": (packed(np.savez, x=DIGITS, y=LABELS), packed(np.savez_compressed, x=DIGITS)),
    "x.zip": (
        zipped({"a/1.png": picture(), "b/2.png": picture(), "x.txt": b"x"}),
        zipped({f"{kind}.{kind}": picture(kind) for kind in ("bmp", "gif", "tiff", "webp")}, False),
        zipped({"a.jpg": picture("JPEG", (8, 8)), "b.pgm": picture("PPM", (8, 8))}, False),
        zipped({"a-ubyte": idx(DIGITS), "b.idx": idx(LABELS)}),
    ),
    "x.csv": (b"a,b,label\n1,2,x\n3,4.5,y\n-1,0,x\n", b"a;b\n1;2\n"),
}  # fmt: skip
FILES = some.sampled_from(list(VALID)).flatmap(
    lambda name: some.tuples(some.just(name), some.one_of(damaged(*VALID[name]), some.binary()))
)


def read(name: str, content: bytes) -> data.Loaded:
    """The file stored, read and brought to one scale, and what all items keep to."""
    spec = store_items(name, content)
    made = data.prepare(read_upload(spec), spec)
    assert made.x.dtype == np.float32 and made.x.ndim == 2 and np.isfinite(made.x).all()
    assert len(made.labels) in (0, len(made.x)) and len(made.x) >= 2 and made.x.shape[1] > 0
    assert not made.picture or np.prod(made.picture) == made.x.shape[1]
    "".join([*made.classes, *made.notes]).encode()
    return made


class TestAnyBytes:
    @fuzzed
    @given(FILES)
    def test_are_read_or_refused(self, file: tuple[str, bytes]) -> None:
        answered(lambda: read(*file))

    @pytest.mark.parametrize("name", VALID)
    def test_each_format(self, name: str) -> None:
        @fuzzed
        @given(damaged(*VALID[name]))
        def check(content: bytes) -> None:
            answered(lambda: read(name, content))

        check()

    @fuzzed
    @given(some.lists(some.tuples(some.text(max_size=20), some.sampled_from(KINDS), some.binary()),
                      min_size=1, max_size=3))  # fmt: skip
    def test_several_at_once(self, given_files: list[tuple[str, str, bytes]]) -> None:
        files = [(name + kind, content) for name, kind, content in given_files]
        answered(lambda: read_upload(store_together(files)))


BIG = 2**40
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n"
REFUSED: dict[str, tuple[str, bytes]] = {
    "2^32 pictures": ("x.idx", bytes([0, 0, 8, 3]) + b"\xff" * 12),
    "255 dimensions": ("x.idx", bytes([0, 0, 8, 255]) + bytes(4 * 255)),
    "sizes that are not there": ("x.idx", bytes([0, 0, 8, 3, 0])),
    "2^40 rows": ("x.npy", header(f"({BIG}, 3)")),
    "rows less than none": ("x.npy", header("(-4, -3)")),
    "a header without end": ("x.npy", header("(4, 3)")[:30]),
    "objects": ("x.npy", npy(np.array([[Trap()]], object), pickled=True)),
    "a pickle": ("x.npy", PICKLE),
    "objects in an archive": ("x.npz", zipped({"a.npy": npy(np.array([Trap()]), pickled=True)})),
    "a pickle in an archive": ("x.npz", zipped({"a.npy": PICKLE, "b": PICKLE})),
    "2^40 rows in an archive": ("x.npz", zipped({"a.npy": header(f"({BIG}, 3)")})),
    "10^8 rows in an archive": ("x.npz", zipped({"a.npy": header("(100000000, 2)")})),
    "complex numbers": ("x.npy", npy(np.ones((4, 2), complex))),
    "a picture of 100,000 × 100,000": ("x.zip", zipped({"a.png": huge_png(100_000, 100_000)})),
    "and of 10,000 × 10,000": ("x.zip", zipped({"a.png": huge_png(10_000, 10_000)})),
    "a picture of nothing": ("x.zip", zipped({"a.png": huge_png(0, 0)})),
    "pictures that end early": ("x.zip", zipped({"a.png": huge_png(900, 900)})),
    "pictures that are none": ("x.zip", zipped({"a.png": b"x" * 99, "b.gif": b"GIF89a"})),
    "an archive of version 6.4": (
        "x.zip",
        zipped({"a.png": picture()}).replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\x40"),
    ),
    "archives in archives": ("x.zip", zipped({"b.zip": zipped({"a.png": picture()})})),
    "postscript called a picture": ("x.zip", zipped({"a.png": EPS})),
    "NaN": ("x.csv", b"a,b\n1,nan\n2,3\n"),
    "infinity": ("x.csv", b"a,b\n1,inf\n2,3\n"),
    "numbers beyond float32": ("x.csv", b"a,b\n1,1e300\n2,3\n"),
    "a field of 10 MB": ("x.csv", b"a\n" + b"x" * 10_000_000 + b"\n"),
    "100,000 columns": ("x.csv", b",".join(b"a" for _ in range(100_000)) + b"\n"),
    "text": ("x.csv", b"<script>,b\nc,d\n"),
    "nothing": ("x.csv", b""),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_lie(case: str) -> None:
    name, content = REFUSED[case]
    with within(60 + 6 * len(content) / 1e6):
        refused(lambda: read(name, content))


def test_what_unpacks_to_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.items.limits.LIMIT", 2_000_000)
    zeros = bytes(40_000_000)
    for name, content in {
        "x.idx.gz": gzip.compress(zeros), "x.npz": zipped({"a.npy": header("(40, 2)") + zeros}),
        "x.zip": zipped({"a.png": zeros}), "y.zip": zipped({"a-ubyte": gzip.compress(zeros)}),
        "x.csv.gz": gzip.compress(zeros),
        "z.zip": zipped({f"{n}-ubyte": gzip.compress(idx(np.zeros((9, 99, 999), np.uint8)))
                         for n in range(30)}),
    }.items():  # fmt: skip
        with within(25):
            refused(lambda name=name, content=content: read(name, content))


def test_pictures_between_the_limits_are_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refused(lambda: read("x.zip", zipped({"a.png": huge_png(11_000, 11_000)})))


def test_names_in_archives_are_text_only() -> None:
    hostile = {
        "../../a.png": picture(),
        "/etc/b.png": picture("PNG", (4, 4)),
        "<b>/c.png": picture(),
    }
    made = read_upload(store_items("x.zip", zipped(hostile)))
    assert len(made.x) == 3 and set(made.labels) == {"..", "etc", "<b>"}


class TestSavedRuns:
    @pytest.fixture(scope="class")
    def saved(self) -> bytes:
        spec = Vae().replace(vae_epochs=1, latent=2, most=200)
        return to_bytes(spec, fit(spec))

    def test_damaged(self, saved: bytes) -> None:
        length = int.from_bytes(saved[:8], "little")

        @fuzzed
        @given(damaged(saved[: 8 + length], saved[: length // 2]))
        def in_the_header(head: bytes) -> None:
            answered(lambda: from_bytes(head + saved[8 + length :]))

        in_the_header()

    @fuzzed
    @given(some.binary())
    def test_any_bytes(self, content: bytes) -> None:
        refused(lambda: from_bytes(content))

    def test_any_facts(self, saved: bytes) -> None:
        arrays = load_arrays(saved)
        length = int.from_bytes(saved[:8], "little")
        facts = json.loads(saved[8 : 8 + length])["__metadata__"]
        odd = [
            "",
            "nan",
            "inf",
            "-1",
            "1e999",
            "9" * 5000,
            "[" * 100_000,
            "[1e999]",
            "null",
            "{}",
            "[[[]]]",
            "[-4, 4]",
            "[1099511627776, 2]",
            '{"spec":"Vae","latent":1e400}',
        ]
        for name in facts:
            for value in odd:
                if name in ("kind", "spec", "epoch", "size", "picture") and value != "{}":
                    refused(lambda n=name, v=value: from_bytes(save(arrays, facts | {n: v})))
                answered(lambda n=name, v=value: from_bytes(save(arrays, facts | {n: v})))

    def test_arrays_of_other_kinds(self, saved: bytes) -> None:
        arrays = load_arrays(saved)
        length = int.from_bytes(saved[:8], "little")
        facts = json.loads(saved[8 : 8 + length])["__metadata__"]
        for name, array in arrays.items():
            for changed in (array[:-1], array.astype(np.int8), array * np.float32("nan"),
                            np.zeros((0,), np.float32), np.zeros(9, np.uint64)):  # fmt: skip
                with np.errstate(invalid="ignore"):
                    content = save(arrays | {name: np.ascontiguousarray(changed)}, facts)
                answered(lambda content=content: from_bytes(content))

    def test_headers_that_lie(self) -> None:
        deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
        for content in (
            safe({}, 100 * 10**9),
            safe({}, 2**63),
            safe(deep),
            safe(b"[]"),
            safe(b"1"),
            safe(tensor([4, 3], 0, 10**12)),
            safe(b'{"__metadata__": 3}'),
            PICKLE,
        ):
            with within(60):
                refused(lambda content=content: from_bytes(content))


@fuzzed
@given(
    some.recursive(
        some.none() | some.booleans() | some.floats() | some.integers() | some.text(),
        lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    )
)
def test_any_json_is_no_spec(plain: Any) -> None:
    with pytest.raises(SpecError):
        Items.from_json(json.dumps(plain))
    for deep in ("[" * 100_000, '{"spec":' * 100_000):
        with pytest.raises(SpecError):
            Items.from_json(deep)
