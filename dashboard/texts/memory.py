"""What the pages on texts remember besides their settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from core import jobs
from core.errors import CoreError
from core.sequences.specs import Sentences


@dataclass
class SentenceRuns:
    """What the session does with runs: it trains one at a time.

    base: the run that the settings described last; job: the job that trains it, if any; errors:
    by run, why it could not be trained; last: the settings of the last complete run shown; epoch:
    the one that the scrubber was set to.
    """

    base: str = ""
    job: jobs.Job | None = None
    errors: dict[str, CoreError] = field(default_factory=dict)
    last: Sentences | None = None
    epoch: int | None = None


@dataclass
class LabelledFile:
    """The table given last: the browser's id of the file, its name and its digest."""

    file: str = ""
    name: str = ""
    digest: str = ""
