"""Patches that put the recorder into the modules that a program imports."""
