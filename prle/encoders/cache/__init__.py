"""What prle keeps for the user between runs, outside any workspace, and can make again at any time."""

from prle.encoders.cache.folder import cache_folder
from prle.encoders.cache.vectors import VectorCache

__all__ = ["VectorCache", "cache_folder"]
