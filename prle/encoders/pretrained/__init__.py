"""Encoders loaded from the folder of a model that somebody trained."""
