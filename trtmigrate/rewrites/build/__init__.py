"""Builders, configurations, plans and runtimes."""
