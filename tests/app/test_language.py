"""The app in every language: nothing untranslated in the code, nor on any page."""

from __future__ import annotations

import ast
import re
import string
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from opening import go, open_page, settled
from speaking import say_in

from core.messages import message
from core.registry import BY_CLASS
from core.sweeps.axes import fields
from dashboard import language
from dashboard.agreement import CHOICE
from dashboard.language import SPOKEN, catalogue, say
from dashboard.navigation import PAGES, SCRIPTS, SECTIONS

ROOT = Path(__file__).parents[2]
OTHERS = [name for name in SPOKEN if name != "en"]
NOT_SHOWN = {  # said in the terminal, in files, or nowhere
    "dashboard/__main__.py",
    "dashboard/notebook.py",
    "dashboard/serve.py",
}
SPEAKERS = {"say", "marked", "message"}
ERRORS = {"SpecError", "SourceError", "ClusterError", "QueryError", "fail"}
CONTROLS = {"slider", "choose", "pick", "toggle", "words", "heading", "stage"}
SHOWING = {
    *("caption", "markdown", "info", "warning", "error", "success", "toast", "button"),
    *("download_button", "toggle", "checkbox", "selectbox", "multiselect", "radio", "expander"),
    *("segmented_control", "text_input", "text_area", "number_input", "file_uploader", "popover"),
    *("tabs", "subheader", "title", "write", "spinner", "link_button", "page_link", "pills"),
}
NAMED = {"alt", "title", "name", "hovertemplate", "text", "placeholder", "help"}


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
    by_call: dict[ast.AST, dict[str, set[str]]] = {}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        texts: dict[str, set[str]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                names, values = [node.targets[0]], [node.value]
                if isinstance(names[0], ast.Tuple) and isinstance(values[0], ast.Tuple):
                    names, values = names[0].elts, values[0].elts
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name):
                        texts.setdefault(name.id, set()).update(_strings(value))
        by_call |= {node: texts for node in ast.walk(function) if isinstance(node, ast.Call)}
    return by_call


def _possible_texts(argument: ast.AST, variables: dict[str, set[str]]) -> Iterator[str]:
    """The texts that an argument may be, also by way of a variable."""
    if isinstance(argument, ast.Name):
        yield from variables.get(argument.id, ())
    elif isinstance(argument, ast.IfExp):
        yield from _possible_texts(argument.body, variables)
        yield from _possible_texts(argument.orelse, variables)
    else:
        yield from _strings(argument)


@cache
def literals_said() -> frozenset[tuple[str, str]]:
    """(file, text) of every literal that is said, and of every control's label."""
    literals = set()
    for name, tree in _trees("dashboard", "core"):
        assigned = _assigned(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = _called(node)
            arguments: list[ast.AST] = []
            if called in SPEAKERS:
                arguments = list(node.args[:1])
            elif called in CONTROLS and name.startswith("dashboard"):
                arguments = list(node.args)
                arguments += [k.value for k in node.keywords if k.arg == "hint"]
                if called not in ("heading", "stage"):
                    arguments = arguments[2:]
            elif called == "tabs" and len(node.args) == 2 and isinstance(node.args[1], ast.Dict):
                arguments = [key for key in node.args[1].keys if key is not None]
            variables = assigned.get(node, {})
            literals |= {
                (name, text) for part in arguments for text in _possible_texts(part, variables)
            }
    rows = [text for row in PAGES.values() for text in (row.title, row.subtitle, *row.tabs)]
    literals |= {("dashboard/navigation.py", text) for text in (*SECTIONS, *rows)}
    return frozenset(literals)


@cache
def meanings() -> frozenset[tuple[str, str]]:
    """(field, meaning) of every setting that has a control or can be swept."""
    controlled, declared = set(), set()
    for _, tree in _trees("dashboard", "core"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in CONTROLS and len(node.args) > 1:
                controlled |= set(_strings(node.args[1]))
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call):
                name = ast.unparse(node.value.func)  # `as_in` ends with a default
                last = node.value.args[-1:] if "specs." in name and "as_in" not in name else []
                declared |= {(ast.unparse(node.target), t) for one in last for t in _strings(one)}
    swept = {(f.name, f.limits["help"]) for kind in BY_CLASS.values() for f in fields(kind.spec)}
    return frozenset(swept | {(name, text) for name, text in declared if name in controlled})


def _fields(text: str) -> list[tuple[str, str]]:
    """Values and formats, without the forms for one and for many, which not every language has."""
    fields = [(f, spec or "") for _, f, spec, _ in string.Formatter().parse(text) if f]
    return sorted((f, spec) for f, spec in fields if CHOICE not in spec)


@pytest.mark.parametrize("other", OTHERS)
def test_every_text_is_translated(other: str) -> None:
    """But for what has no letters."""
    translations = catalogue(other)
    missing = {
        (name, text)
        for name, text in literals_said() | meanings()
        if re.search("[A-Za-z]{2}", text) and text not in translations
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
    for english, translation in catalogue(other).items():
        assert translation.strip(), english
        if english in templates:
            assert set(_fields(english)) == set(_fields(translation)), english


@pytest.mark.parametrize("other", OTHERS)
def test_a_text_is_translated_one_way(other: str) -> None:
    """The files of a language are read as one, where the last to name a text would win."""
    translations: dict[str, set[str]] = {}
    for path in (language.FOLDER / other).glob("*.toml"):
        for english, translation in tomllib.loads(path.read_text(encoding="utf-8")).items():
            translations.setdefault(english, set()).add(translation)
    assert len(translations) == len(catalogue(other)) > 1000
    twice = {english: ways for english, ways in translations.items() if len(ways) > 1}
    assert not twice, f"tell two meanings apart by “‹”: {twice}"


@pytest.mark.parametrize("other", OTHERS)
def test_no_translation_is_left_over(other: str) -> None:
    literals = {
        node.value
        for _, tree in _trees("dashboard", "core")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    dead = [text for text in catalogue(other) if text not in literals]
    assert not dead, dead


def test_nothing_is_shown_without_being_said() -> None:
    offenders = []
    for name, tree in _trees("dashboard"):
        if name in NOT_SHOWN:
            continue
        for node in ast.walk(tree):
            offenders += [f"{name}:{node.lineno}: {text!r}" for text in _untranslated(node)]  # type: ignore[attr-defined]
    assert not offenders, "\n".join(offenders)


def test_core_says_messages() -> None:
    """What goes wrong is told by a template and its values, so that it can be told again."""
    offenders = []
    for name, tree in _trees("core"):
        for node in ast.walk(tree):
            arguments = (
                node.args[:1] if isinstance(node, ast.Call) and _called(node) in ERRORS else []
            )
            offenders += [
                f"{name}:{a.lineno}"
                for a in arguments
                if isinstance(a, ast.JoinedStr | ast.Constant)
            ]
    assert not offenders, "\n".join(offenders)


def _untranslated(node: ast.AST) -> Iterator[str]:
    arguments: list[ast.AST] = []
    if isinstance(node, ast.Call) and _called(node) in SHOWING:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and getattr(owner, "id", "") != "controls":  # that says by itself
            arguments = list(node.args[:1])
    if isinstance(node, ast.Call) and _called(node) not in CONTROLS:
        arguments += [k.value for k in node.keywords if k.arg in NAMED]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        arguments += [v for k, v in pairs if isinstance(k, ast.Constant) and k.value in NAMED]
    for part in arguments:
        if isinstance(part, ast.JoinedStr):
            texts = [v.value for v in part.values if isinstance(v, ast.Constant)]
        else:
            texts = list(_strings(part))
        for text in texts:
            if re.search("[A-Za-z]{3}", re.sub(r"<[^>]*>|%\{[^}]*\}|:material/\w+:", "", text)):
                yield text


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
    monkeypatch.setattr(language, "_session", [lambda: "zh"])
    assert say("rank‹of a list›") == "排名"
    assert say("Unheard‹of›") == "Unheard"


def test_a_message_in_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_session", [lambda: "zh"])
    said = message("{n:,} occurrences of “{word}”.", n=1200, word=message("Words"))
    assert said == "1,200 occurrences of “Words”."
    assert say(said) == "“词”出现 1,200 次。"
    assert say("Words") == "词"
    assert say("not in any catalogue {") == "not in any catalogue {"


def test_every_page_has_a_name() -> None:
    files = {
        Path(script).stem for script in SCRIPTS.values() if (ROOT / "dashboard" / script).is_file()
    }
    assert set(PAGES) == files
    assert (
        len({room.title for room in PAGES.values()})
        == len(files)
        == sum(map(len, SECTIONS.values())) + 1  # the first page is in no menu
    )


@pytest.mark.parametrize("other", OTHERS)
def test_bold_ends_where_markdown_sees_it(other: str) -> None:
    """After a full stop, which needs a space behind the asterisks, or another mark."""
    wrong = []
    for text in catalogue(other).values():
        parts = text.split("**")
        for bold, after in zip(parts[1::2], parts[2::2], strict=False):
            if bold and _is_mark(bold[-1]) and after and not _is_mark(after[0]):
                wrong += [text] if not after[0].isspace() else []
    assert not wrong, "\n".join(wrong)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def test_a_dotted_line_has_one_name() -> None:
    wrong = [
        text
        for text, translation in catalogue("zh").items()
        if "dotted" in text.lower() and "dash" not in text.lower() and "虚线" in translation
    ]
    assert not wrong, "\n".join(wrong)
