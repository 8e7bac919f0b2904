"""Photograph the running app for the README: `python docs/screenshots.py [name ...]`.

Writes docs/screenshots/<name>.png. Needs what `requirements-dev.txt` names, and Chromium.
Results are kept in VECTORSCOPE_CACHE, if that is set; else everything is computed anew.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.browser import PATIENCE, chromium, served  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
SIZE = {"width": 1440, "height": 900}
COLOURS = 256  # of a picture that is too large with all of its own
LARGEST = 250_000  # bytes
REST = 1_000  # ms without a new picture, after which a page is finished
# Of what is seen, nothing is still computed, and every picture is that of its settings.
FINISHED = """(keys) => {
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((e) => {
    const { top, bottom } = e.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  return !seen('[data-testid="stProgress"], [data-testid="stSkeleton"]').length
    && seen(".vs-figure").every((f) => f.getAttribute("aria-busy") !== "true")
    && keys.every((key) => document.querySelector(`.st-key-${key} .vs-figure[data-draws]`));
}"""
DRAWN = """() => [...document.querySelectorAll(".vs-figure")].map((f) => f.dataset.draws).join()"""


@dataclass(frozen=True)
class Shot:
    """A page with its settings, and the figures without which it is not finished."""

    link: str
    figures: tuple[str, ...]
    scheme: str = "light"
    button: str = ""  # what is pressed first


SCOPES = ("counts", "near")
SHOTS = {
    "signal-path": Shot("path?path_word=music", SCOPES),
    "map": Shot("map?map_method=umap&map_word=music&map_words=3000", ("map",)),
    "low-rank": Shot("lowrank?kind=photograph&rank=20", ()),
    "vae-clusters": Shot("latent", ("samples",), "dark", "Train"),
    "collection": Shot("collection?rows_from=digits", ("collection",)),
    "generators": Shot("generators", ("plane",), "dark", "Train"),
    "signal-path-zh": Shot("path?path_word=music&lang=zh", SCOPES),
}


def photograph(browser: Browser, address: str, shot: Shot) -> Image.Image:
    """What is seen of a page once everything on it is drawn."""
    context = browser.new_context(viewport=SIZE, color_scheme=shot.scheme, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/{shot.link}", timeout=PATIENCE)
    if shot.button:
        buttons = page.get_by_test_id("stMain")  # a menu is called Train, too
        buttons.get_by_role("button", name=shot.button, exact=True).click(timeout=PATIENCE)
        pause = buttons.get_by_role("button", name="Pause", exact=True)
        pause.wait_for(timeout=PATIENCE)
        pause.wait_for(state="detached", timeout=PATIENCE)
    before = None
    while True:
        page.wait_for_function(FINISHED, arg=list(shot.figures), timeout=PATIENCE)
        page.wait_for_timeout(REST)
        if page.evaluate(FINISHED, list(shot.figures)) and page.evaluate(DRAWN) == before:
            break
        before = page.evaluate(DRAWN)
    taken = page.screenshot(animations="disabled")
    context.close()
    return Image.open(BytesIO(taken)).convert("RGB")


def save(picture: Image.Image, path: Path) -> None:
    """As a PNG, of few colours where that is needed. Raises ValueError where it stays too large."""
    # Of Pillow's ways the one that keeps rare colours, such as a colour bar's, and then the rest.
    few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    for made in (picture, few):
        made.save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    raise ValueError(f"{path} has {path.stat().st_size:,} bytes; choose settings that draw less.")


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as empty:
        cache = Path(os.environ.get("VECTORSCOPE_CACHE") or empty)
        with served(cache) as (address, _), chromium() as browser:
            for name in names or SHOTS:
                path = FOLDER / f"{name}.png"
                save(photograph(browser, address, SHOTS[name]), path)
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
