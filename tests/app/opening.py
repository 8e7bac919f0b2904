"""Opening pages without a browser: `from opening import …`."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import nbformat
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.specs import Spec
from core.text.shelf import store_upload
from dashboard import slots, state
from dashboard.navigation import PAGES as ROWS
from dashboard.navigation import SCRIPTS
from dashboard.ui import downloads
from dashboard.ui.figure import read

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = ("heatmap", "neighbours", "map", "corpus")
SMALL = ("heatmap", "neighbours", "corpus")  # those a text of a dozen words is enough for
T = TypeVar("T")
LIMIT = 200  # s; a ceiling, not a delay


def open_page(page: str = "heatmap", **query: str) -> AppTest:
    """A page opened by a link with these parameters, everything on it computed."""
    at = AppTest.from_file(str(APP), default_timeout=LIMIT)
    at.query_params.update(query)
    at.switch_page(SCRIPTS[page])
    return settled(at.run())


def settled(at: AppTest) -> AppTest:
    """Run until nothing is being computed any more."""
    run_while(at, lambda: bool(at.get("progress")))
    assert not at.exception, at.exception
    assert not any("A bug in this program" in said for said in errors(at)), errors(at)
    return at


def run_while(at: AppTest, busy: Callable[[], bool]) -> None:
    """Run again and again while this holds, as the page does by itself while it waits."""
    late = time.monotonic() + LIMIT
    kept(at)
    while busy():
        assert time.monotonic() < late, "it did not end in time"
        time.sleep(0.02)
        at.switch_page(SCRIPTS[page_of(at)])  # AppTest forgets that a page has led to another
        at.run()
        kept(at)


def go(at: AppTest, page: str) -> AppTest:
    """Use the navigation."""
    return settled(at.switch_page(SCRIPTS[page]).run())


def dropped(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The page of collections after files of one's own were dropped on it."""
    at.file_uploader(key="collection-upload").set_value([(*file, "") for file in files])
    return settled(at.run())


def put(at: AppTest, **settings: Any) -> AppTest:
    """Do what a user does with the widgets of these settings."""
    for name, value in settings.items():
        at.session_state[f"setting:{name}"] = value
    return settled(at.run())


def open_tab(at: AppTest, page: str, name: str) -> AppTest:
    """Open one of the tabs of a page."""
    at.session_state[f"{page}-tabs"] = name
    return settled(at.run())


def slot(at: AppTest, kind: type[T]) -> T:
    """What an owner remembers of the session."""
    kept: T = at.session_state[slots.key(kind)]
    return kept


def settings(at: AppTest) -> dict[str, Any]:
    """The value of every setting that the session knows."""
    return slot(at, state.Settings).values


def page_of(at: AppTest) -> str:
    """The page that is shown."""
    return slot(at, state.Place).page


def script(at: AppTest) -> str:
    """The Python file that an open Code tab saves.

    It holds the lines shown, and so does the notebook beside it, which is one.
    """
    files: dict[str, Callable[[], str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            downloads,
            "later",
            lambda label, make, file, mime, key: files.update({file: make}),
        )
        settled(at.run())
    code_files = sorted(name for name in files if name.endswith((".py", ".ipynb")))[::-1]
    (file, text), (other, notebook) = ((name, files[name]()) for name in code_files)
    assert file.endswith(".py") and other == file.replace(".py", ".ipynb")
    cells = nbformat.reads(notebook, as_version=4)
    nbformat.validate(cells)
    about, _, code = cells["cells"]
    lines = at.code[0].value.rstrip()
    assert text.endswith(f"\n\n{lines}\n")
    assert code["source"].replace("\nshow(", "\nprint(") == lines
    assert about["source"].startswith("# ") and ROWS[page_of(at)].title in text.splitlines()[0]
    return text


def upload(name: str, content: bytes | str, **more: str) -> dict[str, str]:
    """Keep a file as an upload; the parameters of a link to it."""
    data = content.encode() if isinstance(content, str) else content
    return query_of(store_upload(name, data)) | more


def query_of(spec: Spec) -> dict[str, str]:
    return {k: v for k, v in spec.to_query().items() if v}


def figures(at: AppTest) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """key → (options, figure) of all figures shown, put together as a saved file has them."""
    parts = kept(at)
    by_key = {}
    for proto in (e.proto for e in at.get("bidi_component")):
        if proto.component_name == "vectorscope_figure":
            options, drawn = read(proto.bytes)
            for i, name in enumerate(options.get("kept", ())):
                part = parts[options["key"], i, name]
                first = drawn["data"][0]
                first |= part | {"marker": first.get("marker", {}) | part.get("marker", {})}
            drawn["data"] += options.get("marks", [])
            by_key[proto.id.rsplit("-", 1)[1]] = options, drawn
    return by_key


def kept(at: AppTest) -> dict[tuple[str, int, str], dict[str, Any]]:
    """What a browser would have kept: what was ever sent to this session."""
    parts: dict[tuple[str, int, str], dict[str, Any]] = at.__dict__.setdefault("kept", {})
    for proto in (e.proto for e in at.get("bidi_component")):
        if proto.component_name == "vectorscope_kept":
            about, part = read(proto.bytes)
            if part:
                parts[about["key"], about["part"], about["name"]] = part
    return parts


def figure(at: AppTest, key: str) -> dict[str, Any]:
    """What Plotly is given under a key."""
    return figures(at)[key][1]


def array(packed: Any) -> np.ndarray:
    """An array as Plotly's JSON holds it."""
    if not isinstance(packed, dict):
        return np.array(packed)
    flat = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    shape = [int(n) for n in str(packed.get("shape", len(flat))).split(",")]
    return flat.reshape(shape)


def heat(at: AppTest) -> np.ndarray:
    """The values of the heatmap's cells; NaN where none is shown."""
    return array(figure(at, "heatmap")["data"][0]["z"])


def bars(at: AppTest) -> list[tuple[str, float]]:
    """(word, score) of the neighbours shown, the nearest first."""
    return [(d[0], d[3]) for d in figure(at, "neighbours")["data"][0]["customdata"]]


def errors(at: AppTest) -> list[str]:
    return [_plain(e.value) for e in at.error]


def warnings(at: AppTest) -> list[str]:
    return [_plain(e.value) for e in at.warning]


def infos(at: AppTest) -> list[str]:
    return [_plain(e.value) for e in at.info]


def captions(at: AppTest) -> list[str]:
    return [_plain(e.value) for e in at.caption]


def spoken(at: AppTest) -> str:
    """Everything that is shown as Markdown."""
    return " ".join(_plain(e.value) for e in at.markdown)


def hypertext(at: AppTest) -> str:
    """Everything shown by way of HTML, but for the script that names the page's language."""
    bodies = [e.proto.body for e in at.get("html")]
    return "\n".join(b for b in bodies if not b.startswith("<script>document.documentElement.lang"))


def _plain(markdown: str) -> str:
    return markdown.replace("\\", "")
