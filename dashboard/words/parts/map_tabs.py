"""What is below a map: the chosen word, the lasso, hubs, stability, table, code, provenance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.maps.cloud import nearest_to_mean, points
from core.maps.hubs import Hubness, hubness
from core.maps.specs import SEEDED, Clusters, Hubs, Stability, Trust
from core.maps.stability import repeat
from core.maps.trust import Judged
from core.specs import Spec
from core.vectors.models.factorised import factorise
from core.vectors.specs import Shelved
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.ui import code_tab, controls, downloads, provenance_tab
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import obtain
from dashboard.words.figures.hubs import hub_distribution
from dashboard.words.figures.map import Word
from dashboard.words.figures.seeds import small_multiples
from dashboard.words.parts import map_code
from dashboard.words.views import MapView

SPECS: tuple[type[Spec], ...] = (Clusters, Hubs, Stability)
LONGEST = 4_000  # characters of the list of words drawn around
LOST = 20  # words shown before one is chosen


def used() -> tuple[Spec, ...]:
    """The specs of the tabs, for the address."""
    return tuple(state.spec(kind) for kind in SPECS)


def listed(words: list[str]) -> str:
    """Words as one text, as many as fit."""
    text = " ".join(words)
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0]


def below(spec: Trust, view: MapView, judged: Judged, drawn: Word, controlled: bool) -> None:
    """The tabs; only the open one is computed. `controlled`: the null control is known too."""
    page_tabs(
        {
            "Word": lambda: _word(view, judged, drawn),
            "Lasso": lambda: _lasso(spec, view, drawn),
            "Hubs": lambda: _hubs(spec, drawn),
            "Seeds": lambda: _seeds(spec, drawn),
            "Table": lambda: downloads.table(table(drawn), "map", "map"),
            "Code": lambda: code_tab.show(map_code.code(spec, view, drawn.words, controlled)),
            "Provenance": lambda: provenance_tab.show(spec, view),
        },
    )


def table(drawn: Word) -> pd.DataFrame:
    """Every word of the map with its place and its trust."""
    return pd.DataFrame(
        {
            "word": drawn.words,
            "x": drawn.xy[:, 0],
            "y": drawn.xy[:, 1],
            "count": drawn.counts,
            "norm": drawn.norms,
            "neighbours kept": drawn.kept,
            "trustworthiness": drawn.trustworthiness,
            "continuity": drawn.continuity,
            "lists it is in": drawn.occurrence,
        }
    )


def _word(view: MapView, judged: Judged, drawn: Word) -> None:
    """True neighbours and neighbours on the map, side by side."""
    if view.map_word not in drawn.words:
        _lost(drawn)
        return
    row = drawn.words.index(view.map_word)
    true, near = judged.true[row], judged.drawn[row]
    caption(
        say(
            "“{word}”: {share:.0%} of its {k} true neighbours are among its {k} nearest on the "
            "map.",
            word=view.map_word,
            share=judged.kept[row],
            k=len(true),
        )
    )
    kept, held = np.isin(true, near), np.isin(near, true)
    frame = pd.DataFrame(
        {
            "true neighbours": [drawn.words[i] for i in true],
            "on the map": np.where(kept, "near", "torn away"),
            "neighbours on the map": [drawn.words[i] for i in near],
            "in truth": np.where(held, "near", "false"),
        }
    )
    on_screen = {
        "on the map": [say("near") if known else say("torn away") for known in kept],
        "in truth": [say("near") if known else say("false") for known in held],
    }
    downloads.table(frame, "map-word", "map-word", on_screen=frame.assign(**on_screen))


def _lost(drawn: Word) -> None:
    """Where to look first: the words of which the map kept least."""
    rows = np.argsort(drawn.kept, kind="stable")[:LOST]
    caption(
        say(
            "Click a word on the map, or find it above. These {n} kept fewest of their true "
            "neighbours, the more frequent first among equals:",
            n=len(rows),
        )
    )
    columns = drawn.kept, drawn.trustworthiness, drawn.continuity
    names = "neighbours kept", "trustworthiness", "continuity"
    frame = pd.DataFrame({name: c[rows] for name, c in zip(names, columns, strict=True)})
    frame.insert(0, "word", [drawn.words[i] for i in rows])
    downloads.table(frame, "map-lost", "map-lost")


def _lasso(spec: Trust, view: MapView, drawn: Word) -> None:
    """The words drawn around, what is near their mean, and the way to their PMI."""
    place = {word: i for i, word in enumerate(drawn.words)}
    words = view.lasso.split()
    rows = np.array([place[word] for word in words if word in place], np.int64)
    if not len(rows):
        st.caption(
            say(
                "Choose the lasso or the box at the top right of the map, and draw around some "
                "words."
            )
        )
        return
    caption(
        say(
            "{n:,} words drawn around; {kept:.1%} kept on average.",
            n=len(rows),
            kept=drawn.kept[rows].mean(),
        )
    )
    cloud = spec.map.cloud
    if isinstance(cloud.vectors, Shelved):
        ready = True
    else:
        obtained = obtain(factorise, cloud.vectors.factors, "map vectors")
        ready = obtained is not None and obtained.fresh
    if ready:
        X = points(cloud).X
        near, cosines = nearest_to_mean(X, rows)
        said = ", ".join(f"{drawn.words[i]} ({c:.2f})" for i, c in zip(near, cosines, strict=True))
        caption(say("Nearest to their mean (cosine), others than these: {words}.", words=said))
    if len(rows) >= 2:
        st.button(
            say("PMI heatmap of these")
            if len(rows) <= map_code.HEATMAP
            else say("PMI heatmap of the first {n}", n=map_code.HEATMAP),
            key="lasso-heatmap", icon=":material/grid_on:",
            on_click=_to_heatmap, args=([drawn.words[i] for i in rows[:map_code.HEATMAP]],),
        )  # fmt: skip
    downloads.table(table(drawn).iloc[rows], "lasso", "lasso")


def _to_heatmap(words: list[str]) -> None:
    quoted = " ".join(words)
    state.put_all({"row_mode": "typed", "column_mode": "same", "row_list": quoted[:2000]})
    state.leave_for("heatmap")


def _hubs(spec: Trust, drawn: Word) -> None:
    """k-occurrence of the vectors as they are, and as the sliders leave them."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        controls.slider(Hubs, "hub_k", "Neighbours k", high=50)
    with middle:
        controls.slider(
            Hubs, "removed", "Components removed D", high=20,
        )  # fmt: skip
    with right:
        controls.toggle(Hubs, "centred", "Subtract the mean")
    raw, *cleaned = map_code.hubs_of(spec.map.cloud)
    plain = obtain(hubness, raw, "hubs")
    other = obtain(hubness, cleaned[0], "cleaned hubs") if cleaned else None
    if plain is None or len(plain.result.occurrence) != len(drawn.words):
        return
    after = other.result if other else None
    english, what = "centred", say("centred")
    if cleaned and cleaned[0].removed:
        english = f"mean and {cleaned[0].removed} components removed"
        what = say("mean and {n} components removed", n=cleaned[0].removed)
    k, N = plain.spec.hub_k, len(drawn.words)
    show_figure(
        hub_distribution(
            plain.result.occurrence,
            after.occurrence if after else None,
            _by_lot(k, N),
            what,
        ),
        "hubs",
        alt=say(
            "How many lists of {k} neighbours words are in; skewness {skewness:.2f}",
            k=k,
            skewness=plain.result.skewness,
        ),
        height=340,
        filename="hubs",
        dim=not plain.fresh or (other is not None and not other.fresh),
    )
    then = ""
    if after is not None:
        then = say(
            "; {what}, which takes {share:.1%} of Σ‖v‖² away: skewness {skewness:.2f}",
            what=what,
            share=after.share,
            skewness=after.skewness,
        )
    caption(
        paragraph(
            say(
                "For each of the {N:,} words, in how many of the others' lists of {k} nearest it "
                "stands (cosine, exact): {k} on average, skewness {skewness:.2f}{then}.",
                N=N,
                k=k,
                skewness=plain.result.skewness,
                then=then,
            ),
            say("Drawn by lot, it would be {skewness:.2f}.", skewness=_lot_skewness(k, N)),
        )
    )
    frame = _biggest(plain.result, "as they are", drawn)
    headings = _headings("as they are", say("as they are"))
    if after is not None:
        frame = pd.concat([frame, _biggest(after, english, drawn)], axis=1)
        headings |= _headings(english, what)
    downloads.table(frame, "hubs", "hubs", headings=headings)


def _biggest(found: Hubness, name: str, drawn: Word) -> pd.DataFrame:
    rows = np.argsort(-found.occurrence, kind="stable")[:15]
    words = [drawn.words[i] for i in rows]
    return pd.DataFrame({f"hubs, {name}": words, f"lists, {name}": found.occurrence[rows]})


def _headings(name: str, said: str) -> dict[str, str]:
    """What the columns of `_biggest` are called on the screen."""
    return {
        f"hubs, {name}": say("hubs, {vectors}", vectors=said),
        f"lists, {name}": say("lists, {vectors}", vectors=said),
    }


def _by_lot(k: int, N: int) -> np.ndarray:
    """P(a word is in ≥ x lists), x = 0, 1, …: binomial, N − 1 lists with probability k/(N − 1)."""
    from scipy.stats import binom

    x = np.arange(int(k + 8 * np.sqrt(k)) + 2)
    return np.asarray(binom.sf(x - 1, N - 1, k / (N - 1)))


def _lot_skewness(k: int, N: int) -> float:
    p = k / (N - 1)
    return float((1 - 2 * p) / np.sqrt((N - 1) * p * (1 - p)))


def _seeds(spec: Trust, drawn: Word) -> None:
    """The same map from several seeds."""
    if spec.map.map_method not in SEEDED:
        st.caption(say("PCA and axes have no randomness: every seed gives this very map."))
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        controls.slider(Stability, "stable_seeds", "Seeds")
    with right:
        controls.slider(Stability, "stable_k", "Neighbours k on the map", high=50)
    made = obtain(repeat, map_code.seeds_of(spec.map), "seeds")
    if made is None or made.result.xy.shape[1] != len(drawn.words):
        return
    found = made.result
    k, shared = made.spec.stable_k, found.shared
    titles = [say("seed {seed}", seed=found.seeds[0])]
    for i, seed in enumerate(found.seeds[1:].tolist(), 1):
        titles.append(say("seed {seed}: {share:.0%}", seed=seed, share=shared[0, i]))
    show_figure(
        small_multiples(found.xy, titles, found.kept, drawn.words),
        "seeds",
        alt=say(
            "The map from {n} seeds; {kept:.0%} of neighbours stay",
            n=len(titles),
            kept=found.kept.mean(),
        ),
        height=60 + 300 * -(-len(titles) // 2),
        filename="seeds",
        dim=not made.fresh,
    )
    pairs = shared[np.triu_indices(len(titles), 1)]
    caption(
        say(
            "The same map from {n} seeds, each shifted, turned, mirrored and scaled to lie over "
            "the first (Procrustes). Of a word's {k} nearest on the map, {mean:.1%} are the same "
            "from another seed ({low:.1%} to {high:.1%} over {pairs} pairs; beside each seed: "
            "against the first). Colour: the same, word by word.",
            n=len(titles),
            k=k,
            mean=pairs.mean(),
            low=pairs.min(),
            high=pairs.max(),
            pairs=len(pairs),
        )
    )
