"""What ``prle export`` shows."""
