"""Say why inputs got their predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.explain.interface import ExplainRequest
    from prle.stages.explain.stage import explain_row, explain_rows, explain_texts, explaining

__all__ = ["ExplainRequest", "explain_row", "explain_rows", "explain_texts", "explaining"]

__getattr__ = when_asked(
    __name__,
    {
        "ExplainRequest": "prle.stages.explain.interface",
        "explain_row": "prle.stages.explain.stage",
        "explain_rows": "prle.stages.explain.stage",
        "explain_texts": "prle.stages.explain.stage",
        "explaining": "prle.stages.explain.stage",
    },
)
