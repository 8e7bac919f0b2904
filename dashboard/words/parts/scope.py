"""A scope of the signal path: what a step does, its picture, what is lost, where it leads."""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.navigation import PAGES
from dashboard.ui.figure import Click, Kept, Link, show_figure
from dashboard.ui.packing import Figure
from dashboard.ui.style import themed

HEIGHT = 330
STYLE = (
    f"<style>.stApp {{ --vs-accent:{themed('linkColor')}; }}</style>"
    + """
<style>
.vs-scope { display:flex; align-items:baseline; gap:.5rem; margin:0; }
.vs-scope b { font-size:1.02rem; font-weight:650; }
.vs-scope i { font-style:normal; font-size:.72rem; font-weight:650; color:var(--vs-accent);
  font-variant-numeric:tabular-nums; }
.vs-scope em { font-style:normal; margin-left:auto; font-size:.78rem; opacity:.75;
  font-variant-numeric:tabular-nums; white-space:nowrap; }
.vs-does { font-size:.8rem; line-height:1.35; opacity:.8; margin:.1rem 0 0; min-height:2.7em; }
.vs-lost { font-size:.8rem; line-height:1.35; margin:0; min-height:5.2em; }
.vs-lost b { display:flex; align-items:baseline; gap:.4rem; font-size:1.25rem; font-weight:600;
  font-variant-numeric:tabular-nums; letter-spacing:-.01em; }
.vs-lost b small { font-size:.72rem; font-weight:400; opacity:.8; letter-spacing:0; }
.vs-lost span { opacity:.8; }
.vs-way { display:flex; align-items:baseline; gap:.7rem; flex-wrap:wrap; margin:1.1rem 0 .2rem;
  padding-top:.9rem;
  border-top:1px solid color-mix(in srgb, currentColor 16%, transparent); }
.vs-way h2 { font-size:1.12rem; font-weight:650; margin:0; padding:0; }
.vs-way p { margin:0; font-size:.85rem; opacity:.75; }
[class*="st-key-scope-"] { position:relative; gap:.35rem; padding:.7rem .8rem .45rem;
  border:1px solid color-mix(in srgb, currentColor 17%, transparent); border-radius:.4rem;
  background:color-mix(in srgb, currentColor 2.5%, transparent); }
/* the signal's way from one scope to the next */
[class*="st-key-scope-"]:not([class*="-last"])::after { content:""; position:absolute; z-index:2;
  right:-.98rem; top:50%; width:.62rem; height:.62rem; transform:translateY(-50%) rotate(45deg);
  border-top:2px solid var(--vs-accent); border-right:2px solid var(--vs-accent); }
[class*="st-key-scope-"] .vs-figure-save { opacity:0; height:0; transition:opacity .12s;
  position:relative; top:-.2rem; }
[class*="st-key-scope-"]:hover .vs-figure-save,
[class*="st-key-scope-"] .vs-figure-save:focus-within { opacity:1; }
/* the buttons would lie on the number below: there is no row for them here */
[class*="st-key-scope-"] .modebar-container { display:none; }
[class*="st-key-scope-"] .vs-figure-plot { cursor:pointer; }
[class*="st-key-open-"] button { min-height:1.5rem; padding:0; font-size:.8rem; }
[class*="st-key-strip-"] [data-testid="stHorizontalBlock"] { gap:1.35rem; }
.st-key-knobs [data-testid="stHorizontalBlock"] { gap:0 1.35rem; }
[class*="st-key-strip-"] [data-testid="stColumn"], .st-key-knobs [data-testid="stColumn"] {
  min-width:0; }
@media (min-width: 641px) {
  [class*="st-key-strip-"] [data-testid="stHorizontalBlock"] { flex-wrap:nowrap; } }
[class*="st-key-strip-"], .st-key-knobs { container-type:inline-size; }
@container (min-width: 1121px) {
  .st-key-knobs [data-testid="stHorizontalBlock"] { flex-wrap:nowrap; } }
.st-key-picture-knob { max-width:26rem; padding-bottom:.4rem; }
.st-key-knobs { padding:.35rem 0 .5rem; }
@media (max-width: 640px) {
  [class*="st-key-strip-"] [data-testid="stColumn"] { min-width:100%; }
  [class*="st-key-scope-"]:not([class*="-last"])::after { right:auto; left:50%; top:auto;
    bottom:-1.05rem; transform:translateX(-50%) rotate(135deg); }
  .vs-lost, .vs-does { min-height:0; }
  .st-key-knobs [data-testid="stHorizontalBlock"] { flex-direction:row; flex-wrap:wrap;
    gap:.6rem 1.35rem; }
  .st-key-knobs [data-testid="stColumn"] { min-width:calc(50% - .7rem); flex:1 1 40%; }
  .st-key-knobs [data-testid="stColumn"]:first-child { min-width:100%; }
}
@container (min-width: 560px) and (max-width: 1120px) {
  [class*="st-key-strip-"] [data-testid="stHorizontalBlock"] { gap:1rem; }
  [class*="st-key-scope-"] { padding:.5rem .45rem .35rem; }
  [class*="st-key-scope-"]:not([class*="-last"])::after { right:-.82rem; width:.5rem;
    height:.5rem; }
  .vs-scope em { display:none; }
  .st-key-knobs [data-testid="stColumn"] { flex:1 1 30%; min-width:calc(33.3% - 1rem); }
  .st-key-knobs [data-testid="stHorizontalBlock"] { gap:.5rem 1.35rem; }
  .vs-does { min-height:4.1em; } .vs-lost { min-height:7.6em; }
}
</style>
"""
)


@dataclass(frozen=True)
class ScopeText:
    """The texts of a scope: number, name, purpose, and the measure and nature of what is lost."""

    number: str
    name: str
    does: str
    measure: str
    of: str
    lost: str
    aside: str = ""


@dataclass(frozen=True)
class PageLink:
    """The page behind a scope, and the settings it is opened with."""

    page: str
    settings: Callable[[Click | None], dict[str, Any]]

    def open(self, click: Click | None = None) -> None:
        state.put_all(self.settings(click))
        state.leave_for(self.page)


def strip(name: str, count: int) -> Sequence[DeltaGenerator]:
    """Places for the scopes of one path, from left to right; one below the other on a phone."""
    return st.container(key=f"strip-{name}").columns(count)


@contextmanager
def placed(place: DeltaGenerator, key: str, *, last: bool = False) -> Iterator[None]:
    """The frame of one scope, with an arrow to the next."""
    with place, st.container(key=f"scope-{key}{'-last' if last else ''}"):
        yield


def scope(
    key: str,
    text: ScopeText,
    draw: Callable[[], Figure],
    page_link: PageLink,
    *,
    made_of: Hashable,
    alt: str,
    kept: Sequence[Kept] = (),
    link: Link | None = None,
    dim: bool = False,
    height: int = HEIGHT,
    on_click: Callable[[Click], None] | None = None,
) -> None:
    """One scope; a click on its picture opens the page behind it, or calls `on_click`."""
    head(text)
    show_figure(
        draw, key, alt=alt, made_of=made_of, kept=kept, height=height, link=link, dim=dim,
        filename=f"signal-path-{key}", on_click=on_click or page_link.open,
    )  # fmt: skip
    measure, of, lost = map(html.escape, (text.measure, text.of, text.lost))
    st.html(f'<p class="vs-lost"><b>{measure} <small>{of}</small></b><span>{lost}</span></p>')
    st.button(
        marked("Open {page}", page=say(PAGES[page_link.page].title)),
        key=f"open-{key}",
        type="tertiary",
        icon=":material/arrow_outward:",
        on_click=page_link.open,
    )


def head(text: ScopeText) -> None:
    """Number, name and purpose."""
    aside = f"<em>{html.escape(text.aside)}</em>" if text.aside else ""
    st.html(
        f'<div class="vs-scope"><i>{html.escape(text.number)}</i><b>{html.escape(text.name)}</b>'
        f'{aside}</div><p class="vs-does">{html.escape(text.does)}</p>'
    )


def heading(name: str, what: str) -> None:
    """The heading of a path."""
    st.html(f'<div class="vs-way"><h2>{html.escape(name)}</h2><p>{html.escape(what)}</p></div>')
