"""Settings ↔ widgets ↔ URL: every setting of the app lives here.

A setting is a leaf of some spec (`window`, `shift`, `measure`, …). Its value is
kept in one dictionary of the session (`Settings`), survives a change of page, and
is what a spec is built from. Widgets are seeded from it and write back to it, and
the settings a page uses are published in its URL (`dashboard.ui.address`), so that
a pasted link opens the same picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.specs import Spec, declared, defaults, limits
from core.text.specs import Text
from dashboard import language as languages
from dashboard.language import SPOKEN, say
from dashboard.navigation import PAGES, SCRIPTS, kinds
from dashboard.slots import slot

S = TypeVar("S", bound=Spec)
STAGE = ("tour", "step")  # parameters of the address that are not settings
BY_HAND = (
    "train_now",
    "codes_train",
    "games_train",
    "ogan_train",
    "inference_train",
    "sentences_train",
    "spectra_train",
    "classes_train",
    "features_train",
)
"""Settings that start work, one for each family of models: a link cannot set them."""
SHARED = ("source",)
"""Settings that keep a value chosen on one page where another has a default of its own."""
PINNED = ("upload", "file")  # values of `source` that need a digest
OPENED = "opened"  # a parameter by which address.js knows the address of a page being opened


@dataclass
class Settings:
    """The value of every setting, and the meaning of its name that the value belongs to.

    drawn: settings whose widget the page has drawn; aside: by name and meaning, the values of
    names that the page means otherwise. own: by page apart, what its settings were when it was
    left; outside: on such a page what they are on the others.
    """

    values: dict[str, Any] = field(default_factory=dict)
    drawn: set[str] = field(default_factory=set)
    meanings: dict[str, Any] = field(default_factory=dict)
    aside: dict[Any, Any] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    outside: dict[str, Any] = field(default_factory=dict)


@dataclass
class Published:
    """What a page last published in its address and its files; `number` counts publications."""

    page: str = ""
    specs: Sequence[Spec] = ()
    query: dict[str, str] = field(default_factory=dict)
    number: int = 0


@dataclass
class Place:
    """Where in the app the session is.

    page: the page shown, "" before the first; arrivals: the query each page was opened with, None
    until it is known; published: by the last run that got that far, `current` if it is this run;
    leaving: the page being left, the one to open, and the query of its link; sent: whether the
    page is opened that way, with settings given to it; notices: warnings
    about the link, shown while the settings are those of `notices_query`; stage: the tour and
    step shown; language: None until it is first needed.
    """

    page: str = ""
    arrivals: dict[str, dict[str, str] | None] = field(default_factory=dict)
    published: Published = field(default_factory=Published)
    current: bool = False
    leaving: tuple[str, str, dict[str, str]] | None = None
    sent: bool = False
    notices: list[str] = field(default_factory=list)
    notices_query: dict[str, str] | None = None
    stage: dict[str, str] = field(default_factory=dict)
    language: str | None = None


def begin(page: str) -> list[str]:
    """Start a run of a page: adopt the URL when it is a link, or the back button's.

    Returns a sentence for every value in the link that could not be used.
    """
    place, arrivals = slot(Place), slot(Place).arrivals
    query = {k: v for k, v in st.query_params.items() if isinstance(v, str)}
    fresh, moved = not place.page, place.page != page
    left, sent, place.sent = place.page, place.sent, False
    place.page, place.current = page, False
    if moved:
        slot(Settings).drawn = set()  # this page's widgets are others, even under the same keys
        _leave_apart(left)
        _separate_meanings(kinds(page))
        _enter_apart(page, given=sent)
    if not fresh and not _by_history():
        if moved:
            arrivals[page] = None  # until `publish` knows what the page arrived with
            place.notices = []
        # A widget was used, or the navigation: settings stay as they are. Notices about the
        # link stay until a setting changes; a page also runs when a result is ready.
        return [] if moved else place.notices
    if not fresh and not query:
        # The navigation opens a page without settings in its address. Where `publish` was
        # not reached to fill them in, it means those the page arrived with.
        if page in arrivals and arrivals[page] is None:
            return place.notices
        query = arrivals.get(page) or {}
    notices: list[str] = []
    if (requested := query.get("lang", "en")) not in SPOKEN:
        notices.append(say("There is no language “{asked}” here.", asked=requested[:20]))
    for kind in kinds(page):
        linked, refused = kind.from_query(query)
        values = {**defaults(kind), **dict(linked.leaves())}
        put_all(values | {name: defaults(kind)[name] for name in BY_HAND if name in values})
        notices += [notice for notice in refused if notice not in notices]
    place.notices, place.notices_query = notices, None
    return notices


def page() -> str:
    """The page that is shown."""
    return slot(Place).page


def stage() -> dict[str, str]:
    """The tour and step that are shown, as parameters of the address; call it before the page.

    Read from the address of a link or of the back button; otherwise from the session, as a run
    started by a finished result may still carry the address of the previous step.
    """
    place = slot(Place)
    if not place.page or _by_history():
        place.stage = {k: st.query_params[k] for k in STAGE if k in st.query_params}
    return place.stage


def language() -> str:
    """The language of the screen: the link's, else the one chosen, else the browser's."""
    place = slot(Place)
    if place.language is None or _by_history():
        requested = st.query_params.get("lang", "")
        place.language = requested if requested in SPOKEN else _browser_language()
    return place.language


def set_language(chosen: str) -> None:
    """Change the language of the screen."""
    slot(Place).language = chosen


def language_parameter() -> dict[str, str]:
    """The language as a parameter of links: none where the browser asks for it anyway."""
    chosen = slot(Place).language or "en"
    return {} if chosen == _browser_language() else {"lang": chosen}


def _browser_language() -> str:
    """The language that the browser asks for, if the app has it; else English."""
    requested = (st.context.locale or "").split("-")[0]
    return requested if requested in SPOKEN else "en"


def _language_now() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return "en" if context is None else slot(Place).language or "en"


languages.follow_session(_language_now)


def leave_for(name: str, query: Mapping[str, str] | None = None) -> NoReturn:
    """Open a page of the app with the settings of the session; `query` is that of its link.

    Best in a callback: a click handled while the page runs is lost when the next run overtakes
    that one.
    """
    place = slot(Place)
    place.leaving = place.page, name, dict(query or {})
    st.rerun()


def go_on(page: str) -> None:
    """Open the page that `leave_for` named, if any; call it before this page runs."""
    place = slot(Place)
    start, name, link = place.leaving or ("", "", {})
    on_start_page = page == start and not _by_history()
    if not on_start_page or name == start:
        place.sent = place.leaving is not None and page == name
        place.leaving = None  # arrived, or gone elsewhere meanwhile
    if on_start_page:
        opened = {OPENED: "1"} if name != start else {}  # the last one, as address.js expects it
        st.switch_page(SCRIPTS[name], query_params=link | opened)


def spec(kind: type[S]) -> S:
    """The spec of this kind that the session's settings describe.

    The session holds the settings of all alternatives of a field, and those that tell which.
    Raises SpecError when the settings do not fit together.
    """
    values = slot(Settings).values
    settings = [(name, values[name]) for name in declared(kind) if name in values]
    hashable: Any = kind
    built: S = _built(hashable, *(part for setting in settings for part in setting))
    return built


@lru_cache(512, typed=True)  # pages ask for the same spec many times in a run
def _built(kind: Any, *parts: Any) -> Any:
    """The spec of a kind with these settings: name, value, name, value and so on."""
    return kind().replace(**dict(zip(parts[::2], parts[1::2], strict=True)))


def get(name: str, default: Any) -> Any:
    """The value of one setting."""
    return slot(Settings).values.get(name, default)


def put(name: str, value: Any) -> None:
    """Set one setting from outside its widget (a click, a preset, a link)."""
    settings = slot(Settings)
    settings.values[name] = value
    settings.drawn.discard(name)


def put_all(values: Mapping[str, Any]) -> None:
    """Set several settings at once."""
    for name, value in values.items():
        put(name, value)


def adopt(*specs: Spec) -> None:
    """Set all settings of some specs for the page opened next, whatever they mean on this one."""
    _separate_meanings(tuple(type(spec) for spec in specs))
    for spec in specs:
        give({**defaults(type(spec)), **dict(spec.leaves())})


def give(values: Mapping[str, Any]) -> None:
    """Set settings of the page opened next, also where this one's are its own."""
    put_all(values)
    if PAGES[page()].apart:
        slot(Settings).outside |= values


def seed(name: str, default: Any, *, listed: bool = False) -> str:
    """The widget key of a setting, its widget state made equal to the setting.

    A widget that was drawn in the last run keeps what the user did with it; one
    that was not, or whose setting was `put`, starts from the setting.

    listed: whether the widget is a list, which has a key of its own in each language (`worded`).
    """
    key = worded(f"setting:{name}") if listed else f"setting:{name}"
    if name not in slot(Settings).drawn or key not in st.session_state:
        st.session_state[key] = get(name, default)
    return key


def worded(key: str) -> str:
    """The key of a list in the session's language, its state brought along from another one.

    The browser answers with the label that was chosen, and goes on doing so when the labels
    have become those of another language, in which nothing is called so. The list of each
    language is therefore a widget of its own.
    """
    keys = {code: key if code == "en" else f"{key}-{code}" for code in SPOKEN}
    own = keys[languages.session_language()]
    for other in keys.values():
        if own not in st.session_state and other in st.session_state:
            st.session_state[own] = st.session_state[other]
    return own


def arrived(name: str) -> bool:
    """Whether a setting's widget is about to start from the setting; call it before `seed`."""
    return name not in slot(Settings).drawn


def latest(name: str, default: Any) -> Any:
    """The value of one setting, or what a user did with its widget since the last run."""
    key = f"setting:{name}"
    if name in slot(Settings).drawn and key in st.session_state:
        return st.session_state[key]
    return get(name, default)


def keep(name: str, value: Any) -> Any:
    """Remember what a widget returned, and return it."""
    settings = slot(Settings)
    settings.values[name] = value
    settings.drawn.add(name)
    return value


def _apart(page: str) -> set[str]:
    """The settings that a page has for itself; which text is used is not among them."""
    if not page or not PAGES[page].apart:
        return set()
    return {name for kind in kinds(page) for name in declared(kind)} - set(declared(Text))


def _leave_apart(page: str) -> None:
    """Give the settings of a page that is apart the values they have on the other pages."""
    settings = slot(Settings)
    names = _apart(page)
    if not names:
        return
    settings.own[page] = {n: settings.values.pop(n) for n in names if n in settings.values}
    settings.values |= settings.outside
    settings.outside = {}


def _enter_apart(page: str, *, given: bool) -> None:
    """Give the settings of a page that is apart its own values, unless it was given some."""
    settings = slot(Settings)
    names = _apart(page)
    settings.outside = {n: settings.values[n] for n in names if n in settings.values}
    if not given:
        settings.values |= settings.own.get(page, {}) if names else {}


def _separate_meanings(kinds: tuple[type[Spec], ...]) -> None:
    """Give each meaning of a name its own value.

    A setting is shared by the specs that declare it alike, as `window` and `dim` are. Where
    a page means something else by a name, the value goes aside until a page means it again.
    Which text is used is one for all pages once it was chosen (`SHARED`).
    """
    settings = slot(Settings)
    meanings, aside, values = settings.meanings, settings.aside, settings.values
    current: dict[str, Any] = {}
    for kind in kinds:
        for name, default in defaults(kind).items():
            possible = {k: v for k, v in limits(kind, name).items() if k != "help"}
            current.setdefault(name, (repr(default), repr(possible)))
    for name, meaning in current.items():
        previous = meanings.get(name, meaning)
        meanings[name] = meaning
        if previous == meaning:
            continue
        if name in values:
            aside[name, previous] = values.pop(name)
        if (name, meaning) in aside:
            values[name] = aside.pop((name, meaning))
        before = aside.get((name, previous))
        if name in SHARED and before is not None and repr(before) != previous[0]:
            values[name] = before
    if values.get("source") in PINNED and not values.get("digest"):
        del values["source"]  # the file was left for a sample on another page


def _by_history() -> bool:
    """Whether the browser's back or forward button started this run.

    The address alone does not tell: a widget's run may still carry the one of
    the setting before.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
