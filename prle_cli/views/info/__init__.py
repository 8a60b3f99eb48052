"""What ``prle info`` shows."""
