"""The page of two runs, opened by links and driven by its widgets."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    errors,
    figure,
    figures,
    hypertext,
    open_page,
    open_tab,
    put,
    script,
    settled,
)

from core.errors import SpecError
from core.latent import Items, Vae, fit
from core.latent.pairs import RunPair, compare, pair_spread
from core.latent.sampling import decode, from_clusters
from dashboard.images.views import SecondRun

SMALL = Vae(
    Items(most=150), clusters=4, latent=3, width=16, vae_epochs=15, vae_batch=25, vae_rate=0.005
)
OTHER = SMALL.replace(clusters=3, vae_seed=2)
LINK = SMALL.to_query() | {"differs": "vae_seed clusters", "b_vae_seed": "2", "b_clusters": "3"}


@pytest.fixture(scope="module")
def comparison() -> Any:
    return compare(fit(SMALL).snapshots[-1], fit(OTHER).snapshots[-1])


def test_untrained_runs_are_trained_when_asked() -> None:
    at = open_page("latent_pair", **(LINK | {"vae_seed": "77"}))
    assert "items to see which clusters A and B both find." in hypertext(at)
    assert set(figures(at)) == {"items"}
    at.button(key="pair:train").click()
    settled(at.run())
    settled(at.run())
    assert "pair_crossed" in figures(at) and not errors(at)


def test_numbers_are_cores(comparison: Any) -> None:
    at = open_page("latent_pair", **LINK)
    shown = dict(re.findall(r"<small>([^<]+)</small><b>([^<]+)</b>", hypertext(at)))
    assert shown["ARI"] == f"{comparison.ari:.3f}" and shown["NMI"] == f"{comparison.nmi:.3f}"
    assert shown["matched"] == f"{comparison.matched:.3f}"
    assert shown["residual"] == f"{comparison.residual:.3f}"
    table = array(figure(at, "pair_crossed")["data"][0]["text"])
    assert table.shape == (4, 3) and table.sum() == 150
    assert np.trace(table) == round(comparison.matched * 150), "partners stand on the diagonal"


def test_samples_stand_beside_their_partners(comparison: Any) -> None:
    at = open_tab(open_page("latent_pair", **LINK), "latent_pair", "Samples")
    shown = figure(at, "pair_samples")
    partners = [f"{a} ↔ {b if b >= 0 else '–'}" for a, b in enumerate(comparison.match)]
    partners += [f"– ↔ {b}" for b in range(3) if b not in comparison.match]
    assert shown["layout"]["yaxis"]["ticktext"] == partners
    before = shown["data"][0]["source"]
    put(at, temperature=0.2)
    assert figure(at, "pair_samples")["data"][0]["source"] != before
    at.button(key="pair:resample").click()
    settled(at.run())
    assert at.query_params["draw"] in ("1", ["1"])


def test_latents_are_laid_onto_each_other(comparison: Any) -> None:
    at = open_tab(open_page("latent_pair", **LINK), "latent_pair", "Latents")
    maps = [figure(at, f"pair_map_{name}") for name in "AB"]
    assert maps[0]["layout"]["xaxis"]["range"] == maps[1]["layout"]["xaxis"]["range"]
    seen = []
    for shown in maps:
        places = np.zeros((150, 2))
        for trace in shown["data"]:
            items = array(trace["customdata"])
            places[items] = np.stack([array(trace["x"]), array(trace["y"])], axis=1)
        seen.append(places)
    a = fit(SMALL).snapshots[-1].mean
    _, _, Vt = np.linalg.svd(a - a.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(
        np.abs(seen[0]), np.abs(((a - a.mean(axis=0)) @ Vt.T)[:, :2]), atol=1e-4
    )
    off = ((seen[0] - seen[1]) ** 2).sum() / ((a - a.mean(axis=0)) ** 2).sum()
    assert off <= comparison.residual + 1e-5, "a projection shows no more than the whole residual"
    put(at, pair_colour="first")
    groups = [
        {t["name"]: sorted(array(t["customdata"])) for t in figure(at, f"pair_map_{n}")["data"]}
        for n in "AB"
    ]
    assert groups[0] == groups[1], "A's clusters in both"


def test_spread_over_seeds(comparison: Any) -> None:
    at = open_tab(open_page("latent_pair", **LINK), "latent_pair", "Seeds")
    assert "pair:spread" in [b.key for b in at.button]
    expected = pair_spread(RunPair(SMALL, OTHER))
    settled(at.run())
    shown = at.dataframe[0].value
    np.testing.assert_allclose(shown["ARI"], expected[:, 1], atol=1e-4)
    assert f"({expected[:, 1].min():.3f}–{expected[:, 1].max():.3f})" in hypertext(at)


def test_code_and_provenance(comparison: Any) -> None:
    at = open_tab(open_page("latent_pair", **LINK), "latent_pair", "Code")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    np.testing.assert_array_equal(printed[0], comparison.table)
    assert tuple(printed[2:]) == comparison.numbers
    open_tab(at, "latent_pair", "Provenance")
    table = at.dataframe[0].value.set_index("setting")
    assert set(table.index[table["differs"] == "≠"]) == {"vae_seed", "clusters"}
    assert not errors(at)


def test_presets_and_the_address(comparison: Any) -> None:
    at = open_page("latent_pair", **LINK)
    at.button(key="pair:Another seed").click()
    settled(at.run())
    assert "differs" not in at.query_params
    at.button(key="pair:As published").click()
    settled(at.run())
    assert "start" in at.query_params["differs"] and not errors(at)


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ({"differs": "vae_seed nonsense"}, "do not fit|names"),
        ({"differs": "clusters", "b_clusters": "900"}, "not possible"),
        ({"clusters": "50", "most": "20"}, "above the 20 items"),
    ],
)
def test_impossible_settings_are_explained(query: dict[str, str], pattern: str) -> None:
    at = open_page("latent_pair", **(LINK | query))
    if "most" in query:
        at.button(key="pair:train").click()
        settled(at.run())
    messages = errors(at) + [w.value.replace("\\", "") for w in at.warning]
    assert any(re.search(pattern, line) for line in messages), messages


def test_second_run_is_the_first_but_for_what_differs() -> None:
    steered = SMALL.steered(2, "rate", 0.01)
    view = SecondRun(differs="clusters vae_seed", b_clusters=3, b_vae_seed=2)
    assert view.run(steered) == OTHER
    assert decode(
        fit(OTHER).network(OTHER), from_clusters(fit(OTHER).network(OTHER), 2, 1, 0)
    ).shape == (3, 2, 64)
    with pytest.raises(SpecError, match="names “x”"):
        SecondRun(differs="x")
