"""Programs that are broken on purpose, and whether verify finds it."""
