"""Mathematics that one can move: descents on surfaces, and walkers that noise drives."""
