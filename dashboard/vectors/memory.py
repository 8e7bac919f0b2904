"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.tables.options import TableOptions


@dataclass
class Uploads:
    """Uploaded files: by the browser's id of each, the digest it is stored under.

    tables: by a file's digest, how the user says its lines are to be read.
    """

    digests: dict[str, str] = field(default_factory=dict)
    tables: dict[str, TableOptions] = field(default_factory=dict)


@dataclass
class Asked:
    """The words of the analogy that was chosen for the user last."""

    words: list[str] = field(default_factory=list)
