"""Co-occurrence counts, and the association measures computed from them."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.counts.association import block
    from core.counts.cooccurrence import count
    from core.counts.measures import Association
    from core.counts.ppmi import associate
    from core.counts.specs import Counts

__all__ = ["Association", "Counts", "associate", "block", "count"]

gather(__name__)
