"""Programs that wrap an engine: lists of names in any order, memory in pairs, steps that stand in
functions, methods or closures, subclasses, callbacks, and buffers that are made anew or in turn.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.generator import launching, name_lists, wrapper_steps
from tests.generator.choices import Choices
from tests.generator.cuda_memory import Device, choose_device
from tests.generator.network import COLUMNS, Engines, choose_engines
from tests.generator.pairs import Memory, choose_memory
from tests.generator.pieces import CLOSURES, FUNCTIONS, METHODS, Assembly, Piece, Place
from tests.generator.text import Lines, filled, indented, lines_of

KEPT = ("engine", "context", "stream", "count", "inputs", "outputs", "table", "known", "first")
KEPT += ("store", "sets", "turns", "run", "pool")
CLOSURE = "infer("
LOADED = "$engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)"
NUMBER = {  # of the bindings of one profile
    "floor division": "$engine.num_bindings // $engine.num_optimization_profiles",
    "len": "len($engine) // $engine.num_optimization_profiles",
    "int": "int($engine.num_bindings / $engine.num_optimization_profiles)",
}
NUMBER_OF_ONE = {"num_bindings": "$engine.num_bindings", "len": "len($engine)"}
CHOSEN = {
    "assigned": "$context.active_optimization_profile = profile",
    "on the stream": "$context.set_optimization_profile_async(profile, $handle)\n$wait",
}
PRINTED = {
    "values": "print(result.tolist())",
    "shape and sum": "print(result.shape, float(result.sum()))",
}
OVERRIDDEN = ("nothing", "launch", "launch, abstract", "addresses", "set_shapes", "order of names")


def write(c: Choices) -> tuple[str, str]:
    """The program, and the program that makes its plan files."""
    if c.pick("wrapper profiles", ["1", "several"]) == "1":
        c.fixed["profiles"] = "1"
    c.fixed.setdefault("engines", Choices.PLAINEST)
    engines = choose_engines(c)
    device, memory = choose_device(c, engines.dtype), choose_memory(c)
    wrapper = Wrapper(c, engines, device, memory)
    body = c.one("wrapper", STRUCTURES)(wrapper)
    helpers, _ = launching.prepared(c, "launched", "launched by the subclass")
    top = [
        "import itertools",
        "from collections import OrderedDict, namedtuple",
        "from concurrent.futures import ThreadPoolExecutor",
        "from dataclasses import dataclass",
        "from types import SimpleNamespace",
        "from typing import NamedTuple",
        "",
        "import numpy as np",
        *device.imports,
        "import tensorrt as trt",
        "",
        "LOGGER = trt.Logger(trt.Logger.ERROR)",
        *device.helpers,
        "",
        "",
        *([] if engines.from_file else [*engines.build_function(), "", ""]),
        *memory.helpers,
        *helpers,
        *wrapper_steps.helpers(body, device, memory),
    ]
    text = "\n".join(filled([*top, *body], {"b": "index"})).rstrip() + "\n"
    return _without_unused_imports(text), engines.plan_maker()


def _without_unused_imports(text: str) -> str:
    """Keep the imports of the standard library that the program needs."""
    lines, used = text.split("\n"), []
    for line in lines:
        if line.startswith("from ") and " import " in line:
            module, _, names = line.partition(" import ")
            here = [n for n in names.split(", ") if text.count(n) > 1]
            used += [f"{module} import {', '.join(here)}"] if here else []
        elif line != "import itertools" or "itertools." in text:
            used.append(line)
    needed = [f"import {name}" for name in ("functools", "threading") if f"{name}." in text]
    return "\n".join([*needed, *used])


class Wrapper:
    """The choices of a program, and the pieces that they make."""

    def __init__(self, c: Choices, engines: Engines, device: Device, memory: Memory) -> None:
        self.c, self.engines, self.device, self.memory = c, engines, device, memory
        several = engines.profiles > 1
        self.profile_of = c.pick("profile of", ["object", "call"] if several else ["", "object"])
        self.steps = wrapper_steps.Steps(c, engines, device, memory, self.profile_of)

    def filled(self, lines: Lines, place: Place) -> Lines:
        """Put what the runner keeps into lines."""
        roles = {"handle": self.device.handle, "wait": self.device.wait}
        return filled(lines, {**roles, **place.roles(KEPT)})

    @property
    def head(self) -> str:
        """The parameters of what loads a plan."""
        return "plan, profile=0" if self.profile_of == "object" else "plan"

    @property
    def infer_parameters(self) -> list[str]:
        return ["feed", "profile=0"] if self.profile_of == "call" else ["feed"]

    def setup(self) -> Lines:
        c, numbers = self.c, NUMBER if self.engines.profiles > 1 else NUMBER_OF_ONE
        _, kept = launching.prepared(c, "launched", "launched by the subclass")
        return [
            LOADED,
            "$context = $engine.create_execution_context()",
            f"$stream = {self.device.stream}",
            f"$count = {c.one('bindings counted', numbers)}",
            *(self._profile("$first") if self.profile_of == "object" else []),
            *name_lists.listed(c, self.engines.profiles > 1),
            *name_lists.tables(c),
            *self.steps.kept(),
            *kept,
            *wrapper_steps.described(c),
        ]

    def _profile(self, first: str) -> Lines:
        if self.engines.profiles == 1 and not self.engines.dynamic:
            return []
        lines = lines_of(self.c.one("profile set", CHOSEN))
        return [*lines, f"{first} = profile * $count"] if self.engines.profiles > 1 else lines

    def run(self, assembly: Assembly) -> Lines:
        """The lines of one inference; `feed` is an array for each input by name."""
        steps = self.steps
        return [
            *(self._profile("first") if self.profile_of == "call" else []),
            *(assembly.step(steps.set_shapes()) if self.engines.dynamic else []),
            *assembly.step(steps.memory_of_call(), "memory"),
            *assembly.step(steps.allocate()),
            *assembly.step(steps.copy_in()),
            *assembly.step(steps.addresses(), "bindings"),
            *assembly.step(steps.launch()),
            *assembly.step(steps.fetch(), "results"),
            "return results",
        ]

    def use(self, make: str, infer: str) -> Lines:
        """Load each plan and run it; `make` and `infer` are called with arguments."""
        rows = self.engines.work(self.engines.first)
        if len(rows) == 1 and self.engines.dynamic is False:
            rows = [*rows, *rows]
        several = self.engines.profiles > 1
        plan = self.engines.plan(self.engines.first)
        feed = f"(np.arange(rows * {COLUMNS}) % 7 + position).reshape(rows, {COLUMNS})"
        feed = f"{feed}.astype(np.{self.engines.dtype})"
        body = ["feed = {", f"    name: {feed}"]
        body += ["    for position, name in enumerate(runner.inputs)", "}"]
        if infer == CLOSURE:  # which shows its inputs
            body[2] = body[2].replace("runner.inputs", "input_names")
        kinds = {"default or not": "{0}{1}) if k == 0 else {0}{1}, {2}k)", "given": "{0}{1}, {2}k)"}
        call = self.c.one("profile given", kinds)
        named = self.c.pick("profile by", ["place", "keyword"]) == "keyword"
        by = "profile=" if named else ""
        runs = [f"for result in {infer}feed):", f"    {self.c.one('printed', PRINTED)}"]
        if several and self.profile_of == "call":
            runs[0] = f"for result in {call.format(infer, 'feed', by)}:"
        made = [f"{make}plan)"]
        if several and self.profile_of == "object":
            made = [call.format(make, "plan", by)]
        loop = [f"for k, rows in {rows}:", *indented([*body, *runs])]
        if several and self.profile_of == "object":
            loop = [
                f"for k, rows in {rows}:",
                *indented([self._kept(made[0], infer), *body, *runs]),
            ]
            return [f"plan = {plan}", *loop]
        return [f"plan = {plan}", self._kept(made[0], infer), *loop]

    @staticmethod
    def _kept(made: str, infer: str) -> str:
        return f"input_names, infer = {made}" if infer == CLOSURE else f"runner = {made}"


def as_class(wrapper: Wrapper) -> Lines:
    assembly = Assembly(wrapper.c, METHODS)
    return [*_class(wrapper, assembly), *wrapper.use("Runner(", "runner.infer(")]


def _class(wrapper: Wrapper, assembly: Assembly) -> Lines:
    infer = wrapper.run(assembly)
    methods = [
        f"def __init__(self, {wrapper.head}):",
        *indented(wrapper.setup()),
        "",
        *(line for lines in assembly.functions.values() for line in lines),
        assembly.place.head("infer", wrapper.infer_parameters),
        *indented(infer),
    ]
    return wrapper.filled(["class Runner:", *indented(methods), "", ""], METHODS)


def as_subclass(wrapper: Wrapper) -> Lines:
    """A class that overrides a step of another; both are used, or the second alone."""
    c = wrapper.c
    overridden = c.pick("overridden", OVERRIDDEN)
    step = overridden.split(",")[0]
    if step in ("launch", "addresses", "set_shapes"):
        c.fixed[f"{step} stands"] = "in a function"
    assembly = Assembly(c, METHODS)
    if step == "launch":
        launching.launched(c, "launched by the subclass", "bindings")  # before the setup
    base = _class(wrapper, assembly)
    own: Lines = []
    if step in assembly.functions:
        own = assembly.function(_override(wrapper, assembly.pieces[step]))
        if overridden == "launch, abstract":
            at = base.index(indented(assembly.functions["launch"])[0])
            size = len(assembly.pieces["launch"].body)
            base[at + 1 : at + 1 + size] = ["        raise NotImplementedError"]
    elif step == "order of names":
        given = "plan, profile" if wrapper.profile_of == "object" else "plan"
        own = [f"def __init__(self, {wrapper.head}):", f"    super().__init__({given})"]
        own += ["    self.inputs.reverse()", "    self.outputs = self.outputs[::-1]"]
    body = indented(own or ['"""The same by another name."""'])
    special = wrapper.filled(["class Special(Runner):", *body, "", ""], METHODS)
    alone = "abstract" in overridden or c.pick("classes used", ["both", "one"]) == "one"
    if alone:
        return [*base, *special, *wrapper.use("Special(", "runner.infer(")]
    use = indented(wrapper.use("kind(", "runner.infer("))
    return [*base, *special, "for kind in (Runner, Special):", *use]


def _override(wrapper: Wrapper, piece: Piece) -> Piece:
    """The step of the subclass, with the parameters of the step that it overrides."""
    given = ", ".join(piece.parameters)
    if piece.name == "launch":
        lines = launching.launched(wrapper.c, "launched by the subclass", "bindings")
        return Piece("launch", lines)
    if piece.name == "addresses":
        return Piece("addresses", [], f"list(super().addresses({given}))")
    return Piece(piece.name, ['print("shapes", list(feed))', f"super().{piece.name}({given})"])


def as_closure(wrapper: Wrapper) -> Lines:
    assembly = Assembly(wrapper.c, CLOSURES)
    infer = wrapper.run(assembly)
    inside = [
        *wrapper.setup(),
        "",
        *(line for lines in assembly.functions.values() for line in lines),
        assembly.place.head("infer", wrapper.infer_parameters),
        *indented(infer),
        "",
        "return $inputs, infer",
    ]
    make = [f"def make_runner({wrapper.head}):", *indented(inside), "", ""]
    return [*wrapper.filled(make, CLOSURES), *wrapper.use("make_runner(", CLOSURE)]


def as_functions(wrapper: Wrapper) -> Lines:
    """Functions that share an object."""
    assembly = Assembly(wrapper.c, FUNCTIONS)
    infer = wrapper.run(assembly)
    load = [f"def load({wrapper.head}):", "    runner = SimpleNamespace()"]
    load += [*indented([*wrapper.setup(), "return runner"]), "", ""]
    rest = [line for lines in assembly.functions.values() for line in (*lines, "")]
    rest += [assembly.place.head("infer", wrapper.infer_parameters), *indented(infer), "", ""]
    functions = wrapper.filled([*load, *rest], FUNCTIONS)
    return [*functions, *wrapper.use("load(", "infer(runner, ")]


STRUCTURES: dict[str, Callable[[Wrapper], Lines]] = {
    "class": as_class,
    "subclass": as_subclass,
    "closure": as_closure,
    "functions": as_functions,
}
