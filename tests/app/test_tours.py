"""Tours: their files are read or refused by line, and what they say is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from opening import APP, errors, figures, hypertext, open_page, page_of, settings, settled, warnings
from streamlit.testing.v1 import AppTest

from core.errors import SourceError
from dashboard import tours
from dashboard.language import SPOKEN
from dashboard.navigation import PAGES, SCRIPTS, kinds
from dashboard.slots import key
from dashboard.words.memory import LoadedTour

NUMBERS = {
    "four": 4, "fourth": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "zero": 0, "twos": 2,
    "threes": 3, "fours": 4, "nines": 9,
}  # fmt: skip
GOOD = """# A tour
What it is about.

## One
open: heatmap?window=3&row_list=war+army
Look.

question: Why?
answer: Because.
"""
PRESENTED = GOOD.replace("Look.", "point: war × army @ heatmap\nshow: window, Evidence\nLook.")
STEPS = [(tour, n) for tour in tours.shipped() for n in range(1, len(tour.steps) + 1)]
IMAGES = ("codes", "features", "latent", "latent_samples", "latent_judgement")  # steps that train


def named(value: Any) -> str:
    return value.id if isinstance(value, tours.Tour) else str(value)


def test_titles_are_read_without_the_pages_of_the_steps() -> None:
    assert tours.titles() == {tour.id: tour.title for tour in tours.shipped()}
    code = "import sys; from dashboard import tours; tours.titles(); print('jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


class TestFiles:
    def test_what_is_read(self) -> None:
        tour = tours.parse(GOOD, "x")
        (step,) = tour.steps
        assert (tour.title, tour.summary) == ("A tour", "What it is about.")
        assert (step.page, dict(step.settings)) == (
            "heatmap",
            {"window": "3", "row_list": "war army"},
        )
        assert (step.title, step.text, step.question, step.answer) == (
            "One", ("Look.",), "Why?", "Because.",
        )  # fmt: skip
        assert (step.point, step.show, step.notes) == (None, (), "")
        (step,) = tours.parse(f"{PRESENTED}notes: Speak\nslowly.\n").steps
        assert step.point == tours.Pointer(("war", "army"), "heatmap")
        assert (step.show, step.tab, step.scopes) == (("window", "Evidence"), "Evidence", ())
        assert (step.text, step.notes) == (("Look.",), "Speak slowly.")
        assert tour.address(1) == "heatmap?window=3&row_list=war+army&tour=x&step=1"

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("heatmap?", "heatmat?", "Line 5: there is no page “heatmat”"),
            ("window=3", "windw=3", "Line 5: the page heatmap has no setting “windw”; did you"),
            ("window=3", "window=99", "Line 5: window=99 is not possible; using 5."),
            ("window=3", "window=<b>x</b>", "Line 5: window=<b>x</b> is not possible"),
            ("open: heatmap?window=3&row_list=war+army", "", "Line 4: the step “One” opens no"),
            ("Look.", "open: corpus", "Line 6: the step opens a second page"),
            ("answer: Because.", "", "Line 4: a question needs an answer"),
            ("# A tour", "A tour", "Line 1: a tour begins with"),
            ("Look.", "x" * 2000, "Line 6: the text is longer than 1,200 characters"),
            ("## One", "", "A tour needs a title"),
            ("Look.", "show: windw", "Line 6: the page heatmap has nothing called “windw” to show; "
             "did you mean “window”?"),
            ("heatmap?", "../../etc/passwd?", "Line 5: there is no page"),
            ("heatmap?", "https://example.org/?", "Line 5: there is no page"),
            ("heatmap?", "javascript:alert(1)?", "Line 5: there is no page"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named_by_its_line(self, old: str, new: str, expected: str) -> None:
        with pytest.raises(SourceError) as error:
            tours.parse(GOOD.replace(old, new))
        assert str(error.value).startswith(expected), error.value

    def test_limits(self) -> None:
        with pytest.raises(SourceError, match="at most 64,000"):
            tours.keep(b"x" * 64_001)
        with pytest.raises(SourceError, match="not UTF-8"):
            tours.keep(b"# A\xff")
        with pytest.raises(SourceError, match="at most 40 steps"):
            tours.parse("# A\n" + "## S\nopen: corpus\n" * 41)

    def test_kept_by_content_and_found_again(self) -> None:
        tour = tours.keep(GOOD.encode())
        assert tours.find(tour.id) == tour
        assert tours.keep(GOOD.encode()).id == tour.id

    @pytest.mark.parametrize("content", [b"\xff\xfe# A", b"", GOOD.encode()[:-1] + b"?"])
    def test_a_damaged_file_is_named(self, content: bytes) -> None:
        tour = tours.keep(GOOD.encode())
        tours._upload_path(tour.id).write_bytes(content)
        with pytest.raises(SourceError, match="is damaged; load its file again"):
            tours.find(tour.id)
        assert tours.keep(b"\xef\xbb\xbf" + GOOD.encode()).id != tour.id
        assert tours.keep(GOOD.encode()) == tours.find(tour.id) == tour

    def test_a_disk_that_takes_no_file_is_explained(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.replace", refuse)
        with pytest.raises(SourceError, match=r"could not be kept \(No space left on device\)"):
            tours.keep(GOOD.encode())

    @pytest.mark.parametrize("id", ["", "../../etc/passwd", "no-such-tour", "0" * 32, "A" * 9])
    def test_unknown_tours(self, id: str) -> None:
        with pytest.raises(SourceError):
            tours.find(id)

    @given(some.text(max_size=400) | some.lists(
        some.sampled_from(
            ["# a", "## b", "open: corpus", "open:", "question: x", "answer: y", "<b>", ""]
        )
    ).map("\n".join))  # fmt: skip
    def test_any_text_is_a_tour_or_refused(self, text: str) -> None:
        try:
            assert tours.parse(text).steps
        except SourceError as error:
            assert str(error)

    @pytest.mark.parametrize("page", PAGES)
    def test_every_page_can_be_a_step(self, page: str) -> None:
        (step,) = tours.parse(GOOD.replace("heatmap?window=3&row_list=war+army", page)).steps
        assert (step.page, step.settings) == (page, ())


def step_sent(at: AppTest) -> dict[str, Any]:
    """What the stage says."""
    for element in at.get("bidi_component"):
        if element.proto.json and "question" in (data := json.loads(element.proto.json)):
            return data
    raise AssertionError("nothing is on the stage")


class TestStage:
    def test_the_shipped_tours_have_four_to_eight_steps(self) -> None:
        assert [tour.title for tour in tours.shipped()] == [
            "From counts to vectors", "Why cosine is not relatedness", "What a rank costs",
            "A VAE finds the digits (and fails to)",
            "Where your labels and your vectors disagree",
            "From an integral to the ELBO",
            "What the GAN forgot",
            "What a margin is for",
            "Why momentum is faster",
            "A codebook that collapses (and what keeps it)",
            "Words without a dictionary",
            "What a line is worth",
            "What mutual information leaves open",
        ]  # fmt: skip
        for tour in tours.shipped():
            assert 4 <= len(tour.steps) <= 8 and all(step.question for step in tour.steps)

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("tour", "number"), [s for s in STEPS if s[0].steps[s[1] - 1].page not in IMAGES], ids=named
    )
    def test_each_step_opens_with_its_settings(self, tour: tours.Tour, number: int) -> None:
        step = tour.steps[number - 1]
        quick = {"most": "200", "vae_epochs": "3"} if step.page == "path" else {}
        at = open_page(step.page, **tour.link(number) | quick)
        assert not errors(at) and not warnings(at) and figures(at)
        sent = step_sent(at)
        assert (sent["title"], sent["number"], sent["text"]) == (
            step.title,
            number,
            [*step.text],
        )
        assert at.query_params["tour"] == tour.id and at.query_params["step"] == str(number)
        values = settings(at)
        for kind in kinds(step.page):
            for name, value in kind.from_query(dict(step.settings))[0].leaves():
                if name in dict(step.settings):
                    assert values[name] == value

    @pytest.mark.parametrize(("tour", "number"), STEPS, ids=named)
    def test_links_between_steps(self, tour: tours.Tour, number: int) -> None:
        for kind in kinds(tour.steps[number - 1].page):
            assert kind.from_query(tour.link(number))[1] == []

    def test_start_and_another_page(self) -> None:
        at = open_page("tours")
        assert not errors(at) and all(tour.title in hypertext(at) for tour in tours.shipped())
        at.button(key="start-why-cosine-is-not-relatedness").click()
        at.run()
        assert page_of(at) == "neighbours" and not at.exception
        assert settings(at)["expression"] == "north"
        assert step_sent(at)["links"]["next"].startswith(
            "neighbours?expression=north&similarity=pmi"
        )

    def test_a_tour_that_is_not_kept_here(self) -> None:
        at = open_page("corpus", source="lee-news", tour="f" * 32, step="2")
        assert "not stored here" in errors(at)[0] and figures(at)
        assert errors(settled(at.run())), "it is said until it is answered"
        at.button(key="stage-close").click()
        at.run()
        assert "tour" not in at.query_params and not errors(at)

    @pytest.mark.parametrize(("step", "shown"), [("99", 6), ("0", 1), ("x", 1), ("²", 1)])
    def test_impossible_steps(self, step: str, shown: int) -> None:
        at = open_page("corpus", source="lee-news", tour="what-a-rank-costs", step=step)
        assert step_sent(at)["number"] == shown

    def test_what_a_step_shows_and_opens(self) -> None:
        at = open_page("heatmap", **tours.keep(PRESENTED.encode()).link(1))
        sent = step_sent(at)
        assert sent["point"] == {"names": ["war", "army"], "figure": "heatmap"}
        assert (sent["show"], sent["tab"]) == (["window", "Evidence"], True)

    def test_hostile_words_stay_text(self) -> None:
        evil = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:1) **b**"
        tour = tours.keep(GOOD.replace("Look.", evil).replace("A tour", evil).encode())
        at = open_page("heatmap", **tour.link(1))
        assert step_sent(at)["text"] == [evil] and "<script" not in hypertext(at)
        at = AppTest.from_file(str(APP), default_timeout=120)
        at.session_state[key(LoadedTour)] = LoadedTour(tour.id)
        at.switch_page(SCRIPTS["tours"]).run()
        assert "<script" not in hypertext(at) and "&lt;script&gt;" in hypertext(at)


def numbers_named(text: str) -> list[float]:
    """The numbers that a text names, in digits or as English words."""
    text = re.sub(r"(?<=\d )ones\b", "1", text)
    numbers = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
    numbers += [NUMBERS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in NUMBERS]
    return sorted(set(numbers))


def _parts(step: tours.Step) -> tuple[str, str, str]:
    return " ".join(step.text), step.question, step.answer


class TestTranslations:
    """What a tour says in another language it says of the same pages, with the same numbers."""

    @pytest.mark.parametrize("language", [name for name in SPOKEN if name != "en"])
    @pytest.mark.parametrize("tour", tours.shipped("en"), ids=named)
    def test_the_same_claims(self, tour: tours.Tour, language: str) -> None:
        [other] = [translated for translated in tours.shipped(language) if translated.id == tour.id]
        assert other != tour and len(other.steps) == len(tour.steps)
        for english, step in zip(tour.steps, other.steps, strict=True):
            assert (step.page, step.settings) == (english.page, english.settings)
            assert (step.point, step.show) == (english.point, english.show)
            assert bool(step.notes) == bool(english.notes)
            assert len(step.text) == len(english.text)
            parts = zip(_parts(english), _parts(step), strict=True)
            for ours, theirs in parts:
                assert numbers_named(ours) == numbers_named(theirs), theirs

    @pytest.mark.parametrize("language", [name for name in SPOKEN if name != "en"])
    def test_the_link_opens_it(self, language: str) -> None:
        link = {"tour": "what-a-rank-costs", "step": "2", "lang": language}
        at = open_page("corpus", source="lee-news", **link)
        [tour] = [t for t in tours.shipped(language) if t.id == "what-a-rank-costs"]
        sent = step_sent(at)
        assert (sent["tour"], sent["title"]) == (tour.title, tour.steps[1].title)
        assert f"lang={language}" in sent["links"]["next"]
        assert at.query_params["lang"] in (language, [language])
        at = open_page("tours", lang=language)
        assert all(tour.title in hypertext(at) for tour in tours.shipped(language))
