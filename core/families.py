"""The kinds of models that learn items or points: latents, codes, games, features. One row each.

A row imports its spec and its computation on first use: JAX takes seconds.
"""

from __future__ import annotations

from typing import Any

from core.kinds import SECONDS, Kind
from core.messages import message

KNN = "k-NN accuracy"
COPIED = "reconstruction error"
COVERED = "modes covered"
JS = "Jensen–Shannon divergence"
TOLD = "told apart"
RHO = "ρ of z and its code"


def _vae_spec() -> Any:
    from core.latent.specs import Vae

    return Vae


def _vae_fit() -> Any:
    from core.latent.training import fit

    return fit


def _vae_copies() -> Any:
    from core.latent.sampling import copies

    return copies


VAE = Kind(
    key="vae",
    class_name="Vae",
    name=message("VAE"),
    load_spec=_vae_spec,
    load_fit=_vae_fit,
    steps="vae_epochs",
    seed="vae_seed",
    rate="vae_rate",
    timed=True,
    load_copies=_vae_copies,
    objectives=("accuracy", "NMI", KNN, COPIED, SECONDS),
    start={
        "swept": "Vae?vae_epochs=15",
        "axes": "latent = 2, 5, 10; precision = 10.0, 40.0",
        "objectives": "accuracy, NMI, reconstruction error, seconds", "repeats": 3,
    },
)  # fmt: skip


def _codes_spec() -> Any:
    from core.quantised.specs import Codes

    return Codes


def _codes_fit() -> Any:
    from core.quantised.training import fit

    return fit


def _codes_copies() -> Any:
    from core.quantised.snapshots import copies

    return copies


CODES = Kind(
    key="codes",
    class_name="Codes",
    name=message("Codes‹a model with codes›"),
    load_spec=_codes_spec,
    load_fit=_codes_fit,
    steps="code_epochs",
    seed="code_seed",
    rate="code_rate",
    timed=True,
    load_copies=_codes_copies,
    objectives=(COPIED, "codes used", "perplexity", SECONDS),
    start={
        "swept": "Codes?code_epochs=10",
        "axes": "quantiser = straight, rotation, simvq, fsq; normalised = yes, no",
        "objectives": "reconstruction error, codes used, perplexity, seconds", "repeats": 3,
    },
)  # fmt: skip


def _gan_spec() -> Any:
    from core.adversarial.specs import Gan

    return Gan


def _gan_fit() -> Any:
    from core.adversarial.training import fit

    return fit


GAN = Kind(
    key="gan",
    class_name="Gan",
    name=message("GAN in the plane"),
    load_spec=_gan_spec,
    load_fit=_gan_fit,
    steps="gan_epochs",
    seed="gan_seed",
    rate="rate_d",
    timed=True,
    objectives=(COVERED, JS, SECONDS),
    start={
        "swept": "Gan?gan_epochs=30",
        "axes": "anchor = 0.0, 1.0, 10.0; game = non-saturating, least squares, wgan-gp",
        "objectives": f"{COVERED}, {JS}, seconds", "repeats": 3,
    },
)  # fmt: skip


def _ogan_spec() -> Any:
    from core.adversarial.specs import OGan

    return OGan


def _ogan_fit() -> Any:
    from core.adversarial.orthogonal import fit_items

    return fit_items


OGAN = Kind(
    key="ogan",
    class_name="OGan",
    name=message("O-GAN"),
    load_spec=_ogan_spec,
    load_fit=_ogan_fit,
    steps="ogan_epochs",
    seed="ogan_seed",
    rate="ogan_rate",
    timed=True,
    objectives=(RHO, COPIED, TOLD, SECONDS),
    start={
        "swept": "OGan?ogan_epochs=15",
        "axes": "rho_weight = 0.0, 0.25, 1.0",
        "objectives": f"{RHO}, {COPIED}, {TOLD}, seconds", "repeats": 2,
    },
)  # fmt: skip


def _inference_spec() -> Any:
    from core.adversarial.inference_specs import Inference

    return Inference


def _inference_fit() -> Any:
    from core.adversarial.inference import fit_inference

    return fit_inference


INFERENCE = Kind(
    key="inference",
    class_name="Inference",
    name=message("AAE or ALI"),
    load_spec=_inference_spec,
    load_fit=_inference_fit,
    steps="inference_epochs",
    seed="inference_seed",
    rate="inference_rate",
    timed=True,
    objectives=(COPIED, TOLD, SECONDS),
    start={
        "swept": "Inference?inference_epochs=15",
        "axes": "inference_model = aae, ali; judge_penalty = 0.0, 0.5",
        "objectives": f"{COPIED}, {TOLD}, seconds", "repeats": 2,
    },
)  # fmt: skip


def _infomax_spec() -> Any:
    from core.features.specs import InfoMax

    return InfoMax


def _infomax_fit() -> Any:
    from core.features.training import fit

    return fit


INFOMAX = Kind(
    key="infomax",
    class_name="InfoMax",
    name=message("Deep InfoMax"),
    load_spec=_infomax_spec,
    load_fit=_infomax_fit,
    steps="info_epochs",
    seed="info_seed",
    rate="info_rate",
    timed=True,
    objectives=(KNN, SECONDS),
    start={
        "swept": "InfoMax?info_epochs=10",
        "axes": "global_weight = 0.0, 0.5; local_weight = 0.0, 1.0",
        "objectives": f"{KNN}, seconds", "repeats": 2,
    },
)  # fmt: skip

KINDS = (VAE, CODES, GAN, OGAN, INFERENCE, INFOMAX)
