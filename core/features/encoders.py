"""Encoders side by side: all learn from the same items and make vectors of all of them.

Each is trained without labels on the items that `kept_back` leaves, with the settings of its own
page where nothing is said of them here, and as long as `rival_epochs` says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from core import specs
from core.adversarial import coder as ogan_coder
from core.adversarial import inference, orthogonal
from core.adversarial.inference_specs import Inference
from core.adversarial.specs import OGan
from core.cache import cached
from core.features.learner import start
from core.features.snapshots import SETTLED, encode, parted, settle
from core.features.specs import InfoMax
from core.features.training import fit
from core.items.data import Loaded, load
from core.latent import learner as vae_learner
from core.latent import snapshots as vae_snapshots
from core.latent.specs import Vae
from core.learning import running
from core.progress import OnStep, part, report, run_on
from core.quantised import learner as codes_learner
from core.quantised import networks as codes_networks
from core.quantised import snapshots as codes_snapshots
from core.quantised.specs import Codes
from core.specs import Spec

ENCODERS = (
    "pixels", "pca", "random", "vae", "clusters", "codes", "aae", "ogan", "infomax",
)  # fmt: skip
NAMES = {
    "pixels": "the items themselves",
    "pca": "PCA",
    "random": "untrained network",
    "vae": "plain VAE",
    "clusters": "clustering VAE",
    "codes": "VQ-VAE",
    "aae": "AAE",
    "ogan": "O-GAN",
    "infomax": "InfoMax",
}
TRAINED = ("vae", "clusters", "codes", "aae", "ogan", "infomax")
UNITS_A_CHANNEL = 16  # as in core.latent.networks: the same convolutions
CLUSTERS = 10  # where there are no labels that say how many


@dataclass(frozen=True)
class Encoded(Spec):
    """All items through one encoder."""

    infomax: InfoMax = specs.nested(InfoMax)
    encoder: str = specs.choice("infomax", ENCODERS, "what makes a vector of an item")
    rival_epochs: int = specs.integer(
        60, 1, 1000, "passes over the data of each other encoder that is trained"
    )

    @property
    def settled(self) -> Encoded:
        """The same vectors with all that plays no part in them at its default."""
        if self.encoder == "infomax":
            return Encoded(self.infomax, "infomax")
        mine = self.infomax
        plain = InfoMax(
            mine.items,
            info_seed=mine.info_seed,
            kept_back=mine.kept_back,
            info_latent=InfoMax().info_latent if self.encoder == "pixels" else mine.info_latent,
            info_channels=mine.info_channels,
            map_normalised=mine.map_normalised and self.encoder == "random",
        )
        epochs = self.rival_epochs if self.encoder in TRAINED else Encoded().rival_epochs
        return Encoded(plain, self.encoder, epochs)

    def of(self, encoder: str, seed: int | None = None) -> Encoded:
        """Another encoder of the same items, and another seed, if given."""
        infomax = self.infomax if seed is None else self.infomax.replace(info_seed=seed)
        return Encoded(infomax, encoder, self.rival_epochs).settled


@dataclass(frozen=True)
class Vectors:
    """V: (n, d) float32, of all items; seconds: of training; stopped: why it ended early, or ""."""

    V: np.ndarray
    seconds: float = 0.0
    stopped: str = ""


@cached
def vectors(spec: Encoded, on_step: OnStep = run_on) -> Vectors:
    """The vectors of one encoder, trained on the items that are not held out.

    Raises what its own training raises.
    """
    data = load(spec.infomax.items, part(on_step, 0.0, 0.05))
    made = _MAKERS[spec.encoder](spec, data, part(on_step, 0.05, 1.0))
    return Vectors(np.ascontiguousarray(made.V, np.float32), made.seconds, made.stopped)


def _pixels(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    return Vectors(data.x)


def _pca(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    from sklearn.decomposition import PCA

    report(on_step, 0.0, "PCA")
    some = data.x[parted(spec.infomax, len(data.x)).trained]
    d = min(spec.infomax.info_latent, *some.shape)
    return Vectors(PCA(d, random_state=spec.infomax.info_seed).fit(some).transform(data.x))


def _random(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    report(on_step, 0.0, "untrained network")
    some = data.x[parted(spec.infomax, len(data.x)).trained[:SETTLED]]
    network = settle(spec.infomax, start(spec.infomax, data), some)
    return Vectors(encode(network, data.x)[0])


def _infomax(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    run = fit(spec.infomax, on_step)
    V = encode(run.network(spec.infomax), data.x)[0]
    return Vectors(V, run.seconds, run.stopped)


def _plain(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    return _vae(spec, data, on_step, "plain")


def _clusters(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    return _vae(spec, data, on_step, "clusters")


def _vae(spec: Encoded, data: Loaded, on_step: OnStep, model: str) -> Vectors:
    """The same convolutions as InfoMax's encoder, and the same d."""
    mine, some = spec.infomax, _trained_on(spec, data)
    one = Vae(
        mine.items,
        latent_model=model,
        clusters=min(max(len(data.classes), 2) if data.classes else CLUSTERS, 50, len(some.x)),
        latent=mine.info_latent,
        layer_kind="convolutions" if data.axes else "dense",
        width=max(UNITS_A_CHANNEL * mine.info_channels, 8),
        vae_epochs=spec.rival_epochs,
        vae_seed=mine.info_seed,
    )
    run = running.run(vae_learner.learner(one, some), running.unkept(one), on_step)
    V = vae_snapshots.encode(run.network(one), data.x)[0]
    return Vectors(V, run.seconds, run.stopped)


def _codes(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    """The code vectors of all places, one after the other."""
    mine, some = spec.infomax, _trained_on(spec, data)
    one = Codes(mine.items, code_epochs=spec.rival_epochs, code_seed=mine.info_seed)
    places = int(np.prod(codes_networks.places(one, data.shape)))
    one = one.replace(codebook=min(one.codebook, places * len(some.x)))
    run = running.run(codes_learner.learner(one, some), running.unkept(one), on_step)
    network = run.network(one)
    codes, _ = codes_snapshots.encode(one, network, data.x)
    V = codes_networks.vectors(one, network)[codes].reshape(len(data.x), -1)
    return Vectors(V, run.seconds, run.stopped)


def _ogan(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    """An epoch of an O-GAN is `ogan_updates` updates, however many items there are."""
    mine, some = spec.infomax, _trained_on(spec, data)
    one = OGan(
        mine.items,
        ogan_latent=max(mine.info_latent, 3),
        ogan_epochs=spec.rival_epochs,
        ogan_seed=mine.info_seed,
    )
    run = running.run(orthogonal.learner(one, some), running.unkept(one), on_step)
    coder = run.coder(one)
    return Vectors(
        np.asarray(ogan_coder.encoded(coder, jnp.asarray(data.x))), run.seconds, run.stopped
    )


def _aae(spec: Encoded, data: Loaded, on_step: OnStep) -> Vectors:
    """As of an O-GAN: an epoch is a number of updates."""
    mine, some = spec.infomax, _trained_on(spec, data)
    one = Inference(
        mine.items,
        inference_latent=mine.info_latent,
        inference_epochs=spec.rival_epochs,
        inference_seed=mine.info_seed,
    )
    run = running.run(inference.learner(one, some), running.unkept(one), on_step)
    coder = run.coder(one)
    V = np.asarray(ogan_coder.encoded(coder, jnp.asarray(data.x)))
    return Vectors(V, run.seconds, run.stopped)


def _trained_on(spec: Encoded, data: Loaded) -> Loaded:
    return data.take(parted(spec.infomax, len(data.x)).trained)


_MAKERS: dict[str, Callable[[Encoded, Loaded, OnStep], Vectors]] = {
    "pixels": _pixels, "pca": _pca, "random": _random, "vae": _plain, "clusters": _clusters,
    "codes": _codes, "aae": _aae, "ogan": _ogan, "infomax": _infomax,
}  # fmt: skip
