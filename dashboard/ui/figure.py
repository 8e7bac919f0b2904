"""Show a Plotly figure: the one way every figure of the product reaches the screen.

Streamlit's own chart is rebuilt and drawn twice at each change, and forgets the zoom. This
component keeps the plot mounted under its key and updates it in place:

* the zoom survives as long as ``fig.layout.uirevision`` is the same (by default the key;
  set it when the axes mean something else, for instance other words), and as long as a
  range that the figure itself sets does not change;
* a trace whose ``meta`` is ``{"first": [row, …]}`` has its ``text`` written beside its points,
  these rows first, and any of ``"last"`` last, as far as there is room without overlap: more as
  one zooms in;
* a click or a selection comes back as the points' ``customdata``, if asked for;
* what of the first trace stays the same crosses the wire once, if asked for;
* a cloud of very many points is drawn by itself, and drawn anew where colours or filters change;
* marks above the points are drawn by themselves: the points stay as they are;
* the drawing is described for those who cannot see it, follows the theme, and can be saved.

Figures are packed, and those of known settings found again, by `dashboard.ui.packing`. In an
`AppTest` the figure is the second line of the element's bytes: ``read(proto.bytes)``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypedDict

import streamlit as st
from plotly.io.json import to_json_plotly

from dashboard.language import PERCENT_GAP, say, session_language
from dashboard.slots import slot
from dashboard.ui.browser_code import component
from dashboard.ui.packing import Figure, pack, pack_once, pack_part_once
from dashboard.ui.plotly_js import address


class Click(TypedDict):
    """One clicked point; `point` is ``[row, column]`` in a heatmap."""

    curve: int
    point: int | list[int]
    x: Any
    y: Any
    z: Any
    text: Any
    customdata: Any


@dataclass(frozen=True)
class FigureEvents:
    """What the user did: `click` lasts for one run, `selection` until it is changed."""

    click: Click | None = None
    selection: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Link:
    """What a figure lights up when a figure of the same group is pointed at (see link.js).

    says: the names that each row (y = 0, 1, …) calls when it is pointed at; rows: for a name,
    the rows to light here; curves: for the first of the names called, a series over y = 1, 2, ….
    points: a point calls its `customdata`, and the point with the same one is ringed here.
    """

    group: str
    says: list[list[str]] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    curves: dict[str, list[float]] = field(default_factory=dict)
    points: bool = False


@dataclass(frozen=True)
class Grip:
    """A point of a figure that a hand, or the arrow keys, move; its axes are linear.

    label: its name for screen readers; moved: told x, y and whether a hand still holds it.
    """

    x: float
    y: float
    label: str
    moved: Callable[[float, float, bool], None]


MODEBAR = (
    "Zoom", "Pan", "Box Select", "Lasso Select", "Reset axes", "Reset",
    "Double-click to zoom back out",
)  # fmt: skip
"""The tooltips of plotly.js itself."""


NO_WEBGL = (
    "This browser has no WebGL. The points are drawn without it, {drawn} of {all}, spread evenly "
    "over the rows; what is drawn around takes those alone."
)


@dataclass(frozen=True)
class Kept:
    """A part of a figure's first trace: while its name is the same, the browser keeps it.

    `make` gives attributes of the trace, those of its marker among them; it is called
    where the browser does not have the part yet.
    """

    name: str
    make: Callable[[], dict[str, Any]]


@dataclass
class Sent:
    """What browsers keep: by figure, the name of each part that was sent."""

    parts: dict[str, dict[int, str]] = field(default_factory=dict)


@dataclass
class Turns:
    """By figure, the number of the last report of its grip."""

    by_key: dict[str, int] = field(default_factory=dict)


_mount_kept = st.components.v2.component(
    "vectorscope_kept",
    css='[class*="st-key-kept-"] {\n  display: none;\n}',  # one line would pass for a file
    js=component("kept"),
    isolate_styles=False,
)
_mount = st.components.v2.component(
    "vectorscope_figure",
    js=component("figure"),
    # plotly.js writes its style rules into document.head, out of a shadow root's reach.
    isolate_styles=False,
)


def show_figure(
    fig: Figure | Callable[[], Figure],
    key: str,
    *,
    alt: str,
    made_of: Hashable = None,
    height: int = 460,
    filename: str | None = None,
    on_click: Callable[[Click], None] | Literal["rerun"] | None = None,
    on_select: Callable[[list[Any]], None] | Literal["rerun"] | None = None,
    dim: bool = False,
    token: str | None = None,
    follow: str | None = None,
    pictures: dict[str, Any] | None = None,
    link: Link | None = None,
    shape: float | None = None,
    kept: Sequence[Kept] = (),
    marks: Sequence[dict[str, Any]] | None = None,
    labels: dict[str, Any] | None = None,
    grip: Grip | None = None,
    on_window: Callable[[tuple[float, float, float, float] | None], None] | None = None,
    cloud: bool = False,
) -> FigureEvents:
    """Draw `fig` in the place that belongs to `key` and return what the user did with it.

    Parameters
    ----------
    fig
        A figure, or a plain dictionary of the same (`data`, `layout`). With `made_of`, the
        function that draws it.
    alt
        What the picture shows, in words, for screen readers.
    made_of
        All that the picture follows from besides the language: its specs, say. A picture drawn
        from the same before, for anybody, is not drawn again.
    height
        Height in px; the width is that of the container.
    filename
        Stem of saved files; by default the key.
    on_click, on_select
        ``None``: the user's clicks (box and lasso selections) are not reported at all.
        ``"rerun"``: they rerun the page. A function: it is called first, with the
        `Click` (with the list of ids), like any Streamlit callback.
        An id is the point's ``customdata``, else its ``ids`` entry, else its number.
    dim
        The picture belongs to older settings and a new one is being computed.
    token
        Written to the element's ``data-token`` once this very picture is drawn; by
        default ``fig.layout.meta`` if that is a text or a number.
    follow
        Key of a live slider along the x axis: the vertical line that the figure calls
        ``"follow"`` moves with its thumb at once, without waiting for the server.
    pictures
        A sheet of pictures (see `dashboard.figures.mosaic.sheet`): hovering over a point
        shows the one whose number is the point's ``customdata``. Its ``source`` is a CSS
        image, such as ``var(--name)``.
    link
        What lights up here, and in the other figures of the group, under the pointer.
    shape
        Height over width of a picture that keeps its shape: where it is narrow, it takes no
        more height than it fills.
    kept
        Parts of the first trace that the figure leaves out, and the browser puts in.
    marks
        Scatter traces above the points: of lines or of points, which the points stand back for,
        or of names (mode "text"), which are left out where two would overlap.
    labels
        The `meta` of the first trace, where it changes more often than the figure.
    grip
        A point that is dragged in the picture.
    on_window
        Told the part (x₀, x₁, y₀, y₁) of the axes that a zoom or a drag leaves in sight; None
        once all is.
    cloud
        The points are so many that they are drawn here, not by plotly.js. `kept` holds them: a
        part with `x`, `y`, `customdata` and maybe `text`, one with a byte for each, its code in
        `codes`, and one with a bit for each in `shown`. A trace of the figure whose ``meta`` is
        ``{"cloud": code}`` says what those of a code look like: a number, 255 being −1; "scale",
        whose codes are shades from 0 to 254; "out" of the points that are not shown.
    """
    if not alt.strip():
        raise ValueError(f"alt of figure {key!r} is empty; say in words what it shows")
    packed = pack_once(fig, key, made_of) if callable(fig) else pack(fig, key)
    options: dict[str, Any] = {
        "src": address(),
        "problem": say("This figure could not be drawn: {why}"),
        "height": height,
        "alt": alt,
        "filename": filename or key,
        "dim": dim,
        "token": packed.token if token is None else token,
        "clicks": on_click is not None,
        "selects": on_select is not None,
        "windows": on_window is not None,
        "no_webgl": say(NO_WEBGL),
        "follow": follow,
        "cloud": cloud,
    }
    if session_language() != "en":
        options["locale"] = {
            "name": session_language(),
            "dictionary": {name: say(name) for name in MODEBAR},
            "format": {"percent": f"{PERCENT_GAP[session_language()]}%"},
        }
    if pictures is not None:
        options["pictures"] = pictures
    if link is not None:
        options["link"] = asdict(link)
    if shape is not None:
        options["shape"] = shape
    if marks is not None:
        options["marks"] = json.loads(to_json_plotly(list(marks)))
    if labels is not None:
        options["labels"] = labels
    turns = slot(Turns).by_key
    if grip is not None:
        place = {"x": grip.x, "y": grip.y, "label": grip.label}
        options["grip"] = place | {"turn": turns.get(key, 0)}
    parts = _parts(key, kept) if kept else []
    if kept:
        options |= {"key": key, "kept": [part.name for part in kept]}
        options["coming"] = [bool(part) for part in parts]

    def clicked() -> None:
        click = st.session_state[key].get("click")
        if callable(on_click) and click is not None:
            on_click(click)

    def gripped() -> None:
        move = st.session_state[key].get("grip")
        if grip is not None and move is not None:
            turns[key] = int(move["turn"])
            grip.moved(float(move["x"]), float(move["y"]), bool(move["held"]))

    def selected() -> None:
        if callable(on_select):
            on_select(list(st.session_state[key].get("selection") or []))

    def looked() -> None:
        window = st.session_state[key].get("window")
        if on_window is not None:
            x0, x1, y0, y1 = map(float, window or (0, 0, 0, 0))
            on_window((x0, x1, y0, y1) if window else None)

    def resend() -> None:
        slot(Sent).parts.pop(key, None)

    result = _mount(
        key=key,
        # bytes, because Streamlit would otherwise quote the figure's JSON a second time and
        # serialise it once more for the identity of an element that has a key anyway
        data=json.dumps(options).encode() + b"\n" + packed.json,
        on_lacks_change=resend,
        on_click_change=clicked,
        on_selection_change=selected,
        on_grip_change=gripped,
        on_window_change=looked,
    )
    for i, (part, content) in enumerate(zip(kept, parts, strict=True)):
        name = json.dumps({"key": key, "part": i, "name": part.name})
        _mount_kept(key=f"kept-{key}-{i}", data=f"{name}\n{content}".encode())
    return FigureEvents(result.get("click"), tuple(result.get("selection") or ()))


def _parts(key: str, kept: Sequence[Kept]) -> list[str]:
    """JSON of each part that the browser has not been sent, else nothing.

    One that was sent and did not arrive, as the run was overtaken, the browser asks for.
    """
    names = slot(Sent).parts.setdefault(key, {})
    parts = []
    for i, part in enumerate(kept):
        packed = ""
        if names.get(i) != part.name:
            packed = pack_part_once(part.make, key, i, part.name)
            names[i] = part.name
        parts.append(packed)
    return parts


def read(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (options, figure) of what `show_figure` sent: for tests and benchmarks."""
    options, figure = data.split(b"\n", 1)
    return json.loads(options), json.loads(figure or "{}")
