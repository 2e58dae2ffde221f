"""The result of a run as text: each format is a function from a Report to a string."""
