"""Taking removed members, flags, calls and conditions out of the code around them."""
