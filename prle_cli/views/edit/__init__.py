"""What ``prle edit`` shows."""
