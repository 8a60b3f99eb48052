"""What ``prle distill`` shows."""
