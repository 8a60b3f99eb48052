"""``prle consolidate``."""
