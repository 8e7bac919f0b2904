"""Models that encode, side by side over seeds: what comes back from their codes, and samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core import specs
from core.adversarial import inference, orthogonal
from core.adversarial.coder import copied, generated
from core.adversarial.inference_specs import Inference
from core.adversarial.shots import Shot, compared, measured, variance
from core.adversarial.specs import OGan
from core.cache import cached
from core.items.data import Loaded, load
from core.items.specs import Items
from core.latent import learner as vae
from core.latent.networks import Network
from core.latent.specs import Vae
from core.learning import running
from core.progress import OnStep, part, run_on
from core.specs import Spec

MODELS = ("o-gan", "aae", "ali", "vae")
MEASURES = ("missed", "told", "prior")
BATCH = 64  # items in an update of any model
EPOCH = 50  # updates
PASSES = 2000  # over the items, at most of a VAE
SHOWN = 12  # items whose copies are kept, and samples


@dataclass(frozen=True)
class Rivals(Spec):
    """The same items, sizes, updates and seeds for each model; all else is its default."""

    items: Items = specs.nested(Items)
    rival_latent: int = specs.integer(16, 3, 64, "d: the dimension of z, of all models")
    rival_width: int = specs.integer(256, 8, 1024, "units of each hidden layer, of all models")
    rival_updates: int = specs.integer(
        4000, 50, 100_000, "updates of each model, of 64 items each; of games, those of D, too"
    )
    rival_seeds: int = specs.integer(3, 2, 20, "runs of each model, with seeds 0, 1, 2, …")

    def updates(self, n: int) -> int:
        """Updates of each model on n items: of few not more than a VAE has in `PASSES` passes."""
        return min(self.rival_updates, PASSES * max(n // BATCH, 1))

    def run(self, model: str, seed: int, n: int) -> Any:
        """The settings of one run of a model on n items."""
        d, W, epochs = self.rival_latent, self.rival_width, max(self.updates(n) // EPOCH, 1)
        if model == "o-gan":
            return OGan(self.items, ogan_latent=d, ogan_width=W, ogan_batch=BATCH,
                        ogan_updates=EPOCH, ogan_epochs=epochs,
                        ogan_seed=seed)  # fmt: skip
        if model == "vae":
            passes = round(self.updates(n) / max(n // BATCH, 1))
            return Vae(self.items, latent_model="plain", latent=d, width=W,
                       layer_kind="dense", vae_batch=BATCH, vae_seed=seed,
                       vae_epochs=max(passes, 1))  # fmt: skip
        return Inference(self.items, inference_model=model, inference_latent=d, inference_width=W,
                         inference_batch=BATCH, inference_updates=EPOCH,
                         inference_epochs=epochs, inference_seed=seed)  # fmt: skip


@dataclass(frozen=True)
class Standings:
    """values: (M, S, 3) in the order of MEASURES, by model and seed; seconds: (M, S).

    missed: share of the items' variance that copies miss; told, prior: as of a `shots.Shot`;
    stopped: (M, S) whether the run ended early; copies, samples: (M, n', D), of the first seed.
    """

    values: np.ndarray
    seconds: np.ndarray
    stopped: np.ndarray
    copies: np.ndarray
    samples: np.ndarray


class OfVae(eqx.Module):
    """A VAE as a coder: the means of z, and of x given z."""

    network: Network

    def generate(self, z: Array) -> Array:
        """z (n, d) → items (n, D)."""
        return jax.vmap(self.network.mean_of)(z)

    def encode(self, x: Array) -> Array:
        """Items (n, D) → the means of their z (n, d)."""
        return jax.vmap(lambda item: self.network.posterior(item)[0])(x)

    def placed(self, z: Array) -> Array:
        """z itself."""
        return z


@cached
def rivals(spec: Rivals, on_step: OnStep = run_on) -> Standings:
    """Scores of every model by seed. Raises what `load` raises."""
    data, S, M = load(spec.items), spec.rival_seeds, len(MODELS)
    values, seconds = np.zeros((M, S, len(MEASURES))), np.zeros((M, S))
    stopped, spread = np.zeros((M, S), bool), variance(data.x)
    copies = np.zeros((M, min(SHOWN, len(data.x)), data.x.shape[1]), np.float32)
    samples = np.zeros((M, SHOWN, data.x.shape[1]), np.float32)
    for number in range(M * S):
        m, seed = divmod(number, S)
        step = part(on_step, number / (M * S), (number + 1) / (M * S), "run {i} of {n}",
                    i=number + 1, n=M * S)  # fmt: skip
        run, coder, shot = _trained(spec.run(MODELS[m], seed, len(data.x)), data, step)
        values[m, seed] = shot.error / spread, shot.told, shot.prior
        seconds[m, seed], stopped[m, seed] = run.seconds, bool(run.stopped)
        if seed == 0:
            copies[m] = np.asarray(copied(coder, jnp.asarray(data.x[:SHOWN])))
            samples[m] = np.asarray(generated(coder, jnp.asarray(_z(spec, SHOWN))))
    return Standings(values, seconds, stopped, copies, samples)


def _z(spec: Rivals, n: int) -> np.ndarray:
    """z of samples (n, d), the same for all models, apart from all that they learn from."""
    return np.random.default_rng(17).standard_normal((n, spec.rival_latent), np.float32)


def _trained(run: Any, data: Loaded, on_step: OnStep) -> tuple[Any, Any, Shot]:
    """(a run, its networks, its scores) of one model's settings."""
    if isinstance(run, Vae):
        trained = running.run(vae.learner(run, data), running.unkept(run), on_step)
        coder = OfVae(trained.network(run))
        z = np.random.default_rng((run.vae_seed, 1)).standard_normal(
            (compared(data.x), run.latent), np.float32
        )
        return trained, coder, measured(trained.kept, coder, data.x, jnp.asarray(z))
    made: Any = orthogonal.learner if isinstance(run, OGan) else inference.learner
    game: Any = running.run(made(run, data), running.unkept(run), on_step)
    return game, game.coder(run), game.result
