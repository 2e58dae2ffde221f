# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found"
"""Makes a context on import, as pycuda.autoinit does."""

import pycuda.driver as cuda

cuda.init()
device = cuda.Device(0)
context = device.make_context()
