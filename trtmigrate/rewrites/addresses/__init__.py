"""From lists of device pointers to addresses by tensor name."""
