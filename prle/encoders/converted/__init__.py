"""Encoders of sentence-transformers as ONNX graphs, which answer without torch."""
