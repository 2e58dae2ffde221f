"""What several rules share, a folder a theme."""
