"""Items as values: their shape, what is known of their rows, and what is held out."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import SourceError, SpecError
from core.items.data import Loaded, load
from core.items.files import store_items
from core.items.shape import Shape
from core.items.specs import Items
from core.items.split import split

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("axes", "size", "kind", "channels", "picture"),
    [
        ((8, 8), 64, "pictures", 1, (8, 8)),
        ((4, 5), 60, "pictures", 3, ()),
        ((50,), 150, "series", 3, ()),
        ((), 13, "table", 13, ()),
    ],
)
def test_shapes(
    axes: tuple[int, ...], size: int, kind: str, channels: int, picture: tuple[int, ...]
) -> None:
    data = Loaded(np.zeros((2, size), np.float32), np.zeros(0, np.int32), (), axes, ())
    assert data.shape == Shape(axes, channels) and data.shape.size == size
    assert (data.kind, data.picture) == (kind, picture)


def test_numbers_that_do_not_fill_a_shape() -> None:
    with pytest.raises(ValueError, match="do not fill"):
        Shape.of((3, 3), 10)


def test_taken_rows_keep_what_is_known_of_them() -> None:
    data = Loaded(
        np.arange(8, dtype=np.float32).reshape(4, 2), np.array([0, 1, 0, 1], np.int32),
        ("a", "b"), (), (), tuple("wxyz"), {"town": ("Ulm", "Bonn", "Kiel", "Trier")},
    )  # fmt: skip
    some = data.take(np.array([3, 0]))
    np.testing.assert_array_equal(some.x, [[6, 7], [0, 1]])
    assert some.labels.tolist() == [1, 0] and some.ids == ("z", "w")
    assert some.columns == {"town": ("Trier", "Ulm")}


def test_columns_of_words_are_kept_beside_the_numbers() -> None:
    content = b"label,a,town,b\nx,1,Ulm,3\ny,2,Bonn,5\nx,4,Kiel,4\n"
    items = load(store_items("towns.csv", content).replace(most=2))
    assert items.x.shape == (2, 2) and items.columns == {"town": ("Ulm", "Bonn")}


class TestIds:
    """A column that numbers the rows is no measurement."""

    ROWS = "".join(f"{i},{i * i % 13},{i * 7 % 11},{'abc'[i // 10]}\n" for i in range(30))

    def test_kaggles_iris(self) -> None:
        spec = store_items("iris.csv", f"Id,width,length,Species\n{self.ROWS}".encode())
        data = load(spec)
        assert data.x.shape == (30, 2) and data.ids[:2] == ("0", "1")
        assert data.classes == ("a", "b", "c")
        assert "“Id” names the rows" in str(data.notes[0])
        assert load(spec.replace(items_table_named_by="-")).x.shape == (30, 3)

    @pytest.mark.parametrize("name", ["id", "customer_id", "订单号", "No.", "sample"])
    def test_names_of_ids(self, name: str) -> None:
        rows = f"{name},a,b\n" + "".join(line[:-2].rstrip(",") + "\n" for line in self.ROWS.split())
        assert load(store_items("mine.csv", rows.encode())).x.shape == (30, 2)

    def test_a_column_of_another_name_is_measured_unless_it_is_named(self) -> None:
        spec = store_items("flowers.csv", f"plant,width,length,Species\n{self.ROWS}".encode())
        assert load(spec).x.shape == (30, 3)
        data = load(spec.replace(items_table_named_by="plant"))
        assert data.x.shape == (30, 2) and data.ids[29] == "29"
        words = load(spec.replace(items_table_named_by="Species"))
        assert words.ids[29] == "c" and not words.classes
        with pytest.raises(SourceError, match="no column “other”"):
            load(spec.replace(items_table_named_by="other"))

    def test_ids_that_repeat_are_numbers(self) -> None:
        rows = "".join(f"{i % 3},{i * i % 13},{i * 7 % 11}\n" for i in range(30))
        assert load(store_items("mine.csv", f"id,a,b\n{rows}".encode())).x.shape == (30, 3)

    def test_ids_beyond_what_a_float_tells_apart_are_set_aside(self) -> None:
        rows = "".join(f"{2**60 + i},{i * i % 13},{i * 7 % 11}\n" for i in range(30))
        data = load(store_items("mine.csv", f"tweet_id,a,b\n{rows}".encode()))
        assert data.x.shape == (30, 2) and not data.ids


def test_pictures_of_a_zip_know_their_files() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, grey in (("b/two.png", 9), ("a/one.png", 200)):
            picture = io.BytesIO()
            Image.fromarray(np.full((3, 4), grey, np.uint8)).save(picture, "PNG")
            archive.writestr(name, picture.getvalue())
    items = load(store_items("greys.zip", file.getvalue()))
    assert items.ids == ("a/one.png", "b/two.png") and items.axes == (3, 4)


@given(
    n=st.integers(2, 80),
    share=st.floats(0.01, 0.5),
    seed=st.integers(0, 9999),
    grouped=st.booleans(),
)
def test_a_split_parts_all_rows(n: int, share: float, seed: int, grouped: bool) -> None:
    groups = [f"g{i % 7}" for i in range(n)] if grouped else ()
    parts = split(n, share, seed, groups)
    assert sorted([*parts.trained, *parts.held_out]) == list(range(n))
    assert len(parts.trained) and len(parts.held_out)
    again = split(n, share, seed, groups)
    np.testing.assert_array_equal(parts.held_out, again.held_out)
    if grouped:
        sides = [{groups[i] for i in side} for side in (parts.trained, parts.held_out)]
        assert not sides[0] & sides[1], "no group on both sides"
    else:
        assert len(parts.held_out) == max(round(share * n), 1)


def test_a_split_depends_on_the_seed() -> None:
    assert (split(100, 0.2, 0).held_out != split(100, 0.2, 1).held_out).any()
    assert len(split(100, 0.0, 0).held_out) == 0


def test_one_group_cannot_be_on_both_sides() -> None:
    with pytest.raises(SpecError, match="leaves none to train on"):
        split(10, 0.2, 0, ["the same"] * 10)


def test_loading_digits_imports_no_network() -> None:
    code = (
        "import sys\nfrom core.items.data import load\nfrom core.items.specs import Items\n"
        "print(load(Items()).x.shape, {'jax', 'equinox', 'optax'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "(1797, 64) set()"), done.stderr
    assert load(Items()).kind == "pictures"
