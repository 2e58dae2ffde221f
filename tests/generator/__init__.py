"""Programs for the binding API, put together from independent choices, and a judge for migrations."""
