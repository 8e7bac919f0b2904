"""Items as people have them: what is right for each file is known, and for its kind."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from core.items import archives
from core.items.data import load
from core.items.files import read_upload, store_items, store_together
from core.reading.kinds import guess
from tests.core import awkward

RIGHT: dict[str, dict[str, Any]] = {
    "i01_": {"rows": 12, "picture": (16, 16), "note": "more than 8 bits"},
    "i03_": {"rows": 12, "picture": (16, 16), "note": "on white in 12 pictures, and on black in 0"},
    "i04_": {"rows": 12, "picture": (16, 16), "labels": "ab"},
    "i05_": {"rows": 18, "picture": (16, 16), "note": "2 files hold several pictures, 16 in all"},
    "i06_": {"rows": 7, "picture": (12, 20)},
    "i07_": {"rows": 40, "columns": 64, "picture": (8, 8), "labels": "34", "note": "No heading"},
    "i08_": {"rows": 40, "columns": 64, "labels": "34"},
    "i09_": {"rows": 40, "columns": 4, "picture": ()},
    "i11_": {"rows": 40, "picture": (16, 16), "labels": "01", "note": "“train_labels”"},
    "i12_imgs i12_labels": {"rows": 40, "picture": (16, 16), "labels": "01"},
    "i13_images i13_labels": {"rows": 40, "picture": (16, 16), "labels": "01"},
    "i15_": {"error": "holds an array of 20 × 3 × 16 × 16"},
    "i16_": {"rows": 20, "columns": 64, "picture": (8, 8)},
    "i17_": {"rows": 4, "picture": (16, 16), "labels": "ab"},
    "i18_": {"rows": 12, "labels": ("red", "blue"), "note": "the last one, such as “blue”"},
    "i21_": {"rows": 40, "columns": 2, "labels": ("nein", "ja"), "encoding": "cp1252"},
    "i23_": {"rows": 40, "columns": 2, "note": "line 6 holds “?”"},
}


@awkward.present
@pytest.mark.parametrize("names", RIGHT)
def test_each_file(names: str) -> None:
    right = RIGHT[names]
    reading = awkward.reading("items", *names.split())
    assert right.get("error", "") in reading.error and bool(reading.error) == ("error" in right)
    for name in ("rows", "columns", "picture", "encoding"):
        assert getattr(reading, name) == right.get(name, getattr(reading, name)), name
    assert set(right.get("labels", ())) <= set(reading.labels)
    assert right.get("note", "") in " ".join(reading.notes)


@awkward.present
@pytest.mark.parametrize("names", sorted({*RIGHT} - {"i09_", "i23_", "i15_"}))
def test_the_kind_is_known_without_a_name(names: str) -> None:
    assert guess([awkward.place(name) for name in names.split()]) == "items"


@awkward.present
def test_deep_greys_are_not_clipped_to_white() -> None:
    assert len(set(awkward.reading("items", "i01_").first)) > 100


@awkward.present
def test_a_turned_photograph_equals_the_others() -> None:
    files = sorted(awkward.FOLDER.glob("i06_*"))
    x = read_upload(store_items("x.zip", files[0].read_bytes())).x.astype(float)
    assert np.abs(x[0] - x).mean(axis=1).max() < 30


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def saved(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


GREYS = np.random.default_rng(0).integers(0, 256, (5, 6, 4), np.uint8)


def pictures(*images: Image.Image, kind: str = "PNG", **more: Any) -> np.ndarray:
    members = {f"{i}.{kind.lower()}": saved(image, kind, **more) for i, image in enumerate(images)}
    return read_upload(store_items("x.zip", zipped(members))).x


class TestPictures:
    @pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
    def test_deep_greys_keep_their_order_and_range(self, dtype: Any) -> None:
        deep = (GREYS.astype(np.float64) * 11 + 7).astype(dtype)
        x = pictures(*map(Image.fromarray, deep), kind="TIFF")
        np.testing.assert_allclose(x, (deep.reshape(5, -1) - deep.min()) / np.ptp(deep) * 255,
                                   rtol=1e-5, atol=1e-3)  # fmt: skip

    @pytest.mark.parametrize(("shade", "ground"), [(0, 255), (90, 255), (255, 0)])
    @pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
    def test_a_drawing_on_transparency_is_seen(self, mode: str, shade: int, ground: int) -> None:
        drawn = GREYS[0] > 100
        colours = np.full((6, 4, 4), shade, np.uint8)
        colours[..., 3] = drawn * 255
        image = Image.fromarray(colours, "RGBA").convert(mode)
        x = pictures(image, image)
        if mode == "P":  # a palette keeps which is transparent, not always the exact shade
            assert np.abs(x[0].reshape(6, 4)[~drawn].astype(int) - ground).max() < 30
        else:
            np.testing.assert_array_equal(x[0].reshape(6, 4), np.where(drawn, shade, ground))

    def test_all_pages_of_a_stack(self) -> None:
        pages = [Image.fromarray(page) for page in GREYS]
        one = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
        raw = read_upload(
            store_items("x.zip", zipped({"a/x.tif": one, "b/y.png": saved(pages[0])}))
        )
        np.testing.assert_array_equal(raw.x[:5], GREYS.reshape(5, -1))
        assert raw.total == 6 and raw.ids[4] == "a/x.tif #5"
        assert list(raw.labels) == ["a"] * 5 + ["b"]

    def test_what_systems_add_is_no_picture(self) -> None:
        junk = {"a/._0.png": b"x", "__MACOSX/a/0.png": b"x", "a/Thumbs.db": b"x", ".DS_Store": b"x"}
        image = saved(Image.fromarray(GREYS[0]))
        raw = read_upload(store_items("x.zip", zipped({"a/0.png": image, **junk})))
        assert len(raw.x) == 1 and not raw.notes and not raw.set_aside

    def test_damaged_ones_are_named(self) -> None:
        good = {f"{i}.png": saved(Image.fromarray(page)) for i, page in enumerate(GREYS)}
        raw = read_upload(store_items("x.zip", zipped({**good, "bad.png": good["0.png"][:50]})))
        assert len(raw.x) == raw.total == 5
        assert [one.place for one in raw.set_aside] == ["bad.png"]
        assert "1 pictures could not be read" in raw.notes[0]

    def test_a_list_of_labels_in_the_zip(self) -> None:
        members = {f"train/{i}.png": saved(Image.fromarray(page)) for i, page in enumerate(GREYS)}
        listed = "id;class\n" + "".join(f"{i};{'odd' if i % 2 else 'even'}\n" for i in range(4))
        raw = read_upload(store_items("x.zip", zipped({**members, "labels.csv": listed.encode()})))
        assert list(raw.labels) == ["even", "odd", "even", "odd", "?"]
        assert "“class” of “labels.csv”" in raw.notes[0] and "labelled “?”: 1." in raw.notes[1]

    @pytest.mark.parametrize("beside", [True, False])
    @pytest.mark.parametrize("name", ["labels.csv", "train.txt"])
    def test_a_list_of_labels_beside_the_zip(self, name: str, beside: bool) -> None:
        members = {f"train/{i}.png": saved(Image.fromarray(page)) for i, page in enumerate(GREYS)}
        sign = "," if name.endswith(".csv") else " "
        listed = "".join(f"{i}.png{sign}{'xy'[i % 2]}\n" for i in range(5)).encode()
        files = [("x.zip", zipped(members)), (name, listed)]
        if not beside:
            files = [("x.zip", zipped({**members, name: listed}))]
        assert list(read_upload(store_together(files)).labels) == list("xyxyx")

    def test_no_more_are_decoded_than_are_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[str] = []
        frames = archives.frames

        def counted(file: Any, name: str, most: int) -> Any:
            read.append(name)
            return frames(file, name, most)

        monkeypatch.setattr(archives, "frames", counted)
        members = {f"{i}.png": saved(Image.fromarray(page)) for i, page in enumerate(GREYS)}
        raw = read_upload(store_items("x.zip", zipped(members)).replace(most=2))
        assert (len(read), len(raw.x), raw.total) == (2, 2, 5)


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


class TestArrays:
    @pytest.mark.parametrize(
        "names",
        [
            ("x_train", "y_train"),
            ("train_images", "train_labels"),
            ("images", "labels"),
            ("arr_0", "arr_1"),
            ("X", "y"),
        ],
    )
    @pytest.mark.parametrize("form", ["flat", "column", "row", "floats", "one-hot"])
    def test_labels_by_any_name_and_in_any_form(self, names: tuple[str, str], form: str) -> None:
        labels = np.array([0, 1, 1, 0, 1])
        given = {"flat": labels, "column": labels[:, None], "row": labels[None],
                 "floats": labels.astype(float), "one-hot": np.eye(2)[labels]}[form]  # fmt: skip
        raw = read_upload(store_items("x.npz", npz(**{names[0]: GREYS, names[1]: given})))
        assert list(map(str, raw.labels)) == list(map(str, labels))

    def test_one_plane_before_the_picture(self) -> None:
        raw = read_upload(store_items("x.npy", npy(GREYS[:, None])))
        np.testing.assert_array_equal(raw.x, GREYS.reshape(5, -1))

    def test_two_files_together(self) -> None:
        labels = np.array([0, 1, 1, 0, 1])
        files = [("x.npz", npz(arr_0=GREYS)), ("y.npz", npz(arr_0=labels))]
        np.testing.assert_array_equal(read_upload(store_together(files)).labels, labels)

    @pytest.mark.parametrize("name", ["y.csv", "labels.txt", "labels.tsv"])
    @pytest.mark.parametrize("heading", ["", "label\n"])
    def test_labels_in_a_table_beside_them(self, name: str, heading: str) -> None:
        labels = ["cat", "dog", "cat", "cat", "dog"]
        files = [("x.npy", npy(GREYS)), (name, (heading + "\n".join(labels)).encode())]
        raw = read_upload(store_together(files))
        assert list(raw.labels) == labels and not raw.set_aside

    def test_rows_of_784_and_3072_are_pictures_and_can_be_a_table(self) -> None:
        rng = np.random.default_rng(1)
        grey = rng.integers(0, 256, (4, 784), np.uint8)
        spec = store_items("x.npz", npz(x=grey))
        assert load(spec).picture == (28, 28) and load(spec.replace(form="table")).picture == ()
        smooth = np.cumsum(rng.random((4, 32, 32, 3)), axis=2)
        smooth = (smooth / smooth.max() * 255).astype(np.uint8)
        mean = smooth.mean(axis=3).reshape(4, -1)
        for x in (smooth, np.moveaxis(smooth, 3, 1)):
            raw = read_upload(store_items("x.npz", npz(x=x.reshape(4, -1))))
            assert raw.axes == (32, 32)
            np.testing.assert_allclose(raw.x, mean, rtol=1e-5)

    def test_a_small_table_is_none(self) -> None:
        assert (
            load(store_items("x.npz", npz(x=np.random.default_rng(0).normal(size=(9, 64))))).picture
            == ()
        )

    @pytest.mark.parametrize("order", ["C", "F"])
    def test_only_the_rows_used_are_read(self, order: Any) -> None:
        x = np.asarray(np.arange(50 * 12).reshape(50, 3, 4), order=order)
        raw = read_upload(store_items("x.npz", npz(x=x)).replace(most=7))
        np.testing.assert_array_equal(raw.x, x[:7].reshape(7, -1))
        assert raw.total == 50 and "first 7 of 50" in " ".join(
            load(store_items("x.npz", npz(x=x)).replace(most=7)).notes
        )

    def test_text_among_the_arrays_is_set_aside(self) -> None:
        file = io.BytesIO()
        np.savez(file, x=GREYS, note=np.array([{"a": 1}], object), allow_pickle=True)
        raw = read_upload(store_items("x.npz", file.getvalue()))
        assert len(raw.x) == 5 and raw.set_aside[0].place == "note"


class TestTables:
    @pytest.mark.parametrize("heading", [True, False])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_mnist(self, heading: bool, separator: str) -> None:
        rows = np.random.default_rng(2).integers(0, 256, (30, 784))
        labels = np.arange(30) % 10
        lines = [
            separator.join(map(str, [label, *row])) for label, row in zip(labels, rows, strict=True)
        ]
        if heading:
            lines.insert(0, separator.join(["label", *(f"pixel{i}" for i in range(784))]))
        raw = read_upload(store_items("train.csv", "\n".join(lines).encode()))
        assert raw.axes == (28, 28) and raw.total == 30
        np.testing.assert_array_equal(raw.x, rows)
        np.testing.assert_array_equal(raw.labels, labels)

    @pytest.mark.parametrize("last", [True, False])
    @pytest.mark.parametrize("heading", ["none", "0, 1, 2 …"])
    def test_mnist_with_counted_columns(self, heading: str, last: bool) -> None:
        rows = np.random.default_rng(2).integers(0, 256, (30, 784))
        rows[:, 0] = np.arange(30) % 7 * 3  # few different greys, but no classes
        table = pd.DataFrame(rows)
        table.insert(784 if last else 0, "label", np.arange(30) % 10)
        written = table.to_csv(index=False, header=heading != "none").encode()
        raw = read_upload(store_items("train.csv", written))
        np.testing.assert_array_equal(raw.x, rows)
        np.testing.assert_array_equal(raw.labels, np.arange(30) % 10)

    @pytest.mark.parametrize("column", ["类别", "Klasse", "how it looked"])
    def test_labels_in_any_language(self, column: str) -> None:
        lines = [f"{i}.5,{i * i},{'甲乙'[i % 2]}" for i in range(20)]
        content = "\n".join([f"长,宽,{column}", *lines]).encode("gb18030")
        raw = read_upload(store_items("a.csv", content))
        assert raw.x.shape == (20, 2) and list(raw.labels[:2]) == ["甲", "乙"]

    def test_measured_targets_are_no_labels(self) -> None:
        lines = [f"{i}.5,{i * i}.25" for i in range(20)]
        raw = read_upload(store_items("a.csv", "\n".join(["x,y", *lines]).encode()))
        assert raw.x.shape == (20, 2) and not len(raw.labels)

    @pytest.mark.parametrize("heading", ["", "species\n"])
    def test_numbers_and_labels_in_two_tables(self, heading: str) -> None:
        numbers = "a b\n" + "".join(f"{i}.5 {i * i}\n" for i in range(20))
        words = heading + "".join(f"{'xy'[i % 2]}\n" for i in range(20))
        files = [("X.txt", numbers.encode()), ("y.csv", words.encode())]
        assert list(read_upload(store_together(files)).labels) == list("xy" * 10)

    def test_words_without_a_heading_are_labels(self) -> None:
        lines = [f"5.{i % 10},3.5,1.4,{'setosa' if i % 2 else 'virginica'}" for i in range(20)]
        raw = read_upload(store_items("iris.data", "\n".join(lines).encode()))
        assert raw.x.shape == (20, 3) and set(raw.labels) == {"setosa", "virginica"}

    def test_items_and_labels_in_two_tables(self) -> None:
        x = b"a,b\n" + b"".join(b"%d,%d.5\n" % (i, i * i) for i in range(10))
        y = b"label\n" + b"".join(b"%d\n" % (i % 3) for i in range(10))
        raw = read_upload(store_together([("x.csv", x), ("y.csv", y)]))
        assert raw.x.shape == (10, 2) and raw.labels.tolist() == [i % 3 for i in range(10)]

    @settings(max_examples=40, deadline=None)
    @given(
        some.lists(some.tuples(some.integers(-99, 99), some.integers(-9, 9), some.integers(0, 3)),
                   min_size=4, max_size=20),
        some.sampled_from(",;\t"),
        some.sets(some.integers(0, 19), max_size=5),
    )  # fmt: skip
    def test_rows_in_are_rows_read_and_rows_named(
        self, rows: list[tuple[int, ...]], separator: str, short: set[int]
    ) -> None:
        lines = [separator.join(map(str, row)) for row in rows]
        for i in short:
            if 1 < i < len(lines):
                lines[i] += separator + "extra"
        bad = sum(1 for i in short if 1 < i < len(lines))
        if 2 * bad >= len(lines):
            return
        content = separator.join(("a", "b", "label")) + "\n" + "\n".join(lines)
        raw = read_upload(store_items("x.csv", content.encode()))
        assert raw.total + sum(one.rows for one in raw.set_aside) == len(rows)
        good = [row for i, row in enumerate(rows) if not (i in short and i > 1)]
        np.testing.assert_array_equal(raw.x, np.array(good)[:, :2])
