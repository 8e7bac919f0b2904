"""The bar above every page: what it names, and that every page goes by what is chosen there."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections import Counter
from typing import Any

import numpy as np
import pytest
from opening import (
    bars,
    captions,
    errors,
    figure,
    figures,
    go,
    heat,
    hypertext,
    infos,
    open_page,
    open_tab,
    page_of,
    put,
    settings,
    settled,
    upload,
    warnings,
)
from PIL import Image
from shelving import SMALL, finish, loaded, own_shelf  # noqa: F401

from core import cache
from core.text import Corpus, Source, Text, vocabulary
from core.text.tokens import tokenise
from core.text.typical import typical
from core.vectors.store import shelf
from core.vectors.store.exports import file_name
from dashboard.navigation import PAGES, SUBJECTS

GERMAN = (
    "Der Wal schwimmt im Meer und der Kapitän sieht den Wal. Das Schiff folgt dem Wal durch das "
    "Meer, und die Mannschaft ruft den Kapitän.\n\n"
) * 30
BREAD = (
    "The baker kneads the dough and bakes the bread in the oven. Flour, yeast and water become "
    "dough, and the dough becomes bread. Salt, oil and honey give taste; a hot stone gives the "
    "crust, and a cold room slows its rise.\n\n"
) * 30


def named(at: Any) -> str:
    """What the bar says."""
    [text] = re.findall(r'<div class="vs-context">(.*)</div>', hypertext(at))
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def drop(at: Any, name: str, content: str, key: str = "upload") -> Any:
    at.file_uploader(key=key).set_value((name, content.encode(), "text/plain"))
    return settled(at.run())


def test_every_subject_is_shown_by_a_page() -> None:
    assert {row.subject for row in PAGES.values()} - {""} == set(SUBJECTS)


def test_a_text_is_honoured_by_every_page_of_words() -> None:
    at = drop(open_page("corpus", min_count="2"), "bread.txt", BREAD)
    for page in ("heatmap", "neighbours", "map", "corpus", "path", "sweeps", "models"):
        at = go(at, page)
        assert "bread.txt" in named(at) and settings(at)["name"] == "bread.txt", page
        assert not errors(at) and not warnings(at), page
    assert "name=bread.txt" in settings(go(at, "sweeps"))["swept"]


def test_a_text_chosen_elsewhere_reaches_the_page_with_a_default_of_its_own() -> None:
    at = open_page("corpus", source="lee-news", search="police")
    assert "Lee news" in named(go(at, "discovery"))
    at = drop(go(at, "corpus"), "bread.txt", BREAD)
    assert "bread.txt" in named(go(at, "discovery"))
    at = go(at, "corpus")
    at.selectbox(key="corpus-choice").set_value("lee-news")
    settled(at.run())
    assert "Lee news" in named(go(at, "discovery"))


def test_a_link_to_a_sweep_brings_its_own_text() -> None:
    at = open_page("sweeps", swept="PpmiSvd?source=lee-news&dim=5")
    assert "Lee news" in named(at) and "source=lee-news" in settings(at)["swept"]
    at.selectbox(key="corpus-choice").set_value("wikipedia-sample")
    settled(at.run())
    assert settings(at)["swept"] == "PpmiSvd?dim=5" and "Wikipedia" in named(at)
    at = open_page("sweeps", source="lee-news")
    assert "Lee news" in named(at) and "source=lee-news" in settings(at)["swept"]


def test_a_link_that_cuts_chinese_at_spaces_says_so() -> None:
    link = upload(
        "面包.txt", "今天天气很好，我们去公园散步。面包师傅每天早上做面包。\n" * 9, min_count="1"
    )
    (warning,) = warnings(open_page("corpus", **link))
    assert "“Chinese words” suits" in warning
    assert not warnings(open_page("corpus", **link, tokeniser="chinese"))


@pytest.mark.parametrize(("text", "word"), [(BREAD, "dough"), (GERMAN, "Wal".lower())])
def test_pages_begin_with_words_of_the_text(text: str, word: str) -> None:
    at = open_page("neighbours", **upload("own.txt", text, dim="4", min_count="2"))
    scores = go(at, "scores")
    assert figure(scores, "parallelogram") and not errors(scores), "never an empty page"
    at = go(scores, "neighbours")
    chosen = settings(at)["expression"]
    assert bars(at) and chosen in text.lower() and chosen not in ("the", "der", "das", "und")
    rows = go(at, "heatmap")
    assert len(heat(rows)) >= 8 and word in settings(rows)["row_list"].split()
    at.query_params.clear()
    put(go(at, "neighbours"), expression="nosuchword")
    assert "nosuchword" in warnings(at)[0], "what was typed is not replaced"
    at = drop(at, "other.txt", GERMAN if text is BREAD else BREAD)
    assert bars(at) and not warnings(at), "but in another text it is"


@pytest.mark.parametrize("page", ["explain", "keywords"])
def test_vectors_without_controls_fit_a_short_text(page: str) -> None:
    link = upload("own.txt", BREAD, min_count="2")
    vocabulary(Corpus.from_query(link)[0])  # a busy machine may take longer than a page waits
    at = open_page(page, **link)
    assert not any("dim=100" in error for error in errors(at))


def test_both_models_fit_a_short_text() -> None:
    link = upload("own.txt", BREAD, min_count="2")
    vocabulary(Corpus.from_query(link)[0])
    at = open_page("compare", **link)
    chosen = settings(at)
    assert chosen["dim"] == chosen["b_dim"] and int(chosen["dim"]) < 100 and not errors(at)


def test_typical_words_are_those_of_the_text() -> None:
    """Against brute force: G² of each word from its two-by-two table, and over 50 parts."""
    corpus = Corpus(Text(Source("lee-news")))
    here, there = vocabulary(corpus), vocabulary(Corpus())
    tokens = tokenise(corpus.text).ids
    parts = [Counter[int]() for _ in range(50)]
    for place, token in enumerate(tokens):
        parts[place * 50 // len(tokens)][int(token)] += 1
    chosen = typical(corpus)
    common = set(there.words[:200])
    g2 = {}
    for word, a in zip(here.words[:2000], here.counts, strict=False):
        b = there.counts[there.index[word]] if word in there.index else 0
        N, M = here.all_tokens, there.all_tokens
        e, f = N * (a + b) / (N + M), M * (a + b) / (N + M)
        if a > e and word.isalpha() and len(word) > 2 and word not in common:
            told = 2 * (a * np.log(a / e) + (b * np.log(b / f) if b else 0))
            counts = [part[here.index[word]] for part in parts]
            crowded = 2 * sum(n * np.log(50 * n / a) for n in counts if n) - 49
            g2[word] = min(told, crowded)
    assert list(chosen) == sorted(g2, key=lambda word: -g2[word])[: len(chosen)]
    assert len(chosen) == 24 and "palestinian" in chosen
    assert "says" not in chosen, "the manner of news, not what it is about"


def test_vectors_are_named_with_their_text() -> None:
    entry = shelf.train(SMALL["glove"])
    at = open_page("neighbours", model=entry.id, expression="police")
    assert named(at).startswith("Text Lee news") and entry.name in named(at)
    own = loaded("cat 1 2\ndog 1 2.5\nsea -3 1\n")
    at = open_page("neighbours", model=own.id)
    assert named(at) == f"Vectors {own.name}" and bars(at), "a word of the vectors"
    at = drop(at, "bread.txt", BREAD)
    assert named(at).startswith("Text bread.txt"), "a text given now is shown, not the model"


def test_own_vectors_are_dropped_on_the_page_that_shows_them() -> None:
    at = open_page("neighbours", dim="10", source="lee-news", min_count="10")
    at = drop(at, "own.vec", "3 2\ncat 1 2\ndog 1 2.5\nsea -3 1\n", "vectors-upload")
    at = finish(at)
    assert "own" in named(at) and {word for word, _ in bars(at)} <= {"cat", "dog", "sea"}


def test_training_changes_no_other_page() -> None:
    news = {"source": "lee-news", "min_count": "20"}
    at = open_page("neighbours", dim="20", expression="police", **news)
    before = bars(at)
    at = put(go(at, "models"), model_kind="glove")
    put(at, dim=5, window=2)
    at = go(at, "neighbours")
    assert settings(at)["dim"] == 20 and bars(at) == before and "20-d" in named(at)
    at = go(at, "models")
    assert (settings(at)["dim"], settings(at)["window"]) == (5, 2), "it remembers its own"


def test_the_gallery_does_not_choose_the_model_of_the_pages() -> None:
    loaded("cat 1 2\ndog 1 2.5\nsea -3 1\n")
    at = open_page("models", source="lee-news")
    at.session_state["models-tabs"] = "Gallery"
    at = go(settled(at.run()), "neighbours")
    assert not settings(at)["model"] and "PPMI-SVD" in named(at)


def test_words_are_offered_to_the_boxes_of_the_page() -> None:
    at = open_page("neighbours", source="lee-news", expression="police")
    at.run()
    [proto] = [e.proto for e in at.get("bidi_component")
               if e.proto.component_name == "vectorscope_context"]  # fmt: skip
    data = json.loads(proto.bytes)
    assert data["names"] == ["expression"] and data["known"][:2] == ["the", "to"]


class TestStart:
    QUICK = {"vae_epochs": "3", "most": "200"}  # noqa: RUF012
    NEWS = QUICK | {"source": "lee-news", "path_word": "police"}

    def test_three_doors_and_the_signal_path_beneath(self) -> None:
        at = open_page("start", **self.NEWS)
        text = hypertext(at)
        doors = [text.index(f"<h2>{title}</h2>") for title in
                 ("Try the sample", "Open my texts", "Open my vectors or table")]  # fmt: skip
        assert doors == sorted(doors) and {"counts", "near"} <= set(figures(at))

    @pytest.mark.parametrize("restarted", [False, True])
    def test_a_text_of_ones_own(self, restarted: bool) -> None:
        if restarted:  # what the page shows is stored, and nothing in memory
            open_page("start", min_count="2", **self.NEWS)
            cache.forget_memory()
        at = drop(open_page("start", min_count="2", **self.NEWS), "bread.txt", BREAD)
        assert "bread.txt" in named(at) and settings(at)["path_word"] in BREAD
        assert "counts" in figures(at) and not warnings(at) and not errors(at)

    def test_a_table_becomes_a_collection(self) -> None:
        lines = [f'"the cat number {i}",{i % 3},"[{i}.5, {i % 7}.0, 1.0]"\n' for i in range(40)]
        at = open_page("start", **self.NEWS)
        at.file_uploader(key="door-vectors").set_value(
            [("cats.csv", "".join(["title,kind,embedding\n", *lines]).encode(), "text/csv")]
        )
        at = settled(at.run())
        assert page_of(at) == "collection" and named(at) == "Collection cats.csv"
        said = [*captions(at), hypertext(at), *(text.value for text in at.markdown)]
        assert "Nothing has been computed of it yet" in " ".join(said)

    @pytest.mark.parametrize("door", ["upload", "door-vectors"])
    def test_a_web_page_replaces_nothing(self, door: str) -> None:
        page = ("mine.csv", b"<!DOCTYPE html>\n<html><body>Sign in, please</body></html>", "")
        at = open_page("start", **self.NEWS)
        at.file_uploader(key=door).set_value(page if door == "upload" else [page])
        at = settled(at.run())
        assert any("is a web page, not a table" in error for error in errors(at)), errors(at)
        assert settings(at)["source"] == "lee-news"

    def test_pictures_alone_are_modelled(self) -> None:
        at = open_page("start", **self.NEWS)
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            for n in range(12):
                drawn = io.BytesIO()
                Image.new("L", (8, 8), 20 * n).save(drawn, "PNG")
                archive.writestr(f"{'light' if n > 5 else 'dark'}/{n}.png", drawn.getvalue())
        at.file_uploader(key="door-vectors").set_value([("squares.zip", zipped.getvalue(), "")])
        at = settled(at.run())
        assert page_of(at) == "latent" and named(at) == "Items squares.zip" and not errors(at)

    def test_word_vectors_go_on_the_shelf(self) -> None:
        at = open_page("start", **self.NEWS)
        at.file_uploader(key="door-vectors").set_value(
            [("own.vec", b"3 2\ncat 1 2\ndog 1 2.5\nsea -3 1\n", "")]
        )
        at = settled(at.run())
        at = finish(at) if page_of(at) == "start" else at
        assert page_of(at) == "neighbours" and bars(at)


class TestTraps:
    def test_keywords_of_one_document(self) -> None:
        """TF-IDF over one document is zero everywhere."""
        at = open_page("keywords", **upload("bread.txt", BREAD, dim="4", min_count="2"))
        assert "The text is one document: its paragraphs are compared." in captions(at)
        assert "bread" in settings(at)["passage"], "a passage of the text itself"
        line = " ".join(BREAD.split())
        at = open_page("keywords", **upload("line.txt", line, dim="4", min_count="2"))
        assert any("TF-IDF compares documents" in said for said in errors(at))
        assert "tfidf" not in figures(at) and "sum" in figures(at)

    def test_keywords_are_no_function_words(self) -> None:
        at = open_page("keywords", dim="20", source="lee-news", min_count="5")
        shown = {d[0] for d in figures(at)["sum"][1]["data"][0]["customdata"]}
        assert shown and not shown & {"the", "and", "its", "on", "after", "of", "was"}
        put(at, common_words=True)
        assert {"the"} & {d[0] for d in figures(at)["sum"][1]["data"][0]["customdata"]}

    def test_a_table_of_words_is_not_modelled_unsaid(self) -> None:
        """What of it are numbers would become grey squares."""
        songs = "".join(f"song {i},la {'la ' * (i % 5)},{1990 + i}\n" for i in range(30))
        at = open_page("latent", vae_epochs="3", most="200")
        at = drop(at, "songs.csv", f"title,words,year\n{songs}", "vae-upload")
        [text] = warnings(at)
        assert "30 rows of 1 number were read" in text and "taken from: year" in text
        assert "Labels are taken from “words”" in text and named(at) == "Items songs.csv"

    def test_lists_of_judged_words_say_what_they_lack(self) -> None:
        one, two = (loaded("".join(f"Wort{i} {i % a} {i % 5} 1\n" for i in range(40)))
                    for a in (3, 4))  # fmt: skip
        at = open_page("compare", a_model=one.id, b_model=two.id, pair_words="40")
        at = open_tab(at, "compare", "Scores")
        assert any("single English words" in said and "both know 0 of" in said
                   for said in infos(at)), infos(at)  # fmt: skip

    def test_a_file_of_vectors_has_one_ending(self) -> None:
        assert file_name("PPMI-SVD 50-d, mywiki.txt") == "PPMI-SVD-50-d-mywiki"
        assert file_name("GloVe 10-d, x_max 0.5") == "GloVe-10-d-x_max-0.5"
        assert file_name("own.txt.gz") == "own"
