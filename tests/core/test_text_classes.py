"""Text classes: division, networks and comparisons against something independent."""

from __future__ import annotations

import io
import math

import jax
import jax.numpy as jnp
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from review_rows import of_file, rows, small, table
from scipy import stats

from core.errors import QueryError, SourceError, SpecError
from core.items.collection import table_of
from core.text_classes.bottleneck import LAMBDAS, narrow, narrowing_of
from core.text_classes.comparison import LINEAR, Comparison, accuracy, ahead, compare, judge
from core.text_classes.division import TEST, TRAINED, WATCHED, divide
from core.text_classes.doubts import Doubts, doubt
from core.text_classes.duration import seconds, tokens_read
from core.text_classes.exports import as_collection
from core.text_classes.inputs import inputs
from core.text_classes.leak import leak
from core.text_classes.linear import log_ratios, nb_svm
from core.text_classes.networks import Convolution, Lstm, build, predict
from core.text_classes.occlusion import moved
from core.text_classes.published import ACCURACY, recipe
from core.text_classes.rivalry import rival, rivalry_of
from core.text_classes.specs import Division, LabelledTexts, Reading, TextClasses
from core.text_classes.texts import classified, spelled
from core.text_classes.tokens import beginning
from core.text_classes.training import fit


def test_short_texts_are_expected_to_take_less_time() -> None:
    """Of texts of 8 and 80 characters, read in prefixes of 8, 16, 24, 32, 48 and 64 at most."""
    long = [("good or bad? " * 7)[:78] + f"{i:02}" for i in range(10)]
    lines = [(text, ("good", "bad")[i % 2]) for i, text in enumerate(long)]
    lines += [(f"so so {i:02}", ("good", "bad")[i % 2]) for i in range(30)]
    spec = small(table(lines)).replace(read_characters=64)
    assert tokens_read(spec) == (10 * 64 + 30 * 8) / 40
    assert tokens_read(spec.replace(text_input="words")) == (10 * 32 + 30 * 4) / 40
    assert seconds(spec, 40) == pytest.approx(2 * seconds(spec, 20))


class TestTexts:
    def test_no_text_is_on_both_sides(self) -> None:
        """Copies, in other widths, cases and with other marks, are one text, told of."""
        lines = rows(20)
        extra = [(f"{text.upper()} !!", label) for text, label in lines[:7]]
        both = [("warm and cold", "good"), ("Warm, and cold", "bad")]
        texts = classified(table([*lines, *extra, *both]))
        assert (len(texts.texts), texts.duplicates, texts.contradictory) == (40, 8, 1)
        division = Division(Reading(table([*lines, *extra, *both]), 40), 20)
        divided = divide(division)
        sides = [
            {spelled(texts.texts[i]) for i in divided.places[divided.rows(part)]}
            for part in (TRAINED, WATCHED, TEST)
        ]
        assert sum(map(len, sides)) == len(set.union(*sides)) == 40
        assert [len(side) for side in sides] == [20, 4, 16]
        assert np.bincount(divided.label[divided.rows(TRAINED)]).tolist() == [10, 10]

    def test_texts_alike_in_what_is_read_are_one(self) -> None:
        lines = [*rows(20), *((f"the very same beginning {i}", "good") for i in range(5))]
        divided = divide(Division(Reading(table(lines), 20), 20))
        begun = {beginning(text, 20) for text, _ in lines}
        left_out = divided.alike + divided.torn
        assert left_out - divided.torn > 3 and len(divided.places) == len(lines) - left_out
        assert len(divided.places) <= len({spelled(b) for b in begun})

    def test_texts_that_begin_alike_and_disagree_are_left_out(self) -> None:
        same = [("the very same beginning, long", "good"), ("the very same beginning, bad", "bad")]
        without = divide(Division(Reading(table(rows(20)), 22), 20))
        divided = divide(Division(Reading(table([*rows(20), *same]), 22), 20))
        assert (divided.torn, divided.alike) == (without.torn + 2, without.alike)
        assert divided.places.tolist() == without.places.tolist()

    def test_the_reviews(self) -> None:
        texts = classified(LabelledTexts())
        assert texts.rows == 35_123 and texts.names == ["negative", "positive"]
        left_out = texts.duplicates + texts.contradictory
        assert len(texts.texts) + left_out == texts.rows and texts.duplicates > 17_000
        assert len({spelled(text) for text in texts.texts}) == len(texts.texts)

    @pytest.mark.parametrize(
        ("content", "wanted"),
        [
            ("text,kind\na,b\nc,d\n", "has no column “label”"),
            ("text,label\n" + "\n".join(f"text {i},one" for i in range(9)), "or more are needed"),
            ("text,label\na b,x\nc d,y\ne f,y\n", "Classes of that size: 1;"),
            ("text,label\n,x\n ,y\n,x\n,y\n", "different texts left: 0; labels: 0"),
            ("text,label\n" + "\n".join(f"text {i},{i / 7}" for i in range(101)),
             "numbers have to be put into classes"),
            ("text,label\n" + "\n".join(f"text {i},{'long ' * 41}" for i in range(9)),
             "labels of more than 200 characters"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_used(self, content: str, wanted: str) -> None:
        with pytest.raises(SourceError, match=wanted.replace("(", r"\(")):
            classified(of_file("bad.csv", content.encode()))

    def test_what_is_odd_is_counted(self) -> None:
        """A class of one text, rows without text, labels that are whole numbers, a long text."""
        lines: list[tuple[str, str]] = [(f"text {i}", str(i % 2)) for i in range(8)]
        lines += [("only one", "7"), ("", "1"), ("x " * 50_000, "1")]
        file = io.BytesIO()
        columns = {"text": [t for t, _ in lines], "label": [float(label) for _, label in lines]}
        pq.write_table(pa.table(columns), file)
        spec = of_file("odd.parquet", file.getvalue())
        texts = classified(spec)
        assert texts.names == ["0", "1"] and len(texts.texts) == 9
        assert (texts.single, texts.unlabelled, texts.rows) == (1, 1, 11)
        divided = divide(Division(Reading(spec), 4))
        assert len(divided.places) == 9 and len(divided.rows(TRAINED)) == 4

    def test_a_beginning_in_which_all_are_alike(self) -> None:
        lines = [(f"the same words to begin with {label}{i}", label)
                 for i in range(5) for label in "ab"]  # fmt: skip
        with pytest.raises(SpecError, match="raise `read_characters`"):
            divide(Division(Reading(table(lines), 10), 4))

    def test_a_table_needs_a_file(self) -> None:
        with pytest.raises(SpecError, match="choose a file first"):
            LabelledTexts("table")


class TestNetworks:
    def test_convolution_by_its_sum(self) -> None:
        """One text, one place, one kernel at a time; padding is no place."""
        rng = np.random.default_rng(0)
        body = Convolution(3, 4, 3, jax.random.key(0))
        x = rng.normal(size=(2, 6, 3)).astype(np.float32)
        real = np.array([[1] * 6, [1, 1, 0, 0, 0, 0]], bool)
        x *= real[..., None]
        W = np.asarray(body.weight).reshape(3, 3, 4)
        expected = np.zeros((2, 4))
        for i in range(2):
            for t in range(6):
                if not real[i, t]:
                    continue
                value = np.asarray(body.bias, np.float64).copy()
                for k in range(3):
                    if 0 <= t + k - 1 < 6:
                        value += x[i, t + k - 1] @ W[k]
                expected[i] = np.maximum(expected[i], value)
        np.testing.assert_allclose(body(jnp.asarray(x), jnp.asarray(real)), expected, atol=1e-5)

    def test_lstm_by_its_gates(self) -> None:
        """Written out in doubles, a text at a time; padding changes nothing."""
        d, body = 3, Lstm(2, 3, jax.random.key(1))
        W, U, b = (np.asarray(a, np.float64) for a in (body.inputs, body.states, body.bias))
        rng = np.random.default_rng(1)
        x = rng.normal(size=(2, 5, 2)).astype(np.float32)
        lengths = (5, 2)
        real = np.array([[t < n for t in range(5)] for n in lengths])

        def sigma(v: np.ndarray) -> np.ndarray:
            return np.asarray(1 / (1 + np.exp(-v)))

        expected = []
        for i, n in enumerate(lengths):
            h, c = np.zeros(d), np.zeros(d)
            for t in range(n):
                g = x[i, t] @ W + h @ U + b
                c = sigma(g[d : 2 * d]) * c + sigma(g[:d]) * np.tanh(g[2 * d : 3 * d])
                h = sigma(g[3 * d :]) * np.tanh(c)
            expected.append(h)
        np.testing.assert_allclose(body(jnp.asarray(x), jnp.asarray(real)), expected, atol=1e-6)

    @pytest.mark.parametrize("body", ["convolution", "lstm"])
    def test_one_hot_is_a_product_with_rows_of_the_identity(self, body: str) -> None:
        spec = TextClasses(text_input="one-hot", text_body=body, body_dim=2)
        network = build(spec, 5, 2, jax.random.key(2))
        ids = jnp.array([[2, 4, 3, 0]])
        first = network.embedding
        one_hot = jax.nn.one_hot(ids, 5)
        x = (one_hot @ first) * (ids != 0)[..., None]
        np.testing.assert_allclose(
            network.features(ids), network.body(x, ids != 0), rtol=1e-5, atol=1e-6
        )

    def test_the_bound_is_the_mean_log_ratio(self) -> None:
        """KL(N(μ, σ²) ‖ N(0, 1)) by drawing from the first."""
        spec = TextClasses(bottleneck=0.1, body_dim=4)
        network = build(spec, 6, 2, jax.random.key(3))
        features = jax.random.normal(jax.random.key(4), (1, 4))
        read = network.read(features)
        assert network.narrow is not None
        weight, bias = (np.asarray(a, np.float64) for a in network.narrow)
        mean, log_variance = np.split((np.asarray(features, np.float64) @ weight + bias)[0], 2)
        z = mean + np.exp(log_variance / 2) * np.random.default_rng(0).normal(size=(20_000, 32))
        ratio = stats.norm.logpdf(z, mean, np.exp(log_variance / 2)) - stats.norm.logpdf(z)
        assert float(read.bound[0]) == pytest.approx(ratio.sum(axis=1).mean(), rel=0.01)
        np.testing.assert_allclose(read.vectors[0], mean, rtol=1e-4)


@pytest.fixture
def spec() -> TextClasses:
    return small(table(rows()))


class TestTrained:
    def test_it_learns_and_is_judged_on_other_texts(self, spec: TextClasses) -> None:
        run, judged = fit(spec), judge(spec)
        assert run.result.accuracy[0] > 0.95 and judged.right.mean() > 0.8
        assert np.isnan(run.result.bound).all() and not run.stopped
        texts = inputs(spec)
        logs, vectors, _ = predict(run.network(spec), texts.ids[texts.divided.rows(TEST)])
        np.testing.assert_allclose(judged.logs, logs)
        assert vectors.shape[1] == 16 and np.exp(logs).sum(axis=1) == pytest.approx(1, abs=1e-5)

    def test_what_a_token_moves_is_asked_again(self, spec: TextClasses) -> None:
        told = moved(spec, "The room was LOVELY, no cold staff")
        assert told.text == "the room was lovely, no cold staff" and not told.cut
        network, texts = fit(spec).network(spec), inputs(spec)
        ids = texts.tokens.padded([told.text], texts.ids.shape[1])
        place = told.text.index("v")
        hidden = ids.copy()
        hidden[0, place] = 1
        logs, _, _ = predict(network, np.concatenate([ids, hidden]))
        np.testing.assert_allclose(told.probabilities, np.exp(logs[0]), rtol=1e-5)
        assert told.spans[place] == (place, place + 1)
        assert told.effects(0)[place] == pytest.approx(
            float(np.exp(logs[0, 0]) - np.exp(logs[1, 0])), abs=1e-6
        )
        assert moved(spec, "clean and warm " * 9).cut

    def test_words_are_hidden_whole(self, spec: TextClasses) -> None:
        spec = spec.replace(text_input="words")
        told = moved(spec, "lovely, kind room")
        assert [told.text[a:b] for a, b in told.spans] == ["lovely", "kind", "room"]
        assert told.best == 1 and told.effects(1)[:2].min() > told.effects(1)[2]

    @pytest.mark.parametrize(("text", "wanted"), [("", "no word"), ("x" * 100_000, "limit is")])
    def test_texts_that_cannot_be_asked_about(
        self, spec: TextClasses, text: str, wanted: str
    ) -> None:
        with pytest.raises(QueryError, match=wanted):
            moved(spec, text)

    def test_doubts_by_brute_force(self, spec: TextClasses) -> None:
        judged, doubted = judge(spec), doubt(Doubts(spec, 3))
        unit = judged.vectors / np.linalg.norm(judged.vectors, axis=1, keepdims=True)
        cosines = unit @ unit.T
        np.fill_diagonal(cosines, -2)
        for i in range(len(unit)):
            near = np.argsort(-cosines[i], kind="stable")[:3]
            if set(near) != set(doubted.rows[i]):  # equally near
                assert cosines[i, doubted.rows[i]].min() == pytest.approx(cosines[i, near].min())
                continue
            assert doubted.disagreeing[i] == np.mean(judged.own[near] != judged.own[i])
        wrong = doubted.mistakes
        assert (doubted.own[wrong] != doubted.likeliest[wrong]).all()
        assert (np.diff(doubted.probability[wrong]) <= 0).all()
        assert len(wrong) == (~judged.right).sum()

    def test_the_collection_holds_the_vectors(self, spec: TextClasses) -> None:
        opened = table_of(as_collection(spec))
        judged = judge(spec)
        np.testing.assert_array_equal(opened.vectors().matrix, judged.vectors)
        assert opened.arrow["label"][0].as_py() in ("good", "bad")

    def test_the_published_recipe_can_be_run(self, spec: TextClasses) -> None:
        for name in ACCURACY:
            one = spec.replace(**recipe(name))
            assert one.text_body == "lstm" and one.text_input == name
        tiny = one.replace(class_epochs=1, body_dim=4, token_dim=4, train_texts=40,
                            read_characters=10)  # fmt: skip
        assert np.isfinite(fit(tiny).history.totals).all()


class TestLinear:
    def test_log_ratios_by_hand(self) -> None:
        counts = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1]])
        r = log_ratios(counts, np.array([True, False, False]))
        p, q = np.array([2, 1, 2]) / 5, np.array([2, 3, 2]) / 7
        np.testing.assert_allclose(r, np.log(p / q))

    def test_nb_svm_tells_three_classes_by_their_words(self) -> None:
        from scipy.sparse import csr_array

        rng = np.random.default_rng(0)
        label = np.arange(90) % 3
        counts = csr_array((rng.random((90, 6)) < 0.05).astype(float))
        counts = csr_array(counts + csr_array(np.eye(6)[label]))
        assert (nb_svm((counts[:60], counts[60:]), label[:60], 0) == label[60:]).mean() > 0.9

    def test_methods_share_their_texts(self, spec: TextClasses) -> None:
        compared = compare(Comparison(spec.division))
        assert compared.classes.shape == (len(LINEAR), len(judge(spec).own))
        np.testing.assert_array_equal(compared.own, judge(spec).own)
        assert compared.right("tf-idf words").mean() > 0.9 and compared.commonest < 0.6
        one, other = compared.right("tf-idf words"), compared.right("sum")
        if (one != other).any():
            t = stats.ttest_rel(one.astype(float), other.astype(float)).confidence_interval()
            share = ahead(one, other)
            assert (share.low, share.high) == pytest.approx((t.low, t.high), abs=2e-3)
        own = accuracy(one)
        assert own.low < own.value < own.high <= 1 or own.value == 1


def test_copies_are_recognised() -> None:
    """A text on both sides is in what was trained on; the others are judged."""
    lines = rows(30)
    division = Division(Reading(table([*lines, *lines[:20]]), 40), 40)
    leaked = leak(division)
    assert len(leaked.right) == 40 and 0 < leaked.seen.sum() <= 20
    assert leaked.right[leaked.seen].all()


def test_a_blind_shuffle_may_leave_one_class_to_learn_from() -> None:
    lines = [*rows(20)[::2], rows(20)[1], rows(20)[3]]
    leaks = [leak(Division(Reading(table(lines), 40), 2, seed)) for seed in range(3)]
    assert all(0 < leaked.right.mean() < 1 for leaked in leaks)


def test_texts_without_words_are_compared() -> None:
    lines = [(mark * i + end, mark) for mark, end in ("!?", ";#") for i in range(1, 12)]
    compared = compare(Comparison(Division(Reading(table(lines), 40), 12)))
    assert compared.right("tf-idf characters").all() and compared.known == 0


class TestLongRuns:
    def test_characters_against_words(self, spec: TextClasses) -> None:
        spec = spec.replace(class_epochs=1)
        rivals = rival(rivalry_of(spec, 2))
        assert rivals.accuracy.shape == (2, 2) and not rivals.stopped.any()
        words = spec.replace(text_input="words")
        assert rivals.accuracy[0] == pytest.approx(
            [judge(one).right.mean() for one in (spec, words)]
        )
        np.testing.assert_array_equal(rivals.right[0], judge(spec).right)
        d = rivals.accuracy[:, 0] - rivals.accuracy[:, 1]
        half = stats.t.ppf(0.975, 1) * d.std(ddof=1) * math.sqrt(1 / 2 + rivals.ratio)
        assert rivals.over_seeds.high - rivals.over_seeds.value == pytest.approx(half)

    def test_the_dearer_the_less_z_tells(self, spec: TextClasses) -> None:
        narrowed = narrow(narrowing_of(spec))
        assert narrowed.bound.shape == (len(LAMBDAS), 2)
        assert narrowed.bound[-1, 1] < 0.1 * narrowed.bound[0, 1]
        assert narrowed.entropy == pytest.approx(math.log(2), abs=0.01)
        assert narrowed.nearest(0.02) in (2, 3) and narrowed.nearest(1.0) == len(LAMBDAS) - 1
