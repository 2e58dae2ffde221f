"""Rules TRT5: parsers, plugins and TensorRT 4 modules."""
