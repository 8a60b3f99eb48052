"""The verbs, one file each: parse, call one stage, show its report."""
