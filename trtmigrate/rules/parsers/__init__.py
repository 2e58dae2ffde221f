"""Rules TRT5: parsers, plugins, and the modules and methods of TensorRT 4."""
