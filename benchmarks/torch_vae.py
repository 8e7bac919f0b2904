"""The peer of `benchmarks.latent`: the same clustering VAE as an ordinary eager PyTorch loop.

python3 -m benchmarks.torch_vae epochs seed
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

from core.latent.data import load
from core.latent.specs import Vae


def measure(epochs: int, seed: int) -> float:
    """Items a second, the first epoch left out."""
    import torch
    from torch import nn

    spec = Vae()
    torch.manual_seed(seed)
    x = torch.from_numpy(np.array(load(spec.items).x))
    D, d, w, K = x.shape[1], spec.latent, spec.width, spec.clusters

    def mlp(inputs: int, outputs: int) -> Any:
        layers = nn.Linear(inputs, w), nn.ReLU(), nn.Linear(w, w), nn.ReLU(), nn.Linear(w, outputs)
        return nn.Sequential(*layers)

    encoder, decoder = mlp(D, 2 * d), mlp(d, D)
    centres = nn.Parameter(torch.zeros(K, d))
    optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters(), centres], 1e-3)
    steps, begun = len(x) // spec.vae_batch, 0.0
    for epoch in range(epochs):
        if epoch == 1:
            begun = time.perf_counter()
        order = torch.randperm(len(x))[: steps * spec.vae_batch].view(steps, spec.vae_batch)
        for rows in order:
            batch = x[rows]
            mean, logvar = encoder(batch).chunk(2, dim=1)
            z = mean + torch.exp(logvar / 2) * torch.randn_like(mean)
            log_r = torch.log_softmax(-0.5 * ((z[:, None] - centres) ** 2).sum(dim=2), dim=1)
            r = log_r.exp()
            rec = spec.precision / 2 * ((batch - torch.sigmoid(decoder(z))) ** 2).sum(dim=1)
            away = (mean[:, None] - centres) ** 2 + logvar.exp()[:, None] - 1 - logvar[:, None]
            loss = (rec + (r * 0.5 * away.sum(dim=2)).sum(dim=1) + (r * log_r).sum(dim=1)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return steps * spec.vae_batch * (epochs - 1) / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(json.dumps({"items_per_second": measure(int(sys.argv[1]), int(sys.argv[2]))}))
