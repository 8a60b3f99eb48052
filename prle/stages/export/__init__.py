"""``prle export``."""
