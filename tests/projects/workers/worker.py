import queue
import threading

from cuda import cudart

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


class Worker(threading.Thread):
    def __init__(self, model, done):
        super().__init__(daemon=True)
        self.model = model
        self.done = done
        self.jobs = queue.Queue()

    def run(self):
        context = self.model.new_context()
        hosts, bindings = self.model.new_buffers()
        stream = cudart.cudaStreamCreate()[1]
        while True:
            job = self.jobs.get()
            if job is None:
                break
            hosts[0][:] = job
            size = hosts[0].nbytes
            cudart.cudaMemcpyAsync(bindings[0], hosts[0].ctypes.data, size, HTOD, stream)
            context.execute_async_v2(bindings=bindings, stream_handle=stream)
            cudart.cudaMemcpyAsync(hosts[1].ctypes.data, bindings[1], size, DTOH, stream)
            cudart.cudaStreamSynchronize(stream)
            self.done.put(hosts[1].tolist())
        for pointer in bindings:
            cudart.cudaFree(pointer)
        cudart.cudaStreamDestroy(stream)
