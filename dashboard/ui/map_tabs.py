"""What is below a map: the chosen word, the lasso, hubs, stability, table, code, provenance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.maps.cloud import points
from core.maps.hubs import Hubness, hubness
from core.maps.specs import SEEDED, Clusters, Hubs, Stability, Trust
from core.maps.stability import repeat
from core.maps.trust import Judged
from core.specs import Spec
from core.vectors.factorised import factorise
from dashboard import state
from dashboard.figures.hubs import hub_distribution
from dashboard.figures.map import Word
from dashboard.figures.seeds import small_multiples
from dashboard.map_views import MapView
from dashboard.ui import controls, page
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain, told

SPECS: tuple[type[Spec], ...] = (Clusters, Hubs, Stability)
LONGEST = 4_000  # characters of the list of words drawn around
TABS = ["Word", "Lasso", "Hubs", "Seeds", "Table", "Code", "Provenance"]
HEATMAP = 60  # words that are sent to the heatmap


def used() -> tuple[Spec, ...]:
    """The specs of the tabs, for the address."""
    return tuple(state.spec(kind) for kind in SPECS)


def listed(words: list[str]) -> str:
    """Words as one text, as many as fit."""
    text = " ".join(words)
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0]


def below(spec: Trust, view: MapView, judged: Judged, drawn: Word, controlled: bool) -> None:
    """The tabs; only the open one is computed. `controlled`: the null control is known too."""
    tabs = dict(zip(TABS, st.tabs(TABS, on_change="rerun", key="map-tabs"), strict=True))
    open_ = next((name for name, tab in tabs.items() if tab.open), TABS[0])
    with tabs[open_], told():
        if open_ == "Word":
            _word(view, judged, drawn)
        elif open_ == "Lasso":
            _lasso(spec, view, drawn)
        elif open_ == "Hubs":
            _hubs(spec, drawn)
        elif open_ == "Seeds":
            _seeds(spec, drawn)
        elif open_ == "Table":
            page.download_table(table(drawn), "map", "map")
        elif open_ == "Code":
            page.code(code(spec, controlled))
        else:
            page.provenance(spec, view)


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


def code(spec: Trust, controlled: bool) -> str:
    """Python that gives the same map and the same numbers."""
    lines = f"""from core.counts import Association, Counts
from core.maps import Cloud, Map, Trust, judge
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd, Shelved

spec = {page.constructor(spec)}
judged = judge(spec)
print(judged.xy, judged.kept, judged.trustworthiness.mean(), judged.continuity.mean())
"""
    if controlled:
        lines += f"""other = judge(spec.replace(shuffled={not spec.map.cloud.shuffled}))
print(other.kept.mean(), other.trustworthiness.mean(), other.continuity.mean())
"""
    return lines


def _word(view: MapView, judged: Judged, drawn: Word) -> None:
    """True neighbours and neighbours on the map, side by side."""
    if view.map_word not in drawn.words:
        st.caption("Click a word on the map, or find it above.")
        return
    row = drawn.words.index(view.map_word)
    true, near = judged.true[row], judged.drawn[row]
    page.caption(
        f"“{view.map_word}”: {judged.kept[row]:.0%} of its {len(true)} true neighbours are among "
        f"its {len(true)} nearest on the map."
    )
    frame = pd.DataFrame(
        {
            "true neighbours": [drawn.words[i] for i in true],
            "on the map": np.where(np.isin(true, near), "near", "torn away"),
            "neighbours on the map": [drawn.words[i] for i in near],
            "in truth": np.where(np.isin(near, true), "near", "false"),
        }
    )
    page.download_table(frame, "map-word", "map-word")


def _lasso(spec: Trust, view: MapView, drawn: Word) -> None:
    """The words drawn around, what is near their mean, and the way to their PMI."""
    place = {word: i for i, word in enumerate(drawn.words)}
    words = view.lasso.split()
    rows = np.array([place[word] for word in words if word in place], np.int64)
    if not len(rows):
        st.caption(
            "Choose the lasso or the box at the top right of the map, and draw around some words."
        )
        return
    page.caption(
        f"{len(rows):,} words drawn around; {drawn.kept[rows].mean():.1%} kept on average."
    )
    cloud = spec.map.cloud
    if cloud.shelved.model:
        ready = True
    else:
        obtained = obtain(factorise, cloud.vectors.factors, "map vectors")
        ready = obtained is not None and obtained.fresh
    if ready:
        X = points(cloud).X
        near, cosines = _mean_neighbours(X, rows)
        said = ", ".join(f"{drawn.words[i]} ({c:.2f})" for i, c in zip(near, cosines, strict=True))
        page.caption(f"Nearest to their mean (cosine), others than these: {said}.")
    if len(rows) >= 2:
        st.button(
            f"PMI heatmap of {'these' if len(rows) <= HEATMAP else f'the first {HEATMAP}'}",
            key="lasso-heatmap", icon=":material/grid_on:",
            on_click=_to_heatmap, args=([drawn.words[i] for i in rows[:HEATMAP]],),
        )  # fmt: skip
        if st.session_state.pop("to-heatmap", False):
            st.switch_page("app_pages/heatmap.py")
    page.download_table(table(drawn).iloc[rows], "lasso", "lasso")


def _mean_neighbours(X: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 10 rows of X nearest the mean of some of them, these left out."""
    from core.vectors.search import top_k

    mean = X[rows].mean(axis=0)
    length = float(np.linalg.norm(mean))
    return top_k(X, mean / length if length else mean, 10, exclude=rows.tolist())


def _to_heatmap(words: list[str]) -> None:
    quoted = " ".join(words)
    state.put_all({"row_mode": "typed", "column_mode": "same", "row_list": quoted[:2000]})
    st.session_state["to-heatmap"] = True


def _hubs(spec: Trust, drawn: Word) -> None:
    """k-occurrence of the vectors as they are, and as the sliders leave them."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        controls.slider(Hubs, "hub_k", "Neighbours k", high=50)
    with middle:
        controls.slider(
            Hubs, "removed", "Components removed D", high=20,
            help="“All-but-the-top”: the mean is subtracted, then the D directions in which the "
            "vectors differ most.",
        )  # fmt: skip
    with right:
        controls.toggle(Hubs, "centred", "Subtract the mean")
    cleaned = state.spec(Hubs).replace(**dict(spec.map.cloud.leaves()))
    plain = obtain(hubness, cleaned.replace(centred=False, removed=0), "hubs")
    touched = cleaned.centred or cleaned.removed > 0
    other = obtain(hubness, cleaned, "cleaned hubs") if touched else None
    if plain is None or len(plain.result.occurrence) != len(drawn.words):
        return
    after = other.result if other else None
    what = f"mean and {cleaned.removed} components removed" if cleaned.removed else "centred"
    k, N = plain.spec.hub_k, len(drawn.words)
    show_figure(
        hub_distribution(
            plain.result.occurrence,
            after.occurrence if after else None,
            _by_lot(k, N),
            what,
        ),
        "hubs",
        alt=f"How many lists of {k} neighbours words are in; skewness {plain.result.skewness:.2f}",
        height=340,
        filename="hubs",
        dim=not plain.fresh or (other is not None and not other.fresh),
    )
    said = (
        f"For each of the {N:,} words, in how many of the others' lists of {k} nearest it stands "
        f"(cosine, exact): {k} on average, skewness {plain.result.skewness:.2f}"
    )
    if after is not None:
        said += (
            f"; {what}, which takes {after.share:.1%} of Σ‖v‖² away: skewness {after.skewness:.2f}"
        )
    page.caption(f"{said}. Drawn by lot, it would be {_lot_skewness(k, N):.2f}.")
    frame = _biggest(plain.result, "as they are", drawn)
    if after is not None:
        frame = pd.concat([frame, _biggest(after, what, drawn)], axis=1)
    page.download_table(frame, "hubs", "hubs")


def _biggest(found: Hubness, name: str, drawn: Word) -> pd.DataFrame:
    rows = np.argsort(-found.occurrence, kind="stable")[:15]
    words = [drawn.words[i] for i in rows]
    return pd.DataFrame({f"hubs, {name}": words, f"lists, {name}": found.occurrence[rows]})


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
        st.caption("PCA and axes have no randomness: every seed gives this very map.")
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        controls.slider(Stability, "stable_seeds", "Seeds")
    with right:
        controls.slider(Stability, "stable_k", "Neighbours k on the map", high=50)
    wanted = state.spec(Stability).replace(**dict(spec.map.leaves()))
    made = obtain(repeat, wanted, "seeds")
    if made is None or made.result.xy.shape[1] != len(drawn.words):
        return
    found = made.result
    k, shared = made.spec.stable_k, found.shared
    titles = [f"seed {found.seeds[0]}"]
    titles += [f"seed {s}: {shared[0, i]:.0%}" for i, s in enumerate(found.seeds[1:].tolist(), 1)]
    show_figure(
        small_multiples(found.xy, titles, found.kept, drawn.words),
        "seeds",
        alt=f"The map from {len(titles)} seeds; {found.kept.mean():.0%} of neighbours stay",
        height=60 + 300 * -(-len(titles) // 2),
        filename="seeds",
        dim=not made.fresh,
    )
    pairs = shared[np.triu_indices(len(titles), 1)]
    page.caption(
        f"The same map from {len(titles)} seeds, each shifted, turned, mirrored and scaled to lie "
        f"over the first (Procrustes). Of a word's {k} nearest on the map, {pairs.mean():.1%} are "
        f"the same from another seed ({pairs.min():.1%} to {pairs.max():.1%} over {len(pairs)} "
        "pairs; beside each seed: against the first). Colour: the same, word by word."
    )
