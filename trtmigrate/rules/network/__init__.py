"""Rules TRT4: networks and layers."""
