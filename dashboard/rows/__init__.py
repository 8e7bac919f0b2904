"""The rows of the navigation: a file for each folder of pages."""
