"""``prle cache``."""
