# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found"
"""Takes the primary context on import, as pycuda.autoprimaryctx does."""

import pycuda.driver as cuda

cuda.init()
device = cuda.Device(0)
context = device.retain_primary_context()
context.push()
