"""The peer of `benchmarks.latent`: the same clustering VAE in eager PyTorch, by two loops.

python3 -m benchmarks.torch_vae epochs seed width

Both run the same network, loss, batch, steps and optimiser; they differ in how a batch is had.
`ordinary` is the loop that PyTorch's own tutorials teach and most people write: a `DataLoader`
over a `TensorDataset`, shuffled, which fetches items one by one and stacks them. `tight` knows that
all items are one tensor in memory and indexes it by rows of one permutation. The limit of the
table is about the former, being what a user would otherwise have; the latter stands beside it
because part of that gain is the loader's, and could be had without us.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from core.items.data import load
from core.latent.specs import Vae


def measure(loop: str, epochs: int, seed: int, width: int) -> float:
    """Items a second of the loop "ordinary" or "tight", the first epoch left out."""
    import torch
    from torch import nn

    spec = Vae(width=width)
    torch.manual_seed(seed)
    x = torch.from_numpy(np.array(load(spec.items).x))
    D, d, w, K = x.shape[1], spec.latent, spec.width, spec.clusters

    def mlp(inputs: int, outputs: int) -> Any:
        layers = nn.Linear(inputs, w), nn.ReLU(), nn.Linear(w, w), nn.ReLU(), nn.Linear(w, outputs)
        return nn.Sequential(*layers)

    encoder, decoder = mlp(D, 2 * d), mlp(d, D)
    centres = nn.Parameter(torch.zeros(K, d))
    optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters(), centres], 1e-3)
    batches = LOOPS[loop](x, spec.vae_batch)
    steps, begun = len(x) // spec.vae_batch, 0.0
    for epoch in range(epochs):
        if epoch == 1:
            begun = time.perf_counter()
        for batch in batches():
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


def _ordinary(x: Any, size: int) -> Callable[[], Iterator[Any]]:
    """The batches of an epoch, from PyTorch's loader."""
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(x), batch_size=size, shuffle=True, drop_last=True)
    return lambda: (batch for (batch,) in loader)


def _tight(x: Any, size: int) -> Callable[[], Iterator[Any]]:
    """The batches of an epoch, as rows of the one tensor."""
    import torch

    steps = len(x) // size
    return lambda: (x[rows] for rows in torch.randperm(len(x))[: steps * size].view(steps, size))


LOOPS = {"ordinary": _ordinary, "tight": _tight}


def products(width: int) -> float:
    """Items a second if a step were its 17 matrix products alone, by PyTorch or NumPy.

    The faster of the two: no loop that multiplies no faster can pass it, whatever else it saves.
    """
    import torch

    spec, rng = Vae(width=width), np.random.default_rng(0)
    D, d, w, B = 64, spec.latent, width, spec.vae_batch
    pairs = []
    for i, (m, n) in enumerate([(D, w), (w, w), (w, 2 * d), (d, w), (w, w), (w, D)]):
        x, W, g = (rng.random(s, np.float32) for s in ((B, m), (m, n), (B, n)))
        pairs += [(x, W), (x.T, g)] + [(g, W.T)] * (i > 0)  # of the pixels no gradient is needed
    tensors = [(torch.from_numpy(a), torch.from_numpy(b)) for a, b in pairs]
    best = min(_seconds(torch.mm, tensors), _seconds(np.matmul, pairs))
    return B / best


def _seconds(multiply: Any, pairs: list[tuple[Any, Any]]) -> float:
    """Of all the products once, the median of many."""
    taken = []
    for _ in range(200):
        begun = time.perf_counter()
        for a, b in pairs:
            multiply(a, b)
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken))


if __name__ == "__main__":
    epochs, seed, width = map(int, sys.argv[1:])
    found = {loop: measure(loop, epochs, seed, width) for loop in LOOPS}
    found["products"] = products(width)
    print(json.dumps(found))
