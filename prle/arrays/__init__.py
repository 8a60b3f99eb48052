"""Arrays without a model: their shapes, geometry, and texts packed into one."""
