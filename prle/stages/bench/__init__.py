"""``prle bench``."""
