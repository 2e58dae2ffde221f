"""Programs of several profiles put together from the idioms of TensorRT 8: whatever the counts of
profiles, inputs and outputs, nothing of the old API is left, and the migration computes the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.generator.judge import AFTER, BEFORE, difference
from tests.generator.simulators import Run, Simulator
from trtmigrate import Status, migrate_source

REMOVED = frozenset(
    "num_bindings binding_is_input get_binding_name get_binding_index get_binding_shape"
    " get_binding_dtype set_binding_shape get_profile_shape execute_async_v2".split()
)

PROGRAM = """\
import numpy as np
import tensorrt as trt
from cuda import cudart

P = {profiles}
logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
inputs = [network.add_input("x%d" % i, trt.float32, (-1, 3)) for i in range({inputs})]
for k in range(P):
    profile = builder.create_optimization_profile()
    for tensor in inputs:
        profile.set_shape(tensor.name, (1, 3), (4 + k, 3), (8 + k, 3))
    config.add_optimization_profile(profile)
total = network.add_identity(inputs[0]).get_output(0)
for tensor in inputs[1:]:
    total = network.add_elementwise(total, tensor, trt.ElementWiseOperation.SUM).get_output(0)
total.name = "sum"
network.mark_output(total)
for j in range({outputs} - 1):
    product = network.add_elementwise(total, inputs[0], trt.ElementWiseOperation.PROD)
    product.get_output(0).name = "product%d" % j
    network.mark_output(product.get_output(0))
engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, config)
)
{contexts}
stream = cudart.cudaStreamCreate()[1]
{counts}
for k in range(P):
{choice}
{offset}
{shapes}
    bufferH = []
    for i in range(nInput):
        bufferH.append(np.arange(6 + 3 * k, dtype=np.float32).reshape(2 + k, 3) + i)
    for i in range(nInput, nIO):
        shape = context.get_binding_shape({first} + i)
        dtype = trt.nptype(engine.get_binding_dtype({first} + i))
        bufferH.append(np.empty(tuple(shape), dtype=dtype))
    bufferD = [cudart.cudaMalloc(b.nbytes)[1] for b in bufferH]
    for i in range(nInput):
        cudart.cudaMemcpyAsync(
            bufferD[i],
            bufferH[i].ctypes.data,
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            stream,
        )
{names}{execution}
    for i in range(nInput, nIO):
        cudart.cudaMemcpyAsync(
            bufferH[i].ctypes.data,
            bufferD[i],
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            stream,
        )
    cudart.cudaStreamSynchronize(stream)
    print("check:", np.array_equal(bufferH[nInput], sum(bufferH[:nInput])))
    for b in bufferD:
        cudart.cudaFree(b)
cudart.cudaStreamDestroy(stream)
"""

INPUTS_OF_ALL = "np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])"
COUNTS = [
    f"nIO = engine.num_bindings // P\nnInput = {INPUTS_OF_ALL} // P",
    f"nIO = engine.num_bindings\nnInput = {INPUTS_OF_ALL}\nnIO, nInput = nIO // P, nInput // P",
    "nIO = engine.num_bindings // engine.num_optimization_profiles\n"
    "nInput = sum(engine.binding_is_input(i) for i in range(nIO))",
]
OFFSETS = {  # by the expression for the first binding of the profile
    "bindingPad": "bindingPad = nIO * k",
    "start": "start, end = k * nIO, (k + 1) * nIO",
    "k * nIO": "",
}

CONTEXTS = {  # how the profile is chosen, by what makes the contexts
    "one, chosen on a stream": (
        "context = engine.create_execution_context()",
        "context.set_optimization_profile_async(k, stream)\ncudart.cudaStreamSynchronize(stream)\n",
    ),
    "one, chosen by assignment": (
        "context = engine.create_execution_context()",
        "context.active_optimization_profile = k\n",
    ),
    "one for each profile": (
        "contexts = [engine.create_execution_context() for _ in range(P)]",
        "context = contexts[k]\n"
        "context.set_optimization_profile_async(k, stream)\n"
        "cudart.cudaStreamSynchronize(stream)\n",
    ),
}

BY_INDEX = """\
for i in range(nInput):
    context.set_binding_shape({first} + i, (2 + k, 3))
"""
BY_NAME = """\
for i in range(nInput):
    name = "x%d" % i if k == 0 else "x%d [profile %d]" % (i, k)
    context.set_binding_shape(engine.get_binding_index(name), (2 + k, 3))
"""
BY_SUFFIX = """\
suffix = f" [profile {{k}}]" if k > 0 else ""
for i in range(nInput):
    binding = engine.get_binding_index("x%d" % i + suffix)
    context.set_binding_shape(binding, (2 + k, 3))
"""
SHAPES = (BY_INDEX, BY_NAME, BY_SUFFIX)

CONCATENATED = """\
bufferList = [0] * (nIO * k) + [int(b) for b in bufferD] + [0] * (nIO * (P - 1 - k))
context.execute_async_v2(bufferList, stream)
"""
IN_THE_CALL = """\
context.execute_async_v2(
    [0] * (nIO * k) + [int(b) for b in bufferD] + [0] * (nIO * (P - k - 1)), stream
)
"""
FILLED_IN_PLACE = """\
bindings = [0] * engine.num_bindings
for b in range(k * nIO, (k + 1) * nIO):
    bindings[b] = int(bufferD[b - k * nIO])
context.execute_async_v2(bindings, stream)
"""
FILLED_BY_OFFSET = """\
bindings = [0] * (nIO * P)
for i in range(nIO):
    bindings[k * nIO + i] = int(bufferD[i])
context.execute_async_v2(bindings, stream)
"""
BY_CONDITION = """\
bindings = [int(bufferD[b - k * nIO]) if b // nIO == k else 0 for b in range(nIO * P)]
context.execute_async_v2(bindings, stream)
"""
NOT_PADDED = """\
bindings = []
for _ in range(P):
    bindings += [int(b) for b in bufferD]
context.execute_async_v2(bindings, stream)
"""
OF_NUMPY = """\
bindings = np.zeros(nIO * P, dtype=np.int64)
bindings[k * nIO : (k + 1) * nIO] = [int(b) for b in bufferD]
context.execute_async_v2(bindings.tolist(), stream)
"""
IN_BRANCHES = """\
bindings = [int(b) for b in bufferD]
if k == 0:
    bindings = bindings + [0] * (nIO * (P - 1))
else:
    bindings = [0] * (nIO * k) + bindings + [0] * (nIO * (P - 1 - k))
for _ in range(1):
    context.execute_async_v2(bindings, stream)
"""
SYNCHRONOUS = """\
cudart.cudaStreamSynchronize(stream)
context.execute_v2([0] * (nIO * k) + [int(b) for b in bufferD] + [0] * (nIO * (P - 1 - k)))
"""
STYLES = {
    "put together": CONCATENATED,
    "put together in the call": IN_THE_CALL,
    "filled in place": FILLED_IN_PLACE,
    "filled by the offset": FILLED_BY_OFFSET,
    "made by a condition": BY_CONDITION,
    "of all profiles": NOT_PADDED,
    "an array": OF_NUMPY,
    "padded in branches": IN_BRANCHES,
    "synchronous": SYNCHRONOUS,
    "literal": "",
}


def literal(profiles: int, bindings: int) -> str:
    """A literal list for each profile, in branches."""
    lines = []
    for k in range(profiles):
        inside = [f"int(bufferD[{i}])" for i in range(bindings)]
        padded = ["0"] * (k * bindings) + inside + ["0"] * ((profiles - 1 - k) * bindings)
        lines += [
            f"{'el' if k else ''}if k == {k}:",
            f"    context.execute_async_v2([{', '.join(padded)}], stream)",
        ]
    return "\n".join(lines) + "\n"


NAMES = """\
for i in range(nIO):
    print(i, engine.get_binding_name({first} + i).split(" [profile")[0])
"""
NAMES_OF_ONE = """\
for i in range(engine.num_bindings):
    name = engine.get_binding_name(i)
    if "[profile" in name:
        continue
    print(name, engine.get_binding_dtype(i))
"""
RANGES = """\
for i in range(nInput):
    print(engine.get_profile_shape(k, {first} + i), context.get_binding_shape({first} + i))
"""
EVERYTHING = """\
for i in range(engine.num_bindings):
    kind = "input" if engine.binding_is_input(i) else "output"
    print(i, kind, engine.get_binding_dtype(i), engine.get_binding_shape(i))
"""
QUERIES = ("", NAMES, NAMES_OF_ONE, RANGES, EVERYTHING)


@st.composite
def programs(draw: st.DrawFn, style: str) -> tuple[str, int]:
    """A program that executes with a list made in the style, and how many profiles it has."""
    profiles = draw(st.sampled_from([3, 2, 1]))  # the first example is of the first
    inputs, outputs = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    first, offset = draw(st.sampled_from(sorted(OFFSETS.items())))
    execution = STYLES[style] or literal(profiles, inputs + outputs)
    contexts, choice = draw(st.sampled_from(sorted(CONTEXTS.values())))
    shapes = draw(st.sampled_from(SHAPES)).format(first=first)
    names = draw(st.sampled_from(QUERIES)).format(first=first)
    program = PROGRAM.format(
        profiles=profiles,
        inputs=inputs,
        outputs=outputs,
        counts=draw(st.sampled_from(COUNTS)),
        offset=indent(offset, "    "),
        contexts=contexts,
        choice=indent(choice, "    "),
        shapes=indent(shapes, "    "),
        first=first,
        names=indent(names, "    "),
        execution=indent(execution, "    "),
    )
    return program, profiles


def old_names(text: str) -> set[str]:
    return {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and node.attr in REMOVED
    }


class Simulators:
    """The two releases, and the folder that programs run in."""

    def __init__(self, old: Simulator, new: Simulator, folder: Path) -> None:
        self.old, self.new, self.folder = old, new, folder

    def run(self, simulator: Simulator, text: str) -> Run:
        script = self.folder / "program.py"
        script.write_text(text)
        return simulator.run(script)


@pytest.fixture(scope="module")
def simulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulators]:
    with Simulator(BEFORE) as old, Simulator(AFTER["10"]) as new:
        yield Simulators(old, new, tmp_path_factory.mktemp("programs"))


def assert_computes_the_same(
    program: str, migrated: str, profiles: int, simulators: Simulators
) -> None:
    before = simulators.run(simulators.old, program)
    assert not before.failure, before.stderr
    assert sum(map(len, before.executions)) == profiles
    for simulator in (simulators.old, simulators.new):
        after = simulators.run(simulator, migrated)
        assert difference(before, after) == ("", ""), after.stderr


# Not shrunk: each example runs three programs.
@pytest.mark.parametrize("style", STYLES)
@settings(derandomize=True, max_examples=3, phases=[Phase.generate])
@given(data=st.data())
def test_a_program_of_several_profiles_migrates_whole(
    style: str, simulators: Simulators, data: st.DataObject
) -> None:
    program, profiles = data.draw(programs(style))
    assert len(old_names(program)) >= 5
    result = migrate_source(program, path="program.py")
    assert result.after is not None
    assert [(f.line, f.code, f.message) for f in result.left] == []
    assert result.status is Status.MIGRATED
    assert old_names(result.after) == set()
    assert migrate_source(result.after, path="program.py").after == result.after
    assert_computes_the_same(program, result.after, profiles, simulators)
