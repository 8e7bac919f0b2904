"""Low-rank approximation: what a rank costs by each method, for all ranks at once.

Everything here takes plain arrays, dense or CSR, of shape (m, n); the matrices a
user can choose by name live in `core.matrices`.
"""
