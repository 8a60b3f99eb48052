"""What takes part in a comparison, each ready to be timed and judged."""
