"""Signal path: one word, and one picture, through every step, with what is lost at each."""

from __future__ import annotations

from dashboard.words.parts import word_path

word_path.show()
