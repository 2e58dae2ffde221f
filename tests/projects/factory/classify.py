import settings
from cuda import cudart
from session import Session

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def describe(session: Session):
    index = session.engine.get_binding_index(settings.OUTPUT_NAME)
    is_input = session.engine.binding_is_input(settings.INPUT_INDEX)
    return index == settings.OUTPUT_INDEX, is_input, session.engine.get_binding_shape(index)


def classify(session: Session, images):
    inp = session.bindings[settings.INPUT_INDEX]
    out = session.bindings[settings.OUTPUT_INDEX]
    inp.host[:] = images
    cudart.cudaMemcpyAsync(inp.device, inp.host.ctypes.data, inp.nbytes, HTOD, session.stream)
    session.context.execute_async_v2(session.addresses, session.stream)
    cudart.cudaMemcpyAsync(out.host.ctypes.data, out.device, out.nbytes, DTOH, session.stream)
    cudart.cudaStreamSynchronize(session.stream)
    return out.host.argmax(axis=1)
