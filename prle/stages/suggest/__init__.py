"""``prle suggest``."""
