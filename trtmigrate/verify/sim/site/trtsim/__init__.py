"""What the stand-ins for ``tensorrt``, ``cuda`` and ``pycuda`` share: a device made of numpy
arrays, and TensorRT's classes as one release has them.

Runs on Python 3.8 with nothing but numpy, in the interpreter of the program that is verified.
"""
