"""``prle audit``."""
