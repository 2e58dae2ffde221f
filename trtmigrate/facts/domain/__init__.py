"""The values of the abstract interpretation."""
