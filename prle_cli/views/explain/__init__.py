"""What ``prle explain`` shows."""
