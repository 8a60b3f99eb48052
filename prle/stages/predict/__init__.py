"""Predict new rows, or a split of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.predict.interface import PredictRequest
    from prle.stages.predict.stage import predict_split, predict_texts, predicting

__all__ = ["PredictRequest", "predict_split", "predict_texts", "predicting"]

__getattr__ = when_asked(
    __name__,
    {
        "PredictRequest": "prle.stages.predict.interface",
        "predict_split": "prle.stages.predict.stage",
        "predict_texts": "prle.stages.predict.stage",
        "predicting": "prle.stages.predict.stage",
    },
)
