"""Deep InfoMax and encoders side by side, against closed forms, slow loops and scikit-learn."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm, ttest_rel
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from core.compare.items import accuracy_duel
from core.errors import CoreError, SourceError, SpecError
from core.features.encoders import ENCODERS, Encoded, vectors
from core.features.exports import as_collection
from core.features.judgement import (
    EncoderContest,
    EncodersJudged,
    Outcome,
    agreement,
    ahead,
    compared,
    verdict,
)
from core.features.learner import learner
from core.features.loss import (
    CEILING,
    Batch,
    cross_entropy,
    deals,
    divergence,
    js,
    recipe_of,
    shifted,
    softplus,
    terms,
)
from core.features.neighbours import distances, nearest
from core.features.networks import Network, build, plan_of
from core.features.saved import vectors_of
from core.features.saving import from_bytes, to_bytes
from core.features.snapshots import encode, moments, parted, settle
from core.features.specs import AS_PUBLISHED, InfoMax
from core.features.training import advance, fit
from core.items.collection import embedded, table_of
from core.items.collection_specs import Embedding
from core.items.data import Loaded, load
from core.items.specs import Items
from core.learning import running

SMALL = InfoMax(
    Items(most=160), info_latent=6, info_channels=4, critic_width=8, info_negatives=7,
    info_batch=16, info_epochs=3,
)  # fmt: skip
DATA = load(SMALL.items)


def table(x: Any, axes: tuple[int, ...] = ()) -> Loaded:
    return Loaded(np.asarray(x, np.float32), np.zeros(0, np.int32), (), axes, ())


@given(
    st.lists(st.floats(-80, 80, width=32), min_size=1, max_size=30),
    st.lists(st.floats(-80, 80, width=32), min_size=1, max_size=30),
)
def test_no_critic_is_above_the_ceiling(positive: list[float], negative: list[float]) -> None:
    loss = cross_entropy(jnp.asarray(positive), jnp.asarray(negative))
    assert float(js(np.asarray(loss))) <= CEILING + 1e-6


@pytest.mark.parametrize("away", [0.5, 2.0, 6.0])
def test_the_best_critic_reaches_the_divergence_of_two_gaussians(away: float) -> None:
    p, q = norm(0, 1), norm(away, 1.5)

    def half(a: Any, b: Any) -> float:
        def inside(x: float) -> float:
            return float(a.pdf(x) * (a.logpdf(x) - np.logaddexp(a.logpdf(x), b.logpdf(x))))

        return quad(inside, -15, 25, limit=200)[0] + CEILING

    exact = (half(p, q) + half(q, p)) / 2
    rng = np.random.default_rng(0)
    x, y = p.rvs(200_000, random_state=rng), q.rvs(200_000, random_state=rng)

    def estimate(shift: float) -> float:
        scores = [jnp.asarray(p.logpdf(v) - q.logpdf(v) + shift) for v in (x, y)]
        return float(js(np.asarray(cross_entropy(*scores))))

    assert estimate(0.0) == pytest.approx(exact, abs=2e-3)
    assert estimate(1.0) < exact + 2e-3 and estimate(-3.0) < exact


def test_divergence_of_the_prior_against_scipy() -> None:
    mean, logvar = np.array([[0.3, -1.0]]), np.array([[0.5, -2.0]])
    wanted = []
    for m, v in zip(mean[0], logvar[0], strict=True):
        p, q = norm(m, np.exp(v / 2)), norm(0, 1)
        wanted.append(quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -20, 20)[0])  # noqa: B023
    assert float(divergence(jnp.asarray(mean), jnp.asarray(logvar))) == pytest.approx(
        np.mean(wanted), abs=1e-5
    )


@given(st.integers(2, 12), st.integers(1, 40), st.integers(0, 99))
def test_no_item_is_dealt_itself(batch: int, negatives: int, seed: int) -> None:
    dealt = deals(np.random.default_rng(seed), 5, batch, negatives)
    assert dealt.shape == (5, min(negatives, batch - 1), batch)
    assert not (dealt == np.arange(batch)).any()
    for step in dealt:
        assert all(sorted(row) == list(range(batch)) for row in step), "each is dealt once a row"
        assert all(len(set(column)) == len(column) for column in step.T), "each to others"


def test_softplus_is_the_librarys() -> None:
    x = jnp.asarray([-200.0, -30.0, -1.0, 0.0, 0.5, 40.0, 200.0])
    np.testing.assert_allclose(softplus(x), jax.nn.softplus(x), rtol=1e-5, atol=1e-20)
    np.testing.assert_allclose(
        jax.vmap(jax.grad(softplus))(x), jax.nn.sigmoid(x), rtol=1e-5, atol=1e-20
    )


@pytest.mark.parametrize(
    ("critic", "partner", "negatives"),
    [("bilinear", "features", 2), ("bilinear", "features", 4), ("dense", "itself", 2)],
)
def test_terms_against_a_slow_loop(critic: str, partner: str, negatives: int) -> None:
    spec = SMALL.replace(critic=critic, partner=partner, map_normalised=True)
    network: Network = build(plan_of(spec), DATA.shape, jax.random.key(1))
    rng = np.random.default_rng(0)
    others = deals(rng, 1, 5, negatives)[0]
    batch = Batch(np.arange(5), rng.standard_normal((5, 6), np.float32), others)
    recipe = learner(spec, DATA).static
    got = jax.jit(terms, static_argnums=0)(recipe, network, jnp.asarray(DATA.x[:5]), batch)
    f = np.stack([np.asarray(network.encoder.places(jnp.asarray(x))) for x in DATA.x[:5]])
    f = (f - f.mean(axis=(0, 1))) / np.sqrt(f.var(axis=(0, 1)) + 1e-5)
    codes = [network.posterior(jnp.asarray(one)) for one in f]
    z = [np.asarray(m + e * jnp.exp(v / 2)) for (m, v), e in zip(codes, batch.noise, strict=True)]

    def score(judge: Any, z: np.ndarray, f: np.ndarray) -> float:
        if critic == "dense":
            return float(judge.dense(jnp.concatenate([z, f]))[0])
        return float(judge.left(jnp.asarray(z)) @ judge.right(jnp.asarray(f))) / np.sqrt(8)

    for name, judge in (("whole", network.whole), ("local", network.local)):
        parts = f if name == "local" else [z_[None] for z_ in z]
        if name == "whole" and partner == "features":
            parts = f.reshape(5, 1, -1)
        positive = [np.log1p(np.exp(-score(judge, z[i], p))) for i in range(5) for p in parts[i]]
        negative = [
            np.log1p(np.exp(score(judge, z[i], p)))
            for others in batch.others for i in range(5) for p in parts[others[i]]
        ]  # fmt: skip
        assert float(getattr(got, name)) == pytest.approx(
            np.mean(positive) + np.mean(negative), rel=1e-4
        )


@pytest.mark.parametrize("axes", [(6,), (4, 5)])
def test_moved_items_against_scipy(axes: tuple[int, ...]) -> None:
    from scipy.ndimage import shift

    recipe = recipe_of(SMALL.replace(moved=2), axes)
    x = np.random.default_rng(0).random(axes).astype(np.float32)
    for corner in ((0,) * len(axes), (1, 4)[: len(axes)], (2,) * len(axes)):
        got = shifted(recipe, jnp.asarray(x.reshape(-1)), jnp.asarray(corner))
        wanted = shift(x, [2 - c for c in corner], order=0)
        np.testing.assert_array_equal(np.asarray(got).reshape(axes), wanted)
    assert recipe_of(SMALL.replace(moved=2), ()).moved == 0, "rows of a table are not moved"


def test_same_seed_same_run_and_another_one_is_other() -> None:
    running._states.clear()
    first = advance(SMALL)
    running._states.clear()
    again, other = advance(SMALL), advance(SMALL.replace(info_seed=1))
    np.testing.assert_array_equal(first.result.mean, again.result.mean)
    assert not np.array_equal(first.history.parts, other.history.parts)
    assert (first.estimates <= CEILING).all() and first.epoch == 3
    held = parted(SMALL, len(DATA.x))
    assert not set(held.trained) & set(held.held_out)
    running._states.clear()


def test_the_held_out_items_change_nothing_that_is_learnt() -> None:
    held = parted(SMALL, len(DATA.x)).held_out
    x = DATA.x.copy()
    x[held] = 0.5
    other = Loaded(x, DATA.labels, DATA.classes, DATA.axes, DATA.notes)
    runs = [running.run(learner(SMALL, d), running.unkept(SMALL)) for d in (DATA, other)]
    for a, b in zip(runs[0].result.weights, runs[1].result.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_steering_changes_the_epochs_that_follow() -> None:
    steered = SMALL.steered(1, "local_weight", 0.0)
    assert steered.at(1).local_weight == 1.5 and steered.at(2).local_weight == 0
    running._states.clear()
    plain, other = advance(SMALL), advance(steered)
    np.testing.assert_array_equal(plain.history.parts[0], other.history.parts[0])
    assert (plain.history.parts[2] != other.history.parts[2]).any()
    running._states.clear()


@pytest.mark.parametrize("axes", [(), (24,)])
def test_other_shapes_and_the_published_recipe(axes: tuple[int, ...]) -> None:
    D = int(np.prod(axes)) if axes else 7
    data = table(np.random.default_rng(0).random((40, D)), axes)
    spec = SMALL.replace(info_epochs=1, **(AS_PUBLISHED | {"moved": 1}))
    run = running.run(learner(spec, data), running.unkept(spec))
    assert not run.stopped and run.result.mean.shape == (40, 6)
    network = run.network(spec)
    np.testing.assert_allclose(encode(network, data.x[:3])[0], run.result.mean[:3], atol=1e-5)


def test_settling_takes_the_mean_and_deviation_of_the_map() -> None:
    network = build(plan_of(SMALL), DATA.shape, jax.random.key(0))
    assert settle(SMALL, network, DATA.x[:30]) is network, "not normalised by default"
    settled = settle(SMALL.replace(map_normalised=True), network, DATA.x[:30])
    f = np.stack([np.asarray(network.encoder.places(jnp.asarray(x))) for x in DATA.x[:30]])
    np.testing.assert_allclose(settled.centre, f.mean(axis=(0, 1)), atol=1e-5)
    np.testing.assert_allclose(settled.scale, np.sqrt(f.var(axis=(0, 1)) + 1e-5), rtol=1e-4)


def test_moments_of_normal_draws_are_few_standard_errors_off() -> None:
    z = np.random.default_rng(0).standard_normal((4000, 200))
    of = moments(z)
    assert 0.9 < of.off_mean.std() < 1.1 and 0.9 < of.off_deviation.std() < 1.1
    shifted = moments(z + 0.1, np.full(z.shape, np.log(3.0)))
    np.testing.assert_allclose(shifted.off_mean - of.off_mean, 0.1 * np.sqrt(4000))
    np.testing.assert_allclose(shifted.deviation, np.sqrt(z.var(axis=0) + 3))


@pytest.mark.parametrize("by", ["euclidean", "cosine"])
def test_neighbours_and_votes_against_scikit_learn(by: str) -> None:
    rng = np.random.default_rng(3)
    V = rng.normal(size=(90, 5)).astype(np.float32) + 40 * (by == "euclidean")
    labels = rng.integers(0, 3, 90)
    near = nearest(V, 4, by)
    apart, rows = NearestNeighbors(n_neighbors=5, metric=by).fit(V.astype(float)).kneighbors()
    assert near.rows.tolist() == rows[:, :4].tolist()
    one = nearest(V, 4, by, np.array([7]))
    assert one.rows[0].tolist() == rows[7, :4].tolist()
    np.testing.assert_allclose(distances(V, 7, rows[7], by), apart[7], atol=1e-4)
    right = 0
    for i in range(90):
        rest = np.delete(np.arange(90), i)
        voter = KNeighborsClassifier(1, metric=by).fit(V[rest].astype(float), labels[rest])
        right += voter.predict(V[i : i + 1].astype(float))[0] == labels[i]
    assert agreement(V, labels, 1, by).score == pytest.approx(right / 90)


def test_verdict_against_scikit_learn() -> None:
    spec = EncodersJudged(Encoded(SMALL, "pixels"), voters=3)
    judged = verdict(spec)
    held = parted(SMALL, len(DATA.x)).held_out
    X, y = DATA.x[held].astype(float), DATA.labels[held]
    cluster = KMeans(len(np.unique(y)), n_init=4, random_state=0).fit_predict(
        DATA.x[held] - DATA.x[held].mean(axis=0)
    )
    assert judged.nmi == pytest.approx(normalized_mutual_info_score(y, cluster))
    _, rows = NearestNeighbors(n_neighbors=3).fit(X).kneighbors()
    votes = [np.bincount(y[row], minlength=10) for row in rows]
    clear = np.array([np.sort(v)[-1] > np.sort(v)[-2] for v in votes])
    wanted = np.array([v.argmax() for v in votes]) == y
    assert (judged.right[0][clear] == wanted[clear]).all()
    assert judged.knn[0].low < judged.knn[0].score < judged.knn[0].high and judged.d == 64


def test_leads_over_seeds_and_over_items() -> None:
    """Over seeds as core.intervals says of overlapping splits; of one seed as of two embeddings."""
    a, b = np.array([0.9, 0.8, 0.95, 0.85]), np.array([0.7, 0.65, 0.7, 0.7])
    values = np.zeros((len(ENCODERS), 4, 5))
    values[ENCODERS.index("pca"), :, 0], values[ENCODERS.index("infomax"), :, 0] = a, b
    asked = EncoderContest(Encoded(SMALL.replace(kept_back=0.2)), feature_seeds=4)
    seeds = ahead(asked, Outcome(values, values[..., 0], ()), "pca", "infomax", 0)
    wanted = ttest_rel(a, b).confidence_interval()
    width = (wanted.high - wanted.low) * math.sqrt((1 / 4 + 0.2 / 0.8) / (1 / 4))
    assert (seeds.value, seeds.high - seeds.low) == pytest.approx((np.mean(a - b), width))

    held = parted(SMALL, len(DATA.x)).held_out
    labels = DATA.labels[held].astype(np.int32)
    judged = {name: verdict(EncodersJudged(Encoded(SMALL, name), 3)) for name in ("pixels", "pca")}
    lists = [nearest(vectors(Encoded(SMALL, name)).V[held], 3, "euclidean").rows for name in judged]
    duel = accuracy_duel("label", lists, labels, len(held))
    first = tuple(judged.get(name, judged["pca"]) for name in ENCODERS)
    one = Outcome(values[:, :1], values[:, :1, 0], first)
    items = ahead(asked, one, "pca", "pixels", 0)
    got, wanted = (dataclasses.astuple(one) for one in (items, duel.difference))
    assert got == pytest.approx(wanted) and got[1] < got[0] < got[2]


def test_nothing_is_judged_where_no_held_out_item_has_a_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blind = dataclasses.replace(DATA, labels=np.full(len(DATA.x), -1, np.int32))
    monkeypatch.setattr("core.features.judgement.load", lambda items: blind)
    judged = verdict(EncodersJudged(Encoded(SMALL, "pixels"), voters=17))
    assert np.isnan(judged.scores).all() and judged.right.shape == (2, 0)


@pytest.fixture(scope="module")
def contest() -> EncoderContest:
    return EncoderContest(Encoded(SMALL, rival_epochs=1), voters=3, feature_seeds=2)


@pytest.mark.slow
def test_every_encoder_is_judged_on_the_same_items(contest: EncoderContest) -> None:
    outcome = compared(contest)
    assert outcome.values.shape == (len(ENCODERS), 2, 5) and np.isfinite(outcome.values).all()
    for m, name in enumerate(ENCODERS):
        one = contest.judged(name)
        V = vectors(one.encoded).V
        assert len(V) == len(DATA.x) and np.isfinite(V).all() and V.shape[1] == outcome.first[m].d
        assert (
            outcome.values[m, 0, 0]
            == agreement(
                V[parted(SMALL, 160).held_out], DATA.labels[parted(SMALL, 160).held_out], 3
            ).score
        )
    changed = Encoded(SMALL.replace(local_weight=0.2, info_epochs=9), rival_epochs=1)
    assert changed.of("vae") == contest.encoded.of("vae"), "what plays no part trains nothing anew"
    assert changed.of("infomax") != contest.encoded.of("infomax")


def test_vectors_become_a_collection() -> None:
    spec = Encoded(SMALL, "pixels")
    V = {name: vectors(spec.of(name)).V for name in ("pixels", "pca", "random")}
    split = parted(SMALL, len(DATA.x))
    rows = as_collection(SMALL, DATA, V, split.trained)
    opened = table_of(rows)
    assert set(opened.names("embedding")) == {"pixels", "pca", "random"}
    np.testing.assert_allclose(embedded(Embedding(rows, "pca")).matrix, V["pca"], rtol=1e-6)
    column = opened.arrow.column("split").to_pylist()
    assert [c == "held out" for c in column] == np.isin(np.arange(160), split.held_out).tolist()


def refusal(spec: InfoMax, data: Loaded) -> CoreError:
    with pytest.raises(CoreError) as caught:
        learner(spec, data)
    return caught.value


def test_too_few_or_equal_items_are_refused() -> None:
    one = refusal(SMALL, table([[0.1, 0.2], [0.3, 0.1]]))
    assert isinstance(one, SpecError) and "leaves 1 item to train on" in str(one)
    same = refusal(SMALL, table(np.ones((20, 4))))
    assert isinstance(same, SourceError) and "are the same" in str(same)
    with pytest.raises(SpecError, match="5 neighbours are more than 4 held-out items"):
        nearest(np.eye(4), 5, "cosine")


def test_a_rate_of_10_is_named_and_the_last_good_epoch_kept() -> None:
    spec = SMALL.replace(info_rate=10.0)
    run = running.run(learner(spec, DATA), running.unkept(spec))
    assert run.stopped and "learning rate 10" in str(run.stopped)
    kept = run.result
    assert np.isfinite(kept.mean).all() and len(run.history.parts) == kept.epoch


def test_fit_is_kept() -> None:
    assert fit(SMALL) is fit(SMALL) and fit.stored(SMALL)
    running._states.clear()


def test_a_saved_model_comes_back_and_encodes() -> None:
    trained = fit(SMALL)
    content = to_bytes(SMALL, trained)
    spec, back = from_bytes(content)
    assert spec == SMALL and back.seconds == trained.seconds and back.shape == trained.shape
    np.testing.assert_array_equal(back.result.mean, trained.result.mean)
    np.testing.assert_array_equal(back.history.parts, trained.history.parts)
    kind, V = vectors_of(content, DATA)
    assert str(kind) == "an InfoMax encoder"
    np.testing.assert_allclose(V, encode(trained.network(SMALL), DATA.x)[0], atol=1e-6)
    with pytest.raises(SourceError, match="takes items of 8×8 numbers; these have 5 numbers"):
        vectors_of(content, table(np.ones((3, 5))))
    with pytest.raises(SourceError, match="not a model of pictures or tables"):
        vectors_of(b"nonsense", DATA)
    half = bytearray(content)
    half[-1] ^= 1
    with pytest.raises(SourceError, match="damaged or changed"):
        from_bytes(bytes(half))
    running._states.clear()
