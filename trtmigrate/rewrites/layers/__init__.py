"""Layers that take the place of removed layers."""
