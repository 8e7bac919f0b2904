"""The peer of `benchmarks.features`: the same Deep InfoMax in an eager PyTorch loop.

python3 -m benchmarks.torch_infomax epochs seed

The same encoder, critics, batch, number of steps and optimiser, by the loop that PyTorch's
tutorials teach: a `DataLoader` over a `TensorDataset`, shuffled.
"""

from __future__ import annotations

import json
import math
import sys
import time

import numpy as np

from benchmarks.features import SPEC
from core.features.snapshots import parted
from core.items.data import load


def measure(epochs: int, seed: int) -> float:
    """Items a second, the first epoch left out."""
    import torch
    from torch import nn
    from torch.nn import functional as F
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(seed)
    data, spec = load(SPEC.items), SPEC
    h, w = data.axes
    rows = parted(spec, len(data.x)).trained
    x = torch.from_numpy(np.array(data.x[rows])).view(-1, 1, h, w)
    c, d, e, B = spec.info_channels, spec.info_latent, spec.critic_width, spec.info_batch
    first = nn.Sequential(
        nn.Conv2d(1, c, 3, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(c, c, 3, 1, 1), nn.LeakyReLU(0.2)
    )
    rest = nn.Sequential(
        nn.Conv2d(c, 2 * c, 3, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(2 * c, 2 * c, 3, 1, 1),
        nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(2 * c * (h // 4) * (w // 4), 2 * d),
    )  # fmt: skip
    norm = nn.BatchNorm2d(c, affine=False)
    G = (h // 2) * (w // 2)
    sides = nn.ModuleList([nn.Linear(d, e), nn.Linear(G * c, e), nn.Linear(d, e), nn.Linear(c, e)])
    learnt = [p for part in (first, rest, sides) for p in part.parameters()]
    optimiser = torch.optim.Adam(learnt, spec.info_rate)
    loader = DataLoader(TensorDataset(x), batch_size=B, shuffle=True, drop_last=True)
    n, begun, each = min(spec.info_negatives, B - 1), 0.0, torch.arange(B)

    def loss_of(z: torch.Tensor, f: torch.Tensor, left: nn.Module, right: nn.Module,
                others: torch.Tensor) -> torch.Tensor:  # fmt: skip
        every = torch.einsum("be,cge->bcg", left(z), right(f)) / math.sqrt(e)
        true, dealt = every[each, each], every[each, others]
        return F.softplus(-true).mean() + F.softplus(dealt).mean()

    for epoch in range(epochs):
        if epoch == 1:
            begun = time.perf_counter()
        for (batch,) in loader:
            f = norm(first(batch))
            mean, logvar = rest(f).chunk(2, dim=1)
            z = mean + torch.exp(logvar / 2) * torch.randn_like(mean)
            f = f.flatten(2).transpose(1, 2)
            others = (each + torch.randperm(B - 1)[:n, None] + 1) % B
            whole = loss_of(z, f.reshape(B, 1, -1), sides[0], sides[1], others)
            local = loss_of(z, f, sides[2], sides[3], others)
            prior = 0.5 * (mean**2 + logvar.exp() - 1 - logvar).mean()
            loss = (
                spec.global_weight * whole + spec.local_weight * local + spec.prior_weight * prior
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return len(x) // B * B * (epochs - 1) / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(json.dumps({"items/s": measure(*map(int, sys.argv[1:]))}))
