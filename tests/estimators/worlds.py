"""Small arrays with something to learn in them, and settings that learn it quickly."""

import numpy as np

QUICK = {"prototypes": 6, "projection": "identity", "epochs": 3}


def numbers(rows=120, seed=0):
    """Two columns on very different scales, a third that says nothing, and a label that bends."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3)) * [1.0, 1000.0, 1.0] + [0.0, 5000.0, 3.0]
    return X, 10.0 + 4.0 * np.abs(X[:, 0]) + 0.003 * X[:, 1] + 0.1 * rng.normal(size=rows)


def classes(names, rows=120, seed=0):
    """Clouds around corners, one for each name."""
    rng = np.random.default_rng(seed)
    codes = np.arange(rows) % len(names)
    corners = 4.0 * rng.normal(size=(len(names), 4))
    return corners[codes] + rng.normal(size=(rows, 4)), np.array(names)[codes]
