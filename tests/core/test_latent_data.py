"""Data of one's own: what is read, and what is said of data that cannot be used."""

from __future__ import annotations

import gzip
import io
import socket
import struct
import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core import network
from core.errors import SourceError
from core.items import data as data_module
from core.items import limits
from core.items.data import load
from core.items.files import store_items, store_together
from core.items.specs import Items
from core.latent.judgement import judge
from core.latent.specs import Vae
from core.latent.training import fit

MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist-10k-images-idx3-ubyte.gz"

PICTURES = np.random.default_rng(0).integers(0, 256, (6, 5, 4), np.uint8)


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def png(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def loaded(name: str, content: bytes, **more: Any) -> Any:
    return load(store_items(name, content).replace(**more))


GREY = PICTURES.reshape(6, -1) / 255


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train-images-idx3-ubyte", idx(PICTURES)),
        ("pictures.idx", idx(PICTURES)),
        ("t10k-images.gz", gzip.compress(idx(PICTURES))),
        ("pictures.npz", npz(x_train=PICTURES, y_train=np.arange(6))),
        ("pictures.npz", npz(colours=np.repeat(PICTURES[..., None], 3, axis=3))),
        ("pictures.zip", zipped({f"a/{i}.png": png(p) for i, p in enumerate(PICTURES)})),
    ],
)
def test_pictures_are_read_exactly(name: str, content: bytes) -> None:
    data = loaded(name, content)
    assert data.picture == (5, 4)
    top = PICTURES.max()
    np.testing.assert_allclose(data.x, GREY if top <= 255 else None, atol=1e-6)


def test_npy_and_labels() -> None:
    file = io.BytesIO()
    np.save(file, PICTURES)
    assert loaded("x.npy", file.getvalue()).picture == (5, 4)
    data = loaded("x.npz", npz(images=PICTURES, labels=np.array(list("abcabc"))))
    assert data.classes == ("a", "b", "c") and list(data.labels) == [0, 1, 2, 0, 1, 2]


def test_folders_of_a_zip_are_labels() -> None:
    members = {f"{'cat' if i % 2 else 'dog'}/{i}.png": png(p) for i, p in enumerate(PICTURES)}
    data = loaded("pets.zip", zipped(members | {"readme.txt": b"hello"}))
    assert data.classes == ("cat", "dog") and sorted(data.labels) == [0, 0, 0, 1, 1, 1]
    assert "Files skipped, for they are no pictures: 1." in data.notes[0]


def test_table() -> None:
    rows = "\n".join(f"{i},{i * i},7,{'odd' if i % 2 else 'even'},note" for i in range(10))
    data = loaded("t.csv", f"a,b,same,label,remark\n{rows}".encode())
    assert data.x.shape == (10, 2) and data.picture == () and data.classes == ("even", "odd")
    np.testing.assert_allclose(data.x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(data.x.std(axis=0), 1, atol=1e-6)
    assert any("remark" in note for note in data.notes)
    assert any("never change" in note for note in data.notes)


def test_digits_and_black_and_white() -> None:
    digits = load(Items())
    assert digits.x.shape == (1797, 64) and digits.grey and len(digits.classes) == 10
    assert digits.x.min() == 0 and digits.x.max() == 1
    black = load(Items(binary=True, most=100))
    assert not black.grey and len(black.x) == 100 and "first 100 of 1,797" in black.notes[0]


NAN = np.full((4, 3, 3), 0.5)
NAN[2, 1, 0] = np.nan
BAD = {
    "unknown kind": ("x.pdf", b"%PDF", "cannot be read as data"),
    "constant": ("x.npy.npz", npz(x=np.ones((9, 3, 3))), "are the same"),
    "one item": ("x.npz", npz(x=np.zeros((1, 3, 3))), "holds 1 item"),
    "no items": ("x.npz", npz(x=np.zeros((0, 3, 3))), "holds no items"),
    "no array": ("x.npz", zipped({}), "holds no array|damaged"),
    "missing": ("x.npz", npz(x=NAN), "missing or infinite: 1 in all, the first in item 3, place 4"),
    "infinite": ("x.csv", b"a,b\n1,2\n3,inf\n", "missing or infinite"),
    "sizes differ": (
        "x.zip",
        zipped({"a.png": png(PICTURES[0]), "b.png": png(PICTURES[0][:3])}),
        "differ in size.*4×5 pixels.*4×3",
    ),
    "no pictures": ("x.zip", zipped({"a.md": b"hi"}), "holds no picture"),
    "no zip": ("x.zip", b"PK nothing", "damaged"),
    "broken picture": ("x.zip", zipped({"a.png": b"\x89PNG broken"}), "damaged"),
    "cut short": ("x.idx", idx(PICTURES)[:-7], "declares 120 bytes but holds 113"),
    "labels only": ("x.idx", idx(np.arange(6, dtype=np.uint8)), "labels, not pictures"),
    "no magic": ("x.idx", b"hello world", "not a magic number"),
    "empty": ("x.idx", b"", "not a magic number"),
    "cut gzip": ("x.gz", gzip.compress(idx(PICTURES))[:-9], "damaged"),
    "words": ("x.npz", npz(x=np.array([["a", "b"], ["c", "d"]])), "only numbers"),
    "pickle": ("x.npz", npz(x=np.array([{"a": 1}, 2], dtype=object)), "unpickling"),
    "a number": ("x.npz", npz(x=np.float32(3)), "a single number"),
    "only text": ("x.csv", b"a,b\nx,y\nz,w\n", "no column of numbers"),
    "no table": ("x.csv", b"", "not comma-separated|not a table"),
    "too wide": ("x.npz", npz(x=np.random.default_rng(0).random((3, 80, 80))), "limit is 4,096"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_data_is_explained(case: str) -> None:
    name, content, reason = BAD[case]
    with pytest.raises(SourceError, match=reason):
        loaded(name, content)


def test_too_large_is_refused_before_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMIT", 1000)
    with pytest.raises(SourceError, match=r"at least .* GB; the limit"):
        store_items("x.npz", bytes(2000))


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMIT", 50_000)
    big = np.zeros((300, 300), np.uint8)
    bombs = {
        "x.zip": zipped({f"{i}.bmp": bytes(40_000) for i in range(3)}),
        "x.npz": zipped({"x.npy": bytes(90_000)}),
        "x.gz": gzip.compress(idx(big[None])),
    }
    for name, content in bombs.items():
        assert len(content) < 5000
        with pytest.raises(SourceError, match="the limit is"):
            loaded(name, content)


def test_upload_that_is_gone() -> None:
    with pytest.raises(SourceError, match="Choose a file"):
        load(Items(dataset="upload"))
    with pytest.raises(SourceError, match="upload it again"):
        load(Items("upload", "x.npz", "0" * 64))


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import sklearn.datasets

    def fail(*args: object, **more: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fail)
    with pytest.raises(SourceError, match=r"could not be fetched.*needs the network once"):
        load(Items(dataset="fashion", most=77))


def test_a_silent_network_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A server that accepts and never answers, until long after the patience."""
    from sklearn.datasets import _openml

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/data/list/data_name/{{}}/limit/2"
        monkeypatch.setattr(_openml, "_SEARCH_NAME", address)
        monkeypatch.setattr(data_module, "SILENCE", 0.2)
        monkeypatch.setattr(network, "_by_hand", False)
        monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
        for proxy in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.delenv(proxy, raising=False)
        closing = threading.Timer(20, server.close)
        closing.start()
        with pytest.raises(SourceError, match=r"timed out.*uploaded instead"):
            load(Items(dataset="fashion", most=78))
        closing.cancel()
    assert socket.getdefaulttimeout() is None


def test_pictures_and_labels_given_together() -> None:
    labels = np.array([3, 1, 3, 1, 0, 0], np.uint8)
    pair = {
        "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(labels)),
        "t10k-images-idx3-ubyte": idx(PICTURES),
    }
    items = store_together(list(pair.items()))
    data = load(items)
    assert data.picture == (5, 4) and data.classes == ("0", "1", "3")
    np.testing.assert_array_equal(data.labels, [2, 1, 2, 1, 0, 0])
    np.testing.assert_allclose(data.x, GREY, atol=1e-6)
    assert store_together(list(reversed(pair.items()))) == items, "in any order the same upload"
    assert load(store_items("mnist.zip", zipped(pair))).classes == data.classes


@pytest.mark.parametrize(
    ("labels", "said"),
    [([np.arange(5)], "6 pictures and 5 labels"), ([np.arange(6)] * 2, "and 2 of labels")],
)
def test_labels_of_other_pictures(labels: list[np.ndarray], said: str) -> None:
    parts = [(f"labels{i}.idx", idx(one.astype(np.uint8))) for i, one in enumerate(labels)]
    with pytest.raises(SourceError, match=said):
        load(store_together([("pictures.idx", idx(PICTURES)), *parts]))


@pytest.mark.slow
@pytest.mark.skipif(not MNIST.exists(), reason="the MNIST file of shared/data is not here")
def test_mnist_by_way_of_an_upload() -> None:
    """10,000 real pictures: read exactly, and clustered far above chance in a few epochs."""
    pair = sorted(MNIST.parent.glob("mnist-10k-*.gz"))
    items = store_together([(path.name, path.read_bytes()) for path in pair])
    data = load(items.replace(most=10_000))
    assert data.x.shape == (10_000, 784) and data.picture == (28, 28)
    raw = gzip.decompress(MNIST.read_bytes())
    np.testing.assert_allclose(data.x[7] * 255, list(raw[16 + 7 * 784 :][:784]), atol=1e-4)
    sizes = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(data.labels).tolist() == sizes
    spec = Vae(items.replace(most=1500), layer_kind="dense", vae_epochs=8, vae_batch=64)
    last = fit(spec).snapshots[-1]
    assert judge(last.cluster, load(spec.items).labels, 10).accuracy > 0.4  # chance: 0.1


def test_openml(monkeypatch: pytest.MonkeyPatch) -> None:
    import sklearn.datasets
    from sklearn.utils import Bunch

    x = np.random.default_rng(0).integers(0, 256, (30, 784)).astype(float)
    names = []

    def fetch(name: str, **more: object) -> Bunch:
        names.append(name)
        return Bunch(data=x, target=np.array([str(i % 10) for i in range(30)]))

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch)
    data = load(Items(dataset="mnist", most=20))
    assert names == ["mnist_784"] and data.x.shape == (20, 784) and data.picture == (28, 28)
    assert data.classes == tuple("0123456789") and data.x.min() >= 0 and data.x.max() <= 1
    assert data_module.OPENML["fashion"] == "Fashion-MNIST"
