"""Exact nearest neighbours: sums of words, measures, scans, and graphs of whole vocabularies."""
