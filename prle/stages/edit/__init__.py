"""``prle edit``."""
