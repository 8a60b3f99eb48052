"""Looks before a fit: how many prototypes, which value space, which settings."""
