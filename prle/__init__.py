"""Predict from text with prototypes you can read."""

__version__ = "0.1.0"
