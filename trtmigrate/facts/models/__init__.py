"""Models: what Python, TensorRT and other libraries return when a program calls them."""
