"""Training: epochs of torch around the one forward pass."""
