"""``prle report``."""
