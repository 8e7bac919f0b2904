"""Reading: sources → tokens → vocabulary, and the lines in which words occur."""
