"""What ``prle bench`` shows."""
