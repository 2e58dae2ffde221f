"""Stand-ins for what a program needs and this machine has not: modules, libraries, files.

Their values are made up, plausible and repeatable: they depend on names and arguments alone, so
both sides of a comparison get the same. Each stand-in is written into the record.
"""
