"""Layers that take the place of removed layers and of removed types."""
