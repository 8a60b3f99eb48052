"""Fitting where labels are texts: what is tried, and the epochs of learned maps."""
