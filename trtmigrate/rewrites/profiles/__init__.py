"""Binding arithmetic over optimization profiles."""
