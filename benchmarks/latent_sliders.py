"""How soon sliders that train nothing answer on the pages of models of pictures: a rerun a step.

Each page is opened by a link to a short run that is trained before; a step is a rerun of the
page's whole script, of which the browser asks a part only. Processor time is what counts on a
machine that does other work as well.

    python3 -m benchmarks.latent sliders
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core.adversarial import Gan, OGan
from core.adversarial.orthogonal import fit_items
from core.adversarial.training import fit as fit_gan
from core.features.specs import InfoMax
from core.features.training import fit as fit_infomax
from core.latent.specs import Vae
from core.latent.training import fit as fit_vae
from core.quantised.prior import CodePrior, fit_prior
from core.quantised.specs import Codes
from core.quantised.training import fit as fit_codes

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 100.0  # ms
CODES, GAN = Codes(code_epochs=10), Gan(gan_epochs=10)
O_GAN, INFOMAX = OGan(ogan_epochs=10), InfoMax(info_epochs=10)
EPOCHS = list(range(1, 11))
TENTHS = [0.1 * i for i in range(1, 20)]


@dataclass(frozen=True)
class Walk:
    """The positions that a slider is moved to: key of its widget, its tab, how the page opens."""

    page: str
    key: str
    values: list[Any]
    tab: str = ""
    link: dict[str, str] = field(default_factory=dict)


def walks() -> list[Walk]:
    """All sliders that are measured."""
    codes, infomax = CODES.to_query(), INFOMAX.to_query()
    items = list(range(3, 33))
    return [
        Walk("latent", "vae-epoch", [1, 5, 10, 20, 30, 40, 50, 60]),
        Walk("latent_samples", "setting:temperature", TENTHS),
        Walk("latent_samples", "z:0", [0.1 * i for i in range(-15, 15)], "Traversal"),
        Walk("codes", "setting:turn", list(range(5, 180, 6)), "Idea"),
        Walk("codes", "setting:plane_draw", list(range(30)), "Idea"),
        Walk("codes", "codes-epoch", EPOCHS, "Training", codes),
        Walk("codes", "setting:coded_item", items, "One picture", codes),
        Walk("codes", "codes:other", items, "One picture", codes),
        Walk("codes", "setting:sharpness", TENTHS, "Samples", codes),
        Walk("generators", "setting:theta", TENTHS, link={"scene": "dirac"}),
        Walk("generators", "setting:mixed_half", list(range(30)), link={"scene": "mixture"}),
        Walk("generators", "gan-epoch", EPOCHS, link=GAN.to_query()),
        Walk("generators", "ogan-epoch", EPOCHS, link={"scene": "items", **O_GAN.to_query()}),
        Walk("generators", "setting:copied_item", items,
             link={"scene": "items", **O_GAN.to_query()}),
        Walk("features", "features-epoch", EPOCHS, "Training", infomax),
        Walk("features", "setting:feature_query", items, "Neighbours", infomax),
    ]  # fmt: skip


def sliders() -> list[dict[str, Any]]:
    """Milliseconds of a rerun of the page for each step of a slider."""
    fit_vae(Vae())
    fit_prior(CodePrior(CODES))
    for fit, spec in ((fit_codes, CODES), (fit_gan, GAN), (fit_items, O_GAN),
                      (fit_infomax, INFOMAX)):  # fmt: skip
        fit(spec)
    return [_row(walk) for walk in walks()]


def _row(walk: Walk) -> dict[str, Any]:
    at = _opened(walk)
    wall, cpu = [], []
    for value in [walk.values[-1], walk.values[0], *walk.values]:
        at.session_state[walk.key] = value
        begun = time.perf_counter(), time.process_time()
        at.run()
        wall.append(1000 * (time.perf_counter() - begun[0]))
        cpu.append(1000 * (time.process_time() - begun[1]))
        assert at.session_state[walk.key] == value, f"{walk.page} has no slider {walk.key}"
    assert not at.exception, at.exception
    times = wall[2:]  # the first two compile
    median, high = np.percentile(times, [50, 95])
    return {
        "what": f"slider, {walk.page}: {walk.key}", "limit": f"{LIMIT:g} ms",
        "median": float(median), "p95": float(high), "CPU": float(np.median(cpu[2:])),
        "CPU p95": float(np.percentile(cpu[2:], 95)), "n": len(times),
        "ok": "yes" if high <= LIMIT else "median only" if median <= LIMIT else "no",
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _opened(walk: Walk) -> Any:
    """The page with everything on it computed."""
    from streamlit.testing.v1 import AppTest

    from dashboard.navigation import SCRIPTS

    at = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=300)
    at.query_params.update(walk.link)
    at.switch_page(SCRIPTS[walk.page]).run()
    if walk.tab:
        at.session_state[f"{walk.page}-tabs"] = walk.tab
    at.run()
    while at.get("progress"):
        time.sleep(0.05)
        at.run()
    return at
