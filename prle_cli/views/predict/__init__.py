"""What ``prle predict`` shows."""
