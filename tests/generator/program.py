"""Whole programs, from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.generator import (
    buffers,
    counting,
    execution,
    libraries,
    network,
    offsets,
    queries,
    samples,
    wrappers,
)
from tests.generator.choices import Choices
from tests.generator.structure import STRUCTURES, Parts
from tests.generator.text import Lines, filled, lines_of

IMPORTS = {  # by the word that needs it
    "itertools": "import itertools",
    "functools": "import functools",
    "operator": "import operator",
    "threading": "import threading",
    "Counter(": "from collections import Counter",
    "OrderedDict(": "from collections import OrderedDict",
    "namedtuple(": "from collections import namedtuple",
    "SimpleNamespace(": "from types import SimpleNamespace",
}
RESULTS = {
    "values": 'print("out", {i}, {h}.ravel()[:6].tolist())',
    "sum and shape": 'print("out", {i}, {h}.shape, float({h}.sum()))',
    "array": "print({h}.tolist())",
}
CONTEXTS = {
    "one": ("$context = $engine.create_execution_context()", "", ""),
    "one a profile": (
        "$contexts = [$engine.create_execution_context() for _ in range($profiles)]",
        "context = $contexts[$k]",
        "",
    ),
    "new each time": ("", "context = $engine.create_execution_context()", "del context"),
}
SHADOWS = {  # names of variables in comprehensions
    "of their own": {"i": "i", "b": "b", "d": "d"},
    "long": {"i": "index", "b": "binding", "d": "allocation"},
    "shadow the stream": {"i": "stream", "b": "name", "d": "stream"},
    "shadow the context": {"i": "context", "b": "context", "d": "mem"},
    "shadow the loop": {"i": "rows", "b": "i", "d": "i"},
    "shadow the engine": {"i": "i", "b": "b", "d": "engine"},
}


@dataclass(frozen=True)
class Program:
    """A program and the choices that made it."""

    seed: str
    text: str
    plan_maker: str  # a program that writes the plan files that this one reads
    choices: Mapping[str, str]
    deviations: Mapping[str, str]


def generate(seed: str, fixed: Mapping[str, str] | None = None) -> Program:
    """Return the program of a seed, with some of its choices fixed."""
    c = Choices(seed, fixed)
    kinds = {"by index": _by_index, "sample": samples.write, "wrapper": wrappers.write}
    text, maker = c.one("kind", kinds)(c)
    return Program(seed, text, maker, dict(c.made), c.deviations)


def _by_index(c: Choices) -> tuple[str, str]:
    engines, library = network.choose_engines(c), libraries.choose_cuda(c)
    place = offsets.Offsets(c, engines)
    memory = buffers.Buffers(c, engines, library, place)
    counts = counting.choose_counting(c, engines)
    names = c.one("comprehension variables", SHADOWS)
    roles = {
        **names,
        **counts.roles,
        **place.roles,
        "handle": library.handle,
        "wait": library.wait,
        "profiles": c.pick(
            "profiles written",
            [*([] if engines.differ else ["P"]), "$engine.num_optimization_profiles"],
        ),
    }
    context = c.pick("contexts", CONTEXTS if engines.profiles > 1 else ["one", "new each time"])
    made, taken, dropped = CONTEXTS[context]
    setup = [*_loading(c), f"$stream = {library.stream}", made, *counts.lines]
    setup += queries.ask_engine(c)
    steps = [
        taken,
        *execution.choose_profile(c, engines),
        *place.lines,
        *execution.set_shapes(c, engines, place),
        *queries.ask_context(c, place),
        *memory.allocation(),
        *memory.copies_in(),
        *execution.execute(c, memory.addresses()),
        *memory.copies_out(),
        library.wait,
        *_results(c, memory, place),
        dropped,
    ]
    structure = c.one("structure", STRUCTURES)
    parts = Parts(
        [line for line in filled(setup, _without_places(roles)) if line],
        [line for line in filled(steps, _without_places(roles)) if line],
        [engines.plan(one) for one in engines.networks],
        [engines.work(one) for one in engines.networks],
        "contexts" if context == "one a profile" else "context",
        {r: roles[r] for r in ("total", "n", "n_in") if r in counts.roles},
    )
    if context == "new each time":
        parts.roles["context"] = "context"
    body = structure(c, parts)
    top = _top(library, engines, parts)
    if not engines.from_file:
        top += [*engines.build_function(), "", ""]
    needed = [*memory.helpers, *counts.helpers, *execution.helpers(body, library)]
    needed += _offset_helper(body, counts.helpers)
    text = _finished([*top, *needed, *body], {**DEFAULTS, **names}, library)
    return text, engines.plan_maker()


DEFAULTS = {
    role: role
    for role in ("engine", "context", "contexts", "stream", "total", "n", "n_in", "counts")
} | {"k": "k", "rows": "rows"}


def _without_places(roles: Mapping[str, str]) -> dict[str, str]:
    """The roles without those that the structure decides."""
    return {r: text for r, text in roles.items() if r not in ("total", "n", "n_in")}


def _loading(c: Choices) -> Lines:
    forms = {
        "one line": "$engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)",
        "runtime in a variable": "runtime = trt.Runtime(LOGGER)\n"
        "$engine = runtime.deserialize_cuda_engine(plan)",
        "with": "with trt.Runtime(LOGGER) as runtime:\n"
        "    $engine = runtime.deserialize_cuda_engine(plan)",
    }
    return lines_of(c.one("engine loaded", forms))


def _results(c: Choices, memory: buffers.Buffers, place: offsets.Offsets) -> Lines:
    form = c.one("result printed", RESULTS)
    return [
        "for i in range($n_in, $n):",
        "    " + form.format(i="i - $n_in", h=memory.host("i", True)),
    ]


def _top(library: libraries.Cuda, engines: network.Engines, parts: Parts) -> Lines:
    return [
        "import numpy as np",
        *library.imports,
        "import tensorrt as trt",
        "",
        f"P = {engines.profiles}",
        f"WORK = {parts.work if parts.work_differs else parts.work[0]}",
        "LOGGER = trt.Logger(trt.Logger.ERROR)",
        *library.helpers,
        "",
        "",
    ]


def _offset_helper(body: Lines, there: Lines) -> Lines:
    text = counting.HELPERS["first_of"]
    used = any("first_of(" in line for line in body)
    return [*lines_of(text), "", ""] if used and lines_of(text)[0] not in there else []


def _finished(lines: Lines, roles: Mapping[str, str], library: libraries.Cuda) -> str:
    text = "\n".join(filled(lines, {**roles, "handle": library.handle, "wait": library.wait}))
    needed = [line for word, line in IMPORTS.items() if word in text]
    return "\n".join([*needed, text.rstrip()]) + "\n"
