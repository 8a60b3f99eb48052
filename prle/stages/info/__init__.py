"""``prle info``."""
