"""What ``prle consolidate`` shows."""
