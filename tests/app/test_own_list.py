"""One's own list on the page of scores: read as it is, said how, the kind changed by hand."""

from __future__ import annotations

from opening import captions, errors, hypertext, open_page, open_tab, settled
from shelving import loaded, own_shelf  # noqa: F401

WORDS = "\n".join(f"w{i} {i % 5}.5 {i % 3} {i}" for i in range(30))
LIST = "score;first;second\n" + "".join(f"{i},5;w{i};w{i + 1}\n" for i in range(10)) + "x;w1;w2\n"


def test_pairs_then_as_analogies() -> None:
    at = open_tab(open_page("scores", model=loaded(WORDS).id), "scores", "Scores")
    at.file_uploader(key="own-list").set_value(("mine.csv", LIST.encode(), "text/csv"))
    at = settled(at.run())
    text = " ".join([hypertext(at), *captions(at)])
    assert "Read as 10 judged pairs: words in “first” and “second”, score in “score”." in text
    assert "“mine.csv”: 10 of 10 covered." in text
    assert any("1 row or file was not used" in one.label for one in at.expander)
    assert "Commas were read as decimal marks." in text
    at.session_state["own-kind"] = "analogies"
    assert "Four words are expected" in " ".join(errors(settled(at.run())))


def test_a_guess_is_overruled() -> None:
    at = open_tab(open_page("scores", model=loaded(WORDS).id), "scores", "Scores")
    at.file_uploader(key="own-list").set_value(("mine.csv", LIST.encode(), "text/csv"))
    at = settled(at.run())
    assert any("separator: Semicolon" in text for text in captions(at))
    (heading,) = [box for box in at.selectbox if box.label == "First row"]
    at = settled(heading.select("no").run())
    text = " ".join([hypertext(at), *captions(at)])
    assert "words in “column 2” and “column 3”, score in “column 1”" in text
    assert any("2 rows or files were not used" in one.label for one in at.expander)
