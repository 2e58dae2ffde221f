"""What Python, TensorRT and the CUDA libraries give back when a program calls them."""
