"""Words discovered: n-grams, F*, bits and cuts against slow references; scores by hand."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from core.segmentation import methods
from core.segmentation.grams import Grams, autonomy, cohesions, count_grams, least_gain
from core.segmentation.scoring import agree
from core.segmentation.specs import Discovery
from core.text.letters import numbered

RNG = np.random.default_rng(3)
LEXICON = ["ab", "abc", "cad", "e", "f", "dd", "bea", "fade", "cc"]
TEXT = ["".join(RNG.choice(LEXICON, RNG.integers(2, 9))) for _ in range(400)]
ALPHABET = "abcdef"
CODES = np.array([0 if c == "." else ALPHABET.index(c) + 1 for c in ".".join(TEXT) + "."], np.int32)
LONGEST = 4


@pytest.fixture(scope="module")
def grams() -> Grams:
    return count_grams(CODES, len(ALPHABET) + 1, LONGEST)


def spelled(grams: Grams, node: int) -> str:
    prefix = spelled(grams, grams.parents[node]) if grams.parents[node] >= 0 else ""
    return prefix + ALPHABET[grams.codes[node] - 1]


def counted(longest: int) -> Counter[str]:
    return Counter(
        line[i : i + n]
        for line in TEXT
        for n in range(1, longest + 1)
        for i in range(len(line) - n + 1)
    )


def entropy(counts: Counter[str], breaks: int) -> float:
    """Of letters, each break being one of its own."""
    parts = [*counts.values(), *[1] * breaks]
    total = sum(parts)
    return -sum(n / total * math.log(n / total) for n in parts)


def test_grams_and_their_sides_by_brute_force(grams: Grams) -> None:
    expected = {s: n for s, n in counted(LONGEST + 1).items() if n > 1 or len(s) == 1}
    names = [spelled(grams, v) for v in range(1, len(grams.counts))]
    assert dict(zip(names, grams.counts[1:].tolist(), strict=True)) == expected
    assert grams.letters == sum(map(len, TEXT))
    for node, name in enumerate(names, 1):
        if len(name) > LONGEST:
            continue
        assert len(name) == 1 or spelled(grams, grams.suffixes[node]) == name[1:]
        after, before, ends, starts = Counter[str](), Counter[str](), 0, 0
        for line in TEXT:
            for i in range(len(line) - len(name) + 1):
                if line.startswith(name, i):
                    ends += i + len(name) == len(line)
                    starts += i == 0
                    after.update(line[i + len(name) : i + len(name) + 1])
                    before.update(line[max(i - 1, 0) : i])
        assert grams.right[node] == pytest.approx(entropy(after, ends), abs=1e-9)
        assert grams.left[node] == pytest.approx(entropy(before, starts), abs=1e-9)


def cohesion_of(word: str, counts: Counter[str], total: int) -> float:
    return min(
        math.log(counts[word] * total / (counts[word[:i]] * counts[word[i:]]))
        for i in range(1, len(word))
    )


def test_cohesion_by_brute_force(grams: Grams) -> None:
    counts, values = counted(LONGEST), cohesions(grams, LONGEST)
    for node in range(1, len(grams.counts)):
        name = spelled(grams, node)
        if 1 < len(name) <= LONGEST:
            assert values[node] == pytest.approx(cohesion_of(name, counts, grams.letters))
        else:
            assert values[node] == -np.inf


def test_f_star_bounds_what_joining_a_pair_saves() -> None:
    """The bits of a letter before and after the pair is one word, by counting both."""
    tokens = [word for line in TEXT for word in line]

    def nats(words: list[str]) -> float:
        n = Counter(words)
        p = np.array(list(n.values())) / len(words)
        return float(-(p * np.log(p)).sum() * len(words) / sum(map(len, words)))

    before = nats(tokens)
    for pair in ("ab", "fa", "ca"):
        joined: list[str] = []
        for line in TEXT:
            joined += [c if c != "#" else pair for c in line.replace(pair, "#")]
        n_pair = joined.count(pair)
        p = n_pair / len(tokens)
        p_a, p_b = tokens.count(pair[0]) / len(tokens), tokens.count(pair[1]) / len(tokens)
        gain = float(least_gain(np.array(p), np.array(math.log(p / (p_a * p_b)))))
        # F ≥ F*, and the mean information of a letter falls by F over the mean length, here 1
        assert before - nats(joined) >= gain - 1e-12, pair


def test_bits_of_a_cut_by_hand() -> None:
    codes = np.array([1, 2, 1, 2, 0, 3, 0, 3, 0], np.int32)
    begins = np.array([1, 0, 1, 0, 0, 1, 0, 1, 0], bool)
    words = methods.spell(codes, begins)
    assert words.counts.tolist() == [2, 2] and words.letters.tolist() == [1, 2, 3]
    assert methods.bits(words.counts, np.diff(words.bounds)) == pytest.approx(1 / 1.5)


def best_cut(line: str, scores: dict[str, float]) -> list[str]:
    """The most probable cut, by trying every last word; ties go as in the program."""
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(line) + 1):
        options = [
            (best[i][0] + scores[line[i:end]], i) for i in range(end) if line[i:end] in scores
        ]
        score, i = max(options, key=lambda option: (option[0], -option[1]))
        best.append((score, [*best[i][1], line[i:end]]))
    return best[-1][1]


def pieces(begins: np.ndarray) -> list[list[str]]:
    """The words of a cut of TEXT, line by line."""
    lines, at = [], 0
    for line in TEXT:
        starts = [*np.flatnonzero(begins[at : at + len(line)]).tolist(), len(line)]
        lines.append([line[a:b] for a, b in pairwise(starts)])
        at += len(line) + 1
    return lines


def scored(words: Counter[str]) -> dict[str, float]:
    total = sum(words.values())
    letters = dict.fromkeys(ALPHABET, 1)
    return {word: math.log(n / total) for word, n in {**letters, **words}.items()}


def same_cuts(lexicon: methods.Lexicon, words: Counter[str]) -> None:
    got = {
        "".join(ALPHABET[c - 1] for c in lexicon.words.letters[a:b]): n
        for a, b, n in zip(
            lexicon.words.bounds[:-1], lexicon.words.bounds[1:], lexicon.words.counts, strict=True
        )
    }
    assert got == dict(words)
    cut = methods.by_lexicon(lexicon, len(ALPHABET) + 1).begins(CODES)
    scores = scored(words)
    assert pieces(cut) == [best_cut(line, scores) for line in TEXT]


@pytest.mark.parametrize("method", ["branching", "cohesion"])
def test_unknown_letters_are_words_alone(grams: Grams, method: str) -> None:
    """Their number is that of the first n-gram of two letters, which they are not."""
    how = Discovery(found_by=method, longest_word=LONGEST, cut_cost=-1.0, cohesion_2=0.4)
    if method == "branching":
        cut = methods.branching(grams, autonomy(grams, LONGEST), how)
        rows = range(1, len(grams.counts))
        scores = {spelled(grams, v): float(cut.scores[v]) for v in rows if grams.lengths[v] <= 4}
    else:
        lexicon = methods.cohesive(CODES, grams, how)
        cut = methods.by_lexicon(lexicon, len(ALPHABET) + 1)
        shape = lexicon.words
        names = ["".join(ALPHABET[c - 1] for c in shape.letters[a:b])
                 for a, b in pairwise(shape.bounds.tolist())]  # fmt: skip
        scores = scored(Counter(dict(zip(names, shape.counts.tolist(), strict=True))))
    alphabet = np.array([ord(c) for c in ALPHABET], np.uint32)
    for line in TEXT[:60]:
        typed = "x".join(["", line[:2], line[2:5], line[5:]]).replace("b", "xx")
        codes = numbered(np.array([ord(c) for c in typed], np.uint32), alphabet)
        starts = np.flatnonzero(cut.begins(np.append(codes, 0).astype(np.int32))).tolist()
        words = [typed[a:b] for a, b in pairwise([*starts, len(typed)])]
        assert words == best_cut(typed, scores | {"x": methods.RARE})


def test_cohesion_cuts_as_a_slow_reference(grams: Grams) -> None:
    how = Discovery(
        found_by="cohesion", cohesion_2=0.4, cohesion_3=0.8, cohesion_4=1.4, least_count=5
    )
    counts = counted(4)
    least = {2: 0.4, 3: 0.8, 4: 1.4}
    kept = {
        word
        for word, n in counts.items()
        if len(word) > 1 and n >= 5 and cohesion_of(word, counts, grams.letters) >= least[len(word)]
    }
    strings: Counter[str] = Counter()
    for line in TEXT:
        glued = [False] * len(line)  # whether a letter holds to the one before
        for i in range(len(line)):
            for n in (2, 3, 4):
                if line[i : i + n] in kept and i + n <= len(line):
                    glued[i + 1 : i + n] = [True] * (n - 1)
        starts = [i for i in range(len(line)) if not glued[i]]
        strings.update(line[a:b] for a, b in pairwise([*starts, len(line)]))
    words = Counter(
        {
            word: n
            for word, n in strings.items()
            if n >= 5
            and (len(word) < 3 or word in kept if len(word) <= 4
                 else all(word[i : i + 4] in kept for i in range(len(word) - 3)))
        }
    )  # fmt: skip
    assert any(len(word) > 2 for word in words)
    same_cuts(methods.cohesive(CODES, grams, how), words)


def test_minimum_entropy_cuts_as_a_slow_reference(grams: Grams) -> None:
    how = Discovery(found_by="entropy", joining_pmi=0.1, least_count=3)
    counts = counted(2)
    kept = {w for w in counts if len(w) == 2 and counts[w] > 1
            and cohesion_of(w, counts, grams.letters) > 0.1}  # fmt: skip
    strings: Counter[str] = Counter()
    for line in TEXT:
        starts = [0, *(i for i in range(1, len(line)) if line[i - 1 : i + 1] not in kept)]
        strings.update(line[a:b] for a, b in pairwise([*starts, len(line)]))
    order = sorted((w for w in strings if strings[w] >= 3), key=lambda w: -strings[w])
    words: dict[str, float] = dict.fromkeys(ALPHABET, 1.0) | {w: float(strings[w]) for w in order}
    total = float(sum(strings[w] for w in order))
    dropped = set()
    # equally long words in the order of the program: by falling count, then first met
    program = methods.entropic(CODES, grams, how.replace(least_count=3))
    appearance = {w: i for i, w in enumerate(dict.fromkeys(
        piece for line in pieces(methods_join(grams, kept)) for piece in line))}  # fmt: skip
    for word in sorted(order, key=lambda w: (-len(w), -strings[w], appearance[w])):
        if len(word) < 2:
            continue
        others = {w: math.log(n / total) for w, n in words.items() if n > 0 and w != word}
        parts = best_cut(word, others)
        if math.log(words[word] / total) - sum(others[p] for p in parts) >= len(word) - 1:
            continue
        count = words.pop(word)
        dropped.add(word)
        total += count * (len(parts) - 1)
        for part in parts:
            words[part] += count
    assert dropped
    kept_words = Counter({w: int(words[w]) for w in order if w not in dropped})
    same_cuts(program, kept_words)


def methods_join(grams: Grams, kept: set[str]) -> np.ndarray:
    from core.segmentation import kernels

    held = np.array([v > 0 and spelled(grams, v) in kept for v in range(len(grams.counts))])
    return kernels.join(CODES, grams.trie.keys, grams.trie.nodes, held, 2)


def test_branching_entropy_takes_the_best_sum(grams: Grams) -> None:
    how = Discovery(cut_cost=0.5, longest_word=3)
    values = autonomy(grams, 3)
    scores = {
        spelled(grams, v): max(values[v] * grams.lengths[v] - 0.5, -30.0)
        for v in range(1, len(values))
        if np.isfinite(values[v])
    }
    assert max(map(len, scores)) == 3
    cut = methods.branching(grams, values, how).begins(CODES)
    for got, line in zip(pieces(cut), TEXT, strict=True):
        wanted = best_cut(line, scores)
        assert sum(scores[w] for w in got) == pytest.approx(sum(scores[w] for w in wanted))


@pytest.mark.parametrize("part", [1, 7, 200])
def test_threads_and_neighbours_change_no_cut(
    grams: Grams, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """A text is cut in parts that end at breaks, and each of its lines as if it stood alone."""
    cut = methods.branching(grams, autonomy(grams, 3), Discovery(cut_cost=0.5, longest_word=3))
    lines = np.split(CODES, np.flatnonzero(CODES == 0) + 1)
    alone = np.concatenate([cut.begins(line) for line in lines])
    monkeypatch.setattr(methods, "THREADS", 5)
    monkeypatch.setattr(methods, "PART", part)
    np.testing.assert_array_equal(cut.begins(CODES), alone)
    without = CODES[CODES > 0]
    assert len(cut.begins(without)) == len(without), "no break to part it at"
    assert len(cut.begins(CODES[:0])) == 0


def test_autonomy_is_centred(grams: Grams) -> None:
    """Of each length, weighted as it says, it has the mean 0."""
    values = autonomy(grams, 3)
    for n in (1, 2, 3):
        rows = (grams.lengths == n) & np.isfinite(values)
        assert np.average(values[rows], weights=grams.counts[rows] ** 0.25) == pytest.approx(
            0, abs=1e-9
        )


def test_precision_recall_and_f1_by_hand() -> None:
    #                 a  b  c  .  d  e  f  g  .
    codes = np.array([1, 2, 3, 0, 4, 5, 6, 1, 0], np.int32)
    gold = np.array([1, 0, 1, 0, 1, 0, 1, 1, 0], bool)  # ab c . de f g
    cut = np.array([1, 0, 1, 0, 1, 1, 0, 1, 0], bool)  # ab c . d ef g
    result = agree(codes, gold, cut)
    assert (result.same, result.gold, result.own) == (3, 5, 5)
    assert result.precision == result.recall == result.f1 == pytest.approx(0.6)
    nothing = agree(codes[:0], gold[:0], cut[:0])
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("found_by", ["branching", "cohesion", "entropy"])
def test_a_text_of_one_letter(found_by: str) -> None:
    codes = np.array([1, 0], np.int32)
    grams = count_grams(codes, 2, 4)
    how = Discovery(found_by=found_by)
    if found_by == "branching":
        cut = methods.branching(grams, autonomy(grams, 4), how)
    else:
        find = methods.cohesive if found_by == "cohesion" else methods.entropic
        lexicon = find(codes, grams, how)
        assert methods.lexicon_steps(codes, grams, lexicon)[0].bits == 0.0
        cut = methods.by_lexicon(lexicon, 2)
    assert cut.begins(codes).tolist() == [True, False]
    assert cut.begins(np.array([2, 1, 0, 2, 0], np.int32)).tolist()[:1] == [True]
