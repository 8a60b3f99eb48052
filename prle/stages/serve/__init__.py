"""``prle serve``."""
