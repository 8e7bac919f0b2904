"""Measurements: ratios against a peer or a reference run side by side.

`python3 -m dashboard bench [table …]` prints them; none of this is a test.
"""
