"""Mathematics that one can move: bounds, descents on surfaces, walkers that noise drives."""
