"""What ``prle cache`` shows."""
