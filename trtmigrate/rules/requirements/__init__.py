"""Rules TRT8: files that install TensorRT."""
