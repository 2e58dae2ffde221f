"""Programs in the manner of the two most copied forms of public code: lists of buffers with all
inputs first, and a backend that keeps a named tuple for each binding.
"""

from __future__ import annotations

from tests.generator.choices import Choices
from tests.generator.libraries import Cuda
from tests.generator.network import COLUMNS, STATIC_ROWS, Engines
from tests.generator.text import Lines, filled, indented, lines_of

INPUTS = {
    "np.sum": "np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])",
    "sum": "sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])",
    "by name": "sum(engine.binding_is_input(name) for name in engine)",
}
OUTPUTS = {
    "difference": "engine.num_bindings - nInput",
    "np.sum": "np.sum([not engine.binding_is_input(i) for i in range(engine.num_bindings)])",
}
LISTED = {  # what is printed of the bindings
    "no": "",
    "two loops": "for i in range(nInput):\n"
    '    print("Bind[%2d]:i[%2d]->" % (i, i), engine.get_binding_dtype(i), '
    "engine.get_binding_shape(i), context.get_binding_shape(i), engine.get_binding_name(i))\n"
    "for i in range(nInput, nInput + nOutput):\n"
    '    print("Bind[%2d]:o[%2d]->" % (i, i - nInput), engine.get_binding_dtype(i), '
    "engine.get_binding_shape(i), context.get_binding_shape(i), engine.get_binding_name(i))",
    "one loop": "for i in range(engine.num_bindings):\n"
    '    print("input ->" if engine.binding_is_input(i) else "output->", '
    "engine.get_binding_dtype(i), context.get_binding_shape(i))",
    "by count": "for i in range(engine.num_bindings):\n"
    '    print("[%2d]%s->" % (i, "Input " if i < nInput else "Output"), '
    "engine.get_binding_name(i))",
}
OUTPUT_LOOPS = {  # the loop, then the binding in it
    "counted": ("for i in range(nOutput):", "nInput + i"),
    "to the end": ("for i in range(nInput, engine.num_bindings):", "i"),
    "to the sum": ("for i in range(nInput, nInput + nOutput):", "i"),
}
DEVICE = {
    "loop": "bufferD = []\nfor i in range(engine.num_bindings):\n    bufferD.append({malloc})",
    "sum of counts": "bufferD = []\nfor i in range(nInput + nOutput):\n"
    "    bufferD.append({malloc})",
    "comprehension": "bufferD = [{malloc} for i in range(len(bufferH))]",
}
EXECUTED = {
    "execute_v2": "$wait\ncontext.execute_v2({b})",
    "execute_async_v2": "context.execute_async_v2({b}, $handle)",
    "list()": "context.execute_async_v2(list({b}), $handle)",
}


def inputs_first(c: Choices, engines: Engines, library: Cuda) -> Lines:
    """Lists of host and device buffers that hold the inputs, then the outputs."""
    rows = 2 if engines.dynamic else STATIC_ROWS
    shapes: Lines = []
    if engines.dynamic:
        shapes = [
            f"context.set_binding_shape({i}, [{rows}, {COLUMNS}])"
            for i in range(engines.first.inputs)
        ]
    outputs, binding = c.one("loop of output buffers", OUTPUT_LOOPS)
    given = "[int(d) for d in bufferD]" if library.malloc.startswith("cuda.") else "bufferD"
    malloc = library.malloc.format("bufferH[i].nbytes")
    place = "bufferH[nInput + i]", "bufferD[nInput + i]"
    return [
        f"engine = trt.Runtime(LOGGER).deserialize_cuda_engine({engines.plan(engines.first)})",
        "context = engine.create_execution_context()",
        f"stream = {library.stream}",
        *shapes,
        f"nInput = {c.one('inputs', INPUTS)}",
        f"nOutput = {c.one('outputs', OUTPUTS)}",
        *lines_of(c.one("bindings listed", LISTED)),
        "bufferH = []",
        "for i in range(nInput):",
        f"    data = (np.arange({rows * COLUMNS}) % 7).reshape({rows}, {COLUMNS}) + i",
        f"    bufferH.append(np.ascontiguousarray(data.astype(np.{engines.dtype})))",
        outputs,
        f"    dtype = trt.nptype(engine.get_binding_dtype({binding}))",
        f"    bufferH.append(np.empty(context.get_binding_shape({binding}), dtype=dtype))",
        *lines_of(c.one("device buffers", DEVICE).format(malloc=malloc)),
        "for i in range(nInput):",
        f"    {library.to_device.format('bufferD[i]', 'bufferH[i]')}",
        *lines_of(c.one("buffers executed", EXECUTED).replace("{b}", given)),
        "for i in range(nOutput):",
        f"    {library.to_host.format(*place)}",
        "$wait",
        "for i in range(nOutput):",
        "    print(engine.get_binding_name(nInput + i), bufferH[nInput + i].tolist())",
    ]


ADDRESSES = {
    "ordered": "OrderedDict((n, int(d.ptr)) for n, d in self.bindings.items())",
    "dictionary": "{n: int(d.ptr) for n, d in self.bindings.items()}",
    "of names": "{n: int(self.bindings[n].ptr) for n in self.names}",
}
BINDING_LOOPS = {
    "range": "for i in range(self.model.num_bindings):\n    name = self.model.get_binding_name(i)",
    "enumerated": "for i, name in enumerate(self.model):\n    assert self.model[i] == name",
    "names kept": "self.names = [self.model.get_binding_name(i) "
    "for i in range(self.model.num_bindings)]\n"
    "for i, name in enumerate(self.names):\n    assert self.model.get_binding_name(i) == name",
}


def backend(c: Choices, engines: Engines, library: Cuda) -> Lines:
    """A class that keeps a named tuple for each binding, and the addresses by name."""
    loop = c.pick("loop of bindings", BINDING_LOOPS)
    kept = loop == "names kept"
    names = {n: text for n, text in ADDRESSES.items() if kept or "self.names" not in text}
    values = "list(self.binding_addrs.values())"
    executed = c.one("backend executed", EXECUTED).replace("{b}", values)
    init = [
        "self.model = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)",
        "self.context = self.model.create_execution_context()",
        f"self.stream = {library.stream}",
        "self.bindings, self.output_names, self.dynamic = OrderedDict(), [], False",
        *lines_of(BINDING_LOOPS[loop]),
        "    dtype = trt.nptype(self.model.get_binding_dtype(i))",
        "    if self.model.binding_is_input(i):",
        "        if -1 in tuple(self.model.get_binding_shape(i)):",
        "            self.dynamic = True",
        "            shape = tuple(self.model.get_profile_shape(0, i)[2])",
        "            self.context.set_binding_shape(i, shape)",
        "    else:",
        "        self.output_names.append(name)",
        "    shape = tuple(self.context.get_binding_shape(i))",
        "    data = np.zeros(shape, dtype=dtype)",
        f"    memory = {library.malloc.format('data.nbytes')}",
        "    self.bindings[name] = Binding(name, dtype, shape, memory)",
        f"self.binding_addrs = {c.one('addresses by name', names)}",
    ]
    forward = [
        "for name, image in images.items():",
        "    if self.dynamic:",
        "        i = self.model.get_binding_index(name)",
        "        self.context.set_binding_shape(i, image.shape)",
        "        self.bindings[name] = self.bindings[name]._replace(shape=image.shape)",
        f"    {library.to_device.format('self.bindings[name].ptr', 'image')}",
        *lines_of(executed.replace("context.exec", "self.context.exec")),
        "results = []",
        "for name in self.output_names:",
        "    i = self.model.get_binding_index(name)",
        "    shape = tuple(self.context.get_binding_shape(i))",
        "    results.append(np.empty(shape, self.bindings[name].dtype))",
        f"    {library.to_host.format('results[-1]', 'self.bindings[name].ptr')}",
        "$wait",
        "return results",
    ]
    rows = [2, 4] if engines.dynamic else [STATIC_ROWS]
    values = f"(np.arange(rows * {COLUMNS}) % 7 + j).reshape(rows, {COLUMNS})"
    use = [
        "module = Backend(plan)",
        f"for rows in {rows}:",
        f"    images = {{'x%d' % j: {values}.astype(np.{engines.dtype}) "
        "for j in range(len(module.bindings) - len(module.output_names))}",
        "    for result in module.forward(images):",
        "        print(result.tolist())",
    ]
    methods = ["def __init__(self, plan):", *indented(init), ""]
    methods += ["def forward(self, images):", *indented(forward), "", ""]
    roles = {"stream": "self.stream", "handle": library.handle, "wait": library.wait}
    plans = ", ".join(engines.plan(n) for n in engines.networks)
    return [
        'Binding = namedtuple("Binding", ("name", "dtype", "shape", "ptr"))',
        "",
        "",
        "class Backend:",
        *indented(filled(methods, roles)),
        f"for plan in [{plans}]:",
        *indented(use),
    ]
