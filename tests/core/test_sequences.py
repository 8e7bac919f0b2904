"""Encoders of sentences: losses, the GRU, splits and retrieval against something independent."""

from __future__ import annotations

import io
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from grouped_rows import csv, of_file, rows, small
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import QueryError, SourceError, SpecError
from core.learning import running
from core.sequences import learner
from core.sequences.circle import Circle
from core.sequences.groups import grouped, sentences
from core.sequences.judgement import judge
from core.sequences.labels import suggested, table
from core.sequences.learner import objective
from core.sequences.lee import agreement, documents, judgements
from core.sequences.losses import cross_entropies, margin_losses, unit
from core.sequences.methods import METHODS, baselines, read_texts, tf_idf, vectors
from core.sequences.nearest import nearest
from core.sequences.networks import GruEncoder
from core.sequences.padding import frequent
from core.sequences.specs import Sentences, TextGroups
from core.sequences.splitting import KNOWN, NEW, TRAINED, split
from core.sequences.training import fit


def cosines_of(seed: int, n: int = 5, C: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, C)), rng.integers(0, C, n)


class TestLosses:
    def test_am_softmax_is_its_formula(self) -> None:
        cosines, own = cosines_of(0)
        s, m = 30.0, 0.35
        expected = []
        for c, t in zip(cosines, own, strict=True):
            others = sum(math.exp(s * c[i]) for i in range(len(c)) if i != t)
            mine = math.exp(s * (c[t] - m))
            expected.append(-math.log(mine / (mine + others)))
        losses = margin_losses("am-softmax", jnp.asarray(cosines), jnp.asarray(own), s, m)
        np.testing.assert_allclose(losses, expected, rtol=1e-4, atol=1e-5)

    def test_no_margin_is_the_scaled_softmax(self) -> None:
        cosines, own = (jnp.asarray(a) for a in cosines_of(1))
        np.testing.assert_array_equal(
            margin_losses("am-softmax", cosines, own, 7.0, 0.0), cross_entropies(7.0 * cosines, own)
        )
        expected = -np.take_along_axis(
            np.asarray(jax.nn.log_softmax(7.0 * cosines)), np.asarray(own)[:, None], 1
        )[:, 0]
        np.testing.assert_allclose(cross_entropies(7.0 * cosines, own), expected, rtol=1e-5)

    def test_like_a_softmax_takes_four_times_the_angle(self) -> None:
        angle = np.linspace(0, np.pi / 4, 6)  # where cos 4θ is below cos θ
        cosines = jnp.asarray(np.stack([np.cos(angle), np.zeros(6)], axis=1))
        losses = margin_losses("a-softmax", cosines, jnp.zeros(6, int), 3.0, 0.0)
        np.testing.assert_allclose(losses, np.log1p(np.exp(-3 * np.cos(4 * angle))), atol=1e-5)

    @pytest.mark.parametrize("kind", ["am-softmax", "a-softmax"])
    def test_gradients_are_those_of_differences(self, kind: str) -> None:
        """With respect to vectors and directions, through their unit lengths, in doubles."""
        rng = np.random.default_rng(2)
        h, W, own = rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), jnp.array([0, 3, 4])
        with jax.enable_x64(True):

            def loss(h: Any, W: Any) -> Any:
                return margin_losses(kind, unit(h) @ unit(W).T, own, 5.0, 0.35).mean()

            slopes = jax.grad(loss, (0, 1))(jnp.asarray(h), jnp.asarray(W))
            for place, (value, slope) in enumerate(zip((h, W), slopes, strict=True)):
                for at in np.ndindex(value.shape):
                    step = np.zeros_like(value)
                    step[at] = 1e-6
                    up, down = ([h, W] for _ in range(2))
                    up[place], down[place] = value + step, value - step
                    difference = (
                        loss(*map(jnp.asarray, up)) - loss(*map(jnp.asarray, down))
                    ) / 2e-6
                    assert abs(float(slope[at]) - float(difference)) < 1e-7


def test_gru_against_plain_numpy() -> None:
    """Padding changes nothing, whatever its length; the gates are written out one text a time."""
    encoder = GruEncoder(9, 3, 4, jax.random.key(0))
    cell = encoder.cell
    E, W, U = (
        np.asarray(a, np.float64) for a in (encoder.embedding, cell.weight_ih, cell.weight_hh)
    )
    b, c = np.asarray(cell.bias, np.float64), np.asarray(cell.bias_n, np.float64)
    texts = [[2, 5, 8, 1], [7], []]
    ids = np.array([[*text, *[0] * (6 - len(text))] for text in texts], np.int32)

    def sigma(x: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-x)))

    expected = []
    for text in texts:
        h = np.zeros(4)
        for token in text:
            x = E[token]
            r = sigma(W[:4] @ x + b[:4] + U[:4] @ h)
            z = sigma(W[4:8] @ x + b[4:8] + U[4:8] @ h)
            n = np.tanh(W[8:] @ x + b[8:] + r * (U[8:] @ h + c))
            h = (1 - z) * n + z * h
        expected.append(h)
    np.testing.assert_allclose(encoder(jnp.asarray(ids)), expected, atol=1e-6)


class TestCircle:
    @given(st.integers(2, 12), st.floats(0, 1), st.floats(1, 100))
    @settings(max_examples=30, deadline=None)
    def test_the_arc_is_where_the_margin_holds(self, K: int, m: float, s: float) -> None:
        circle = Circle(K, s, m)
        angles = np.linspace(-np.pi, np.pi, 721)
        cosines = np.cos(angles[:, None] - 2 * np.pi * np.arange(K) / K)
        holds = cosines[:, 0] - m >= cosines[:, 1:].max(axis=1)
        clear = np.abs(np.abs(angles) - circle.reach) > 0.01
        assert (holds == (np.abs(angles) <= circle.reach))[clear].all()
        assert (circle.reach > 0) == (m < circle.most_margin) or abs(m - circle.most_margin) < 1e-9

    def test_loss_and_gap(self) -> None:
        circle = Circle(5, 30.0, 0.35)
        angles = np.linspace(-3, 3, 7)
        cosines = np.cos(angles[:, None] - 2 * np.pi * np.arange(5) / 5)
        losses = margin_losses("am-softmax", jnp.asarray(cosines), jnp.zeros(7, int), 30.0, 0.35)
        np.testing.assert_allclose(circle.losses(angles), losses, rtol=1e-4, atol=1e-5)
        assert math.degrees(circle.gap) == pytest.approx(72 - 2 * math.degrees(circle.reach))
        like = Circle(5, 30.0, 0.35, fourfold=True)
        others = margin_losses("a-softmax", jnp.asarray(cosines), jnp.zeros(7, int), 30.0, 0.35)
        np.testing.assert_allclose(like.losses(angles), others, rtol=1e-4, atol=1e-5)
        edge = np.array([like.reach])  # where its own term equals the next class's
        assert np.cos(4 * edge) == pytest.approx(np.cos(2 * np.pi / 5 - edge)) and like.is_ranked
        sure = Circle(5, 30.0, circle.sure_margin)
        assert sure.gap == pytest.approx(2 * sure.reach)  # where ranking begins to be right
        at = circle.directions[2]
        inside = circle.winner(np.array([at, at + circle.reach + 0.01, at - circle.reach + 0.01]))
        assert inside.tolist() == [2, -1, 2]


class TestGroups:
    def test_a_duplicate_is_on_one_side_only(self) -> None:
        lines = rows()
        twice = [*lines, (lines[0][0], "sky"), (f"  {lines[5][0].upper()}!", "sea")]
        spec = small(csv(twice))
        texts, parted = grouped(spec.parting.groups), split(spec.parting)
        assert texts.duplicates == 2 and len(texts.texts) == len(lines)
        sides = [
            {tuple(t) for t in read_texts(spec.parting, parted, part)}
            for part in (TRAINED, KNOWN, NEW)
        ]
        assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])

    def test_texts_alike_in_all_that_is_read_are_one(self) -> None:
        lines = [*rows(), *((f"one two three four tail{i}", "sea") for i in range(3))]
        assert split(small(csv(lines), longest=4).parting).alike == 2 + alike_beginnings(rows(), 4)

    def test_groups_never_trained_on(self) -> None:
        spec = small(csv(rows()), kept_back=0.25)
        parted = split(spec.parting)
        new, old = set(parted.group[parted.rows(NEW)]), set(parted.group[parted.rows(TRAINED)])
        assert len(new) == 1 and not new & old and parted.trained_groups == 3 == len(old)
        assert len(parted.rows(KNOWN)) == 9 == 3 * 12 // 4
        assert set(parted.tokens.words) == {
            t for x in read_texts(spec.parting, parted, TRAINED) for t in x
        }

    @pytest.mark.parametrize("kind", ["tsv", "jsonl", "parquet"])
    def test_a_table_in_any_form(self, kind: str) -> None:
        lines = rows(3)
        if kind == "tsv":
            content = ("words\ttopic\n" + "\n".join("\t".join(line) for line in lines)).encode()
        elif kind == "jsonl":
            content = "\n".join(f'{{"words": "{t}", "topic": "{g}"}}' for t, g in lines).encode()
        else:
            sink = io.BytesIO()
            pq.write_table(pa.table(dict(zip(("words", "topic"), zip(*lines, strict=True),
                                             strict=True))), sink)  # fmt: skip
            content = sink.getvalue()
        spec = of_file(f"rows.{kind}", content, "words", "topic")
        assert suggested(table(spec.label_table)) == ("words", "topic")
        assert len(grouped(spec).texts) == 12 and grouped(spec).names == [
            "sea",
            "bread",
            "law",
            "sky",
        ]

    def test_labels_that_are_numbers(self) -> None:
        names = {"sea": "1", "bread": "2", "law": "3", "sky": "10"}
        texts = grouped(csv([(text, names[group]) for text, group in rows(3)]))
        assert texts.names == ["1", "2", "3", "10"]
        floats = csv([(t, f"{n}.5") for t, n in zip((t for t, _ in rows(1)), "1122", strict=True)])
        assert grouped(floats).names == ["1.5", "2.5"]

    @pytest.mark.parametrize(
        ("lines", "wanted"),
        [
            ([(t, "one") for t, _ in rows(3)], "Two groups with two texts"),
            ([(t, f"g{i}") for i, (t, _) in enumerate(rows(3))], "Two groups with two texts"),
            ([("", g) for _, g in rows(3)], "0 different texts"),
            ([(" … ", g) for _, g in rows(3)], "0 different texts"),
            ([("the same", g) for _, g in rows(3)], "1 different texts"),
        ],
    )
    def test_what_cannot_be_grouped(self, lines: list[tuple[str, str]], wanted: str) -> None:
        with pytest.raises(SourceError, match=wanted):
            grouped(csv(lines))

    def test_no_such_column(self) -> None:
        with pytest.raises(SourceError, match=r"no column “kind”; its columns are: text, label"):
            grouped(csv(rows(2)).replace(group_column="kind"))
        with pytest.raises(SourceError, match="choose two columns"):
            grouped(csv(rows(2)).replace(group_column="text"))
        with pytest.raises(SpecError, match="choose a file first"):
            TextGroups(grouping="labels")

    def test_a_group_of_one_text_is_left_out_and_counted(self) -> None:
        texts = grouped(csv([*rows(2), ("a single one", "alone"), ("", "sea"), ("nameless", "")]))
        assert texts.single == 1 and "alone" not in texts.names and texts.unlabelled == 2

    def test_too_many_new_groups(self) -> None:
        with pytest.raises(SpecError, match="lower `new_groups`"):
            split(small(csv(rows(3))).replace(new_groups=0.8).parting)

    def test_sentences_end_where_they_do(self) -> None:
        text = 'He paid 3.14 dollars. "Why?" she asked. Dr. no\nNext line'
        assert sentences(text) == [
            "He paid 3.14 dollars.",
            '"Why?" she asked.',
            "Dr. no",
            "Next line",
        ]


def alike_beginnings(lines: list[tuple[str, str]], longest: int) -> int:
    read = [tuple(text.split()[:longest]) for text, _ in lines]
    return len(read) - len(set(read))


@pytest.fixture(scope="module")
def trained() -> Sentences:
    """A small encoder of texts with labels, trained."""
    spec = small(csv(rows()), kept_back=0.25)
    fit(spec)
    return spec


class TestMethods:
    def test_tf_idf_is_scikit_learns(self, trained: Sentences) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        fitted, parted = baselines(trained.parting), split(trained.parting)
        learnt, asked = (read_texts(trained.parting, parted, part) for part in (TRAINED, KNOWN))
        other = TfidfVectorizer(analyzer=lambda t: t, vocabulary=fitted.tokens.words).fit(learnt)
        ours = tf_idf(trained.parting, fitted.tokens, fitted.idf)(asked)
        np.testing.assert_allclose(ours.toarray(), other.transform(asked).toarray(), atol=1e-6)

    def test_another_encoder_fits_no_other_method_anew(
        self, trained: Sentences, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        judge(trained)
        for name in ("ppmi_svd", "simpler_glove"):
            monkeypatch.setattr(f"core.sequences.word_vectors.{name}", None)
        judge(trained.replace(margin=0.2, scale=20.0, sentence_epochs=1))

    def test_every_vector_has_length_one_or_none(self, trained: Sentences) -> None:
        ways = vectors(trained.parting, baselines(trained.parting), fit(trained).network(trained))
        assert tuple(ways) == METHODS
        for name, way in ways.items():
            rows = way([["the", "ship"], []])
            lengths = np.linalg.norm(rows.toarray() if hasattr(rows, "toarray") else rows, axis=1)
            np.testing.assert_allclose(lengths, [1, 0], atol=1e-5, err_msg=name)

    def test_mates_by_words_of_their_own(self, trained: Sentences) -> None:
        judged = judge(trained)
        assert judged.of("tf-idf", 0).share(5).value > 0.9
        assert judged.best(0, 1) in METHODS
        assert judged.ahead("encoder", "encoder", 0, 1).value == 0

    def test_an_epoch_shows_angles_and_mates(self, trained: Sentences) -> None:
        run = fit(trained)
        assert [stored.epoch for stored in run.snapshots] == [0, 1, 2]
        known = run.result.angles[KNOWN]
        assert known.within.sum() == 3 * 3 and known.between.sum() == 36 - 9
        assert run.result.found.shape == (3, 3)
        same = fit(trained.replace(sentence_epochs=1)).result.weights
        for one, other in zip(same, run.snapshots[1].weights, strict=True):
            np.testing.assert_array_equal(one, other)

    def test_the_nearest_to_a_typed_text(self, trained: Sentences) -> None:
        parted, texts = split(trained.parting), grouped(trained.parting.groups)
        first = texts.texts[parted.places[0]]
        answers = nearest(trained, first, 4)
        for near in answers.near:
            assert 0 not in near.texts and near.known and len(near.texts) == 4
            assert (np.diff(near.cosines) <= 1e-6).all()
        assert answers.unknown == 0
        strange = nearest(trained, "qwxyz", 1)
        assert strange.unknown == 1 and [n.known for n in strange.near] == [True, *[False] * 4]

    def test_typed_texts_that_say_nothing(self, trained: Sentences) -> None:
        with pytest.raises(QueryError, match="no word"):
            nearest(trained, " … ", 3)
        with pytest.raises(QueryError, match="100,000 characters, the limit is 20,000"):
            nearest(trained, "word " * 20_000, 3)


def test_a_run_that_leaves_the_numbers_keeps_its_last_good_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lost(*given: Any) -> Any:
        factor = jnp.where(given[4].rate > 0.5, jnp.nan, 1.0)
        return tuple(factor * part for part in objective(*given))

    spec = small(csv(rows()), sentence_changes="1 rate 0.9")
    monkeypatch.setattr(learner, "objective", lost)
    run = running.run(learner.learner(spec, split(spec.parting)), running.unkept(spec))
    assert run.epoch == 1 and all(np.isfinite(weights).all() for weights in run.result.weights)
    assert run.stopped.startswith("Diverged in epoch 2: the loss is no longer a number")


def test_a_row_of_a_hundred_thousand_characters() -> None:
    lines = [*rows(3), ("long " * 20_000, "sea")]
    spec = small(csv(lines), longest=6)
    assert split(spec.parting).ids.shape[1] == 6


def test_padding_keeps_the_first_tokens() -> None:
    tokens = frequent([["b", "a"], ["a"]], 1)
    assert tokens.words == ["a", "b"] and tokens.size == 4
    assert tokens.padded([["a", "c", "b", "a"]], 3).tolist() == [[2, 1, 3]]


class TestLee:
    def test_documents_and_judgements(self) -> None:
        people = judgements()
        assert len(documents()) == 50 and people.shape == (50, 50)
        assert (people == people.T).all() and people.min() >= 0.2 and people.max() == 1

    def test_agreement_is_pearsons(self) -> None:
        people = judgements()[np.triu_indices(50, 1)]
        near = people + np.random.default_rng(0).normal(0, 0.2, len(people))
        found = agreement(near, people, 50)
        assert found.value == pytest.approx(np.corrcoef(near, people)[0, 1])
        assert found.low < found.value < found.high and found.high - found.low < 0.3
        assert math.isnan(agreement(np.zeros(len(people)), people, 50).value)
