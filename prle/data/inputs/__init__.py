"""Rows to predict on, without labels: typed, streamed, or in files."""
