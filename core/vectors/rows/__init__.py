"""The rows of the kinds of word-vector models, by what their training goes through."""
