"""What ``prle config`` shows."""
