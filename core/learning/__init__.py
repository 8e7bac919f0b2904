"""How a model learns: a learner, the one loop that runs it, and callbacks that are values."""
