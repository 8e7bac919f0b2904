"""Models of word vectors: what each is fitted to, and its training."""
