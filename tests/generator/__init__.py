"""Programs for the binding API, made of independent choices, and a judge for migrations."""
