"""The page of spectra: the hand, a run, what is said of it, and series of the user's."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
from looked_at import SERIES, SPECTRA
from opening import (
    captions,
    errors,
    figure,
    figures,
    infos,
    open_page,
    open_tab,
    put,
    script,
    settled,
    slot,
)

from core import uploads
from core.series import SeriesContest, Spectra, fit, judge, marked, single, wavelengths
from core.series.line_lists import to_air
from core.series.luck import luck_of, over_seeds
from core.series.scores import macro_f1
from dashboard.figures.template import TEMPLATE
from dashboard.texts.parts.spectra_run import TRAINER
from dashboard.ui.live_run import Families

ROWS = "\n".join(
    f"{'slow' if i % 2 else 'fast'},"
    + ",".join(str((i * j * (1 + i % 2)) % 7 + i + (j == 14 - i)) for j in range(12))
    for i in range(3, 15)
)
CSV = f"class,{','.join(f'p{j}' for j in range(12))}\n{ROWS}\n".encode()


@pytest.fixture(scope="module", autouse=True)
def trained() -> None:
    fit(SPECTRA)


def markdown(at: Any) -> str:
    return "\n".join(m.value for m in at.markdown)


def own(content: bytes = CSV, name: str = "mine.csv", **more: str) -> dict[str, str]:
    return {"series": "own", "series_name": name,
            "series_digest": uploads.keep(name, content), **more}  # fmt: skip


def test_the_spectrum_follows_the_hand() -> None:
    """No training is needed, and none begins."""
    at = open_page("spectra", **(SERIES | {"snr": "50.0"}))
    assert "C IV, emitted at 1,549 Å, is seen at 4,648 Å" in markdown(at)
    names = [note["text"] for note in figure(at, "spectrum")["layout"]["annotations"]]
    assert "Mg II" in names
    at = put(at, redshift=3.0)
    assert "Lyα, emitted at 1,216 Å, is seen at 4,863 Å" in markdown(at)
    at = put(put(at, shown_kind="star"), temperature=9500.0)
    axis = wavelengths(64)
    lines = marked(single("star", temperature=9500.0), axis, Spectra().resolution)
    best = max(lines, key=lambda mark: abs(mark.significance))
    told = f"A star of 9,500 K: its clearest line is {best.name} at "
    assert f"{told}{best.at:,.0f} Å" in markdown(at)
    at = put(at, medium="air")
    assert f"{told}{float(to_air(best.at)):,.0f} Å" in markdown(at)
    at = put(at, shown_kind="galaxy", redshift=4.0)
    assert "shows none of its lines here" in markdown(at)
    assert "a continuum without lines" in markdown(put(at, shown_kind="unknown"))
    assert slot(at, Families).by_name[TRAINER.name].job is None


def test_pictures_are_what_plotly_takes_and_every_tab_shows() -> None:
    import plotly.graph_objects as go

    luck = over_seeds(luck_of(SPECTRA, 50, 2))
    judged = judge(SeriesContest(SPECTRA, 50))
    at = open_page("spectra", **SERIES, looked_among="all")
    drawn = {name: one for name, (_, one) in figures(at).items()}
    assert f"Macro-F1 {macro_f1(fit(SPECTRA).result.tested):.3f} on series" in markdown(at)
    assert "of the pull is near its lines" in markdown(at)
    for tab, name in (("Methods", "spectra_methods"), ("Kernels", "kernels"),
                      ("Seeds", "spectra_seeds")):  # fmt: skip
        at = open_tab(at, "spectra", tab)
        drawn[name] = figure(at, name)
    mean = luck.of("network").value
    assert f"Over 2 seeds the network's macro-F1 is {mean:.3f}" in markdown(at)
    assert {"spectrum", "confusion", "spectra_learning", "looked_at"} < set(drawn)
    for one in drawn.values():
        go.Figure(one).update_layout(template=TEMPLATE)
    at = open_tab(at, "spectra", "Methods")
    assert f"The network has macro-F1 {judged.score('network').value:.3f}" in markdown(at)
    at = open_tab(at, "spectra", "Code")
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(script(at), {})
    assert str(judged.score("network")) in out.getvalue() and "Mg II" in out.getvalue()


def test_the_last_layer_becomes_a_collection() -> None:
    at = open_tab(open_page("spectra", **SERIES), "spectra", "Last layer")
    assert "by the last layer's vectors" in markdown(at)
    at.button(key="spectra:collection").click()
    at = settled(at.run())
    assert not errors(at) and "collection" in figures(at)


def test_untrained_settings_show_the_last_run_and_links_do_not_train() -> None:
    at = open_page("spectra", **SERIES)
    at = put(at, snr=20.0)
    assert any("not trained yet; the picture shows the last" in c for c in captions(at))
    at = open_page("spectra", **(SERIES | {"series_seed": "77"}), spectra_train="yes")
    assert slot(at, Families).by_name[TRAINER.name].job is None
    assert any("Train the network first" in text for text in infos(at))


class TestOwn:
    def test_a_file_is_read(self) -> None:
        at = open_page("spectra", **own())
        assert not errors(at) and "12 series of 12 points in 2 classes of 6 each" in markdown(at)
        assert len(figure(at, "examples")["data"]) == 2

    def test_classes_that_are_equally_rare(self) -> None:
        rows = ROWS.replace("slow", "a", 2).replace("slow", "b", 2).replace("slow", "c", 2)
        content = CSV.replace(ROWS.encode(), rows.encode())
        shown = markdown(open_page("spectra", **own(content, "rare.csv")))
        assert "12 series of 12 points in 4 classes, 3 of them the rarest, with 2 each" in shown

    def test_it_is_uploaded(self) -> None:
        at = open_page("spectra", series="own")
        assert any("Open a file of series" in text for text in infos(at))
        at.file_uploader(key="spectra-file").set_value(("mine.csv", CSV, "text/csv"))
        at = settled(at.run())
        assert "12 series of 12 points" in markdown(at), errors(at)
        assert at.query_params["series_name"] in ("mine.csv", ["mine.csv"])

    def test_what_is_open_is_not_asked_for(self) -> None:
        ragged = b"\n".join(
            line.rsplit(b",", i % 3 + 1)[0] for i, line in enumerate(CSV.split(b"\n"))
        )
        at = open_page("spectra", **own(ragged.split(b"\n", 1)[1]))
        assert any("Choose under “Unequal series”" in error for error in errors(at)), errors(at)
        assert not any("Open a file of series" in text for text in infos(at))
        assert any("the settings beside say why" in text for text in infos(at))
        at = put(at, uneven="cut")
        assert not errors(at) and "12 series of 9 points" in markdown(at)

    @pytest.mark.parametrize(
        ("content", "name", "wanted"),
        [
            (CSV.replace(b",3", b",", 1), "mine.csv", "missing or infinite"),
            (CSV.replace(b"slow", b"fast"), "mine.csv", "Classes of two series or more"),
            (b"@data\n1,2,3:a\n1,2:b\n" * 5, "mine.ts", "2 to 3 points"),
            (b"SIMPLE  =  T", "sky.fits", "sky.fits"),
        ],
    )
    def test_what_cannot_be_used(self, content: bytes, name: str, wanted: str) -> None:
        at = open_page("spectra", **own(content, name))
        assert any(wanted in error for error in errors(at)), errors(at)
