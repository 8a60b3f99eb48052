"""The pictures, one file each: ``view(report)`` turns a plain record into something Rich can draw."""
