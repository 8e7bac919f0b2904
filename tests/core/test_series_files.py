"""Series of the user's: every format gives the same series, and what cannot be used is named."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest
from made_series import csv, own, small, waves

from core.errors import SourceError
from core.series.data import load, scaled
from core.series.files import columns_of
from core.series.fits import _rows as rows_of_fits
from core.series.specs import OwnSeries
from core.series.splitting import split
from core.series.training import fit
from core.tables.numbers import read_numbers

ROWS, NAMES = waves()
POINTS = [f"p{i}" for i in range(ROWS.shape[1])]
HEAD = ",".join(["class", *POINTS])
NUMBERED = [str(int(name == "slow") + 1) for name in NAMES]


def npz(**arrays: Any) -> bytes:
    with io.BytesIO() as file:
        np.savez(file, **arrays)
        return file.getvalue()


def ts(rows: np.ndarray, names: list[str], head: str = "@classLabel true fast slow") -> bytes:
    lines = [",".join(f"{v:.4f}" for v in row[np.isfinite(row)]) + f":{name}"
             for row, name in zip(rows, names, strict=True)]  # fmt: skip
    return "\n".join(["# a remark", "@problemName waves", head, "@data", *lines]).encode()


FORMATS = {
    "csv": ("mine.csv", csv(HEAD, ROWS, NAMES)),
    "no heading": ("mine.csv", csv(None, ROWS, NAMES)),
    "ucr": ("Waves_TRAIN.tsv", csv(None, ROWS, NUMBERED, "\t")),
    "npz": ("mine.npz", npz(series=ROWS, labels=np.array(NAMES))),
    "ts": ("Waves_TRAIN.ts", ts(ROWS, NAMES)),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_series(kind: str) -> None:
    series = load(own(*FORMATS[kind]))
    expected = {"ucr": ("1", "2")}.get(kind, ("fast", "slow"))
    assert series.classes == expected and series.x.shape == ROWS.shape
    np.testing.assert_allclose(series.x, ROWS, atol=1e-4)
    assert [series.classes[k] for k in series.label] == (NUMBERED if kind == "ucr" else NAMES)
    np.testing.assert_array_equal(series.axis, np.arange(1, ROWS.shape[1] + 1))


def test_headings_that_are_numbers_are_the_axis() -> None:
    at = 3800.5 + 2.25 * np.arange(ROWS.shape[1])
    heading = "kind," + ",".join(map(str, at)) + ",seen"
    lines = csv(heading, np.column_stack([ROWS, np.arange(len(ROWS))]), NAMES)
    series = load(own("mine.csv", lines, class_column="kind"))
    np.testing.assert_allclose(series.axis, at)
    assert series.x.shape == ROWS.shape and set(series.columns) >= {"kind", "seen"}


def test_an_axis_beside_the_series() -> None:
    at = np.linspace(4000, 5000, ROWS.shape[1])
    series = load(own("mine.npz", npz(flux=ROWS, y=np.array(NUMBERED), loglam=np.log10(at))))
    np.testing.assert_allclose(series.axis, at)


def test_small_series_are_learnt() -> None:
    spec = small(own(*FORMATS["csv"]), net_epochs=2)
    assert fit(spec).result.tested.sum() == 12


class TestUneven:
    LENGTHS = np.where(np.arange(len(ROWS)) < 3, 15, ROWS.shape[1])
    SHORT = np.where(np.arange(ROWS.shape[1]) < LENGTHS[:, None], ROWS, np.nan)

    @pytest.mark.parametrize("kind", ["tsv", "ts"])
    def test_they_are_refused_cut_or_stretched(self, kind: str) -> None:
        content = csv(None, self.SHORT, NAMES, "\t") if kind == "tsv" else ts(self.SHORT, NAMES)
        spec = own(f"mine.{kind}", content)
        with pytest.raises(SourceError, match=r"15 to 20 points.*cut or stretched"):
            load(spec)
        cut = load(spec.replace(uneven="cut"))
        np.testing.assert_allclose(cut.x, ROWS[:, :15], atol=1e-4)
        assert any("cut to 15 points" in note for note in map(str, cut.notes))
        stretched = load(spec.replace(uneven="stretch")).x
        np.testing.assert_allclose(stretched[5], ROWS[5], atol=1e-4)
        np.testing.assert_allclose(
            stretched[0], np.interp(np.linspace(0, 14, 20), np.arange(15), ROWS[0, :15]), atol=1e-3
        )

    @pytest.mark.parametrize("last", [False, True])
    @pytest.mark.parametrize("heading", [False, True])
    def test_rows_that_just_end_are_series_too(self, last: bool, heading: bool) -> None:
        lengths = np.array([15, 20, 18, 19] * 6)
        rows = [[f"{v:.4f}" for v in row[:n]] for row, n in zip(ROWS, lengths, strict=True)]
        named = [
            [*row, name] if last else [name, *row] for row, name in zip(rows, NAMES, strict=True)
        ]
        named = [[*POINTS, "class"] if last else ["class", *POINTS]] * heading + named
        spec = own("mine.csv", "\n".join(map(",".join, named)).encode())
        with pytest.raises(SourceError, match=r"15 to 20 points.*cut or stretched"):
            load(spec)
        cut = load(spec.replace(uneven="cut"))
        np.testing.assert_allclose(cut.x, ROWS[:, :15], atol=1e-4)
        assert [cut.classes[k] for k in cut.label] == NAMES and not cut.set_aside

    def test_a_single_torn_row_is_set_aside_as_in_any_table(self) -> None:
        torn = csv(HEAD, ROWS, NAMES) + b"\nslow,1,2"
        series = load(own("mine.csv", torn))
        assert len(series.x) == len(ROWS) and len(series.set_aside) == 1


def test_ids_too_long_to_be_numbers_are_left_out_and_named() -> None:
    lines = [f"{10**17 + i},{i},{i * i},{i % 5}" for i in range(20)]
    table = read_numbers("\n".join(["id,a,b,c", *lines]).encode(), "t.csv")
    assert table.columns == ("a", "b", "c") and not table.row_names
    assert "“id” is left out: its numbers are too long" in str(table.notes[-1])


def test_a_stray_row_does_not_widen_the_others() -> None:
    rows = [f"{i},{i + 1},{i + 2}" + ",7" * (i % 2) for i in range(50)]
    table = read_numbers("\n".join([*rows, ",".join("1" * 2000)]).encode(), "t.csv", ragged=True)
    assert table.values.shape == (50, 4) and table.total == 50 and table.set_aside


def test_a_column_of_ids_is_no_point_unless_the_user_says_so() -> None:
    rows = np.column_stack([np.arange(5000, 5000 + len(ROWS)), ROWS])
    spec = own("mine.csv", csv(HEAD.replace("class,", "class,sample,"), rows, NAMES))
    series = load(spec)
    assert series.x.shape == ROWS.shape and series.ids[:2] == ("5000", "5001")
    assert "“sample” names the rows" in str(series.notes[0])
    assert load(spec.replace(series_table_named_by="-")).x.shape[1] == ROWS.shape[1] + 1
    by_hand = load(spec.replace(series_table_named_by="p0"))
    assert by_hand.x.shape == ROWS.shape and by_hand.ids[0] == str(round(ROWS[0, 0], 4))


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "wanted"),
        [
            (csv(HEAD, np.where(ROWS[4, 7] == ROWS, np.nan, ROWS), NAMES),
             r"missing or infinite: 1 in all, the first in series 5, point 8"),
            (csv(HEAD, ROWS, ["one"] * 24), "Classes of two series or more in .*: 1"),
            (csv(HEAD, ROWS, [f"{i}.5" for i in range(24)]), "looks like measurements"),
            (csv("a," + HEAD[6:], ROWS, [f"row {i}" for i in range(24)]), "looks like classes"),
            (csv("class,a,b", ROWS[:, :2], NAMES), "has 2 points; at least 8"),
            (b"class,a\n", "no row below its heading"),
            (csv(HEAD, ROWS, NAMES).replace(b"fast,0", b"fast,x0", 1), "which is no number"),
        ],
    )  # fmt: skip
    def test_tables(self, content: bytes, wanted: str) -> None:
        with pytest.raises(SourceError, match=wanted):
            load(own("mine.csv", content))

    @pytest.mark.parametrize(
        ("name", "content", "wanted"),
        [
            ("a.ts", b"no head\n1,2:a\n", "is no .ts file: line 1"),
            ("a.ts", ts(ROWS, NAMES, "@univariate false"), "several dimensions"),
            ("a.ts", ts(ROWS, NAMES, "@timeStamps true"), "holds times"),
            ("a.ts", ts(ROWS, NAMES, "@classLabel false"), "have no classes"),
            ("a.ts", ts(ROWS, NAMES).replace(b",", b",x", 1), "which is no number"),
            ("a.npz", npz(series=ROWS), "no column of classes"),
            ("a.npz", b"PK\x03\x04 broken", "damaged"),
            ("a.doc", b"", "cannot be read as series"),
        ],
    )
    def test_other_files(self, name: str, content: bytes, wanted: str) -> None:
        with pytest.raises(SourceError, match=wanted):
            load(own(name, content))

    def test_no_such_column_and_no_file(self) -> None:
        with pytest.raises(SourceError, match=r"no column “kind”; its columns are: class"):
            load(own(*FORMATS["csv"], class_column="kind"))
        assert columns_of(own(*FORMATS["csv"], class_column="kind")) == ("class", *POINTS)
        assert columns_of(own("a.csv", csv("a," + HEAD[6:], ROWS, NAMES)))[0] == "a"
        assert columns_of(own("none.csv", b"")) == ()
        with pytest.raises(SourceError, match="Choose a file"):
            load(OwnSeries())

    def test_classes_of_one_duplicates_and_empty_rows_are_named(self) -> None:
        rows = np.concatenate([ROWS, ROWS[:2], ROWS[:1] + 1, ROWS[:1] + 2, ROWS[:1] * np.nan])
        names = [*NAMES, *NAMES[:2], "alone", "", "slow"]
        series = load(own("mine.csv", csv(HEAD, rows, names)))
        assert series.alike == 2 and len(series.x) == 24 and series.classes == ("fast", "slow")
        why = " ".join(f"{row.place}: {row.why}" for row in series.set_aside)
        assert "series 27: Its class “alone” has no other" in why
        assert "series 28: It has no class" in why and "series 29: It has no numbers" in why
        parted = split(small(own("mine.csv", csv(HEAD, rows, names))).parting)
        sides = [{row.tobytes() for row in series.x[side]}
                 for side in (parted.trained, parted.tested)]  # fmt: skip
        assert not sides[0] & sides[1]

    def test_a_constant_series_becomes_zeros(self) -> None:
        np.testing.assert_array_equal(scaled(np.full((2, 9), 3.0)), np.zeros((2, 9)))


class TestFits:
    def test_without_astropy_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "astropy", None)
        monkeypatch.setitem(sys.modules, "astropy.io", None)
        with pytest.raises(SourceError, match="pip install astropy"):
            load(own("sky.fits", b"SIMPLE  =                    T"))

    def test_tables_and_files_without_one(self) -> None:
        fits = pytest.importorskip("astropy.io.fits")

        def written(*parts: Any) -> bytes:
            with io.BytesIO() as file:
                fits.HDUList([fits.PrimaryHDU(), *parts]).writeto(file)
                return file.getvalue()

        flux = fits.Column("FLUX", f"{ROWS.shape[1]}E", array=ROWS)
        kinds = fits.Column("CLASS", "8A", array=np.array(NAMES))
        table = fits.BinTableHDU.from_columns([kinds, flux])
        series = load(own("sky.fits", written(table)))
        assert series.classes == ("fast", "slow")
        np.testing.assert_allclose(series.x, ROWS, rtol=1e-6)
        with pytest.raises(SourceError, match="holds no table, only 2 images"):
            load(own("none.fits", written(fits.ImageHDU(ROWS))))


def test_a_copy_in_another_unit_is_on_no_other_side() -> None:
    rows, names = np.vstack([ROWS, 3 * ROWS[:3].round(4) - 7]), [*NAMES, *NAMES[:3]]
    series = load(own("mine.csv", csv(HEAD, rows, names)))
    assert series.alike == 3 and len(series.x) == len(ROWS)
    x = split(small(own("mine.csv", csv(HEAD, rows, names))).parting).x
    near = np.abs(x[:, None] - x[None]).max(axis=2) + 9 * np.eye(len(x))
    assert near.min() > 1e-3


def test_copies_of_two_classes_are_named_and_not_used() -> None:
    other = ["slow" if name == "fast" else "fast" for name in NAMES[:2]]
    rows, names = np.vstack([ROWS, 2 * ROWS[:2].round(4) + 1, ROWS[:1]]), [*NAMES, *other, NAMES[0]]
    series = load(own("mine.csv", csv(HEAD, rows, names)))
    n = len(ROWS)
    assert len(series.x) == n - 2 and series.alike == 0
    assert [str(one.place) for one in series.set_aside] == [
        f"series {i + 1}" for i in (0, 1, n, n + 1, n + 2)
    ]
    assert {str(one.why) for one in series.set_aside} == {
        "Another one that is equal once scaled has another class."
    }


def test_a_class_whose_series_are_all_alike_is_named_and_not_used() -> None:
    odd = ROWS[:1, ::-1]
    rows = np.vstack([ROWS, odd, odd])
    series = load(own("mine.csv", csv(HEAD, rows, [*NAMES, "odd", "odd"])))
    assert series.classes == ("fast", "slow") and series.alike == 1
    (aside,) = series.set_aside
    assert str(aside.place) == f"series {len(ROWS) + 1}" and "odd" in str(aside.why)


def test_more_classes_than_can_be_compared_are_refused() -> None:
    rows = np.random.default_rng(0).random((404, 8))
    content = csv("class,a,b,c,d,e,f,g,h", rows, [f"k{i % 101}" for i in range(404)])
    with pytest.raises(SourceError, match=r"101 different labels.*limit is 100"):
        load(own("many.csv", content))


def test_an_axis_that_differs_between_rows_is_that_of_none() -> None:
    at = 3800.5 + 2.25 * np.arange(ROWS.shape[1])
    columns = {"flux": ROWS, "CLASS": np.array(NAMES)}
    same = {**columns, "wave": np.tile(at, (len(ROWS), 1))}
    np.testing.assert_array_equal(rows_of_fits(same, "sky.fits", "", len(ROWS)).axis, at)
    moved = {**columns, "wave": at + np.arange(len(ROWS))[:, None]}
    assert not len(rows_of_fits(moved, "sky.fits", "", len(ROWS)).axis)


def test_columns_that_are_points_and_those_that_are_not_are_named() -> None:
    rows = np.column_stack([np.arange(len(ROWS)), ROWS])
    series = load(own("mine.csv", csv(HEAD.replace("class,", "class,start,"), rows, NAMES)))
    assert "21 columns is a point, “start” to “p19”" in " ".join(map(str, series.notes))
    heading = ",".join(["class", "redshift", *map(str, range(4000, 4000 + ROWS.shape[1]))])
    series = load(own("mine.csv", csv(heading, rows, NAMES)))
    assert series.x.shape == ROWS.shape
    assert "no points: redshift" in " ".join(map(str, series.notes))
