import os

import numpy as np
import pycuda.driver as cuda
import tensorrt as trt


class Calibrator(trt.IInt8EntropyCalibrator2):
    def __init__(self, batches, cache):
        trt.IInt8EntropyCalibrator2.__init__(self)
        self.batches = iter(batches)
        self.cache = cache
        self.memory = None

    def get_batch_size(self):
        return 1

    def get_batch(self, names):
        batch = next(self.batches, None)
        if batch is None:
            return None
        batch = np.ascontiguousarray(batch, np.float32)
        if self.memory is None:
            self.memory = cuda.mem_alloc(batch.nbytes)
        cuda.memcpy_htod(self.memory, batch)
        return [int(self.memory)]

    def read_calibration_cache(self):
        if os.path.exists(self.cache):
            with open(self.cache, "rb") as f:
                return f.read()

    def write_calibration_cache(self, cache):
        with open(self.cache, "wb") as f:
            f.write(cache)
