"""Models with codes, and games on points and on items; EM beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from core.adversarial.dirac import DIRAC_GAMES, Dirac, portrait
from core.adversarial.drawing import write_drawn
from core.adversarial.inference import advance_inference
from core.adversarial.inference_specs import INFERENCES, Inference
from core.adversarial.mixture import Mixed, ascend
from core.adversarial.orthogonal import advance_items
from core.adversarial.plane import draw, modes
from core.adversarial.rivals import Rivals, rivals
from core.adversarial.specs import GAMES, PLANES, Gan, OGan, Plane
from core.adversarial.training import advance
from core.items.specs import Items
from core.quantised.prior import CodePrior, fit_prior
from core.quantised.specs import QUANTISERS, Codes
from core.quantised.training import fit

DIGITS = Items(most=300)
CODES = Codes(DIGITS, codebook=16, levels="4 4", code_dim=3, code_width=8, code_epochs=3)
POINTS = Gan(Plane(points=400), gan_width=16, gan_batch=32, gan_updates=30, gan_epochs=3)
O_GAN = OGan(DIGITS, ogan_latent=6, ogan_width=16, ogan_updates=20, ogan_epochs=3)
INFERRED = Inference(DIGITS, inference_latent=6, inference_width=16, inference_updates=20,
                     inference_epochs=3)  # fmt: skip
DRAWN = write_drawn(np.random.default_rng(4).uniform(-1, 1, (30, 2)))


def entries() -> dict[str, Callable[[], object]]:
    """Names and what computes them."""
    kept = CODES.replace(codebook_by="average", revive_after=5, quantiser="straight")
    return {
        **{f"codes {q}": partial(_codes, CODES.replace(quantiser=q)) for q in QUANTISERS},
        "codes by averages, revived": partial(_codes, kept),
        "codes prior": _prior,
        **{f"points {kind}": partial(_points, kind) for kind in PLANES},
        **{f"game {game}": partial(_game, POINTS.replace(game=game)) for game in GAMES},
        "game steered": partial(_game, POINTS.replace(gan_changes="1 anchor 10; 2 only 1")),
        **{f"two numbers {game}": partial(_portrait, game) for game in DIRAC_GAMES},
        "o-gan": lambda: _run(advance_items(O_GAN)),
        **{name: partial(_inferred, name) for name in INFERENCES},
        "em": lambda: ascend(Mixed(Plane("moons", points=200), mixed_components=4)),
        "models that encode": _rivals,
    }


def _codes(spec: Codes) -> object:
    run = fit(spec)
    shots = [(s.epoch, list(s.weights), s.codes, s.distance) for s in run.snapshots]
    return run.history.parts, shots, bool(run.stopped)


def _prior() -> object:
    learnt = fit_prior(CodePrior(CODES.replace(quantiser="fsq")))
    return learnt.bits, learnt.independent, learnt.fixed, learnt.frequencies


def _plane(kind: str) -> Plane:
    return Plane(kind, points=300, plane_modes=6, plane_drawn=DRAWN)


def _points(kind: str) -> object:
    known = modes(_plane(kind))
    return draw(_plane(kind), 300, 2), known.centres, known.owner, known.share


def _game(spec: Gan) -> object:
    run = advance(spec)
    shots = [(s.epoch, list(s.weights), s.generated, tuple(s.score)) for s in run.snapshots]
    return run.history.parts, shots, bool(run.stopped)


def _portrait(game: str) -> object:
    made = portrait(Dirac(game, dirac_anchor=0.5))
    return made.path, made.balance.eigenvalues, made.balance.rate


def _run(run: Any) -> object:
    shots = [(s.epoch, list(s.weights), s.rho, s.error, s.told, s.prior) for s in run.snapshots]
    return run.history.parts, shots, bool(run.stopped)


def _inferred(model: str) -> object:
    return _run(advance_inference(INFERRED.replace(inference_model=model)))


def _rivals() -> object:
    made = rivals(Rivals(DIGITS, rival_latent=4, rival_width=8, rival_updates=50, rival_seeds=2))
    return made.values, made.copies, made.samples, made.stopped
