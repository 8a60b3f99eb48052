"""What ``prle suggest`` shows."""
