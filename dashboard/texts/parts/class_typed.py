"""A typed text: its class, how surely, and which of its tokens moved that."""

from __future__ import annotations

import html
from functools import partial

import numpy as np
import streamlit as st

from core.text_classes.division import divide
from core.text_classes.occlusion import Moved, moved
from core.text_classes.specs import TextClasses
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures.classes import AGAINST, FOR, effects
from dashboard.texts.parts import class_run
from dashboard.texts.views import ClassView
from dashboard.ui import controls, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

STRONG, WEAK = 0.05, 0.01  # of a probability: marked by a line, and by a tint alone
LONGEST_PIECE = 12  # characters of a piece in the figure


def is_trained(spec: TextClasses) -> bool:
    """Whether there is a network to ask; else says that there is none."""
    untrained = say("Train the network first: this is about the trained one.")
    return live_run.is_complete(class_run.TRAINER, spec, untrained)


def draw(spec: TextClasses) -> None:
    """The text, its class, and its tokens coloured by what they move."""
    if not is_trained(spec):
        return
    text = controls.words(ClassView, "typed_review", "A text", area=True)
    told = moved(spec, text)
    names = divide(spec.division).names
    label = _named(spec, names, told.best)
    change = told.effects(told.best)
    st.markdown(answer(told, change, label))
    _coloured(told, change, label)
    pieces = [_short(told.text[a:b]) for a, b in told.spans]
    show_figure(
        partial(effects, pieces, change, label), "class_effects",
        made_of=("class effects", spec, told.text),
        alt=say("What each piece of the text moves towards “{label}”", label=label),
        height=300,
    )  # fmt: skip
    caption(_method(told, label))


def _named(spec: TextClasses, names: list[str], label: int) -> str:
    own = spec.division.reading.labelled.texts_of == "table"
    return names[label] if own else say(names[label])


def answer(told: Moved, change: np.ndarray, label: str) -> str:
    """The class and its probability, and the pieces that moved it most each way."""
    parts = [
        marked(
            "**“{label}”, with {share:.0%}.** A text of which nothing is known would be so with "
            "{blind:.0%}.",
            label=label, share=told.probabilities[told.best], blind=told.blind[told.best],
        )
    ]  # fmt: skip
    for order, text in (
        (np.argsort(-change), "“{piece}” speaks for it most: without it {share:.0%} are left."),
        (np.argsort(change), "“{piece}” speaks most against it: without it, {share:.0%}."),
    ):
        i = int(order[0])
        if abs(change[i]) >= WEAK and (change[i] > 0) == text.endswith("left."):
            a, b = told.spans[i]
            share = told.without[i, told.best]
            parts.append(marked(text, piece=told.text[a:b], share=share))
    return paragraph(*parts)


def _method(told: Moved, label: str) -> str:
    change = told.effects(told.best)
    parts = [
        say(
            "Each piece is hidden in turn, and the network asked again. The effects sum to "
            "{sum:+.0f} points; the whole text moves the probability of “{label}” by {whole:+.0f} "
            "from that of a text of unknown tokens: what words do together, none does alone.",
            sum=100 * change.sum(), label=label,
            whole=100 * (told.probabilities[told.best] - told.blind[told.best]),
        )
    ]  # fmt: skip
    parts.append(say("{read:,} tokens are read, {unknown:,} of them unknown.",
                     read=told.tokens, unknown=told.unknown))  # fmt: skip
    if told.cut:
        parts.append(say("The rest of the text is not read."))
    return paragraph(*parts)


def _coloured(told: Moved, change: np.ndarray, label: str) -> None:
    """The text, each piece tinted by what it moves; the strongest are underlined, too."""
    most = max(float(np.abs(change).max()), STRONG)
    pieces, end = [], 0
    for (a, b), value in zip(told.spans, change, strict=True):
        pieces.append(html.escape(told.text[end:a]))
        colour = FOR if value > 0 else AGAINST
        tint = round(75 * min(abs(value) / most, 1.0)) if abs(value) >= WEAK else 0
        line = f"border-bottom:3px {'solid' if value > 0 else 'double'} {colour};"
        style = f"background:color-mix(in srgb, {colour} {tint}%, transparent);"
        style += line if abs(value) >= STRONG else ""
        pieces.append(f'<span style="{style}">{html.escape(told.text[a:b])}</span>')
        end = b
    pieces.append(html.escape(told.text[end:]))
    key = say("Blue, underlined once: for “{label}”. Orange, underlined twice: against it.",
              label=label)  # fmt: skip
    st.html(
        f'<p class="vs-text" style="font-size:1.3rem;line-height:2;margin:.2rem 0 0;'
        f'overflow-wrap:anywhere">{"".join(pieces)}</p>'
        f'<div class="vs-caption">{html.escape(key)}</div>'
    )


def _short(piece: str) -> str:
    return piece if len(piece) <= LONGEST_PIECE else f"{piece[:LONGEST_PIECE]} …"
