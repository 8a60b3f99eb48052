"""The two streams of a process: consoles, progress, interruption, lines in and pictures out."""
