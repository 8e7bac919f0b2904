"""Co-occurrence counts, and the association measures made of them."""

from core.counts.association import associate, block
from core.counts.cooccurrence import count
from core.counts.specs import Association, Counts

__all__ = ["Association", "Counts", "associate", "block", "count"]
