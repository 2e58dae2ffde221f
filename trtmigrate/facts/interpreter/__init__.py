"""The abstract interpreter of one module."""
