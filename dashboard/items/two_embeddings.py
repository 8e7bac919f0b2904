"""Two embeddings: the same rows by two vectors each; what moved, and which is better."""

from __future__ import annotations

import dataclasses
import json
from functools import partial

import numpy as np
import streamlit as st

from core.compare.duel import Duel
from core.compare.item_specs import Better, TwoMaps
from core.compare.items import better, compare_items, draw_both, settled_versions
from core.items.collection import Table
from core.items.filters import Filter, packed, passing
from core.maps.specs import ENGINES
from core.specs import limits
from dashboard import state
from dashboard.chain import engines
from dashboard.items.figures.collection import (
    Colour,
    MappedRows,
    collection_map,
    marks,
    one_group,
    places,
)
from dashboard.items.parts import collection_picker, two_tabs
from dashboard.items.parts.collection_colours import COLOURED, COLUMN, of_column, titles
from dashboard.items.parts.collection_panel import column, fitting, label_columns
from dashboard.items.parts.two_panel import NAMES, named, panel
from dashboard.items.parts.two_tabs import Two
from dashboard.items.views import TwoView
from dashboard.language import number, paragraph, say
from dashboard.markdown import marked, plain
from dashboard.ui import address, captions, layout
from dashboard.ui.figure import Click, Kept, Link, show_figure
from dashboard.ui.work import errors_shown, obtain

HEIGHT = 470
MOVED = "moved"
GROUP = "two embeddings"
BETTER = (
    "For “{column}”, {side} is better: the {k} nearest name {a:.1%} of the labels rightly in A, "
    "{b:.1%} in B."
)
TIE = (
    "For “{column}”, neither is better beyond the luck of the rows: the {k} nearest name {a:.1%} "
    "of the labels rightly in A, {b:.1%} in B."
)
CAPTION = (
    "A: {a}, {p:,} dimensions. B: {b}, {q:,} dimensions. {n:,} rows have a vector in both, "
    "{only_a:,} in A alone, {only_b:,} in B alone. Neighbours are exact, by cosine, each in its "
    "own space. Maps by {method}, which keeps {kept_a:.1%} of the 10 nearest of A, {kept_b:.1%} of "
    "B; B's is turned, mirrored and scaled to lie over A's. Intervals: 95 %, the luck of the rows; "
    "vectors made anew would differ by more."
)


def compared(spec: TwoMaps) -> Two | None:
    """What is shown for these settings, the last result meanwhile; None before there is any."""
    spec = dataclasses.replace(spec, versions=settled_versions(spec.versions))
    drawn = obtain(draw_both, spec, "two maps")
    if drawn is None or drawn.spec.versions.space.collection != spec.versions.space.collection:
        return None
    return Two(drawn.spec, compare_items(drawn.spec.versions), drawn.result, drawn.fresh)


def programs(spec: TwoMaps) -> str:
    """What the other programs keep of A and of B on the same maps, as far as that is known."""
    if spec.two_layout != "umap":
        return ""
    others = {engine: spec.replace(umap_engine=engine) for engine in ENGINES}
    known = {e: draw_both(o).kept for e, o in others.items() if o != spec and draw_both.stored(o)}
    sentences = []
    for i, letter in enumerate("AB"):
        kept = engines.beside(spec.umap_engine, {e: shares[i] for e, shares in known.items()})
        sentences.append(f"{letter}: {kept}" if kept else "")
    return paragraph(*sentences)


def duels(table: Table, spec: Better) -> tuple[Better, list[Duel]]:
    """Which embedding names the labels better, column by column; none while that is computed."""
    longest = limits(Better, "better_columns")["longest"]
    columns = fitting(label_columns(table), longest, state.get("label_column", ""))
    spec = spec.replace(better_columns=json.dumps(columns, ensure_ascii=False))
    if not columns:
        return spec, []
    result = obtain(better, spec, "two labels")
    if result is None or result.spec.versions != spec.versions:
        return spec, []
    return result.spec, result.result


def answer(two: Two, k: int, scored: list[Duel]) -> str:
    """What it amounts to, in two sentences."""
    mean = two.compared.mean_overlap(k)
    kept = say(
        "Of a row's {k} nearest in A, {mean:.1%} are among its {k} nearest in B; by chance it "
        "would be {chance:.1%}.",
        k=k, mean=mean.value, chance=mean.chance,
    )  # fmt: skip
    chosen = state.get("label_column", "")
    duel = next((d for d in scored if d.name == chosen), scored[0] if scored else None)
    if duel is None or not np.isfinite(duel.a.value):
        return kept
    sentence = say(
        BETTER if duel.real else TIE, column=duel.name,
        side="B" if duel.difference.value > 0 else "A", k=k, a=duel.a.value, b=duel.b.value,
    )  # fmt: skip
    return paragraph(kept, sentence)


def numbers(two: Two, k: int) -> None:
    """The comparison in four numbers, each with its doubt."""
    alike = two.compared.alike
    cards = [
        (say("overlap@{k}", k=k), two.compared.mean_overlap(k), ".1%",
         "share of the nearest rows both have, mean over the rows"),
        ("Procrustes residual", alike.residual, ".3f", "distance left once A is aligned with B"),
        ("RSA", alike.rsa, ".3f", "correlation of the cosines of all pairs of rows"),
        ("linear CKA", alike.cka, ".3f", "centred kernel alignment"),
    ]  # fmt: skip
    captions.chain_strip(
        [
            (
                name,
                number(value.value, f"z{form}"),
                say(
                    "{what}; 95 % for the luck of the rows: {low} to {high}; by chance {chance}",
                    what=say(meaning), low=number(value.low, f"z{form}"),
                    high=number(value.high, f"z{form}"), chance=number(value.chance, f"z{form}"),
                ),
            )
            for name, value, form, meaning in cards
        ]
    )  # fmt: skip


def colour(table: Table, two: Two, k: int) -> Colour:
    """The colours of the rows, and the control that chooses them."""
    names = [f"{COLUMN}{c.name}" for c in table.columns if c.role in COLOURED]
    options = [MOVED, *names]
    key = state.seed("two_colour", MOVED, listed=True)
    if st.session_state[key] not in options:
        st.session_state[key] = MOVED
    labels = {o: o.removeprefix(COLUMN) for o in names} | {MOVED: say("neighbours kept")}
    at = options.index(st.session_state[key])
    chosen = st.selectbox(say("Colour"), options, at, key=key, format_func=labels.__getitem__)
    state.keep("two_colour", "" if chosen == MOVED else chosen)
    if chosen == MOVED:
        return Colour(say("share of {k} neighbours kept", k=k), two.compared.overlap(k))
    wanted = str(chosen).removeprefix(COLUMN)
    return of_column(table, next(c for c in table.columns if c.name == wanted), two.compared.rows)


def drawn_around(table: Table) -> np.ndarray:
    """Which rows of the table are drawn around: all where none is."""
    rows = state.get("two_rows", "")
    return passing(table, [Filter("rows", "", rows)] if rows else [])


def keep_around(ids: list[object]) -> None:
    """Remember the rows drawn around on either map."""
    rows = [int(i) for i in ids if isinstance(i, (int, float))]
    if rows:
        state.put("two_rows", packed(rows))


def maps(table: Table, two: Two, meaning: Colour, around: np.ndarray) -> None:
    """Both maps, which share the lasso, the row under the pointer and the row chosen."""
    rows, line = two.compared.rows, titles(table)
    names = named(two.spec.versions)
    shown = around[rows]
    place = np.flatnonzero(rows == state.get("item_row", -1))
    chosen = int(place[0]) if len(place) else -1
    k = min(state.spec(Better).better_k, two.compared.longest)

    def choose(click: Click) -> None:
        if isinstance(click["customdata"], (int, float)):
            state.put("item_row", int(click["customdata"]))

    sides = (
        ("A", two.drawn.a, two.compared.a_rows), ("B", two.drawn.b, two.compared.b_rows),
    )  # fmt: skip
    method = say(NAMES[two.spec.two_layout])
    columns = st.columns(2, gap="small")
    for place_of, (side, xy, near), name in zip(columns, sides, names, strict=True):
        mapped = MappedRows(rows, xy, [line[i] for i in rows], shown)
        axis = say("{side}: {name} ({method}, no unit)", side=side, name=name, method=method)
        whole = one_group(mapped, meaning)
        with place_of:
            show_figure(
                partial(
                    collection_map, mapped, meaning, (axis, ""), f"{two.spec.key}:{side}",
                    placed=not whole,
                ),
                f"two_{side.lower()}",
                made_of=(two.spec, side, name, meaning.made_of, shown.tobytes()),
                alt=say(
                    "Map of {n:,} rows in {side}, coloured by {colour}",
                    n=len(rows), side=side, colour=meaning.title,
                ),
                height=HEIGHT,
                filename=f"embedding-{side.lower()}",
                on_click=choose,
                on_select=keep_around,
                dim=not two.fresh,
                link=Link(GROUP, points=True),
                kept=[Kept(f"{two.spec.key}:{side}", partial(places, mapped, shown))] * whole,
                marks=marks(mapped, chosen, near[chosen, :k].tolist() if chosen >= 0 else []),
            )  # fmt: skip


def chip(two: Two, around: np.ndarray, k: int) -> None:
    """What the rows drawn around have in common, and how to let go of them."""
    if around.all():
        return
    inside = around[two.compared.rows]
    share = two.compared.overlap(k)
    template = (
        "**{n:,}** rows drawn around: {mean:.1%} of their neighbours are kept, {all:.1%} of all."
    )
    mean = float(share[inside].mean()) if inside.any() else float("nan")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(
            marked(template, n=int(inside.sum()), mean=mean, all=float(share.mean())),
            width="content",
        )
        st.button(
            say("Let go"), key="two-let-go", icon=":material/close:", type="tertiary",
            on_click=lambda: state.put("two_rows", ""),
        )  # fmt: skip


def description(table: Table, two: Two) -> str:
    """What was compared, and what the maps are."""
    result = two.compared
    a, b = named(two.spec.versions)
    text = say(
        CAPTION, a=a, b=b, p=result.dims[0], q=result.dims[1], n=len(result.rows),
        only_a=result.alone[0], only_b=result.alone[1], method=say(NAMES[two.spec.two_layout]),
        kept_a=two.drawn.kept[0], kept_b=two.drawn.kept[1],
    )  # fmt: skip
    return paragraph(text, programs(two.spec))


@st.fragment
def screen(table: Table, spec: TwoMaps) -> None:
    """The answer, the maps and the tabs."""
    with errors_shown():
        two = compared(spec)
        if two is not None:
            k = min(state.spec(Better).better_k, two.compared.longest)
            above = st.container()  # it goes by the column that is chosen below
            left, right = st.columns(2, vertical_alignment="bottom")
            with left:
                meaning = colour(table, two, k)
            with right:
                column(TwoView, "label_column", "Labels", label_columns(table))
            with above:
                scoring, scored = duels(table, Better(two.spec.versions, k))
                st.markdown(plain(answer(two, k, scored)))
            around = drawn_around(table)
            chip(two, around, k)
            maps(table, two, meaning, around)
            numbers(two, k)
            captions.measured(description(table, two))
            two_tabs.below(table, two, k, (scoring, scored), around)
    publish()


def publish() -> None:
    """The settings of the page, in its address."""
    address.publish(state.spec(TwoMaps), state.spec(Better), state.spec(TwoView))


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    """The collection's controls, and the screen."""
    left, side = layout.columns()
    table = None
    with left, errors_shown():
        table = collection_picker.opened(collection_picker.in_use())
    if table is None:
        publish()
        return
    with side:
        spec = panel(table)
    with left, errors_shown():
        screen(table, spec)


main()
