"""Models kept on disk: the shelf, and files of vectors read and written."""
