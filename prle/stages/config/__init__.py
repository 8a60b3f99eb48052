"""``prle config``."""
