"""A prompt for many questions in a row: what a line means, what can complete it, and the loop around both."""
