"""A stand-in for pycuda."""

VERSION = (2022, 2)
VERSION_TEXT = "2022.2"
