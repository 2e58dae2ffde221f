"""Lay out changed lines as the rest of the file is laid out."""
