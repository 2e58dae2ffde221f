"""Moves TensorRT binding-API code to named tensors, and proves that it computes the same."""
