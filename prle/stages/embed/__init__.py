"""``prle embed``."""
