"""The tab of templates: words that go together although others stand between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.segmentation.specs import TemplateRules
from core.text.discovery import Discovered
from core.text.templates import Templated, Templates, templates
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import captions, controls, downloads
from dashboard.ui.work import obtain


def show(spec: Discovered, rules: TemplateRules) -> None:
    """What makes a template, and those of the text."""
    with st.container(key="template-rules"):
        left, right = st.columns(2)
        with left:
            controls.slider(TemplateRules, "template_window", "Window (words)")
            controls.slider(TemplateRules, "template_pmi", "PMI to join (nats)", step=0.1,
                            format="{:.1f}")  # fmt: skip
        with right:
            controls.slider(TemplateRules, "template_count", "Least count", log=True)
            controls.slider(TemplateRules, "template_freedom", "Freedom of the place (nats)",
                            step=0.1, format="{:.1f}")  # fmt: skip
    obtained = obtain(templates, Templated(spec, state.spec(type(rules))), "templates")
    if obtained is None:
        return
    result = obtained.result
    _answer(result)
    if result.names:
        table = _table(result)
        downloads.table(table, "templates", "templates", lazy=True)
    captions.measured(
        say(
            "A template is a chain of words of which each follows the one before at once or, at "
            "“…”, after one word or more, within the window and without punctuation between. "
            "PMI: of its weakest joint. F*: what writing it as one saves at least, a word of the "
            "text. Freedom: the entropy of what fills its tightest place. A template that is "
            "nearly always part of one with a word more is left out. 0 stands for all numbers "
            "alike."
        )
    )


def _answer(result: Templates) -> None:
    """How many there are, and the first three."""
    if not result.names:
        captions.answer(say("No words go together in this way; lower the PMI or the least count."))
        return
    captions.answer(
        say(
            "{n:,} templates; the first are {names}.",
            n=len(result.names),
            names=", ".join(f"“{name}”" for name in result.names[:3]),
        )
    )
    if result.looked_at < result.words:
        st.caption(
            marked("Among the first {n:,} of {all:,} words.", n=result.looked_at, all=result.words)
        )


def _table(result: Templates) -> pd.DataFrame:
    """A row a template."""
    fillings = ["; ".join(f"{text} ({n})" for text, n in one) for one in result.fillings]
    return pd.DataFrame(
        {
            "template": result.names,
            "count": result.counts,
            "PMI (nats)": np.round(result.pmi, 2),
            "F* (10⁻⁶ nats)": np.round(1e6 * result.gain, 1),
            "freedom (nats)": np.round(result.freedom, 2),
            "fillings": result.kinds,
            "most often": fillings,
            "example": result.examples,
        }
    )
