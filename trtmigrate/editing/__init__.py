"""Edits as data, and the one pass that makes them."""
