"""Stages: one verb each, from a workspace to a report."""
