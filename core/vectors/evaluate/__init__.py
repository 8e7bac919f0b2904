"""What vectors are worth: analogies, similarity lists, keywords, and their targets."""
