"""The text or the items that a sweep's model is made of: one with those of the other pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.errors import SpecError
from core.items.specs import Items
from core.specs import Spec, defaults
from core.sweeps.specs import Sweep
from core.sweeps.targets import read, write
from core.text.specs import Text
from dashboard import state
from dashboard.language import say
from dashboard.slots import slot
from dashboard.ui import context as bar
from dashboard.ui import notices

SUBJECTS: dict[str, type[Spec]] = {"texts": Text, "items": Items}


def context() -> list[tuple[str, str]]:
    """What the swept model is made of."""
    name = follow()
    return bar.module(name).context() if name else []


def words() -> list[str]:
    """No words: nothing of this is typed."""
    return []


def pick() -> None:
    """Draw the picker of a text or of items, as the swept model needs."""
    if name := follow():
        bar.module(name).pick()
    else:
        st.caption(say("The model swept is made of its own settings, below; no text is used."))


@dataclass
class Followed:
    """The swept model's settings when they last agreed with those of the other pages."""

    swept: str = ""


def follow() -> str:
    """Let the swept model and the other pages have one text, or items; returns which, or "".

    A sweep that was opened by a link, from the list or by hand brings its own; otherwise it has
    what is in use, or what a link names without a sweep.
    """
    swept = str(state.get("swept", Sweep().swept))
    try:
        base = read(swept)
    except SpecError:
        return ""
    leaves = dict(base.leaves())
    name = "texts" if "source" in leaves else "items" if "dataset" in leaves else ""
    if not name:
        return ""
    usual = defaults(SUBJECTS[name])
    own: dict[str, Any] = {n: leaves[n] for n in usual if n in leaves}
    followed = slot(Followed)
    if not followed.swept:
        _take_from_link(SUBJECTS[name], own)
    used = {n: state.get(n, usual[n]) for n in own}
    arrived = not followed.swept and any(used[n] != usual[n] for n in own)
    if own != used:
        if arrived or followed.swept == swept:
            swept = write(base.replace(**used))
            if swept != state.get("swept", Sweep().swept):
                state.put("swept", swept)
        else:
            state.put_all(own)
    followed.swept = swept
    return name


def _take_from_link(kind: type[Spec], own: Mapping[str, Any]) -> None:
    """Put the text or items that a link names, such as `source=lee-news`, into use."""
    link = {n: str(v) for n, v in st.query_params.items() if n in own}
    if not link or "swept" in st.query_params:
        return
    linked, refused = kind.from_query(link)
    state.put_all({n: v for n, v in linked.leaves() if n in link})
    for notice in refused:
        notices.add(notice)
