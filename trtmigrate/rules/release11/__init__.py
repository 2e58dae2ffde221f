"""Rules TRT6: what TensorRT 11 removed."""
