"""The file itself: a tree of checked nodes, read and written whole, replaced in one step, one writer at a time."""
