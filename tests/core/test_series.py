"""Spectra, scores, losses, the network and its rivals against something independent."""

from __future__ import annotations

import math
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.constants
from made_series import TINY, small
from scipy import stats
from scipy.ndimage import correlate1d

from core.errors import SpecError
from core.intervals import mean
from core.series import random_kernels
from core.series.baselines import SeriesRivals, ask
from core.series.judgement import METHODS, SeriesContest, judge
from core.series.line_lists import BALMER, BROAD, to_air
from core.series.losses import cross_entropy, f1_loss, soft_f1
from core.series.luck import luck_of, over_seeds
from core.series.neighbours import agreement
from core.series.networks import Block, DilatedConv, SeriesClassifier, build, read
from core.series.physics import black_body, clean, edges, marked, single, vacuum, wavelengths
from core.series.saliency import kernel_forms, near_lines, saliency, share_near
from core.series.scores import ahead, confusion, f1, macro_f1, measured
from core.series.specs import KINDS
from core.series.splitting import split
from core.series.synthetic import make, population
from core.series.training import fit


class TestPhysics:
    def test_black_body_is_plancks(self) -> None:
        """Wien's law gives its peak, Stefan and Boltzmann's its area."""
        T = 5772.0
        axis = np.geomspace(500, 2e7, 200_000)
        body = black_body(axis, np.array(T))
        wien = scipy.constants.value("Wien wavelength displacement law constant")
        assert axis[body.argmax()] == pytest.approx(wien / T * 1e10, rel=1e-4)
        area = np.trapezoid(body, axis * 1e-10)
        assert area == pytest.approx(scipy.constants.sigma * T**4 / np.pi, rel=1e-5)
        h, c, k = (getattr(scipy.constants, name) for name in ("h", "c", "k"))
        at = 4000e-10
        planck = 2 * h * c**2 / at**5 / (math.exp(h * c / (at * k * T)) - 1)
        assert black_body(np.array(4000.0), np.array(T)) == pytest.approx(planck, rel=1e-12)

    def test_balmer_lines_are_rydbergs(self) -> None:
        mass = scipy.constants.m_e / scipy.constants.m_p
        rydberg = scipy.constants.Rydberg / (1 + mass)
        for n, line in enumerate(BALMER, start=3):
            assert line.rest == pytest.approx(1e10 / (rydberg * (1 / 4 - 1 / n**2)), abs=0.15)
        assert float(to_air(6564.61)) == pytest.approx(6562.80, abs=0.02)  # NIST, Hα in air

    @pytest.mark.parametrize("z", [0.5, 2.0, 3.1])
    def test_lines_move_with_the_redshift(self, z: float) -> None:
        """The highest point over the continuum is where λ(1 + z) is; in air it is lower."""
        axis = wavelengths(2600)
        with_lines = clean(single("quasar", z, strength=3.0), axis, 2000.0)[0]
        without = clean(single("quasar", z, strength=0.0), axis, 2000.0)[0]
        over = with_lines / without
        marks = marked(single("quasar", z, strength=3.0), axis, 2000.0)
        rest = {line.name: line.rest for line in BROAD}
        assert marks
        for mark in marks:
            if mark.name in rest:
                assert mark.at == pytest.approx(rest[mark.name] * (1 + z))
                near = np.abs(axis - mark.at) < 40
                if mark.name in ("Mg II", "C IV") and near.sum() > 10:
                    assert axis[near][over[near].argmax()] == pytest.approx(mark.at, rel=1.5e-3)
        air = marked(single("quasar", z, strength=3.0), axis, 2000.0, "air")
        assert air[0].at == pytest.approx(float(to_air(marks[0].at)))
        np.testing.assert_allclose(to_air(vacuum(axis, "air")), axis, rtol=1e-12)

    def test_resolution_keeps_the_area_of_a_line(self) -> None:
        """Equivalent width: what is missing of a flat continuum, whatever the spectrograph."""
        axis = wavelengths(512)
        star = single("star", temperature=9500.0)
        areas = []
        for R in (60.0, 300.0, 3000.0):
            dark = 1 - clean(star, axis, R)[0] / clean(single("unknown", temperature=9500.0), axis,
                                                       R)[0]  # fmt: skip
            inside = (axis > 5400) & (axis < 7200)  # Hα alone, and Na D, which is faint
            flat = np.median(dark[(axis > 5400) & (axis < 5600)])
            areas.append(((dark - flat) * np.diff(edges(axis)))[inside].sum())
        np.testing.assert_allclose(areas, areas[-1], rtol=0.05)

    def test_significance_is_that_of_the_best_filter(self) -> None:
        """The filter's answer to many noisy spectra, over its spread without the line."""
        axis, rng = wavelengths(256), np.random.default_rng(0)
        star = single("star", temperature=9500.0, snr=5.0)
        mark = next(m for m in marked(star, axis, 200.0) if m.name == "Hα")
        light = clean(star, axis, 200.0)[0]
        near = np.abs(axis - mark.at) < 200
        flat = np.interp(axis[near], axis[near][[0, -1]], light[near][[0, -1]])
        template = light[near] - flat
        noise = rng.normal(size=(4000, near.sum())) / 5.0
        size = (template @ template) / (noise @ template).std()
        assert abs(mark.significance) == pytest.approx(size, rel=0.1) and mark.significance < 0

    def test_a_line_of_the_night_sky_hides_what_lies_on_it(self) -> None:
        """Na D of a star stands out less where it falls on the sky's line at 5,577 Å."""
        axis = wavelengths(1000)
        size = {}
        for centre in (5400.0, 5578.9):
            z = centre / next(m for m in marked(single("star", 0.0, 4200.0), axis, 500.0)
                              if m.name == "Na D").at - 1  # fmt: skip
            moved = marked(single("star", z, 4200.0), axis, 500.0)
            size[centre] = abs(next(m for m in moved if m.name == "Na D").significance)
        assert size[5578.9] < size[5400.0] / 2

    def test_the_noise_is_what_it_says(self) -> None:
        spec = TINY.replace(spectra_count=2000, calibration=0.0)
        made = make(spec)
        light = clean(made.objects, made.wavelength, spec.resolution)
        blue = made.wavelength < 5000  # away from the lines of the night sky
        spread = (made.flux - light)[:, blue].std(axis=1)
        assert np.median(spread * made.objects.snr) == pytest.approx(1, abs=0.05)
        np.testing.assert_array_equal(make(spec).flux, made.flux)
        assert not np.array_equal(make(spec.replace(sky_seed=1)).flux, made.flux)
        counts = np.bincount(population(spec).kind, minlength=len(KINDS)) / 2000
        np.testing.assert_allclose(counts, [0.4, 0.2, 0.2, 0.2], atol=0.01)


class TestScores:
    @pytest.mark.parametrize("seed", range(3))
    def test_f1_is_scikit_learns(self, seed: int) -> None:
        from sklearn.metrics import confusion_matrix, f1_score

        rng = np.random.default_rng(seed)
        own, said = rng.integers(0, 4, 60), rng.integers(0, 4 - seed, 60)
        counts = confusion(own, said, 4)
        np.testing.assert_array_equal(counts, confusion_matrix(own, said, labels=range(4)))
        wanted = f1_score(own, said, labels=range(4), average=None, zero_division=0)
        np.testing.assert_allclose(f1(counts), wanted)
        assert macro_f1(counts) == pytest.approx(wanted.mean())

    def test_soft_f1_of_hard_answers_is_macro_f1(self) -> None:
        rng = np.random.default_rng(0)
        own, said = rng.integers(0, 4, 50), rng.integers(0, 4, 50)
        hard = jnp.asarray(np.eye(4)[said])
        exact = float(macro_f1(confusion(own, said, 4)))
        assert float(soft_f1(hard, jnp.asarray(own)).mean()) == pytest.approx(exact, abs=1e-6)
        assert float(f1_loss("true", hard, jnp.asarray(own))) == pytest.approx(1 - exact, abs=1e-6)
        printed = float(f1_loss("printed", hard, jnp.asarray(own)))
        assert printed == pytest.approx(-math.log(exact), abs=1e-5)  # of four classes

    def test_the_printed_form_is_a_constant_away(self) -> None:
        rng = np.random.default_rng(1)
        own = jnp.asarray(rng.integers(0, 3, 40))
        soft = jax.nn.softmax(jnp.asarray(rng.normal(size=(40, 3))))
        halves = sum(
            0.5 * float((soft[:, c] * (own == c)).sum())
            / float((soft[:, c] + (own == c)).sum()) for c in range(3)
        )  # fmt: skip
        printed = float(f1_loss("printed", soft, own))
        assert printed == pytest.approx(-math.log(halves), abs=1e-5)
        true = 1 - float(f1_loss("true", soft, own))
        assert printed == pytest.approx(-math.log(true) + math.log(4 / 3), abs=1e-5)

    def test_gradients_of_the_losses_are_those_of_differences(self) -> None:
        rng = np.random.default_rng(2)
        z, own = rng.normal(size=(6, 3)), jnp.array([0, 1, 2, 2, 1, 0])
        with jax.enable_x64(True):
            for form in ("true", "printed", ""):

                def loss(z: jax.Array, form: str = form) -> jax.Array:
                    if not form:
                        return cross_entropy(z, own)
                    return f1_loss(form, jax.nn.softmax(z), own)

                slope = jax.grad(loss)(jnp.asarray(z))
                steps = 1e-6 * np.eye(z.size).reshape(z.size, *z.shape)
                up, down = (jax.vmap(loss)(jnp.asarray(z + s)) for s in (steps, -steps))
                np.testing.assert_allclose(slope.ravel(), (up - down) / 2e-6, atol=1e-8)

    def test_intervals_are_those_of_drawing_series_anew(self) -> None:
        rng = np.random.default_rng(0)
        own = rng.integers(0, 3, 200)
        one = np.where(rng.random(200) < 0.8, own, rng.integers(0, 3, 200))
        other = np.where(rng.random(200) < 0.6, own, rng.integers(0, 3, 200))
        draws = [rng.integers(0, 200, 200) for _ in range(1500)]
        scores = [
            [float(macro_f1(confusion(own[i], a[i], 3))) for a in (one, other)] for i in draws
        ]
        low, high = np.percentile([s[0] for s in scores], [2.5, 97.5])
        found = measured(confusion(own, one, 3))
        np.testing.assert_allclose([found.low, found.high], [low, high], atol=0.012)
        low, high = np.percentile([s[0] - s[1] for s in scores], [2.5, 97.5])
        lead = ahead(own, one, other, 3)
        np.testing.assert_allclose([lead.low, lead.high], [low, high], atol=0.015)
        nothing = ahead(own, one, one, 3)
        assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)
        flawless = measured(np.diag([20, 30, 10]))  # no draw differs: the luck is still there
        wilson = stats.binomtest(60, 60).proportion_ci(method="wilson")
        assert flawless.low == pytest.approx(wilson.low, abs=0.005) and flawless.high == 1

    def test_many_classes_do_not_fill_the_memory(self) -> None:
        own, one, other = np.random.default_rng(0).integers(0, 40, (3, 300))
        tracemalloc.start()
        try:
            ahead(own, one, other, 40)
            measured(confusion(own, one, 40))
            assert tracemalloc.get_traced_memory()[1] < 2e8  # all cells at once: 1 GB
        finally:
            tracemalloc.stop()


class TestNetwork:
    @pytest.mark.parametrize("dilation", [1, 2, 4])
    def test_dilated_convolution_is_scipys(self, dilation: int) -> None:
        layer = DilatedConv(2, 3, dilation, jax.random.key(0))
        x = np.random.default_rng(0).normal(size=(2, 17, 2)).astype(np.float32)
        expected = np.zeros((2, 17, 3))
        for o in range(3):
            for i in range(2):
                taps = np.zeros(2 * dilation + 1)
                taps[::dilation] = np.asarray(layer.weight)[:, i, o]
                expected[:, :, o] += correlate1d(x[:, :, i], taps, axis=1, mode="constant")
        np.testing.assert_allclose(layer(jnp.asarray(x)), expected, atol=1e-5)

    def test_a_block_adds_and_halves(self) -> None:
        """Of an odd number of points the last is dropped; without weights a block only pools."""
        block = Block(2, 2, jax.random.key(0))
        block = jax.tree.map(jnp.zeros_like, block)
        import equinox as eqx

        block = eqx.tree_at(lambda b: b.widening, block, jnp.eye(2))
        x = np.random.default_rng(0).normal(size=(1, 7, 2))
        expected = np.maximum(x[:, 0:6:2], x[:, 1:6:2])
        np.testing.assert_allclose(block(jnp.asarray(x)), expected, atol=1e-6)

    def test_the_whole_network_in_plain_numpy(self) -> None:
        spec = small()
        network = build(spec, 3, jax.random.key(1))
        x = np.random.default_rng(0).normal(size=(2, 15)).astype(np.float32)

        def convolved(layer: DilatedConv, h: np.ndarray) -> np.ndarray:
            w, d = np.asarray(layer.weight), layer.dilation
            out: np.ndarray = np.zeros((h.shape[0], w.shape[2])) + np.asarray(layer.bias)
            for i in range(len(h)):
                for t in range(3):
                    if 0 <= (j := i + (t - 1) * d) < len(h):
                        out[i] += h[j] @ w[t]
            return out

        for row, vector, answers in zip(x, *read(network, x), strict=True):
            h = np.maximum(convolved(network.first, row[:, None]), 0)
            for block in network.blocks:
                h = h @ np.asarray(block.widening)
                for layer in block.convolutions:
                    h = h + 0.5 * np.maximum(convolved(layer, h), 0)
                h = np.maximum(h[0 : len(h) // 2 * 2 : 2], h[1 : len(h) // 2 * 2 : 2])
            pooled = np.concatenate([h.mean(axis=0), h.max(axis=0)])
            v = pooled @ np.asarray(network.hidden) + np.asarray(network.hidden_bias)
            v = np.maximum(v, 0.1 * v)
            z = np.exp(v @ np.asarray(network.last) + np.asarray(network.last_bias))
            np.testing.assert_allclose(vector, v, atol=1e-5)
            np.testing.assert_allclose(answers, z / z.sum(), atol=1e-5)

    def test_saliency_is_the_slope_of_differences(self) -> None:
        spec = small()
        x = np.random.default_rng(3).normal(size=(2, 12))
        with jax.enable_x64(True):
            network: SeriesClassifier = jax.tree.map(
                lambda a: jnp.asarray(a, jnp.float64), build(spec, 3, jax.random.key(2))
            )
            slopes = saliency(network, x, np.array([0, 2]))

            steps = 1e-6 * np.eye(12)
            moved = np.stack([x[:, None] + steps, x[:, None] - steps])  # (2, 2, 12, 12)
            logs = np.asarray(jax.nn.log_softmax(network(jnp.asarray(moved.reshape(-1, 12)))))
            up, down = logs.reshape(2, 2, 12, 3)
            for k, c in enumerate((0, 2)):
                np.testing.assert_allclose(
                    slopes[k], (up[k, :, c] - down[k, :, c]) / 2e-6, atol=1e-7
                )

    def test_shares_near_lines_and_forms_of_kernels(self) -> None:
        axis = wavelengths(100)
        near = near_lines(axis, [5000.0])
        assert near.sum() == pytest.approx(2 * 0.006 / np.log(axis[1] / axis[0]), abs=1)
        slopes = np.where(near, 3.0, 1.0)
        pull, points = share_near(slopes, near)
        assert pull == pytest.approx(3 * near.sum() / (3 * near.sum() + (~near).sum()))
        assert points == near.mean() and share_near(np.zeros(100), near)[0] == 0
        forms = kernel_forms(np.array([[1, 1, 1], [-2, 0, 2], [1, -2, 1], [0.0, 1, 0]]))
        expected = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1 / 3, 0, 2 / 3]])
        np.testing.assert_allclose(forms, expected, atol=1e-12)


class TestRivals:
    def test_random_kernels_are_convolutions(self) -> None:
        kernels = random_kernels.draw(12, 40, seed=3)
        x = np.random.default_rng(0).normal(size=(3, 40)).astype(np.float32)
        features = random_kernels.features(kernels, x)
        np.testing.assert_allclose(kernels.weights.sum(axis=1), 0, atol=1e-5)
        for k in range(12):
            taps = np.zeros(8 * kernels.dilations[k] + 1)
            taps[:: kernels.dilations[k]] = kernels.weights[k]
            for i in range(3):
                if len(taps) > 40:
                    continue
                answers = np.convolve(x[i], taps[::-1], "same" if kernels.padded[k] else "valid")
                answers = answers + kernels.biases[k]
                assert features[i, k] == pytest.approx((answers > 0).mean(), abs=1e-6)
                assert features[i, 12 + k] == pytest.approx(answers.max(), abs=1e-4)

    def test_nearest_by_brute_force(self) -> None:
        parted = split(small().parting)
        said = ask(SeriesRivals(small().parting, 50), parted).of("nearest")
        known, asked = parted.x[parted.trained], parted.x[parted.tested]
        distance = ((asked[:, None] - known[None]) ** 2).sum(axis=2)
        expected = parted.series.label[parted.trained][distance.argmin(axis=1)]
        np.testing.assert_array_equal(said, expected)

    def test_everything_is_judged_on_the_same_series(self) -> None:
        spec = small()
        judged, trained = judge(SeriesContest(spec, 50)), fit(spec)
        np.testing.assert_array_equal(judged.counts("network"), trained.result.tested)
        parted = split(spec.parting)
        assert judged.said.shape == (len(METHODS), len(parted.tested))
        assert judged.ahead(judged.best_rival).value == pytest.approx(
            judged.score("network").value - judged.score(judged.best_rival).value
        )
        found = agreement(spec)
        assert 0 <= found.vectors <= 1 and found.chance == 0.25


class TestTraining:
    def test_epochs_begin_alike_and_the_loss_turns(self) -> None:
        spec = small()
        run = fit(spec)
        assert [shot.epoch for shot in run.snapshots] == [0, 1, 2, 3] and not run.stopped
        shorter = fit(spec.replace(net_epochs=1))
        for one, other in zip(shorter.result.weights, run.snapshots[1].weights, strict=True):
            np.testing.assert_array_equal(one, other)
        loss, cross, soft = run.history.parts.T
        np.testing.assert_allclose(loss[:2], cross[:2], rtol=1e-6)
        assert loss[2] == pytest.approx(1 - soft[2], abs=1e-5)
        assert not np.array_equal(
            fit(spec.replace(series_seed=1)).result.weights[0], run.result.weights[0]
        )

    def test_the_split_is_by_class_and_by_seed(self) -> None:
        spec = small().parting
        parted, again = split(spec), split(spec.replace(series_seed=1))
        assert not set(parted.trained) & set(parted.tested)
        assert len(parted.trained) + len(parted.tested) == 80
        labels = parted.series.label
        for k in range(4):
            there = (labels[parted.tested] == k).sum()
            assert there == pytest.approx(0.5 * (labels == k).sum(), abs=1)
        assert not np.array_equal(parted.tested, again.tested)
        np.testing.assert_allclose(parted.x.mean(axis=1), 0, atol=1e-5)
        np.testing.assert_allclose(parted.x.std(axis=1), 1, rtol=1e-4)

    def test_steering(self) -> None:
        spec = small().steered(1, "soft", 0.5).steered(2, "rate", 0.1)
        assert [spec.at(e).soft for e in (1, 2, 3)] == [0.0, 0.5, 0.5]
        assert [spec.at(e).rate for e in (2, 3)] == [0.003, 0.1]
        with pytest.raises(SpecError, match="between 0 and 1"):
            small().steered(1, "soft", 2.0)

    def test_over_seeds(self) -> None:
        luck = luck_of(small(net_epochs=1), 50, 2)
        outcome = over_seeds(luck)
        other = small(net_epochs=1).replace(sky_seed=1, series_seed=1)
        assert outcome.scores[1, 0] == pytest.approx(float(macro_f1(fit(other).result.tested)))
        assert outcome.ratio == 0 and outcome.of("network") == mean(outcome.scores[:, 0], 0)
