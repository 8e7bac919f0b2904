"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Uploads:
    """Files that were uploaded: by the browser's name for each, the digest it is kept under."""

    digests: dict[str, str] = field(default_factory=dict)
