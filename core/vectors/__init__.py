"""Word vectors: factorised association matrices, neighbours, expressions."""
