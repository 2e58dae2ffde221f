"""Programs in the manner of published samples: buffers made in a loop over the engine, a function
`do_inference`, wrappers that know tensors by name, and addresses written out by hand.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.generator import libraries, published
from tests.generator.choices import Choices
from tests.generator.network import COLUMNS, Engines, choose_engines
from tests.generator.text import Lines, filled, indented, lines_of
from tests.generator.torch_modules import torch_module

MEMORY = """\
class HostDeviceMem:
    def __init__(self, host_mem, device_mem):
        self.host = host_mem
        self.device = device_mem

    def __str__(self):
        return "Host:\\n" + str(self.host) + "\\nDevice:\\n" + str(self.device)
"""
NAMED = 'HostDeviceMem = namedtuple("HostDeviceMem", ["host", "device"])'
LOOPS = {  # the loop, then what a binding is called in it
    "engine": ("for binding in $engine:", "binding"),
    "range(num_bindings)": ("for i in range($engine.num_bindings):", "i"),
    "range(len(engine))": ("for index in range(len($engine)):", "index"),
    "enumerate(engine)": ("for index, binding in enumerate($engine):", "binding"),
    "enumerate, by index": ("for index, name in enumerate($engine):", "index"),
    "list(engine)": ("for name in list($engine):", "name"),
    "names": (
        "for name in [$engine.get_binding_name(i) for i in range($engine.num_bindings)]:",
        "name",
    ),
    "subscripts": ("for name in [$engine[i] for i in range(len($engine))]:", "name"),
    "mapped": ("for index in map($engine.get_binding_index, $engine):", "index"),
    "sorted": ("for name in sorted($engine, key=$engine.get_binding_index):", "name"),
    "zipped": ("for name, index in zip($engine, range($engine.num_bindings)):", "index"),
}
SIZES = {
    "volume": "trt.volume($engine.get_binding_shape({b}))",
    "volume and batch": "trt.volume($engine.get_binding_shape({b})) * $engine.max_batch_size",
    "absolute": "abs(trt.volume($engine.get_binding_shape({b})))",
    "np.prod": "int(np.prod($engine.get_binding_shape({b})))",
}
DYNAMIC_SIZES = {
    "context": "trt.volume($context.get_binding_shape($engine.get_binding_index({name})))",
    "rows": f"$rows * {COLUMNS}",
    "shape of the engine": "trt.volume($engine.get_binding_shape({b})[1:]) * $rows",
}
INPUT_TESTS = {
    "is input": "$engine.binding_is_input({b})",
    "by name": "$engine.binding_is_input({name})",
    "turned": "not $engine.binding_is_input({b})",
    "compared": "$engine.binding_is_input({b}) == True",
}
LAUNCHES = {
    "keywords": "context.execute_async_v2(bindings={b}, stream_handle=$handle)",
    "positional": "context.execute_async_v2({b}, $handle)",
    "synchronous": "$wait\ncontext.execute_v2({b})",
    "synchronous by keyword": "$wait\ncontext.execute_v2(bindings={b})",
    "tested": "if not context.execute_async_v2({b}, $handle):\n    raise RuntimeError",
    "list()": "context.execute_async_v2(list({b}), $handle)",
}
ADDRESSES = {  # before the loop, in it, and what is returned
    "appended": ("bindings = []", "bindings.append(int(device_mem))", "bindings"),
    "preallocated": (
        "bindings = [None] * $engine.num_bindings",
        "bindings[$engine.get_binding_index({name})] = int(device_mem)",
        "bindings",
    ),
    "zeros": (
        "bindings = [0] * len($engine)",
        "bindings[$engine[{name}]] = int(device_mem)",
        "bindings",
    ),
    "dictionary": (
        "bindings = {}",
        "bindings[{name}] = int(device_mem)",
        "list(bindings.values())",
    ),
    "ordered": (
        "bindings = OrderedDict()",
        "bindings[{name}] = int(device_mem)",
        "list(bindings.values())",
    ),
    "added": ("bindings = []", "bindings += [int(device_mem)]", "bindings"),
    "tuple": ("bindings = ()", "bindings += (int(device_mem),)", "list(bindings)"),
}
FILL = "np.copyto(mem.host, (np.arange(mem.host.size) % 7 + position).astype(mem.host.dtype))"


def write(c: Choices) -> tuple[str, str]:
    """The program, and the program that makes its plan files."""
    c.fixed["profiles"] = "1"
    engines = choose_engines(c)
    if c.pick("samples with", ["a CUDA library", "torch"]) == "torch":
        body, library = torch_module(c, engines), libraries.TORCH
    else:
        library = libraries.choose_cuda(c)
        body = _with_library(c, engines, library)
    top = [
        "from collections import OrderedDict, namedtuple",
        "",
        "import numpy as np",
        *library.imports,
        "import tensorrt as trt",
        "",
        "LOGGER = trt.Logger(trt.Logger.ERROR)",
        *library.helpers,
        "",
        "",
        *([] if engines.from_file else [*engines.build_function(), "", ""]),
    ]
    roles = {"handle": library.handle, "wait": library.wait, "engine": "engine"}
    roles |= {"context": "context", "stream": "stream", "rows": "rows"}
    return "\n".join(filled([*top, *body], roles)).rstrip() + "\n", engines.plan_maker()


def _with_library(c: Choices, engines: Engines, library: libraries.Cuda) -> Lines:
    families: dict[str, Callable[[Choices, Engines, libraries.Cuda], Lines]] = {
        "allocate_buffers": _allocating,
        "names given": _by_names,
        "backend": published.backend,
    }
    if engines.alone:
        families |= {"by hand": _by_hand, "inputs first": published.inputs_first}
    return c.one("sample", families)(c, engines, library)


def _allocating(c: Choices, engines: Engines, library: libraries.Cuda) -> Lines:
    loop, b = c.one("allocation loop", LOOPS)
    name = b if b in ("binding", "name") else f"$engine.get_binding_name({b})"
    size = c.one("size", DYNAMIC_SIZES if engines.dynamic else SIZES)
    test = c.pick("input test", INPUT_TESTS)
    start, add, given = c.one("addresses made", ADDRESSES)
    kinds = ("outputs", "inputs") if test == "turned" else ("inputs", "outputs")
    once = [
        f"size = {size}",
        "dtype = trt.nptype($engine.get_binding_dtype({b}))",
        "host_mem = np.empty(size, dtype)",
        f"device_mem = {library.malloc.format('host_mem.nbytes')}",
        add,
        f"if {INPUT_TESTS[test]}:",
        f"    {kinds[0]}.append(HostDeviceMem(host_mem, device_mem))",
        "else:",
        f"    {kinds[1]}.append(HostDeviceMem(host_mem, device_mem))",
    ]
    body = [line.replace("{b}", b).replace("{name}", name) for line in once]
    allocate = ["inputs, outputs = [], []", start, f"$stream = {library.stream}", loop]
    allocate += [*indented(body), f"return inputs, outputs, {given}, $stream"]
    memory = c.one("memory class", {"class": MEMORY, "namedtuple": NAMED})
    helpers = [*lines_of(memory.rstrip()), "", "", *_do_inference(c, library), "", ""]
    as_class = c.pick("sample structure", ["functions", "class"]) == "class"
    make = _allocating_class if as_class else _allocating_functions
    return [*helpers, *make(c, engines, allocate)]


def _do_inference(c: Choices, library: libraries.Cuda) -> Lines:
    launch = lines_of(c.one("launched", LAUNCHES).replace("{b}", "bindings"))
    to_device = library.to_device.format("mem.device", "mem.host")
    to_host = library.to_host.format("mem.host", "mem.device")
    if c.pick("copies", ["loops", "comprehensions"]) == "loops":
        before = ["for mem in inputs:", f"    {to_device}"]
        after = ["for mem in outputs:", f"    {to_host}"]
    else:
        before, after = [f"[{to_device} for mem in inputs]"], [f"[{to_host} for mem in outputs]"]
    parameters = c.pick(
        "parameters",
        [
            "context, bindings, inputs, outputs, stream",
            "context, bindings, inputs, outputs, stream, batch_size=1",
        ],
    )
    body = [*before, *launch, *after, "$wait", "return [mem.host for mem in outputs]"]
    return [f"def do_inference({parameters}):", *indented(body)]


def _prepared(engines: Engines) -> Lines:
    """Set the shapes of a dynamic engine through its context."""
    if not engines.dynamic:
        return []
    return [
        "for i in range($engine.num_bindings):",
        "    if $engine.binding_is_input(i):",
        f"        $context.set_binding_shape(i, ($rows, {COLUMNS}))",
    ]


def _rows(engines: Engines) -> list[int]:
    return [2, 4] if engines.dynamic else [3]


def _allocating_functions(c: Choices, engines: Engines, allocate: Lines) -> Lines:
    call = c.one(
        "do_inference called",
        {
            "keywords": "do_inference(context, bindings=bindings, inputs=inputs, "
            "outputs=outputs, stream=stream)",
            "positional": "do_inference(context, bindings, inputs, outputs, stream)",
        },
    )
    run = [
        "context = engine.create_execution_context()",
        *_prepared(engines),
        "inputs, outputs, bindings, stream = allocate_buffers(engine, context, rows)",
        "for position, mem in enumerate(inputs):",
        f"    {FILL}",
        f"for result in {call}:",
        "    print(result.tolist())",
        "del context",
    ]
    load = "engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)"
    plans = ", ".join(engines.plan(n) for n in engines.networks)
    return [
        "def allocate_buffers(engine, context, rows):",
        *indented(allocate),
        "",
        "",
        f"for plan in [{plans}]:",
        *indented([load, f"for rows in {_rows(engines)}:", *indented(run)]),
    ]


def _allocating_class(c: Choices, engines: Engines, allocate: Lines) -> Lines:
    roles = {"engine": "self.engine", "context": "self.context", "stream": "stream"}
    init = [
        "$engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)",
        "$context = $engine.create_execution_context()",
        *_prepared(engines),
        "self.inputs, self.outputs, self.bindings, self.stream = self.allocate_buffers(rows)",
    ]
    infer = [
        "for position, mem in enumerate(self.inputs):",
        f"    {FILL}",
        "return do_inference(self.context, self.bindings, self.inputs, self.outputs, self.stream)",
    ]
    methods = [
        "def __init__(self, plan, rows):",
        *indented(init),
        "",
        "def allocate_buffers(self, rows):",
        *indented(allocate),
        "",
        "def infer(self):",
        *indented(infer),
    ]
    plans = ", ".join(engines.plan(n) for n in engines.networks)
    use = [f"for rows in {_rows(engines)}:", "    model = Model(plan, rows)"]
    use += ["    for result in model.infer():", "        print(result.tolist())"]
    top = [f"for plan in [{plans}]:", *indented(use)]
    return [*filled(["class Model:", *indented(methods), "", ""], roles), *top]


NAMES_OF = {  # the names of inputs (not: of outputs)
    "comprehension": "[name for name in self.engine if {not}self.engine.binding_is_input(name)]",
    "filter": "list(filter(lambda n: {not}self.engine.binding_is_input(n), self.engine))",
    "indexes": "[self.engine.get_binding_name(i) for i in range(self.engine.num_bindings) "
    "if {not}self.engine.binding_is_input(i)]",
    "subscripts": "[self.engine[i] for i in range(self.engine.num_bindings) "
    "if {not}self.engine.binding_is_input(i)]",
}
LISTS = {
    "positions": ("bindings = [None] * (len(self.input_names) + len(self.output_names))", "{i}"),
    "num_bindings": ("bindings = [0] * self.engine.num_bindings", "{i}"),
    "dictionary": ("bindings = {}", "{i}"),
}


def _by_names(c: Choices, engines: Engines, library: libraries.Cuda) -> Lines:
    """A module that finds its bindings by name, as wrappers for PyTorch do."""
    first = engines.first
    asked = c.pick("names", [*NAMES_OF, "parameters", "defaults"] if engines.alone else NAMES_OF)
    init = ["self.engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)"]
    init += [
        "self.context = self.engine.create_execution_context()",
        f"self.stream = {library.stream}",
    ]
    head, call = "def __init__(self, plan):", "Module(plan)"
    ins, outs = first.names[: first.inputs], first.names[first.inputs :]
    if asked in NAMES_OF:
        init.append(f"self.input_names = {NAMES_OF[asked].replace('{not}', '')}")
        init.append(f"self.output_names = {NAMES_OF[asked].replace('{not}', 'not ')}")
    else:
        init += ["self.input_names = input_names", "self.output_names = output_names"]
        head = "def __init__(self, plan, input_names, output_names):"
        call = f"Module(plan, {ins}, {outs})"
        if asked == "defaults":
            defaults = f"input_names={tuple(ins)}, output_names={tuple(outs)}"
            head = f"def __init__(self, plan, {defaults}):"
            call = "Module(plan)"
    forward = _forward(c, engines, library)
    body = [head, *indented(init), "", "def forward(self, *arrays):", *indented(forward)]
    plans = ", ".join(engines.plan(n) for n in engines.networks)
    rows = _rows(engines)
    use = [f"module = {call}", "arrays = []", "for position in range(len(module.input_names)):"]
    values = f"(np.arange(rows * {COLUMNS}) % 7 + position).reshape(rows, {COLUMNS})"
    use += [f"    arrays.append({values}.astype(np.{engines.dtype}))"]
    use += ["for result in module.forward(*arrays):", "    print(result.tolist())"]
    run = [f"for plan in [{plans}]:", f"    for rows in {rows}:", *indented(use, 2)]
    roles = {"stream": "self.stream", "handle": library.handle, "wait": library.wait}
    return [*filled(["class Module:", *indented(body), "", ""], roles), *run]


def _forward(c: Choices, engines: Engines, library: libraries.Cuda) -> Lines:
    index = c.one(
        "index of a name",
        {"method": "self.engine.get_binding_index(name)", "subscript": "self.engine[name]"},
    )
    start, _ = c.one("list of addresses", LISTS)
    shape = "tuple(self.context.get_binding_shape(index))"
    if not engines.dynamic:
        shape = c.one(
            "output shape",
            {"context": shape, "engine": "tuple(self.engine.get_binding_shape(index))"},
        )
    given = "bindings"
    if start.endswith("{}"):
        given = "[bindings[index] for index in sorted(bindings)]"
    set_shape: Lines = []
    if engines.dynamic:
        set_shape = ["    self.context.set_binding_shape(index, array.shape)"]
    launch = c.one("launched", LAUNCHES).replace("{b}", given)
    return [
        start,
        "kept, results = [], []",
        "for name, array in zip(self.input_names, arrays):",
        f"    index = {index}",
        *set_shape,
        f"    kept.append({library.malloc.format('array.nbytes')})",
        f"    {library.to_device.format('kept[-1]', 'array')}",
        "    bindings[index] = int(kept[-1])",
        "for name in self.output_names:",
        f"    index = {index}",
        f"    shape = {shape}",
        "    result = np.empty(shape, trt.nptype(self.engine.get_binding_dtype(index)))",
        f"    kept.append({library.malloc.format('result.nbytes')})",
        "    bindings[index] = int(kept[-1])",
        "    results.append(result)",
        *lines_of(launch.replace("context.exec", "self.context.exec")),
        "for result, memory in zip(results, kept[len(arrays):]):",
        f"    {library.to_host.format('result', 'memory')}",
        "$wait",
        "return results",
    ]


def _by_hand(c: Choices, engines: Engines, library: libraries.Cuda) -> Lines:
    """Every buffer has a variable of its own; bindings are literal numbers."""
    net, rows = engines.first, _rows(engines)[0]
    names = [f"inputH{i}" for i in range(net.inputs)]
    names += [f"outputH{j}" for j in range(net.outputs)]
    devices = [name.replace("H", "D") for name in names]
    body = [
        f"engine = trt.Runtime(LOGGER).deserialize_cuda_engine({engines.plan(net)})",
        "context = engine.create_execution_context()",
        f"stream = {library.stream}",
    ]
    if engines.dynamic:
        shape = c.pick("shape literal", [f"({rows}, {COLUMNS})", f"[{rows}, {COLUMNS}]"])
        body += [f"context.set_binding_shape({i}, {shape})" for i in range(net.inputs)]
    for i, name in enumerate(names):
        if i < net.inputs:
            body.append(f"{name} = np.full(({rows}, {COLUMNS}), {i + 2}, np.{engines.dtype})")
        else:
            dtype = f"trt.nptype(engine.get_binding_dtype({i}))"
            body.append(f"{name} = np.empty(context.get_binding_shape({i}), dtype={dtype})")
        body.append(f"{devices[i]} = {library.malloc.format(name + '.nbytes')}")
    ins = list(zip(devices, names, strict=True))[: net.inputs]
    body += [library.to_device.format(d, h) for d, h in ins]
    addresses = ", ".join(f"int({d})" for d in devices)
    if c.pick("list written", ["in the call", "in a variable"]) == "in a variable":
        body.append(f"bindings = [{addresses}]")
        addresses = "bindings"
    else:
        addresses = f"[{addresses}]"
    launch = c.one("launched", LAUNCHES).replace("{b}", addresses)
    outs = list(zip(devices, names, strict=True))[net.inputs :]
    body += [*lines_of(launch), *(library.to_host.format(h, d) for d, h in outs), "$wait"]
    body += [f"print({h}.tolist())" for _, h in outs]
    if c.pick("sample structure", ["functions", "class"]) == "functions":
        return ["def main():", *indented(body), "", "", "main()"]
    return body
