"""Rules TRT4: networks, layers and tensors."""
