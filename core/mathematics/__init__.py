"""Mathematics that one can move with a slider."""
