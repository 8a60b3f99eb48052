"""Fitted models as files that other programs run: the same forward pass, written down as an ONNX graph."""
