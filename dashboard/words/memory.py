"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.errors import CoreError
    from core.paths.words import WordPath
    from core.vectors.store.loading import VectorFile


@dataclass
class PathProgress:
    """How much of the word's path is drawn.

    below: the last settings for which everything the lower scopes need is computed; drawn:
    whether all scopes were ever drawn.
    """

    below: WordPath | None = None
    drawn: bool = False


@dataclass
class Trails:
    """The queries of each text, by its key; the newest first."""

    of_text: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class LoadedTour:
    """The id of the user's tour that was loaded last."""

    tour: str = ""


@dataclass
class Brought:
    """Files given on the first page: the browser's ids, vectors that are loaded, why not."""

    files: tuple[str, ...] = ()
    vectors: VectorFile | None = None
    refusal: CoreError | None = None
