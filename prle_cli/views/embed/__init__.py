"""What ``prle embed`` shows."""
