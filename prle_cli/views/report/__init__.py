"""What ``prle report`` shows."""
