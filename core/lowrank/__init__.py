"""Low-rank approximation of large sparse matrices."""
