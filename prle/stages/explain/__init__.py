"""``prle explain``."""
