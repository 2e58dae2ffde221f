"""The interpreter: runs one module over the domain instead of over real values."""
