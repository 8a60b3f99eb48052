"""One stage a verb: read sections of the workspace, call pure code, write sections, return a report."""
