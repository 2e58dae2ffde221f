"""Shapes set through both APIs on one context: which of them an execution runs with.

Each line is a sequence of calls on a new context, and the numbers of elements that its executions
write to outA:

    nK, bK      set both inputs to (K, K) by name, by binding; nK.0 sets inputT0 only
    gi, go      get_binding_shape of inputT0, of outA
    ti, to      get_tensor_shape of inputT0, of outA
    xi, xo      get_tensor_strides of inputT0, of outA
    y           get_strides of outA
    i, s        infer_shapes, all_binding_shapes_specified
    v2, async_v2, v3    execute
"""

import numpy as np
import tensorrt as trt
from common import download, logger, sum_and_product, upload
from cuda import cudart

SEQUENCES = """
    b2,n3,v2
    b2,n3,v3
    n3,b2,v2
    n3,b2,v3
    n2,v2,n3,gi,v2
    n2,v2,n3,go,v2
    n2,v2,n3,go,to,v2
    n2,v2,n3,ti,v2
    n2,v2,n3,s,v2
    n2,v2,n3,go,v2,v2
    n2,v2,n3,go,v3
    n2,v2,n3,gi,async_v2
    n2,v2,n3,go,async_v2
    b2,v2,n3,v2
    b2,v2,n3,v2,b4,v2
    b2,n3,go,v2
    n3,b2,go,v2
    n3,b2,go,v3
    n3.0,b3.1,gi,v2
    n3.0,b3.1,go,v2
    n3.0,b3.1,gi,go,v2
    n3.0,b3.1,v2,n2.0,b2.1,gi,v2
    n3.0,b3.1,v2,n2.0,b2.1,go,v2
    n2,v3,n3,go,v3
    n2,v3,n3,gi,v3
    n2,v2,n3,go,v2,n4,v2
    n2,go,v2
    n2,go,n3,v2
    b2,to,v2
    b2,ti,v2
    b2,v2,b3,to,v2
    b2,v2,b3,ti,v2
    b2,v2,b3,to,v3
    n2,v2,n3,go,n3,v2
    n2,v2,b3,v2
    n2,v2,b3,go,v2
    n2,v2,b3,to,v2
    n2,v2,n3,go,i,v2
    b2,v2,b3,i,v2
    b2,i,v2
    n2,v3,n3,xo,v3
    n2,v3,n3,xo,v2
    n2,v3,n3,xo,async_v2
    n2,v3,n3,xo,v3,v3
    n2,v3,n3,xo,v3,n3,v3
    n2,v3,n3,xo,n3,v3
    n2,v3,n3,xo,n4,v3
    n2,v3,n3,xi,v3
    n2,v3,n3,to,xo,v3
    n2,v3,n3,xo,to,v3
    n2,v3,n3,i,xo,v3
    n2,v3,n3,i,to,xo,v3
    n2,v3,n3,xo,i,v3
    n2,v3,xo,n3,v3
    n2,xo,v3
    n2,xo,n3,v3
    n2,xo,v3,n3,v3
    n2,v3,n3,y,v3
    b2,v2,b3,y,v2
    b2,v2,b3,xo,v2
    b2,v2,b3,xo,v3
"""
NAMES = ("inputT0", "inputT1", "outA", "outB")
plan = sum_and_product().serialize()
runtime = trt.Runtime(logger)
engines = []  # kept, so that none goes before its context


def execute(context, api):
    """The number of elements that an execution writes to outA."""
    addresses = [upload(np.arange(64, dtype=np.float32)), upload(np.ones(64, np.float32))]
    addresses += [upload(np.full(64, -1, np.float32)), upload(np.full(64, -1, np.float32))]
    if api == "v2":
        context.execute_v2(addresses + [0] * 4)
    elif api == "async_v2":
        context.execute_async_v2(addresses + [0] * 4, 0)
    else:
        for name, address in zip(NAMES, addresses):  # noqa: B905 (3.8)
            context.set_tensor_address(name, address)
        context.execute_async_v3(0)
    cudart.cudaDeviceSynchronize()
    return int((download(addresses[2], 64) != -1).sum())


QUERIES = {
    "gi": lambda context: context.get_binding_shape(0),
    "go": lambda context: context.get_binding_shape(2),
    "ti": lambda context: context.get_tensor_shape("inputT0"),
    "to": lambda context: context.get_tensor_shape("outA"),
    "xi": lambda context: context.get_tensor_strides("inputT0"),
    "xo": lambda context: context.get_tensor_strides("outA"),
    "y": lambda context: context.get_strides(2),
    "i": lambda context: context.infer_shapes(),
    "s": lambda context: context.all_binding_shapes_specified,
}


def written(sequence):
    engines.append(runtime.deserialize_cuda_engine(plan))
    context = engines[-1].create_execution_context()
    found = []
    for step in sequence.split(","):
        what, _, which = step.partition(".")
        places = (int(which),) if which else (0, 1)
        if what in QUERIES:
            QUERIES[what](context)
        elif what in ("v2", "async_v2", "v3"):
            found.append(execute(context, what))
        else:
            for place in places:
                shape = (int(what[1]),) * 2
                if what[0] == "n":
                    context.set_input_shape(NAMES[place], shape)
                else:
                    context.set_binding_shape(place, shape)
    return found


for sequence in SEQUENCES.split():
    print(sequence, written(sequence), flush=True)
