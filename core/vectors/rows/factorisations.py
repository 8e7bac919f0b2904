"""Models that factorise a matrix of all pairs."""

from __future__ import annotations

from typing import Any

from core.kinds import Control, Variant
from core.messages import message
from core.vectors.rows.common import DIM, JUDGED, row
from core.vectors.specs import Explicit, PpmiSvd


def _explicit() -> Any:
    from core.vectors.models.explicit import train

    return train


def _explicit_target() -> Any:
    from core.vectors.models.explicit import target

    return target


_SGNS, _MLE = ("objective", "sgns"), ("objective", "mle")
EXPLICIT = row(
    Explicit,
    key="explicit",
    name=message("Explicit factorisation"),
    load_fit=_explicit,
    load_target=_explicit_target,
    variants=(
        Variant(
            name="SGNS",
            when=dict([_SGNS]),
            unit=message("nats a pair, all cells"),
            formula=r"\begin{gathered}\mathcal L = -\sum_{ij}\big[N_{ij}\log\sigma(\psi_{ij}) + "
            r"N^-_{ij}\log\sigma(-\psi_{ij})\big]\\ \psi=\langle w_i,c_j\rangle,\quad "
            r"\psi^\star = \mathrm{PMI}-\log k\end{gathered}",
            sentence=message(
                "What negative sampling minimises in expectation, summed over every cell, "
                "nothing sampled. The work grows with the square of the vocabulary."
            ),
        ),
        Variant(
            name="MLE",
            when=dict([_MLE]),
            unit=message("weighted likelihood"),
            formula=r"\begin{gathered}\mathcal L = -\sum_{ij}(p_ip_j)^{1/\tau-1}\big["
            r"p_{ij}\psi_{ij} - p_ip_j e^{\psi_{ij}}\big]\\ "
            r"\psi^\star=\mathrm{PMI}\end{gathered}",
            sentence=message("Maximum likelihood of the counts over every cell (Hilbert-MLE)."),
            pmi=True,
        ),
    ),
    steps="iterations",
    step=message("iteration"),
    timed=True,
    start={
        **JUDGED, "swept": "Explicit?size=500&dim=50&iterations=50",
        "axes": "objective = sgns, mle; negatives = 1, 5, 15", "repeats": 2,
    },
    controls=(
        Control(
            "objective", message("Loss"),
            names={"sgns": message("SGNS"), "mle": message("likelihood")},
        ),
        Control(
            "size", message("Words"), high=5000, log=True, format="{:,}",
        ),
        DIM,
        Control("negatives", message("Negatives k"), high=20, only=_SGNS),
        Control("iterations", message("Steps of L-BFGS"), high=2000, log=True),
        Control(
            "noise", message("Noise exponent α"), step=0.05, format="{:.2f}", more=True,
            only=_SGNS,
        ),
        Control(
            "temperature", message("Temperature τ"), step=0.5, format="{:.1f}", more=True,
            only=_MLE,
        ),
    ),
)  # fmt: skip


def _ppmi_svd() -> Any:
    from core.vectors.models.ppmi_svd import train

    return train


def _ppmi_svd_target() -> Any:
    from core.vectors.models.ppmi_svd import target

    return target


def _ppmi_svd_bootstrap() -> Any:
    from core.vectors.models.ppmi_svd import bootstrap

    return bootstrap


PPMI_SVD = row(
    PpmiSvd,
    key="ppmi-svd",
    name=message("PPMI-SVD"),
    load_fit=_ppmi_svd,
    load_target=_ppmi_svd_target,
    load_bootstrap=_ppmi_svd_bootstrap,
    variants=(
        Variant(
            formula=r"\begin{gathered}M=\max(\mathrm{PMI}-\log k,0)\approx U_d\Sigma_d V_d^\top\\ "
            r"W=U_d\Sigma_d^{\,p},\; C=V_d\Sigma_d^{\,p}\end{gathered}",
            sentence=message("No training: the truncated SVD of the PPMI matrix."),
        ),
    ),
    seed="",
    live=True,
    start={
        **JUDGED, "swept": "PpmiSvd?dim=50",
        "axes": "association.counts.window = 2, 5, 10; association.shift = 1.0, 2.0, 5.0; "
        "association.smoothing = 0.5, 0.75, 1.0",
    },
)  # fmt: skip

KINDS = (EXPLICIT, PPMI_SVD)
