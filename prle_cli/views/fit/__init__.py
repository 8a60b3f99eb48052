"""What ``prle fit`` shows."""
