"""``prle fit``."""
