"""From binding indexes to tensor names."""
