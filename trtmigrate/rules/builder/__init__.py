"""Rules TRT3: Builder and IBuilderConfig."""
