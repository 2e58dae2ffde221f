"""Rules TRT3: the builder, its configuration, and how an engine is built."""
