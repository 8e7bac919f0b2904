"""Rows that models are trained on: pictures, tables, their labels, and the files they come from."""
