"""Rows of a table to vectors, by what was measured on training rows."""
