"""Rules TRT9: advice."""
