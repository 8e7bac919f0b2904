"""Readers of the files of vectors that other programs write."""
