"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Uploads:
    """Uploaded files: by the browser's id of each, the digest it is stored under."""

    digests: dict[str, str] = field(default_factory=dict)
