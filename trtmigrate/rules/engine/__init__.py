"""Rules TRT1: ICudaEngine."""
