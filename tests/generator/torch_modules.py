"""Modules of torch that wrap an engine: outputs are made for each call, or tensors are kept in a
named tuple for each binding. Inputs and outputs are tensors on the device.
"""

from __future__ import annotations

from tests.generator.choices import Choices
from tests.generator.network import COLUMNS, STATIC_ROWS, Engines
from tests.generator.text import Lines, filled, indented, lines_of

DTYPES = {
    "dictionary": "DTYPES = {trt.float32: torch.float32, trt.float16: torch.float16, "
    "trt.int32: torch.int32}\n\n\n"
    "def torch_dtype(dtype):\n    return DTYPES[dtype]",
    "tests": "def torch_dtype(dtype):\n    if dtype == trt.float32:\n        return torch.float32\n"
    "    elif dtype == trt.float16:\n        return torch.float16\n"
    "    elif dtype == trt.int32:\n        return torch.int32\n"
    '    raise TypeError("%s is not supported by torch" % dtype)',
    "by the name of numpy": "def torch_dtype(dtype):\n"
    "    return getattr(torch, np.dtype(trt.nptype(dtype)).name)",
    "through numpy": "def torch_dtype(dtype):\n"
    "    return torch.from_numpy(np.empty(0, trt.nptype(dtype))).dtype",
}
NAMES = {  # of a module that is given none
    "comprehensions": "self.input_names = [n for n in self.engine "
    "if self.engine.binding_is_input(n)]\n"
    "self.output_names = [n for n in self.engine if not self.engine.binding_is_input(n)]",
    "difference": "names = list(self.engine)\n"
    "self.input_names = [n for n in names if self.engine.binding_is_input(n)]\n"
    "self.output_names = sorted(set(names) - set(self.input_names))",
    "indexes": "self.input_names, self.output_names = [], []\n"
    "for idx in range(self.engine.num_bindings):\n"
    "    name = self.engine.get_binding_name(idx)\n"
    "    if self.engine.binding_is_input(idx):\n        self.input_names.append(name)\n"
    "    else:\n        self.output_names.append(name)",
    "slices": "names = [self.engine.get_binding_name(i) for i in range(self.engine.num_bindings)]\n"
    "number = sum(self.engine.binding_is_input(i) for i in range(self.engine.num_bindings))\n"
    "self.input_names = names[:number]\nself.output_names = names[number:]",
}
GIVEN = {
    "parameters": "def __init__(self, plan, input_names, output_names):",
    "optional": "def __init__(self, plan=None, input_names=None, output_names=None):",
}
INPUTS = {  # `{idx}` is set to the binding of an input
    "enumerated": (
        "for i, name in enumerate(self.input_names):",
        "{idx} = self.engine.get_binding_index(name)",
        "inputs[i]",
    ),
    "zipped": (
        "for name, tensor in zip(self.input_names, inputs):",
        "{idx} = self.engine[name]",
        "tensor",
    ),
    "keyed": (
        "for name, tensor in dict(zip(self.input_names, inputs)).items():",
        "{idx} = self.engine.get_binding_index(name)",
        "tensor",
    ),
}
STREAMS = {
    "current": ("", "torch.cuda.current_stream().cuda_stream", "torch.cuda.synchronize()"),
    "kept": (
        "self.stream = torch.cuda.Stream()",
        "self.stream.cuda_stream",
        "self.stream.synchronize()",
    ),
    "handle kept": (
        "self.stream = torch.cuda.current_stream().cuda_stream",
        "self.stream",
        "torch.cuda.current_stream().synchronize()",
    ),
}
EXECUTED = {
    "positional": "self.context.execute_async_v2({b}, {s})",
    "keywords": "self.context.execute_async_v2(bindings={b}, stream_handle={s})",
    "execute_v2": "{w}\nself.context.execute_v2({b})",
    "list()": "self.context.execute_async_v2(list({b}), {s})",
}
RETURNED = {
    "tuple": "outputs = tuple(outputs)\nif len(outputs) == 1:\n    outputs = outputs[0]",
    "tuple always": "outputs = tuple(outputs)",
    "dictionary": "outputs = dict(zip(self.output_names, outputs))",
}
SHOW = """\
def show(found):
    if isinstance(found, dict):
        found = list(found.values())
    for one in found if isinstance(found, (list, tuple)) else [found]:
        print(tuple(one.shape), one.cpu().numpy().tolist())"""
ADDRESSES = {
    "ordered": "OrderedDict((n, d.ptr) for n, d in self.bindings.items())",
    "dictionary": "{n: int(d.ptr) for n, d in self.bindings.items()}",
}
LOOPS = {
    "range": "for i in range(self.engine.num_bindings):\n"
    "    name = self.engine.get_binding_name(i)",
    "enumerated": "for i, name in enumerate(self.engine):",
    "index asked": "for name in self.engine:\n    i = self.engine.get_binding_index(name)",
}
PTR = {"int": "int(data.data_ptr())", "plain": "data.data_ptr()"}


def torch_module(c: Choices, engines: Engines) -> Lines:
    """The class, and the lines that use it."""
    keeps = c.pick("torch module", ["makes outputs", "keeps tensors"]) == "keeps tensors"
    kept, handle, wait = c.one("stream of the module", STREAMS)
    made = _keeping if keeps else _making
    body = filled(made(c, engines, lines_of(kept)), {"s": handle, "w": wait})
    helpers = [*lines_of(c.one("dtypes of torch", DTYPES)), "", "", *lines_of(SHOW), "", ""]
    return [*helpers, *body, *_use(c, engines, keeps)]


def _executed(c: Choices, bindings: str) -> Lines:
    text = c.one("module executed", EXECUTED)
    return lines_of(text.format(b=bindings, s="$s", w="$w"))


def _making(c: Choices, engines: Engines, kept: Lines) -> Lines:
    options = [*NAMES, *(GIVEN if engines.alone else [])]
    asked = c.pick("names of the module", options)
    head = GIVEN.get(asked, "def __init__(self, plan):")
    names = lines_of(NAMES.get(asked, ""))
    if asked in GIVEN:
        names = ["self.input_names = input_names", "self.output_names = output_names"]
    load = c.one(
        "engine of the module",
        {
            "one line": "self.engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)",
            "with": "with trt.Runtime(LOGGER) as runtime:\n"
            "    self.engine = runtime.deserialize_cuda_engine(plan)",
        },
    )
    context = "self.context = self.engine.create_execution_context()"
    init = ["super().__init__()", *lines_of(load), context, *kept, *names]
    return [
        "class TRTModule(torch.nn.Module):",
        *indented([head, *indented(init), "", "def forward(self, *inputs):"]),
        *indented(_forward_making(c, engines), 2),
        "",
        "",
    ]


def _forward_making(c: Choices, engines: Engines) -> Lines:
    loop, index, tensor = c.one("inputs of the module", INPUTS)
    contiguous = c.pick("made contiguous", [f"{tensor}.contiguous()", tensor])
    empty = {
        "size": 'torch.empty(size=shape, dtype=dtype, device="cuda")',
        "device": 'torch.empty(shape, dtype=dtype, device=torch.device("cuda"))',
        "cuda()": "torch.empty(shape, dtype=dtype).cuda()",
        "zeros": "torch.zeros(size=shape, dtype=dtype, device=inputs[0].device)",
    }
    bindings = c.pick("bindings of the module", ["bindings", "self.bindings"])
    sizes = ["len(self.input_names) + len(self.output_names)", "self.engine.num_bindings"]
    set_shape = [f"    self.context.set_binding_shape(idx, tuple({tensor}.shape))"]
    return [
        f"{bindings} = [None] * ({c.pick('number of bindings', sizes)})",
        loop,
        "    " + index.format(idx="idx"),
        *(set_shape if engines.dynamic else []),
        f"    {bindings}[idx] = {contiguous}.data_ptr()",
        "outputs = []",
        "for name in self.output_names:",
        "    idx = self.engine.get_binding_index(name)",
        "    dtype = torch_dtype(self.engine.get_binding_dtype(idx))",
        "    shape = tuple(self.context.get_binding_shape(idx))",
        f"    output = {c.one('output made', empty)}",
        "    outputs.append(output)",
        f"    {bindings}[idx] = output.data_ptr()",
        *_executed(c, bindings),
        "$w",
        *lines_of(c.one("outputs returned", RETURNED)),
        "return outputs",
    ]


def _keeping(c: Choices, engines: Engines, kept: Lines) -> Lines:
    data = {
        "empty": 'torch.empty(shape, dtype=dtype, device="cuda")',
        "from_numpy": "torch.from_numpy(np.zeros(shape, dtype)).cuda()",
        "to": 'torch.from_numpy(np.empty(shape, dtype=dtype)).to("cuda")',
    }
    made = c.pick("data made", data)
    dtype = "self.engine.get_binding_dtype(i)"
    dtype = f"torch_dtype({dtype})" if made == "empty" else f"trt.nptype({dtype})"
    init = [
        "super().__init__()",
        "self.engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)",
        "self.context = self.engine.create_execution_context()",
        *kept,
        "self.bindings, self.input_names, self.output_names = OrderedDict(), [], []",
        *lines_of(c.one("loop of the module", LOOPS)),
        f"    dtype = {dtype}",
        "    if self.engine.binding_is_input(i):",
        "        self.input_names.append(name)",
        "        if -1 in tuple(self.engine.get_binding_shape(i)):",
        "            shape = tuple(self.engine.get_profile_shape(0, i)[2])",
        "            self.context.set_binding_shape(i, shape)",
        "    else:",
        "        self.output_names.append(name)",
        "    shape = tuple(self.context.get_binding_shape(i))",
        f"    data = {data[made]}",
        f"    self.bindings[name] = Binding(name, dtype, shape, data, {c.one('ptr', PTR)})",
        f"self.binding_addrs = {c.one('addresses of the module', ADDRESSES)}",
    ]
    methods = ["def __init__(self, plan):", *indented(init), "", "def forward(self, *inputs):"]
    head = ['Binding = namedtuple("Binding", ("name", "dtype", "shape", "data", "ptr"))', "", ""]
    return [
        *head,
        "class TRTModule(torch.nn.Module):",
        *indented([*methods, *indented(_forward_keeping(c, engines))]),
        "",
        "",
    ]


def _forward_keeping(c: Choices, engines: Engines) -> Lines:
    resized = [
        "    if tensor.shape != self.bindings[name].shape:",
        "        i = self.engine.get_binding_index(name)",
        "        self.context.set_binding_shape(i, tuple(tensor.shape))",
        "        self.bindings[name] = self.bindings[name]._replace(shape=tensor.shape)",
    ]
    outputs = [
        "for name in self.output_names:",
        "    i = self.engine.get_binding_index(name)",
        "    shape = tuple(self.context.get_binding_shape(i))",
        "    if shape != tuple(self.bindings[name].data.shape):",
        "        dtype = self.bindings[name].data.dtype",
        '        data = torch.empty(shape, dtype=dtype, device="cuda")',
        "        self.bindings[name] = self.bindings[name]._replace(data=data, shape=shape)",
        "        self.binding_addrs[name] = int(data.data_ptr())",
    ]
    return [
        "for name, tensor in zip(self.input_names, inputs):",
        *(resized if engines.dynamic else []),
        "    self.binding_addrs[name] = int(tensor.data_ptr())",
        *(outputs if engines.dynamic else []),
        *_executed(c, "list(self.binding_addrs.values())"),
        "$w",
        c.pick(
            "tensors returned",
            [
                "return [self.bindings[x].data for x in self.output_names]",
                "return [self.bindings[x].data for x in sorted(self.output_names)]",
                "return {x: self.bindings[x].data for x in self.output_names}",
            ],
        ),
    ]


def _use(c: Choices, engines: Engines, keeps: bool) -> Lines:
    rows = [2, 4, 3] if engines.dynamic else [STATIC_ROWS, STATIC_ROWS]
    given = ""
    if not keeps and c.made["names of the module"] in GIVEN:
        first = engines.first
        given = f", {first.names[: first.inputs]}, {first.names[first.inputs :]}"
    values = f"(np.arange(rows * {COLUMNS}) % 7 + position).reshape(rows, {COLUMNS})"
    array = f"torch.from_numpy({values}.astype(np.{engines.dtype})).cuda()"
    plans = ", ".join(engines.plan(network) for network in engines.networks)
    body = [
        f"module = TRTModule(plan{given})",
        f"for rows in {rows}:",
        f"    inputs = [{array} for position in range(len(module.input_names))]",
        "    show(module(*inputs))",
    ]
    return [f"for plan in [{plans}]:", *indented(body)]
