"""The peer of `benchmarks.quantised`: a VQ-VAE in eager PyTorch, as most people would write it.

python3 -m benchmarks.torch_codes straight|rotation|fsq items epochs

Prints pictures a second; the first epoch is left out. The layers, batch and losses are those of
`core.quantised`, pictures by a `DataLoader` over a `TensorDataset`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.mnist import mnist
from core.items.data import load
from core.quantised.specs import Codes


def autoencoder(c: int, d: int) -> tuple[nn.Sequential, nn.Sequential]:
    """Convolutions of strides 2, 2 and 1, a head, and their mirror; pictures of 28×28."""
    slope = nn.LeakyReLU(0.2)
    encoder = nn.Sequential(
        nn.Conv2d(1, c, 3, 2, 1), slope, nn.Conv2d(c, 2 * c, 3, 2, 1), slope,
        nn.Conv2d(2 * c, 2 * c, 3, 1, 1), slope, nn.Conv2d(2 * c, d, 1),
        nn.BatchNorm2d(d, affine=False),
    )  # fmt: skip
    decoder = nn.Sequential(
        nn.Conv2d(d, 2 * c, 1), slope, nn.Conv2d(2 * c, 2 * c, 3, 1, 1), slope,
        nn.Conv2d(2 * c, 4 * c, 3, 1, 1), nn.PixelShuffle(2), slope,
        nn.Conv2d(c, 4, 3, 1, 1), nn.PixelShuffle(2), nn.Sigmoid(),
    )  # fmt: skip
    return encoder, decoder


def quantise(name: str, z: torch.Tensor, book: torch.Tensor) -> tuple[torch.Tensor, Any]:
    """q (n, d) with the gradient of the method, and the chosen codes, None of FSQ."""
    if name == "fsq":
        h = 3 * (1 + 1e-3) / 2
        bounded = torch.tanh(z + np.arctanh(0.5 / h)) * h - 0.5
        return (bounded + (bounded.round() - bounded).detach()) / 2, None
    e = book[torch.cdist(z.detach(), book.detach()).argmin(1)]
    q = e.detach()
    if name == "straight":
        return z + (q - z).detach(), e
    z_hat, q_hat = (nn.functional.normalize(v.detach(), dim=1) for v in (z, q))
    w = nn.functional.normalize(z_hat + q_hat, dim=1)
    turned = z - 2 * (z * w).sum(1, keepdim=True) * w
    turned = turned + 2 * (z * z_hat).sum(1, keepdim=True) * q_hat
    scale = (q.norm(dim=1, keepdim=True) / z.norm(dim=1, keepdim=True).clamp_min(1e-8)).detach()
    return scale * turned, e


def measure(name: str, items: int, epochs: int) -> float:
    """Pictures a second."""
    spec, x = Codes(codebook=256, levels="4 4 4 4"), load(mnist(items)).x
    d = 4 if name == "fsq" else spec.code_dim
    torch.manual_seed(0)
    encoder, decoder = autoencoder(spec.code_width, d)
    book = nn.Parameter(torch.randn(256, d))
    optimiser = torch.optim.Adam(
        [*encoder.parameters(), *decoder.parameters(), book], spec.code_rate
    )
    pictures = torch.from_numpy(np.array(x)).reshape(-1, 1, 28, 28)
    loader = DataLoader(
        TensorDataset(pictures), batch_size=spec.code_batch, shuffle=True, drop_last=True
    )
    begun = 0.0
    for epoch in range(epochs):
        if epoch == 1:
            begun = time.perf_counter()
        for (batch,) in loader:
            z = encoder(batch)
            B, _, h, w = z.shape
            flat = z.permute(0, 2, 3, 1).reshape(-1, d)
            q, e = quantise(name, flat, book)
            copy = decoder(q.reshape(B, h, w, d).permute(0, 3, 1, 2))
            loss = ((batch - copy) ** 2).sum() / B
            if e is not None:
                apart, pulled = (e - flat.detach()) ** 2, (flat - e.detach()) ** 2
                loss = loss + (spec.codebook_weight * apart + spec.commitment * pulled).sum() / B
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return len(loader) * spec.code_batch * (epochs - 1) / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
