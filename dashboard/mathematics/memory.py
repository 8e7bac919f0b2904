"""What the pages of the section remember besides settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Playing:
    """Whether the moments of the walkers pass by themselves."""

    on: bool = False
