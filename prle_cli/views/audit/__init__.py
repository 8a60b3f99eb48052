"""What ``prle audit`` shows."""
