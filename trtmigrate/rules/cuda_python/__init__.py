"""Rules TRT7: cuda-python 13."""
