"""What ``prle shell`` shows."""
