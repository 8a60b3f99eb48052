"""Models of texts: what they are, how they are fitted, and which of them."""
