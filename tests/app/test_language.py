"""The app in every language: nothing untranslated in the code, nor on any page."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from opening import TABS, go, open_page, open_tab, settled
from speaking import texts

from core.latent import Items, Vae, fit
from core.messages import message
from dashboard import language
from dashboard.language import SPOKEN, catalogue, say
from dashboard.latent_views import DIFFERENCES
from dashboard.navigation import PAGES, SECTIONS

ROOT = Path(__file__).parents[2]
OTHERS = [name for name in SPOKEN if name != "en"]
MATRICES_AND_IMAGES = (
    *(f"core/{room}/*.py" for room in ("lowrank", "matrices", "latent")),
    *(f"dashboard/app_pages/{page}.py" for page in ("lowrank", "similar", "latent*")),
    "dashboard/*_views.py",
    "dashboard/ui/latent*.py",
    "dashboard/ui/pair_*.py",
    *(
        f"dashboard/ui/{file}.py"
        for file in (
            *("approximation", "error_curves", "judgement", "likelihood", "lost_words"),
            *("lowrank_tabs", "matrix_picker", "ridge", "teaching", "traversal", "vae_run"),
        )
    ),
    *(
        f"dashboard/figures/{file}.py"
        for file in (
            *("judgement", "latent*", "lowrank", "matrices", "mosaic", "similar", "spectrum"),
        )
    ),
)
TRANSLATED = (  # files whose every text goes through `say`
    "core/[ps]*.py",
    "core/counts/*.py",
    "core/maps/*.py",
    "core/text/*.py",
    "dashboard/app_pages/corpus.py",
    "dashboard/app_pages/heatmap.py",
    "dashboard/app_pages/map.py",
    "dashboard/app_pages/neighbours.py",
    "dashboard/app_pages/path.py",
    "dashboard/app_pages/tours.py",
    "dashboard/figures/corpus.py",
    "dashboard/figures/heatmap.py",
    "dashboard/figures/hubs.py",
    "dashboard/figures/map.py",
    "dashboard/figures/neighbours.py",
    "dashboard/figures/path.py",
    "dashboard/figures/seeds.py",
    "dashboard/tours.py",
    "dashboard/ui/evidence.py",
    "dashboard/ui/figure.py",
    "dashboard/ui/image_path.py",
    "dashboard/ui/live_slider.py",
    "dashboard/ui/map_panel.py",
    "dashboard/ui/map_tabs.py",
    "dashboard/ui/reruns.py",
    "dashboard/ui/scope.py",
    "dashboard/ui/select.py",
    "dashboard/ui/stage.py",
    "dashboard/ui/chain.py",
    "dashboard/ui/controls.py",
    "dashboard/ui/corpus_picker.py",
    "dashboard/ui/page.py",
    "dashboard/ui/work.py",
    *MATRICES_AND_IMAGES,
)
WORDS = {"source": "lee-news", "words": "120", "seeds": "2"}
SMALL = {"kind": "synthetic", "height": "40", "width": "30", "noise": "0.05", "seeds": "2"}
VAE = Vae(Items(most=200), clusters=4, latent=3, width=16, vae_epochs=3, vae_batch=64)
TRAINED = (
    *(VAE.replace(vae_seed=seed) for seed in (0, 1)),
    VAE.replace(binary=True, likelihood="bernoulli"),
)
RUN, _, BINARY = (vae.to_query() for vae in TRAINED)
EVERYTHING = {"differs": " ".join(DIFFERENCES)}
NEWS = {"source": "lee-news", "min_count": "20"}
SWEEP = {
    "swept": "PpmiSvd?source=lee-news&min_count=20&dim=5",
    "axes": "association.counts.window = 2, 5",
    "objectives": "WordSim-353",
}
OPENED = {  # pages looked at whole, with the links that show their parts
    "corpus": ({"source": "lee-news", "search": "police"},),
    "path": ({"source": "lee-news", "path_word": "police", "most": "200", "vae_epochs": "3"},),
    "heatmap": (
        {
            "source": "lee-news",
            "row_list": "police court sydney nosuchword",
            "shift": "2.0",
            "smoothing": "0.75",
            "least_g2": "3.0",
            "order": "clustered",
            "measure": "ppmi",
            "cell_word": "police",
            "cell_context": "court",
            "window": "99",
        },
        {
            "source": "lee-news",
            "row_mode": "neighbourhood",
            "row_word": "police",
            "column_mode": "partners",
            "column_word": "police",
            "order": "frequency",
        },
        {"source": "lee-news", "row_mode": "frequency", "row_count": "5", "measure": "npmi"},
    ),
    "neighbours": (
        {"source": "lee-news", "expression": "police + court", "similarity": "euclidean"},
        {
            "source": "lee-news",
            "expression": "police",
            "similarity": "context correlation",
            "compare": "yes",
            "b_similarity": "conditional",
        },
        {"source": "lee-news", "expression": "polise"},
    ),
    "map": (
        {
            "source": "lee-news",
            "map_words": "100",
            "map_word": "police",
            "lasso": "police court",
            "removed": "2",
        },
        {
            "source": "lee-news",
            "map_words": "100",
            "map_method": "umap",
            "shuffled": "yes",
            "map_colour": "cluster",
            "map_word": "nosuchword",
            "stable_seeds": "2",
        },
        {
            "source": "lee-news",
            "map_words": "100",
            "map_method": "axes",
            "x_axis": "police",
            "y_axis": "court",
            "map_colour": "hubness",
        },
    ),
    "tours": ({}, {"tour": "no-such-tour", "step": "1"}),
    "lowrank": (
        {"kind": "hilbert", "size": "40", "rank": "12", "seeds": "2"},
        WORDS | {"kind": "ppmi", "road": "cur", "middle": "skeleton", "chooser": "matched"},
        WORDS | {"kind": "vectors", "dim": "20", "road": "id", "chooser": "deim"},
        SMALL | {"road": "projection", "spectrum": "step", "norm": "spectral"},
        SMALL | {"road": "cr", "terms": "sampled", "draws": "4", "right": "gaussian"},
        SMALL | {"road": "cr", "terms": "greedy", "refitted": "yes", "draws": "2"},
        SMALL | {"sketch": "range", "lines": "randomised;id sketched"},
        {"kind": "photograph", "seeds": "1"},
    ),
    "similar": (
        {},
        {"space": "space"},
        {"p_basis": "eigenvectors"},
        {"p_basis": "eigenvectors", "a11": "2", "a12": "1", "a21": "0", "a22": "2"},
    ),
    "latent": (RUN | {"vae_seed": "91"}, RUN, RUN | {"map_colour": "doubt"}),
    "latent_samples": (RUN | {"vae_seed": "91"}, RUN, RUN | {"enlarged": "1"}),
    "latent_judgement": (RUN | {"vae_seed": "91"}, RUN, BINARY),
    "latent_pair": (
        RUN | {"vae_seed": "91"},
        RUN,
        RUN | EVERYTHING,
        RUN | {"pair_colour": "label"},
    ),
    "models": (
        NEWS,
        NEWS | {"model_kind": "glove"},
        NEWS | {"model_kind": "simpler"},
        NEWS | {"model_kind": "explicit"},
        NEWS | {"model_kind": "ppmi-svd"},
    ),
    "explain": (NEWS | {"dim": "20"},),
    "scores": (NEWS | {"dim": "20", "first": "man", "second": "government", "third": "people"},),
    "keywords": (NEWS | {"dim": "20"},),
    "compare": (NEWS | {"dim": "20", "b_dim": "10", "pair_words": "500", "repeats": "2"},),
    "sweeps": (SWEEP,),
}
SPEAKERS = {"say", "message"}
CONTROLS = {"slider", "choose", "pick", "toggle", "words", "header", "heading", "stage"}
SHOWING = {
    *("caption", "markdown", "info", "warning", "error", "success", "toast", "button"),
    *("download_button", "toggle", "checkbox", "selectbox", "multiselect", "radio", "expander"),
    *("segmented_control", "text_input", "text_area", "number_input", "file_uploader", "popover"),
    *("tabs", "subheader", "title", "write", "spinner", "link_button", "page_link", "pills"),
}
NAMED = {"alt", "title", "name", "hovertemplate", "text", "placeholder", "help"}
NAMES = re.compile(  # proper names, formulas and quoted code that every language writes alike
    r"(?:Levy|Hutter) et al\. \d+|PPMI-SVD|scikit-learn|Lee news|result name|king - man \+ woman"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}")


def _trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _strings(node: ast.AST | None) -> Iterator[str]:
    """The texts that an expression may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def _assigned(tree: ast.Module) -> dict[ast.AST, dict[str, set[str]]]:
    """For every call, by name, the texts that its function has in variables."""
    found: dict[ast.AST, dict[str, set[str]]] = {}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        held: dict[str, set[str]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                names, values = [node.targets[0]], [node.value]
                if isinstance(names[0], ast.Tuple) and isinstance(values[0], ast.Tuple):
                    names, values = names[0].elts, values[0].elts
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name):
                        held.setdefault(name.id, set()).update(_strings(value))
        found |= {node: held for node in ast.walk(function) if isinstance(node, ast.Call)}
    return found


def _meant(given: ast.AST, held: dict[str, set[str]]) -> Iterator[str]:
    """The texts that an argument may be, also by way of a variable."""
    if isinstance(given, ast.Name):
        yield from held.get(given.id, ())
    elif isinstance(given, ast.IfExp):
        yield from _meant(given.body, held)
        yield from _meant(given.orelse, held)
    else:
        yield from _strings(given)


@cache
def spoken_literals() -> frozenset[tuple[str, str]]:
    """(file, text) of every literal that is said, and of every control's label and help."""
    found = set()
    for name, tree in _trees("dashboard", "core"):
        assigned = _assigned(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = _called(node)
            given: list[ast.AST] = []
            if called in SPEAKERS:
                given = list(node.args[:1])
            elif called in CONTROLS and name.startswith("dashboard"):
                given = list(node.args)
                given += [k.value for k in node.keywords if k.arg in ("help", "hint")]
                if called not in ("header", "heading", "stage"):
                    given = given[2:]
            elif called == "tabs" and len(node.args) == 2 and isinstance(node.args[1], ast.Dict):
                given = [key for key in node.args[1].keys if key is not None]
            held = assigned.get(node, {})
            found |= {(name, text) for part in given for text in _meant(part, held)}
    return frozenset(found)


def _fields(text: str) -> list[tuple[str, str]]:
    return sorted((f, spec or "") for _, f, spec, _ in string.Formatter().parse(text) if f)


@pytest.mark.parametrize("other", OTHERS)
def test_every_text_is_translated(other: str) -> None:
    """But for what has no letters; controls of files not yet translated are not asked."""
    known = catalogue(other)
    missing = {
        (name, text)
        for name, text in spoken_literals()
        if re.search("[A-Za-z]{2}", text) and text not in known and name in _translated()
    }
    assert not missing, "\n".join(f"{name}: {text!r}" for name, text in sorted(missing))


@pytest.mark.parametrize("other", OTHERS)
def test_translations_hold_the_same_values(other: str) -> None:
    templates = {
        node.args[0].value
        for _, tree in _trees("dashboard", "core")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in SPEAKERS and node.keywords
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    for english, said in catalogue(other).items():
        assert said.strip(), english
        if english in templates:
            assert set(_fields(english)) == set(_fields(said)), english


@pytest.mark.parametrize("other", OTHERS)
def test_no_translation_is_left_over(other: str) -> None:
    held = {
        node.value
        for _, tree in _trees("dashboard", "core")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    dead = [text for text in catalogue(other) if text not in held]
    assert not dead, dead


def _translated() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for part in TRANSLATED for path in ROOT.glob(part)}


def test_nothing_is_shown_without_being_said() -> None:
    found = []
    for name, tree in _trees("dashboard"):
        if name not in _translated():
            continue
        for node in ast.walk(tree):
            for text in _unsaid(node):
                found.append(f"{name}:{node.lineno}: {text!r}")  # type: ignore[attr-defined]
    assert not found, "\n".join(found)


def _unsaid(node: ast.AST) -> Iterator[str]:
    given: list[ast.AST] = []
    if isinstance(node, ast.Call) and _called(node) in SHOWING:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and getattr(owner, "id", "") != "controls":  # that says by itself
            given = list(node.args[:1])
    if isinstance(node, ast.Call) and _called(node) not in CONTROLS:
        given += [k.value for k in node.keywords if k.arg in NAMED]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        given += [v for k, v in pairs if isinstance(k, ast.Constant) and k.value in NAMED]
    for part in given:
        if isinstance(part, ast.JoinedStr):
            texts = [v.value for v in part.values if isinstance(v, ast.Constant)]
        else:
            texts = list(_strings(part))
        for text in texts:
            if re.search("[A-Za-z]{3}", re.sub(r"<[^>]*>|%\{[^}]*\}|:material/\w+:", "", text)):
                yield text


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("page", OPENED)
def test_no_english_on_the_page(page: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a text that the catalogue would have known, had it been asked."""
    missed: set[str] = set()
    if page.startswith("latent"):
        for vae in TRAINED:
            fit(vae)
    said = recorded(catalogue(other), missed)
    monkeypatch.setattr(language, "catalogue", lambda name: said)
    for query in OPENED[page]:
        at = open_page(page, lang=other, **query)
        _all_said(set(texts(at)), other)
        key, names = TABS.get(page, ("", []))
        for name in names:
            open_tab(at, key, say_in(other, name))
            _all_said(set(texts(at)), other)
    assert not missed, sorted(missed)


def recorded(known: dict[str, str], missed: set[str]) -> dict[str, str]:
    """A catalogue that notes what it was asked for and lacks."""

    class Recorded(dict[str, str]):
        def get(self, text: str, default: str = "") -> str:  # type: ignore[override]
            if text not in known and re.search("[A-Za-z]{2}", text):
                missed.add(text)
            return known.get(text, default)

    return Recorded()


def say_in(other: str, text: str) -> str:
    return catalogue(other).get(text, text)


def _all_said(shown: set[str], other: str) -> None:
    known = catalogue(other)
    english = [text for text in shown if ENGLISH.search(NAMES.sub("", text))]
    unsaid = [text for text in shown if known.get(text.strip(), text.strip()) != text.strip()]
    assert not english and not unsaid, "\n".join(map(repr, english + unsaid))


@pytest.mark.parametrize("other", OTHERS)
def test_the_switch(other: str) -> None:
    """It changes the words and the link, and keeps the settings."""
    at = open_page("corpus", source="lee-news", search="police")
    assert "lang" not in at.query_params
    settled(at.button(key="language-switch").click().run())
    assert at.query_params["lang"] in (other, [other])
    assert at.query_params["source"] in ("lee-news", ["lee-news"])
    assert say_in(other, "Find a word in the text") in [box.label for box in at.text_input]
    go(at, "heatmap")
    assert at.query_params["lang"] in (other, [other])
    settled(at.button(key="language-switch").click().run())
    assert "lang" not in at.query_params


def test_a_language_that_is_not_spoken() -> None:
    at = open_page("corpus", source="lee-news", search="police", lang="<b>xx")
    assert [w.value for w in at.warning] and "xx" in at.warning[0].value
    assert "lang" not in at.query_params


def test_values_and_messages() -> None:
    assert say("{n:,} occurrences of “{word}”.", n=1200, word="{x}") == (
        "1,200 occurrences of “{x}”."
    )
    inner = message("PMI")
    assert str(message("{a} and {b}", a=inner, b=1)) == "PMI and 1"
    assert say("$\\frac{a}{b}$") == "$\\frac{a}{b}$"  # nothing to fill in, nothing formatted


def test_one_word_of_two_meanings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("rank‹of a list›") == "rank"
    monkeypatch.setattr(language, "_asked", [lambda: "zh"])
    assert say("rank‹of a list›") == "排名"
    assert say("Unheard‹of›") == "Unheard"


def test_a_message_in_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_asked", [lambda: "zh"])
    said = message("{n:,} occurrences of “{word}”.", n=1200, word=message("Words"))
    assert said == "1,200 occurrences of “Words”."
    assert say(said) == "“词”出现 1,200 次。"
    assert say("Words") == "词"
    assert say("not in any catalogue {") == "not in any catalogue {"


def test_every_page_has_a_name() -> None:
    files = {path.stem for path in (ROOT / "dashboard" / "app_pages").glob("*.py")}
    assert set(PAGES) == files
    assert (
        len({room.title for room in PAGES.values()})
        == len(files)
        == sum(map(len, SECTIONS.values()))
    )
