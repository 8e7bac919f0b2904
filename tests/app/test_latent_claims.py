"""What the pages of the latent models say in words, against what is so."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    captions,
    errors,
    figure,
    figures,
    hypertext,
    infos,
    open_page,
    open_tab,
    put,
    settled,
)
from training_run import LINK, SMALL, keys, nothing_under_way  # noqa: F401

from core.latent import fit, load
from core.latent import training as runs
from core.latent.annealing import Annealed, annealed
from core.latent.baselines import Baseline, Spread, baseline, spread
from core.latent.density import log_weights, running
from core.latent.information import split
from core.latent.judgement import judge
from core.latent.specs import AS_PUBLISHED
from core.learning import running as loop
from dashboard.images.parts.latent_map import spread_over
from dashboard.images.parts.latent_notices import NOTHING, information_ceiling

COLLAPSED = SMALL.replace(**AS_PUBLISHED, vae_epochs=30, vae_rate=0.005)


def test_other_seeds_are_steered_as_the_run_shown_is() -> None:
    steered = SMALL.steered(2, "precision", 2.0).steered(3, "rate", 0.01)
    fit(steered)
    at = open_page("latent_judgement", **steered.to_query())
    assert any("λ = 2 from epoch 3 on; learning rate 0.01 from epoch 4 on" in s for s in infos(at))
    at.button(key="vae:ask:spread").click()
    settled(at.run())
    scores = spread(Spread(steered))
    loop._states.clear()
    last = runs.train(steered.replace(vae_seed=3), load(steered.items)).snapshots[-1]
    judgement = judge(last.cluster, load(steered.items).labels[:200], 4)
    np.testing.assert_allclose(
        scores.values[3], [judgement.accuracy, judgement.purity, judgement.nmi, judgement.ari]
    )
    middle = np.median(scores.values[:, 0])
    table = next(table for table in (frame.value for frame in at.dataframe) if "method" in table)
    assert table["accuracy"].iloc[0].startswith(f"{middle:.3f}")
    assert "steered at the same epochs" in hypertext(at)


def test_the_density_is_an_estimate_with_its_error() -> None:
    spec = SMALL
    trained = fit(spec)
    at = open_tab(
        open_page("latent_judgement", draws_shown="200", **LINK), "latent_judgement", "Density"
    )
    log_w = log_weights(trained.network(spec), False, 40.0, load(spec.items).x[0], 5000, 0)
    bound, ess = (values[199] for values in running(log_w))
    shown = dict(re.findall(r"<small>([^<]+)</small><b>([^<]+)</b>", hypertext(at)))
    error = np.sqrt(1 / ess - 1 / 200)
    assert shown["ln p(x), estimated"] == f"{bound:,.2f} ± {error:.2f} nats".replace("-", "−")
    assert any("draws count" in text.value for text in at.markdown) == (ess < 10)
    put(at, annealed=True)
    shown = dict(re.findall(r"<small>([^<]+)</small><b>([^<]+)</b>", hypertext(at)))
    estimate = annealed(Annealed(spec))
    assert shown["ln p(x), annealed"] == (
        f"{estimate.log_p:,.2f} ± {estimate.error:.2f} nats".replace("-", "−")
    )
    assert shown["effective chains"] == f"{estimate.ess:,.1f} of 250"
    put(at, draws_shown=1)
    shown = dict(re.findall(r"<small>([^<]+)</small><b>([^<]+)</b>", hypertext(at)))
    assert "±" not in shown["ln p(x), estimated"]


@pytest.mark.parametrize("spec", [SMALL.replace(latent_model="plain"), SMALL.replace(clusters=1)])
def test_one_cluster_is_not_judged(spec: Any) -> None:
    fit(spec)
    at = open_page("latent_judgement", **spec.to_query())
    assert any("nothing to judge" in info for info in infos(at)) and "confusion" not in figures(at)
    open_tab(at, "latent_judgement", "Baselines")
    assert any("nothing to judge" in info for info in infos(at))
    assert not any(key.startswith("vae:ask:baseline") for key in keys(at)) and not errors(at)


def test_one_cluster_is_walked_between_two_samples() -> None:
    spec = SMALL.replace(latent_model="plain")
    fit(spec)
    link = spec.to_query() | {"draw": "1"}
    at = open_tab(open_page("latent_samples", **link), "latent_samples", "Walks")
    text = hypertext(at)
    assert "two independent samples of N(0, I)" in text and not errors(at)
    match = re.search(r"at the ends ([\d.]+) and ([\d.]+), half way ([\d.]+) on the arc and "
                      r"([\d.]+) straight", text)  # fmt: skip
    assert match is not None
    a, b, arc, straight = map(float, match.groups())
    assert a != b and arc == pytest.approx(2 * straight, abs=0.11)
    assert "is 3.0 at the ends" in text, "d = 3"
    before = figure(at, "walk")["data"][0]["source"]
    at.button(key="walk:resample").click()
    settled(at.run())
    assert figure(at, "walk")["data"][0]["source"] != before


def test_a_lasso_shows_all_of_its_clusters() -> None:
    cluster = np.arange(900) // 300
    some = spread_over(range(900), cluster, 32)
    assert len(some) == 32 and set(np.bincount(cluster[some])) <= {10, 11}
    assert list(spread_over([5, 899, 2], cluster, 32)) == [2, 5, 899]
    mixed = np.array([2, 0, 1, 0])
    assert list(spread_over([0, 1, 2, 3], mixed, 32)) == [1, 3, 2, 0]


def test_the_baselines_sentence_is_of_the_table() -> None:
    fit(SMALL)
    mine = spread(Spread(SMALL)).values
    graph = baseline(Baseline(SMALL.items, "diffusion", 4)).values
    at = open_tab(open_page("latent_judgement", **LINK), "latent_judgement", "Baselines")
    off = np.median(mine, axis=0) - np.median(graph, axis=0)
    gains = f"accuracy {off[0]:+.3f}, purity {off[1]:+.3f}, NMI {off[2]:+.3f}"
    assert gains.replace("-", "−") in hypertext(at)
    assert "beats" not in hypertext(at)


def test_a_collapse_is_named_where_it_is_measured() -> None:
    trained = fit(COLLAPSED)
    last = trained.snapshots[-1]
    tells = split(trained.network(COLLAPSED), last.mean, last.logvar).mutual
    assert tells < information_ceiling(COLLAPSED, trained, -1) + 0.02 < NOTHING + 0.02
    for page in ("latent", "latent_samples", "latent_judgement"):
        at = open_page(page, **COLLAPSED.to_query())
        assert any("Posterior collapse" in w.value for w in at.warning), page
    at = open_page("latent", shown_epoch="0", **COLLAPSED.to_query())
    assert not at.warning, "nothing is trained yet"
    fit(SMALL)
    assert not open_page("latent", **LINK).warning


def test_a_pair_says_whose_z_tells_nothing() -> None:
    fit(SMALL)
    fit(COLLAPSED)
    differs = {n for n, v in COLLAPSED.leaves() if v != dict(SMALL.leaves())[n]}
    link = LINK | {"differs": " ".join(sorted(differs))}
    link |= {f"b_{n}": v for n, v in COLLAPSED.to_query().items() if n in differs}
    at = open_tab(open_page("latent_pair", **link), "latent_pair", "Latents")
    assert [w.value for w in at.warning if "z of run B tells" in w.value] and not errors(at)
    scaled = re.search(r"scaled by ([\d.e+]+) onto", hypertext(at))
    assert scaled is not None
    places = np.concatenate([array(t["x"]) for t in figure(at, "pair_map_B")["data"]])
    spread_of = fit(COLLAPSED).snapshots[-1].mean
    assert np.ptp(places) <= float(scaled[1]) * np.linalg.norm(np.ptp(spread_of, axis=0)) * 1.01


def test_a_ruined_run_offers_a_smaller_step() -> None:
    spec = SMALL.replace(vae_rate=10.0, vae_seed=12)
    assert fit(spec).stopped
    at = open_page("latent", **spec.to_query())
    at.button(key="vae:slower").click()
    settled(at.run())
    rate = at.query_params["vae_rate"]
    assert rate in ("1", "1.0", ["1"], ["1.0"]) and "train again" not in " ".join(captions(at))
