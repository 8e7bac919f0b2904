"""Settings ↔ widgets ↔ URL: every setting of the app lives here.

A setting is a leaf of some spec (`window`, `shift`, `measure`, …). Its value is
kept in one dictionary of the session, survives a change of page, and is what a
spec is built from. Widgets are seeded from it and write back to it, and the
settings a page uses are published in its URL, so that a pasted link opens the
same picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.specs import Spec, declared, defaults, limits
from dashboard import language as languages
from dashboard.language import SPOKEN, say
from dashboard.navigation import FIRST, SCRIPTS
from dashboard.ui import share
from dashboard.ui.live_slider import held

S = TypeVar("S", bound=Spec)
STAGE = ("tour", "step")  # parameters of the address that are no settings
OPENED = "opened"  # a parameter by which address.js knows the address of a page being opened
TAGS = {"en": "en", "zh": "zh-CN"}
"""Languages as browsers name them."""


def begin(page: str, kinds: tuple[type[Spec], ...]) -> list[str]:
    """Start a run of a page: adopt the URL when it is a link, or the back button's.

    `kinds` are the specs that the page publishes. Returns a sentence for every
    value of the link that was not possible.
    """
    session = st.session_state
    session.setdefault("settings", {})
    arrivals: dict[str, dict[str, str] | None] = session.setdefault("arrivals", {})
    query = {k: v for k, v in st.query_params.items() if isinstance(v, str)}
    fresh, moved = "page" not in session, session.get("page") != page
    session.update(page=page, told=False)
    if moved:
        session["drawn"] = {}  # this page's widgets are others, even where the keys are the same
        _tell_apart(kinds)
    if not fresh and not _by_history():
        if moved:
            arrivals[page] = None  # until `publish` knows what the page arrived with
            session["notices"] = []
        # A widget was used, or the navigation: settings stay as they are. What was said of
        # the link is said until one of them changes; a page also runs when a result is ready.
        return [] if moved else session["notices"]
    if not fresh and not query:
        # The navigation opens a page without settings in its address. Where `publish` did
        # not come to write them over it, it means what the page arrived with.
        if page in arrivals and arrivals[page] is None:
            earlier: list[str] = session["notices"]
            return earlier
        query = arrivals.get(page) or {}
    notices: list[str] = []
    if (asked := query.get("lang", "en")) not in SPOKEN:
        notices.append(say("There is no language “{asked}” here.", asked=asked[:20]))
    for kind in kinds:
        linked, said = kind.from_query(query)
        put_all({**defaults(kind), **dict(linked.leaves())})
        notices += [notice for notice in said if notice not in notices]
    session["notices"], session["noticed"] = notices, None
    return notices


def stage() -> dict[str, str]:
    """The tour and step that are shown, as parameters of the address; call it before the page.

    Of the address where that is a link or the back button's. Else the session knows better: a
    run that a ready result asked for may still carry the address of the step before.
    """
    session = st.session_state
    if "page" not in session or _by_history():
        session["stage"] = {k: st.query_params[k] for k in STAGE if k in st.query_params}
    shown: dict[str, str] = session.setdefault("stage", {})
    return shown


def language() -> str:
    """The language of the screen: the link's, else the one chosen, else the browser's."""
    session = st.session_state
    if "language" not in session or _by_history():
        asked = st.query_params.get("lang", "")
        session["language"] = asked if asked in SPOKEN else _own()
    chosen: str = session["language"]
    return chosen


def speak(chosen: str) -> None:
    """Change the language of the screen."""
    st.session_state["language"] = chosen


def tongue() -> dict[str, str]:
    """The language as a parameter of links: none where the browser asks for it anyway."""
    chosen = st.session_state.get("language", "en")
    return {} if chosen == _own() else {"lang": chosen}


def _own() -> str:
    """The language that the browser asks for, where we speak it."""
    asked = (st.context.locale or "").split("-")[0]
    return asked if asked in SPOKEN else "en"


def _spoken() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return "en" if context is None else st.session_state.get("language", "en")


languages.ask(_spoken)


def publish(*specs: Spec) -> None:
    """Write the settings of these specs, where they differ from the defaults, into the URL.

    Not while a slider is dragged: every URL is a step of the back button.
    """
    session = st.session_state
    if any(held(f"setting:{name}") for name in session.get("drawn", {})):
        return
    query: dict[str, str] = {}
    for spec in specs:
        query |= spec.to_query()
    query |= session.get("stage", {})
    query |= tongue()
    page = session["page"]
    if session["arrivals"].get(page, query) is None:  # the browser writes this one: address.js
        session["arrivals"][page] = query
    elif dict(st.query_params.items()) != query:
        st.query_params.from_dict(query)
    published = session.setdefault("published", {})  # what the page's files say of it
    published.update(page=page, specs=specs, query=query)
    published["number"] = published.get("number", 0) + 1
    share.settings(specs, published["number"])
    session["told"] = True
    if session["noticed"] not in (None, query):
        session["notices"] = []
    session["noticed"] = query


def leave_for(name: str, query: Mapping[str, str] | None = None) -> NoReturn:
    """Open a page of the app with the settings of the session; `query` is what its link says.

    Best in a callback: a click that is looked for while the page runs is lost where that run
    is overtaken by the next.
    """
    session = st.session_state
    session["leaving"] = session["page"], name, dict(query or {})
    st.rerun()


def go_on(page: str) -> None:
    """Open the page that is to be left for, if any; call it before this page runs."""
    session = st.session_state
    start, name, link = session.get("leaving") or ("", "", {})
    here = page == start and not _by_history()
    if not here or name == start:
        session["leaving"] = None  # arrived, or gone elsewhere meanwhile
    if here:
        opened = {OPENED: "1"} if name != start else {}  # the last one, as address.js expects it
        st.switch_page(SCRIPTS[name], query_params=link | opened)


def show_address() -> None:
    """Have the browser show what this run published; call it when all else is done."""
    session = st.session_state
    if session.get("told"):
        page, published = session["page"], session["published"]
        share.address("" if page == FIRST else page, published["query"], published["number"])


def spec(kind: type[S]) -> S:
    """The spec of this kind that the session's settings describe.

    The session holds the settings of all alternatives of a field, and those that tell which.
    Raises SpecError when the settings do not fit together.
    """
    values = st.session_state["settings"]
    return kind().replace(**{name: values[name] for name in declared(kind) if name in values})


def get(name: str, default: Any) -> Any:
    """The value of one setting."""
    return st.session_state["settings"].get(name, default)


def put(name: str, value: Any) -> None:
    """Set one setting from outside its widget (a click, a preset, a link)."""
    st.session_state["settings"][name] = value
    st.session_state.get("drawn", {}).pop(name, None)


def put_all(values: Mapping[str, Any]) -> None:
    """Set several settings at once."""
    for name, value in values.items():
        put(name, value)


def adopt(*specs: Spec) -> None:
    """Set all settings of some specs for the page that is opened next, whatever they mean here."""
    st.session_state.setdefault("settings", {})
    _tell_apart(tuple(type(spec) for spec in specs))
    for spec in specs:
        put_all({**defaults(type(spec)), **dict(spec.leaves())})


def seed(name: str, default: Any) -> str:
    """The widget key of a setting, its widget state made equal to the setting.

    A widget that was drawn in the last run keeps what the user did with it; one
    that was not, or whose setting was `put`, starts from the setting.
    """
    key = f"setting:{name}"
    drawn = st.session_state.setdefault("drawn", {})
    if name not in drawn or key not in st.session_state:
        st.session_state[key] = get(name, default)
    return key


def arrived(name: str) -> bool:
    """Whether a setting's widget is about to start from the setting; ask before `seed`."""
    return name not in st.session_state.get("drawn", {})


def keep(name: str, value: Any) -> Any:
    """Remember what a widget returned, and return it."""
    st.session_state["settings"][name] = value
    st.session_state.setdefault("drawn", {})[name] = value
    return value


def _tell_apart(kinds: tuple[type[Spec], ...]) -> None:
    """Give each meaning of a name its own value.

    A setting is shared by the specs that declare it alike, as `window` and `dim` are. Where
    a page means something else by a name, the value goes aside until a page means it again.
    """
    session = st.session_state
    meanings: dict[str, Any] = session.setdefault("meanings", {})
    aside: dict[Any, Any] = session.setdefault("aside", {})
    here: dict[str, Any] = {}
    for kind in kinds:
        for name, default in defaults(kind).items():
            possible = {k: v for k, v in limits(kind, name).items() if k != "help"}
            here.setdefault(name, (repr(default), repr(possible)))
    for name, meaning in here.items():
        before = meanings.get(name, meaning)
        meanings[name] = meaning
        if before == meaning:
            continue
        if name in session["settings"]:
            aside[name, before] = session["settings"].pop(name)
        if (name, meaning) in aside:
            session["settings"][name] = aside.pop((name, meaning))


def _by_history() -> bool:
    """Whether the browser's back or forward button started this run.

    The address alone does not tell: a widget's run may still carry the one of
    the setting before.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
