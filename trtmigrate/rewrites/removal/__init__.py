"""Take removed flags, properties and branches out of the code around them."""
