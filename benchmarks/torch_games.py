"""The peer of `benchmarks.adversarial`: games in eager PyTorch, as most people would write them.

python3 -m benchmarks.torch_games plane|o-gan|aae|ali updates width

Prints updates a second; the first tenth is left out. Same networks, batches, losses and Adam as
ours, items by a `DataLoader` over a `TensorDataset`.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import softplus

from core.adversarial.inference_specs import Inference
from core.adversarial.plane import draw
from core.adversarial.specs import Gan, OGan
from core.items.data import load
from core.items.specs import Items


def mlp(inputs: int, width: int, outputs: int) -> nn.Sequential:
    """Two hidden layers."""
    layers = nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def adam(rate: float, beta: float, *networks: nn.Module) -> Any:
    """Adam of the weights of these networks."""
    weights = itertools.chain(*(network.parameters() for network in networks))
    return torch.optim.Adam(weights, rate, (beta, 0.999))


def batches(x: np.ndarray, size: int) -> Iterator[torch.Tensor]:
    """Shuffled batches without end, from PyTorch's loader."""
    from torch.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.from_numpy(np.array(x)))
    loader = DataLoader(data, batch_size=min(size, len(x)), shuffle=True, drop_last=True)
    while True:
        yield from (batch for (batch,) in loader)


def descend(optimiser: Any, loss: torch.Tensor) -> None:
    """One step of Adam."""
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def plane(width: int) -> Iterator[None]:
    """The game on the ring, D and G in turn; one update of either a round."""
    spec = Gan(gan_width=width)
    G, D = mlp(spec.noise, width, 2), mlp(2, width, 1)
    of_g, of_d = adam(spec.rate_g, spec.momentum, G), adam(spec.rate_d, spec.momentum, D)
    real = batches(draw(spec.plane, spec.plane.points, 0), spec.gan_batch)
    while True:
        x, z = next(real), torch.randn(spec.gan_batch, spec.noise)
        descend(of_d, softplus(-D(x)).mean() + softplus(D(G(z).detach())).mean())
        yield
        descend(of_g, softplus(-D(G(torch.randn(spec.gan_batch, spec.noise)))).mean())
        yield


def o_gan(width: int) -> Iterator[None]:
    """One loss of both networks, as in `core.adversarial.orthogonal`."""
    spec, x = OGan(ogan_width=width), load(Items()).x
    G = nn.Sequential(mlp(spec.ogan_latent, width, x.shape[1]), nn.Sigmoid())
    E = mlp(x.shape[1], width, spec.ogan_latent)
    optimiser = adam(spec.ogan_rate, spec.ogan_momentum, G, E)
    for real in batches(x, spec.ogan_batch):
        z = torch.randn(len(real), spec.ogan_latent)
        fake = G(z)
        still, code = fake.detach(), E(fake)
        of_real, of_still = E(real).mean(1), E(still).mean(1)
        gap, climb = of_real - of_still, code.mean(1) - of_still
        alike = nn.functional.cosine_similarity(
            z - z.mean(1, keepdim=True), code - code.mean(1, keepdim=True)
        )
        bound = gap**2 / (4 * ((real - still) ** 2).mean(1) + 1e-8)
        descend(optimiser, (gap + climb - spec.rho_weight * alike + bound).mean())
        yield


def inference(model: str, width: int) -> Iterator[None]:
    """AAE or ALI: a step of D, then one of encoder and generator."""
    spec, x = Inference(inference_model=model, inference_width=width), load(Items()).x
    d, n = spec.inference_latent, x.shape[1]
    G = nn.Sequential(mlp(d, width, n), nn.Sigmoid())
    E, D = mlp(n, width, d), mlp(d if model == "aae" else n + d, width, 1)
    coder = adam(spec.inference_rate, spec.inference_momentum, G, E)
    judge = adam(spec.rate_judge, spec.inference_momentum, D)

    def shown(real: torch.Tensor, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if model == "aae":
            return z, E(real)
        return torch.cat([real, E(real)], 1), torch.cat([G(z), z], 1)

    for real in batches(x, spec.inference_batch):
        z = torch.randn(len(real), d)
        with torch.no_grad():
            rows = torch.cat(shown(real, z))
        logits = D(rows.requires_grad_())
        (slope,) = torch.autograd.grad(logits.sum(), rows, create_graph=True)
        true, false = logits.chunk(2)
        loss = softplus(-true).mean() + softplus(false).mean()
        descend(judge, loss + spec.judge_penalty * (slope**2).sum(1).mean())
        if model == "aae":
            codes = E(real)
            error = ((G(codes) - real) ** 2).sum(1).mean()
            descend(coder, error + spec.code_weight * softplus(-D(codes)).mean())
        else:
            true, false = map(D, shown(real, z))
            descend(coder, softplus(true).mean() + softplus(-false).mean())
        yield


def measure(name: str, updates: int, width: int) -> float:
    """Updates a second."""
    torch.manual_seed(0)
    steps = {"plane": plane, "o-gan": o_gan}[name](width) if name in ("plane", "o-gan") else (
        inference(name, width)
    )  # fmt: skip
    first = max(updates // 10, 1)
    for _ in itertools.islice(steps, first):
        pass
    begun = time.perf_counter()
    for _ in itertools.islice(steps, updates):
        pass
    return updates / (time.perf_counter() - begun)


if __name__ == "__main__":
    name, updates, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(measure(name, updates, width)))
