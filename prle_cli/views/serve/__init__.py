"""What ``prle serve`` shows."""
