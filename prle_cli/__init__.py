"""The command line of prle: it parses, calls one stage and shows its report."""
