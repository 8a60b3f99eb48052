"""Reports about exported models as the stage would return them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prle.stages.export.interface import ExportReport


def exported() -> ExportReport:
    return ExportReport(
        workspace=Path("prle.h5"),
        model="default",
        dataset="stsb",
        synthetic=False,
        format="onnx",
        folder=Path("exported"),
        files={"model.onnx": 1_184_302, "model.json": 14_170, "MODEL_CARD.md": 1_801},
        inputs={"vectors": "float32 (rows, texts of a row, width): their vectors, as the encoder gives them"},
        outputs={
            "prediction": "float32 (rows): the predicted number",
            "responsibilities": "float32 (rows, prototypes): who talks; each row adds up to 1",
            "contributions": "float32 (rows, prototypes): what each adds; they add up to the prediction",
        },
        texts=True,
        anchors=64,
        figures={
            "validation": {"pearson": 0.8912, "spearman": 0.8847, "rmse": 0.6822, "r2": 0.7931},
            "test": {"pearson": 0.8497, "spearman": 0.8402, "rmse": 0.8076, "r2": 0.7196},
        },
        checked_rows=1379,
        checked_split="test",
        largest_difference=9.3e-6,
    )


def exported_arrays() -> ExportReport:
    return replace(
        exported(),
        model="a [bold]name[/]",
        format="safetensors",
        files={"model.safetensors": 907_133, "model.json": 4_403, "MODEL_CARD.md": 1_310},
        inputs={},
        outputs={},
        texts=False,
        synthetic=True,
        checked_rows=0,
        checked_split="",
        largest_difference=None,
    )


def exported_student() -> ExportReport:
    """A student of texts: no anchors, but texts to find."""
    outputs = {"scores": "float32 (rows, texts): its cosine with each of `texts` of `model.json`"}
    return replace(exported(), model="k124-mlp", anchors=0, answers=1849, outputs=outputs)


def exported_votes() -> ExportReport:
    """A model whose training rows vote."""
    outputs = {
        **exported().outputs,
        "voters": "int64 (rows, voters): the training rows that weigh most, by number, the heaviest first",
        "shares": "float32 (rows, voters): their weights",
    }
    return replace(exported(), voters=5749, outputs=outputs)
