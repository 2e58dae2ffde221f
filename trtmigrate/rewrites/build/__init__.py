"""How an engine is built: builders, configurations, networks, plans and runtimes."""
