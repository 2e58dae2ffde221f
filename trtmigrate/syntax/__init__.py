"""Python syntax without any TensorRT: the tree, templates, effects, parsing."""
