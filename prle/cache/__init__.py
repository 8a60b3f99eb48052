"""What prle keeps for the user between runs, outside any workspace, and can make again at any time."""

from prle.cache.folder import cache_folder
from prle.cache.vectors import VectorCache

__all__ = ["VectorCache", "cache_folder"]
