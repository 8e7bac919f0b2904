"""Numbers of the page Bounds, as they are written."""

from __future__ import annotations

import numpy as np

from dashboard.language import percent_sign


def number(logarithm: float, digits: int = 7) -> str:
    """e to this power, with a power of ten where it is beyond what one writes out."""
    if np.isinf(logarithm):
        return "∞"
    tens = logarithm / np.log(10)
    if -4 <= tens < 7:
        return f"{np.exp(logarithm):.{digits}g}"
    whole = int(np.floor(tens))
    return f"{10 ** (tens - whole):.4g} × 10^{signed(whole, 0)}"


def share(logarithm: float) -> str:
    """e to this power in per cent."""
    value = 100 * np.exp(min(logarithm, 700.0))
    text = f"{value:.2f}" if value >= 0.01 else f"{value:.1e}".replace("e-", "e−")
    return text + percent_sign()


def signed(value: float, digits: int = 4) -> str:
    """A number with a minus sign, not a hyphen."""
    return f"{value:,.{digits}f}".replace("-", "−")
