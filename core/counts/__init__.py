"""Co-occurrence counts, and the association measures made of them."""
