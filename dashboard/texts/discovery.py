"""Word discovery: where words begin in a text that sets none apart."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
import pandas as pd
import streamlit as st

from core.intervals import Interval
from core.segmentation.scoring import Agreement
from core.segmentation.specs import Discovery, TemplateRules
from core.text.discovery import (
    Discovered,
    basis,
    count,
    counted_for,
    learned_by,
    lexicon,
    segmenter,
    spelling,
    unigram,
)
from core.text.judging import VARIED, along, curve, found, judged, judged_f1
from core.text.reading import read
from core.text.specs import Corpus, Source, Text
from dashboard import state
from dashboard.chain import corpus_picker
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.texts.figures.discovery import STEPS, bits, scores
from dashboard.texts.parts import running_text, templates_tab
from dashboard.texts.views import DiscoveryView
from dashboard.ui import address, captions, code_tab, controls, downloads, layout, provenance_tab
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import begin, errors_shown, obtain

FOUND = "words found"  # where their job is shown
EXAMPLES = {
    "People's Daily": Source("peoples-daily", joined=True),
    "English sample": Source("wikipedia-sample", joined=True),
}
ENGLISH_LONGEST, USUAL_LONGEST = 12, 6
ENGLISH_POWER, USUAL_POWER = 1.4, 2.0  # at 1.6 hardly an English word is listed


def panel() -> DiscoveryView:
    """The controls: which text, which method, its thresholds, what is shown."""
    layout.heading("Text")
    with st.container(horizontal=True, gap="small", key="presets-discovery"):
        for name, source in EXAMPLES.items():
            st.button(
                say(name), key=f"discovery:{source.source}", on_click=_adopt, args=(source,),
                type="tertiary",
            )  # fmt: skip
    layout.heading("Method")
    names = corpus_picker.METHODS
    method = controls.pick(Discovery, "found_by", "Method", names=names, compact=False)
    _thresholds(method)
    layout.heading("Shown")
    controls.slider(DiscoveryView, "passage_at", "Passage at (%)", step=0.5, format="{:.1f}")
    controls.words(DiscoveryView, "typed", "Or type a text", area=True, hint="自然语言处理很有意思")
    return state.spec(DiscoveryView)


def _thresholds(method: str) -> None:
    nats: dict[str, tuple[str, ...]] = {
        "branching": ("cut_cost",),
        "unigram": ("further_cost", "length_power", "list_price"),
        "cohesion": ("cohesion_2", "cohesion_3", "cohesion_4"),
        "entropy": ("joining_pmi",),
    }
    labels = {
        "cut_cost": "Cost of a word (nats)",
        "further_cost": "Cost of a word (nats)",
        "length_power": "Power of the length",
        "list_price": "Price of a place in the list",
        "cohesion_2": "Cohesion of 2 letters (nats)",
        "cohesion_3": "Cohesion of 3 letters (nats)",
        "cohesion_4": "Cohesion of 4 letters (nats)",
        "joining_pmi": "PMI to join (nats)",
    }
    for name in nats[method]:
        controls.slider(Discovery, name, labels[name], step=0.1, format="{:.1f}")
    if method in ("branching", "unigram"):
        controls.slider(Discovery, "longest_word", "Longest word (letters)")
    else:
        controls.slider(Discovery, "least_count", "Least count", log=True)


def _adopt(source: Source) -> None:
    """Take one of the examples, and let words be as long as its script wants."""
    english = source.source == "wikipedia-sample"
    longest = ENGLISH_LONGEST if english else USUAL_LONGEST
    power = ENGLISH_POWER if english else USUAL_POWER
    script = {"longest_word": longest, "length_power": power, "typed": ""}
    state.put_all(dict(source.leaves()) | script)


def ready(spec: Discovered) -> bool:
    """Have what a cut needs; while it is computed, the progress is shown."""
    if obtain(count, counted_for(spec), "n-grams") is None:
        return False
    if not count.ready(counted_for(spec)):
        return False
    if spec.discovery.found_by == "branching":
        return True
    if spec.discovery.found_by == "unigram":
        obtain(unigram, learned_by(spec), "unigram model")
        return unigram.ready(learned_by(spec))
    obtain(lexicon, spec, "lexicon")
    return lexicon.ready(spec)


def answer(agreement: Agreement, f1: Interval) -> None:
    """The page's numbers in one sentence."""
    captions.answer(
        say(
            "Of 100 words found here {p:.0f} are words of the text, and of 100 words of the text "
            "{r:.0f} are found.",
            p=100 * agreement.precision, r=100 * agreement.recall,
        )
    )  # fmt: skip
    captions.measured(
        say(
            "F1 {f:.3f} ({low:.3f} to {high:.3f}, 95 % for the luck of the passages), over {n:,} "
            "words of the half on which no threshold is tuned.",
            f=f1.value, low=f1.low, high=f1.high, n=agreement.gold,
        )
    )  # fmt: skip


def passage(view: DiscoveryView, spec: Discovered) -> None:
    """What was typed, else a passage of the text, and its cuts."""
    cutter = segmenter(spec)
    if typed := view.typed.strip():
        spaced = any(character in " \u3000\t" for character in typed)
        shown = running_text.cut(typed, cutter, gold=spaced)
    else:
        raw = read(spec.origin.replace(joined=False))
        text = running_text.excerpt(raw, view.passage_at)
        shown = running_text.cut(text, cutter, gold=spec.origin.joined)
    if not shown.begins.any():
        st.info(say("There is no letter in this text; type some."))
        return
    running_text.show(shown)


def curves(spec: Discovered, f1: float) -> None:
    """Precision, recall and F1 along the threshold, and where the sliders stand."""
    obtained = obtain(curve, along(spec), "scores")
    if obtained is None:
        return
    method, result = obtained.spec.found.discovery.found_by, obtained.result
    name, _ = VARIED[method]
    threshold = float(spec.discovery.leaf(name))
    best = int(result.f1[:, 0].argmax())
    st.markdown(f"## {say('Against the words set apart by hand')}")
    show_figure(
        partial(scores, result, method, threshold, f1),
        "discovery_scores",
        made_of=(obtained.spec, spec),
        alt=say(
            "Precision, recall and F1 along the threshold; the best F1 on the tuning half is at "
            "{x:g}, where the other half has {f:.3f}",
            x=float(result.thresholds[best]),
            f=float(result.f1[best, 1]),
        ),
        height=330,
        follow=f"setting:{name}",
        dim=not obtained.fresh,
    )
    captions.measured(
        say(
            "A word is right if it begins and ends where the text says; punctuation, at which "
            "everything is cut, does not count. The dotted line is the threshold now. The best "
            "threshold of the tuning half (diamond, {x:g}) gives F1 {f:.3f} on the other half, "
            "which had no say in it.",
            x=float(result.thresholds[best]),
            f=float(result.f1[best, 1]),
        )
    )


def below(view: DiscoveryView, spec: Discovered) -> None:
    """Words, bits, code and provenance."""
    page_tabs(
        {
            "Words found": partial(_words, spec),
            "Words missed": partial(_missed, spec),
            "Templates": partial(templates_tab.show, spec, view.rules),
            "Bits": partial(_bits, spec),
            "Code": partial(_code, spec, view.rules),
            "Provenance": partial(provenance_tab.show, view),
        },
    )


def _words(spec: Discovered) -> None:
    obtained = obtain(found, spec, FOUND)
    if obtained is None:
        return
    words = obtained.result
    table = _described(obtained.spec)
    shown = table
    if len(words.known):
        shown = table.assign(**{"known by hand": _told(words.known, say("yes"), say("no"))})
        kept = say(
            "{n:,} different words; {share:.0%} of them are words of the hand segmentation, too.",
            n=len(table),
            share=float(words.known.mean()),
        )
    else:
        kept = say("{n:,} different words.", n=len(table))
    st.caption(kept)
    downloads.table(table, "words-found", "words-found", on_screen=shown, lazy=True)
    captions.measured(
        say(
            "0 stands for all numbers alike. Cohesion: log of P(s) over P(a)P(b) at the weakest "
            "split of the word. F*: what writing it as one word saves at least, a letter and "
            "before dividing by the mean length of words. Entropies: how hard to guess the letter "
            "before and after it is."
        )
    )


@lru_cache(4)
def _described(spec: Discovered) -> pd.DataFrame:
    """A row a word found; nobody changes it."""
    words = found(spec)
    table = pd.DataFrame(
        {
            "word": words.words,
            "count": words.counts,
            "cohesion (nats)": words.cohesion.round(3),
            "F* (10⁻⁶ nats)": (1e6 * words.least_gain).round(3),
            "left entropy (nats)": words.left.round(3),
            "right entropy (nats)": words.right.round(3),
        }
    )
    if len(words.known):
        table["known by hand"] = _told(words.known, "yes", "no")
    return table


def _told(known: np.ndarray, yes: str, no: str) -> pd.Categorical:
    return pd.Categorical.from_codes(known.astype(np.int8), [no, yes])


def _missed(spec: Discovered) -> None:
    obtained = obtain(found, spec, FOUND)
    if obtained is None:
        return
    words = obtained.result
    if not len(words.known):
        st.info(say("Nothing tells which words this text has."))
        return
    table = pd.DataFrame({"word": words.missed, "count": words.missed_counts})
    st.caption(
        marked(
            "{n:,} words of the hand segmentation were never found, the most frequent first.",
            n=len(table),
        )
    )
    downloads.table(table, "words-missed", "words-missed", lazy=True)


def _bits(spec: Discovered) -> None:
    obtained = obtain(found, spec, FOUND)
    if obtained is None:
        return
    steps = obtained.result.steps
    st.markdown(
        marked(
            "**{before:.2f} bits a letter as letters, {after:.2f} as words**: the entropy of the "
            "words over their mean length.",
            before=steps[0].bits,
            after=steps[-1].bits,
        )
    )
    show_figure(
        partial(bits, steps),
        "discovery_bits",
        made_of=(obtained.spec, "bits"),
        alt=", ".join(f"{say(STEPS[step.name])}: {step.bits:.2f}" for step in steps),
        height=320,
    )
    if obtained.spec.discovery.found_by == "unigram":
        model = unigram(learned_by(obtained.spec))
        captions.caption(
            say(
                "{first:,} strings were weighed as words; {last:,} pay for their place in the "
                "list. The cost of a letter, what length adds included, fell from {before:.2f} to "
                "{after:.2f} nats.",
                first=int(model.listed[0]), last=int(model.listed[-1]),
                before=float(model.nats[0]), after=float(model.nats[-1]),
            )
        )  # fmt: skip
    captions.caption(
        say(
            "Each bar is the whole text, cut by the words at hand after that step. The list of "
            "words itself costs nothing here, so that more and longer words always look cheaper."
        )
    )


def _code(spec: Discovered, rules: TemplateRules) -> None:
    code_tab.show(
        "from core.segmentation import Discovery, TemplateRules\n"
        "from core.text import Source\n"
        "from core.text.discovery import Discovered\n"
        "from core.text.judging import found, judged\n"
        "from core.text.templates import Templated, templates\n\n"
        f"spec = {constructor(spec)}\n"
        "words = found(spec)\nprint(words.words[:20], words.counts[:20].tolist())\n"
        + ("print(judged(spec).f1)\n" if spec.origin.joined else "")
        + f"print(templates(Templated(spec, {constructor(rules)})).names[:5])\n"
    )


def handed_on(spec: Discovered) -> None:
    """A button that takes the words into the chain: counts, PMI, vectors."""
    text = Text(spec.origin, tokeniser="discovered", discovery=spec.discovery)
    st.button(
        say("Count with these words"),
        key="discovery:count",
        icon=":material/arrow_forward:",
        on_click=partial(_leave, Corpus(text)),
        help=say("Opens the corpus cut into them; vectors and neighbours follow from there."),
    )


def _leave(corpus: Corpus) -> None:
    state.adopt(corpus)
    state.leave_for("corpus")


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    screen, side = layout.columns()
    with side:
        view = panel()
        spec = basis(view.found)
        handed_on(spec)
    with screen, errors_shown():
        if ready(spec):
            begin(found, spec, FOUND)
            if has_gold := len(spelling(spec.origin).gold) > 0:
                agreement = judged(spec)
                answer(agreement, judged_f1(spec))
            passage(view, spec)
            if has_gold:
                curves(spec, agreement.f1)
            below(view, spec)
    address.publish(state.spec(DiscoveryView))


main()
