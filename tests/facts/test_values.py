"""What the facts say of an expression: each case ends in `probe(EXPRESSION)`."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import (
    CONFLICT,
    UNKNOWN,
    Const,
    External,
    Instance,
    Items,
    Number,
    Ref,
    TensorName,
    Text,
    Value,
    is_number,
)
from trtmigrate.syntax.tree import walk


def probed(source: str, target: str = "10") -> Value:
    """The value of the argument of the last `probe(...)` of a program."""
    module = cst.parse_module(dedent(source))
    facts = Facts(module, target)
    calls = [n for n in walk(module) if isinstance(n, cst.Call)]
    (probe,) = [c for c in calls if isinstance(c.func, cst.Name) and c.func.value == "probe"]
    return facts.value(probe.args[0].value)


def kind(value: Value) -> str | None:
    return value.cls if isinstance(value, Instance) else None


ENGINE = """
import tensorrt as trt
engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(b"")
"""
TRT = "import tensorrt as trt\n"

OBJECTS = {
    "layer of one of two kinds": (
        TRT
        + "def f(n: trt.INetworkDefinition, t: trt.ITensor):\n"
        + "    layer = n.add_softmax(t) if t else n.add_shuffle(t)\n"
        + "    probe(layer)",
        "ILayer",
    ),
    "tensor that a network is given": (
        TRT + "def f(n: trt.INetworkDefinition, t):\n    n.mark_output(t)\n    probe(t)",
        "ITensor",
    ),
    "constructor": (TRT + "probe(trt.Builder(trt.Logger()))", "Builder"),
    "constructor imported by name": (
        "from tensorrt import Logger, Runtime\nprobe(Runtime(Logger()))",
        "Runtime",
    ),
    "constructor of a module imported under its own name": (
        "import tensorrt\nprobe(tensorrt.Logger())",
        "Logger",
    ),
    "import within a function": (
        "def f():\n    import tensorrt as t\n    probe(t.Logger())",
        "Logger",
    ),
    "result of a method": (
        ENGINE + "probe(engine.create_execution_context())",
        "IExecutionContext",
    ),
    "property of a context": (
        ENGINE + "context = engine.create_execution_context()\nprobe(context.engine)",
        "ICudaEngine",
    ),
    "with statement": (TRT + "with trt.Runtime(trt.Logger()) as r:\n    probe(r)", "Runtime"),
    "with statement of two items": (
        ENGINE + "with engine as e, e.create_execution_context() as c:\n    probe(c)",
        "IExecutionContext",
    ),
    "annotation": (TRT + "def f(e: trt.ICudaEngine):\n    probe(e)", "ICudaEngine"),
    "annotation in quotes": (TRT + "def f(e: 'trt.ICudaEngine'):\n    probe(e)", "ICudaEngine"),
    "optional annotation": (
        TRT
        + "from typing import Optional\n"
        + "def f(e: Optional[trt.ICudaEngine] = None):\n    probe(e)",
        "ICudaEngine",
    ),
    "union annotation": (TRT + "def f(e: trt.ICudaEngine | None):\n    probe(e)", "ICudaEngine"),
    "annotated result": (
        TRT + "def load() -> trt.ICudaEngine: ...\nprobe(load())",
        "ICudaEngine",
    ),
    "use that only an engine has": (
        "def f(e):\n    e.get_binding_dtype(0)\n    probe(e)",
        "ICudaEngine",
    ),
    "use that only a context has": (
        "def f(c, b):\n    probe(c)\n    c.execute_async_v2(b, 0)",
        "IExecutionContext",
    ),
    "argument of a call": (ENGINE + "def f(x):\n    probe(x)\nf(engine)", "ICudaEngine"),
    "keyword argument of a call": (
        ENGINE + "def f(a, x=None):\n    probe(x)\nf(1, x=engine)",
        "ICudaEngine",
    ),
    "function defined after its use": (
        TRT
        + "def main():\n    probe(load())\n"
        + "def load():\n    return trt.Runtime(trt.Logger()).deserialize_cuda_engine(b'')",
        "ICudaEngine",
    ),
    "second of two results": (
        ENGINE
        + "def both():\n    return engine, engine.create_execution_context()\n"
        + "a, b = both()\nprobe(b)",
        "IExecutionContext",
    ),
    "function within a function": (
        ENGINE + "def a():\n    def b():\n        return engine\n    return b()\nprobe(a())",
        "ICudaEngine",
    ),
    "lambda": (
        ENGINE + "make = lambda: engine.create_execution_context()\nprobe(make())",
        "IExecutionContext",
    ),
    "attribute of self": (
        TRT
        + "class M:\n    def __init__(self, e: trt.ICudaEngine):\n        self.net = e\n"
        + "    def go(self):\n        probe(self.net)",
        "ICudaEngine",
    ),
    "attribute that is None at first": (
        TRT
        + "class M:\n    net = None\n    def go(self):\n        probe(self.net)\n"
        + "    def load(self, e: trt.ICudaEngine):\n        self.net = e",
        "ICudaEngine",
    ),
    "property of a class": (
        TRT
        + "class M:\n    def __init__(self, e: trt.ICudaEngine):\n        self._e = e\n"
        + "    @property\n    def e(self):\n        return self._e\n"
        + "    def go(self):\n        probe(self.e)",
        "ICudaEngine",
    ),
    "attribute of another object": (
        ENGINE
        + "class M:\n    def __init__(self):\n        self.engine = engine\n"
        + "m = M()\nprobe(m.engine)",
        "ICudaEngine",
    ),
    "attribute of a dataclass": (
        TRT
        + "from dataclasses import dataclass\n@dataclass\nclass P:\n    engine: trt.ICudaEngine\n"
        + "def f(p: P):\n    probe(p.engine)",
        "ICudaEngine",
    ),
    "element of a list": (
        ENGINE + "cs = [engine.create_execution_context() for _ in range(2)]\nprobe(cs[0])",
        "IExecutionContext",
    ),
    "reversed list": (
        ENGINE
        + "cs = [engine.create_execution_context() for _ in range(2)]\n"
        + "for c in reversed(cs):\n    probe(c)",
        "IExecutionContext",
    ),
    "value of a dictionary": (ENGINE + "d = {'a': engine}\nprobe(d['a'])", "ICudaEngine"),
    "items of a dictionary": (
        ENGINE + "d = {'a': engine}\nfor k, e in d.items():\n    probe(e)",
        "ICudaEngine",
    ),
    "appended to a list": (
        ENGINE + "found = []\nfound.append(engine)\nfor e in found:\n    probe(e)",
        "ICudaEngine",
    ),
    "inserted into a list": (
        ENGINE + "found = []\nfound.insert(0, engine)\nfor e in found:\n    probe(e)",
        "ICudaEngine",
    ),
    "walrus": (
        ENGINE + "if c := engine.create_execution_context():\n    probe(c)",
        "IExecutionContext",
    ),
    "conditional expression with None": (
        ENGINE + "probe(engine if engine else None)",
        "ICudaEngine",
    ),
    "tuple assignment": (
        ENGINE + "a, b = engine, engine.create_execution_context()\nprobe(b)",
        "IExecutionContext",
    ),
    "global statement": (
        TRT
        + "e = None\ndef load():\n    global e\n"
        + "    e = trt.Runtime(trt.Logger()).deserialize_cuda_engine(b'')\n"
        + "def use():\n    probe(e)",
        "ICudaEngine",
    ),
    "parameter that takes an engine or its path": (
        ENGINE + "def f(x):\n    probe(x)\nf('a.plan')\nf(engine)",
        "ICudaEngine",
    ),
    "layer of a kind": (
        TRT
        + "def f(n: trt.INetworkDefinition, x):\n"
        + "    probe(n.add_convolution_nd(x, 1, (3, 3), 0))",
        "IConvolutionLayer",
    ),
    "layer of unknown kind": (
        TRT + "def f(n: trt.INetworkDefinition):\n    probe(n.get_layer(0))",
        "ILayer",
    ),
    "tensor of a layer": (
        TRT + "def f(n: trt.INetworkDefinition):\n    probe(n.get_layer(0).get_output(0))",
        "ITensor",
    ),
}


@pytest.mark.parametrize(("source", "expected"), OBJECTS.values(), ids=OBJECTS.keys())
def test_object_is_known(source: str, expected: str) -> None:
    assert kind(probed(source)) == expected


OTHERS = {
    "module of the same alias is no tensorrt": "import transport as trt\nprobe(trt.Runtime(1))",
    "class called trt": (
        "class trt:\n    @staticmethod\n    def Runtime(x):\n        return x\n"
        "probe(trt.Runtime(1))"
    ),
    "attribute of a torch module": "import torch.nn as nn\nprobe(nn.Conv2d(1, 2, 3).padding)",
    "function of another library": (
        "from sqlalchemy import create_engine\nprobe(create_engine('x'))"
    ),
    "class with the same members": (
        "class Engine:\n    num_bindings = 2\n"
        "    def get_binding_shape(self, i):\n        return (1,)\n"
        "engine = Engine()\nengine.get_binding_shape(0)\nprobe(engine)"
    ),
    "name rebound to a number": ENGINE + "engine = 3\nprobe(engine)",
    "parameter without a clue": TRT + "def f(engine):\n    probe(engine)",
    "parameter shadows a global": ENGINE + "def f(engine):\n    probe(engine)",
    "local variable of another function": (
        TRT + "def f():\n    made = trt.Logger()\ndef g(made):\n    probe(made)"
    ),
}


@pytest.mark.parametrize("source", OTHERS.values(), ids=OTHERS.keys())
def test_object_is_not_taken_for_tensorrt(source: str) -> None:
    assert kind(probed(source)) is None


def test_contradictory_assignments_are_no_object() -> None:
    source = ENGINE + "x = engine\nif engine:\n    x = engine.create_execution_context()\nprobe(x)"
    assert probed(source) == CONFLICT


def test_nothing_is_known_of_a_parameter_without_a_clue() -> None:
    assert probed("def f(x):\n    probe(x)") == UNKNOWN


NAMES = {
    "loop over an engine": "for n in engine:\n    probe(n)",
    "loop over names and addresses": "for n, p in zip(engine, [1]):\n    probe(n)",
    "enumerated engine": "for i, n in enumerate(engine):\n    probe(n)",
    "binding name": "probe(engine.get_binding_name(0))",
    "tensor name": "probe(engine.get_tensor_name(0))",
    "subscript by a number": "probe(engine[0])",
    "element of a list of names": "names = [n for n in engine]\nprobe(names[0])",
    "mapped method": "names = list(map(engine.get_binding_name, range(2)))\nprobe(names[0])",
    "field of a namedtuple": (
        "from collections import namedtuple\nB = namedtuple('B', 'name index')\n"
        "b = B(engine.get_binding_name(0), 0)\nprobe(b.name)"
    ),
    "key of a dictionary of bindings": "d = {n: 0 for n in engine}\nfor n in d:\n    probe(n)",
}


@pytest.mark.parametrize("source", NAMES.values(), ids=NAMES.keys())
def test_name_of_a_tensor_is_known(source: str) -> None:
    assert isinstance(probed(ENGINE + source), TensorName)


NAMESPACE = "from types import SimpleNamespace\n"
NUMBERS = {
    "number of bindings": ("probe(engine.num_bindings)", {"tensors"}),
    "length of an engine": ("probe(len(engine))", {"tensors"}),
    "index of a name": ("probe(engine.get_binding_index('x'))", {"index"}),
    "subscript by a name": ("probe(engine['x'])", {"index"}),
    "loop over a range": ("for i in range(engine.num_bindings):\n    probe(i)", {"counter"}),
    "counter of enumerate": ("for i, n in enumerate(engine):\n    probe(i)", {"counter"}),
    "sum over all bindings": (
        "n = sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])\nprobe(n)",
        {"inputs"},
    ),
    "difference of two counts": (
        "n = sum(engine.binding_is_input(i) for i in range(engine.num_bindings))\n"
        "probe(engine.num_bindings - n)",
        {"outputs"},
    ),
    "length of a dictionary by name": (
        "probe(len({n: i for i, n in enumerate(engine)}))",
        {"tensors"},
    ),
    "names without a suffix among those that have none": (
        "names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]\n"
        "probe(len([n for n in names if '[profile' not in n]))",
        {"tensors"},
    ),
    "count in a namespace": (
        f"{NAMESPACE}counts = SimpleNamespace()\ncounts.n = len(engine)\nprobe(counts.n)",
        {"tensors"},
    ),
    "count given to a namespace": (
        f"{NAMESPACE}counts = SimpleNamespace(n=len(engine))\nprobe(counts.n)",
        {"tensors"},
    ),
    "length of a repeated list": (
        "names = [n for n in engine]\nprobe(len(names * engine.num_optimization_profiles))",
        {"tensors", "profiles"},
    ),
    "inputs of a repeated list": (
        "names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]\n"
        "probe(sum(engine.binding_is_input(n) for n in names * engine.num_optimization_profiles))",
        {"inputs", "profiles"},
    ),
}


@pytest.mark.parametrize(("source", "roles"), NUMBERS.values(), ids=NUMBERS.keys())
def test_role_of_a_number_is_known(source: str, roles: set[str]) -> None:
    value = probed(ENGINE + source)
    assert isinstance(value, Number) and value.poly is not None
    found = {atom.role for atom in value.poly.atoms}
    assert found == roles or (roles == {"outputs"} and found == {"tensors", "inputs"})


UNKNOWN_NUMBERS = {
    "inputs among some bindings": "probe(sum(engine.binding_is_input(i) for i in range(ask())))",
    "inputs among two bindings": "probe(sum(engine.binding_is_input(i) for i in range(2)))",
    "inputs among all but one": (
        "probe(sum(engine.binding_is_input(i) for i in range(engine.num_bindings - 1)))"
    ),
    "setting in a namespace": f"{NAMESPACE}args = SimpleNamespace(n=2)\nprobe(args.n)",
    "number that a namespace gets twice": (
        f"{NAMESPACE}counts = SimpleNamespace(n=0)\ncounts.n = len(engine)\nprobe(counts.n)"
    ),
    "length of a dictionary of some names": "probe(len({n: 0 for n in engine if n in wanted}))",
    "length of a dictionary by kind": (
        "probe(len({engine.binding_is_input(n): n for n in engine}))"
    ),
    "length of a dictionary of pairs": "probe(len({n: m for n in engine for m in engine}))",
    "length of a dictionary that may have changed": (
        "d = {n: 0 for n in engine}\nchange(d)\nprobe(len(d))"
    ),
}


@pytest.mark.parametrize("source", UNKNOWN_NUMBERS.values(), ids=UNKNOWN_NUMBERS.keys())
def test_number_that_does_not_show_is_not_known(source: str) -> None:
    value = probed(ENGINE + source)
    assert isinstance(value, Number) and value.poly is None


@pytest.mark.parametrize(
    "source",
    [
        "counts = SimpleNamespace(**settings)\ncounts.n = len(engine)",
        "counts = SimpleNamespace()\ncounts.n = len(engine)\nsetattr(counts, name, 3)",
        "counts = SimpleNamespace(n=len(engine))\nvars(counts).update(settings)",
        "counts = SimpleNamespace(n=len(engine))\ncounts.__dict__[name] = 3",
    ],
)
def test_namespace_of_unknown_attributes_is_not_known(source: str) -> None:
    assert probed(f"{ENGINE}{NAMESPACE}{source}\nprobe(counts.n)") == UNKNOWN


def test_namespaces_of_two_calls_have_their_own_attributes() -> None:
    source = (
        f"{NAMESPACE}one, other = SimpleNamespace(), SimpleNamespace()\n"
        "one.x = engine\nother.x = 'a.plan'\nprobe(other.x)"
    )
    assert kind(probed(ENGINE + source)) is None


def test_index_of_a_subscript_tells_itself_from_another() -> None:
    first = probed(ENGINE + "probe(engine.get_binding_index('x'))")
    second = probed(ENGINE + "probe(engine.get_binding_index('y'))")
    assert first != second


@pytest.mark.parametrize(
    ("target", "test", "truth"),
    [
        ("10", "int(trt.__version__.split('.')[0]) >= 10", True),
        ("11", "int(trt.__version__.split('.')[0]) >= 10", True),
        ("8.6", "int(trt.__version__.split('.')[0]) >= 10", False),
        ("10", "trt.__version__.startswith('8')", False),
        ("10", "trt.__version__[0] == '8'", False),
        ("10", "hasattr(trt.ICudaEngine, 'num_bindings')", False),
        ("10", "hasattr(trt.ICudaEngine, 'num_io_tensors')", True),
        ("8.6", "hasattr(trt.ICudaEngine, 'num_bindings')", True),
    ],
)
def test_version_test_is_folded_for_the_target(target: str, test: str, truth: bool) -> None:
    value = probed(f"{TRT}probe({test})", target)
    assert isinstance(value, Const)
    assert bool(value.value) is truth and value.versioned


def test_member_or_a_number_in_its_place_is_a_number() -> None:
    value = probed(ENGINE + "probe(getattr(engine, 'num_bindings', 0))")
    assert value == Number(None)


def test_character_of_a_name_is_a_string() -> None:
    assert probed(ENGINE + "probe(engine.get_binding_name(0)[0])") == Text()


def test_numbers_mapped_to_strings_are_no_numbers() -> None:
    value = probed("names = list(map(str, (495, 496)))\nprobe(names[0])")
    assert not is_number(value)


def test_hasattr_of_an_engine_is_folded_for_the_target() -> None:
    value = probed(ENGINE + "probe(hasattr(engine, 'num_io_tensors'))")
    assert value == Const(True, versioned=True)


def test_constant_is_folded_without_a_release() -> None:
    assert probed("probe(3 * 4 + 1)") == Const(13)


def test_enum_member_keeps_its_dotted_name() -> None:
    assert probed(TRT + "probe(trt.TensorIOMode.INPUT)") == Ref("tensorrt.TensorIOMode.INPUT")


def test_object_of_another_library_keeps_its_name() -> None:
    value = probed("import pycuda.driver as cuda\nprobe(cuda.Stream())")
    assert isinstance(value, External) and value.name == "pycuda.driver.Stream()"


def test_list_display_knows_its_items() -> None:
    value = probed(ENGINE + "probe([engine, 3])")
    assert isinstance(value, Items) and value.items is not None
    assert [kind(item) for item in value.items] == ["ICudaEngine", None]
