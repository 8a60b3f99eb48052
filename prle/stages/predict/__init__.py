"""``prle predict``."""
