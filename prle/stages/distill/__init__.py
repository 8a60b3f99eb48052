"""``prle distill``."""
