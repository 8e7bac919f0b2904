"""Sentences that name the best name everybody who is, and nobody where all are alike."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from opening import errors, hypertext, open_page

from core.adversarial.rivals import MEASURES, MODELS, Standings
from core.mathematics.descent import Descent, descend
from core.mathematics.surfaces import Terrain
from core.quantised.methods import Scores
from dashboard.images.parts import codes_methods, game_rivals
from dashboard.images.parts.game_rivals import NAMES as RIVALS
from dashboard.texts.parts import spectra_epochs


def test_optimisers_that_are_equally_fast() -> None:
    """On a round bowl, each at its best, all but the adaptive ones arrive in one step."""
    at = open_page("descent", kappa="1.0", tuning="best")
    reached = descend(Descent(Terrain(kappa=1.0), tuning="best")).reach(0.01)
    fewest = min(n for n in reached if n is not None)
    assert sum(n == fewest for n in reached) > 1 and not errors(at)
    shown = hypertext(at)
    assert "is the fastest" not in shown and "1 steps" not in shown
    assert "Equally fast, and the fastest: " in shown or "All are equally fast" in shown
    at = open_page("descent", racers="gd", eta="0.01", kappa="20.0", descent_steps="250")
    assert "Gradient descent is down to 1 % of the first loss" in hypertext(at).replace(
        "\u00a0", " "
    )


def _scores(used: list[float]) -> Any:
    values = np.ones((len(used), 3, 4))
    values[..., 0] = np.array(used)[:, None]
    values[..., 2] = np.arange(len(used))[:, None] + np.array([0.0, 1e-3, 2e-3])
    return Scores(values, np.ones((len(used), 3)), np.zeros((len(used), 3), bool))


def test_quantisers_that_use_all_codes() -> None:
    said = codes_methods._verdict(_scores([1.0, 1.0, 1.0, 0.999]))
    assert "All use 100\u00a0% of their codes." in said and "fewest" not in said
    said = codes_methods._verdict(_scores([1.0, 0.5, 0.5, 1.0]))
    names = [codes_methods.NAMES[codes_methods.QUANTISERS[m]] for m in (1, 2)]
    assert f"The fewest codes are used by {' and '.join(names)}: 50\u00a0%." in said


def test_models_whose_samples_pass_alike() -> None:
    M = len(MODELS)
    values = np.ones((M, 3, 3))
    values[..., MEASURES.index("missed")] = np.arange(M)[:, None] + np.array([0.0, 1e-3, 2e-3])
    values[[0, 1], :, MEASURES.index("told")] = 0.5
    standings: Any = Standings(values, values[..., 0], values[..., 0] < 0, values, values)
    said = game_rivals.answer(standings, np.array([0.4, 0.6]))
    both = " and ".join(RIVALS[name] for name in MODELS[:2])
    assert f"The samples of {both} are told from real items least" in said.replace("\\", "")


def test_classes_that_are_equally_hard() -> None:
    series: Any = SimpleNamespace(classes=("star", "galaxy", "quasar"), is_wavelength=False)

    def said(counts: list[list[int]]) -> str:
        epoch: Any = SimpleNamespace(tested=np.array(counts))
        return spectra_epochs.answer(epoch, series)

    assert "No class is harder than another: each has F1 1.00." in said(
        [[9, 0, 0], [0, 9, 0], [0, 0, 9]]
    )
    assert "Hardest are star and galaxy, each with F1 0.89." in said(
        [[8, 1, 0], [1, 8, 0], [0, 0, 9]]
    )
    assert "Hardest is star, F1 0.75: 2 of 5 are taken for galaxy." in said(
        [[3, 2, 0], [0, 90, 0], [0, 0, 9]]
    )
    assert "Hardest is star, F1 0.75: others are taken for it." in said(
        [[3, 0, 0], [2, 90, 0], [0, 0, 9]]
    )
