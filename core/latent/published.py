"""Figures others report, for reference beside one's own: accuracy and NMI, per cent."""

PUBLISHED: tuple[tuple[str, str, str, str], ...] = (
    ("k-means", "53 / 50", "47 / 51", "XifengGuo/DEC-keras, mean of 10"),
    ("autoencoder + k-means", "88 / 81", "61 / 64", "XifengGuo/DEC-keras, mean of 10"),
    ("DEC", "91 / 87", "62 / 65", "XifengGuo/DEC-keras, mean of 10"),
    ("one-step clustering VAE", "83 (purity)", "58.5 (purity)", "spaces.ac.cn/archives/5887"),
    ("VaDE", "94.5 / –", "–", "slim1017/VaDE, best run"),
    ("ClusterGAN", "91.0 ± 4.0 / 85.4", "61.2 ± 2.3 / 61.6", "sudiptodip15/ClusterGAN, 10 runs"),
    ("DEKM", "95.8 / 91.1", "–", "spdj2271/DEKM, mean of 3"),
    ("N2D", "98.7 / 96.4", "67.2 / 68.4", "paperswithcode.com, n2dnot-too-deep-clustering"),
)
"""(method, MNIST, Fashion-MNIST, source)."""
